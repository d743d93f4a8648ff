"""The writer: the identity with which an operator puts a key in. It can put and cannot read."""

from collections.abc import Sequence

from policies.documents import Document, account, allow, document
from policies.kms_key import via_secrets_manager


def writer_policy(*, secrets: str, kms_keys: str, region: str) -> Document:
    """What the environment's writer may do.

    Its reach is a pattern on purpose: all tenants of the environment, also those that are added later.

    Args:
        secrets: ARN pattern of the secrets of all tenants.
        kms_keys: ARN pattern of the KMS keys of the account; each key's own policy decides.
        region: The region of both.
    """
    return document(
        allow(
            "PutKeysOfAllTenants",
            (
                "secretsmanager:DescribeSecret",
                "secretsmanager:ListSecretVersionIds",
                "secretsmanager:PutSecretValue",
            ),
            secrets,
        ),
        allow(
            "EncryptThroughSecretsManager",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            kms_keys,
            when={
                "StringEquals": {"kms:ViaService": via_secrets_manager(region)},
                "StringLike": {"kms:EncryptionContext:SecretARN": secrets},
            },
        ),
    )


def writer_trust(*, account_root: str, operators: Sequence[str]) -> Document:
    """Who may become the writer: the operators' roles.

    Args:
        account_root: ARN of the account's root.
        operators: ARNs of the operators' roles.
    """
    return document(
        allow(
            "OperatorBecomesWriter",
            ("sts:AssumeRole",),
            principal=account(account_root),
            when={"StringEquals": {"aws:PrincipalArn": sorted(operators)}},
        )
    )
