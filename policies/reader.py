"""The reader: the one identity that may read a tenant's keys, and who may become it."""

from collections.abc import Sequence

from policies.documents import Document, account, allow, document
from policies.kms_key import via_secrets_manager


def reader_policy(*, secrets: Sequence[str], kms_key: str, region: str) -> Document:
    """What a tenant's reader may do.

    Args:
        secrets: The full ARNs of the tenant's secrets.
        kms_key: The ARN of the tenant's KMS key.
        region: The region of both.
    """
    return document(
        allow(
            "ReadThisTenantsKeys",
            ("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"),
            list(secrets),
        ),
        allow(
            "DecryptThroughSecretsManager",
            ("kms:Decrypt",),
            kms_key,
            when={
                "StringEquals": {
                    "kms:ViaService": via_secrets_manager(region),
                    "kms:EncryptionContext:SecretARN": list(secrets),
                }
            },
        ),
    )


def reader_trust(*, account_root: str, backends: Sequence[str], session_name: str) -> Document:
    """Who may become a tenant's reader: the backend's roles, under the session name that carries the tenant.

    The session name is compared for equality: a pattern such as `tenant-acme*` would admit `tenant-acme-eu` as well.
    A source identity says who asks behind the backend's role. Session tags would not do: they stand in the record of
    AssumeRole alone, while each record of the session holds the source identity (IAM user guide, "Monitor and control
    actions taken with assumed roles"), and a role that has one passes it on, so a trust policy has to let it through.

    Args:
        account_root: ARN of the account's root.
        backends: ARNs of the backend's roles.
        session_name: The only session name that is accepted.
    """
    return document(
        allow(
            "BackendBecomesReader",
            ("sts:AssumeRole",),
            principal=account(account_root),
            when={"StringEquals": {"aws:PrincipalArn": sorted(backends), "sts:RoleSessionName": session_name}},
        ),
        allow(
            "BackendSaysWhoAsks",
            ("sts:SetSourceIdentity",),
            principal=account(account_root),
            when={"StringEquals": {"aws:PrincipalArn": sorted(backends)}},
        ),
    )
