"""The policy of a KMS key for secrets: the deployer administers it, Secrets Manager uses it for its callers."""

from collections.abc import Mapping, Sequence

from policies.documents import Conditions, Document, account, allow, document

# All that administers a key and nothing that uses it. PutKeyPolicy stays with the deployer, so that a key can't be
# locked out; a role of the same ARN gets it back if the deployer is made again.
ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListKeyPolicies",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)

INSPECTION = ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags")

# The version id under which Secrets Manager tries a key when a secret is created with it (Secrets Manager user guide,
# "Secret encryption and decryption").
KEY_CHECK_VERSION = "RequestToValidateKeyAccess"


def secrets_key_policy(
    *,
    account_root: str,
    region: str,
    deployer: str,
    reader: str,
    writer: str,
    secrets: Sequence[str],
    rotators: Mapping[str, Sequence[str]] | None = None,
) -> Document:
    """The key policy of a KMS key that encrypts the secrets of one tenant, or one issuer's admin credential.

    Args:
        account_root: ARN of the account's root.
        region: The region of the key and its secrets.
        deployer: ARN of the role that administers the key.
        reader: ARN of the role that reads the secrets.
        writer: ARN of the environment's writer role.
        secrets: ARN patterns of the secrets, each matching one secret.
        rotators: By the ARN of a rotation function's role, the ARN patterns of the secrets that it renews.
    """
    return document(
        allow(
            "DeployerAdministers",
            ADMINISTRATION,
            "*",
            principal=account(account_root),
            when={"StringEquals": {"aws:PrincipalArn": deployer}},
        ),
        allow("AccountInspects", INSPECTION, "*", principal=account(account_root)),
        allow(
            "SecretsManagerTriesKeyForDeployer",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            "*",
            principal=account(account_root),
            when=_through_secrets_manager(
                region, deployer, secrets, {"kms:EncryptionContext:SecretVersionId": KEY_CHECK_VERSION}
            ),
        ),
        allow(
            "ReaderDecrypts",
            ("kms:Decrypt",),
            "*",
            principal=account(account_root),
            when=_through_secrets_manager(region, reader, secrets),
        ),
        allow(
            "WriterEncrypts",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            "*",
            principal=account(account_root),
            when=_through_secrets_manager(region, writer, secrets),
        ),
        *(
            allow(
                f"Rotator{number}Renews",
                ("kms:Decrypt", "kms:GenerateDataKey"),
                "*",
                principal=account(account_root),
                when=_through_secrets_manager(region, role, renewed),
            )
            for number, (role, renewed) in enumerate(sorted((rotators or {}).items()), 1)
        ),
    )


def via_secrets_manager(region: str) -> str:
    """The value of `kms:ViaService` when Secrets Manager calls KMS in its caller's name."""
    return f"secretsmanager.{region}.amazonaws.com"


def _through_secrets_manager(
    region: str, role: str, secrets: Sequence[str], exactly: dict[str, str] | None = None
) -> Conditions:
    return {
        "StringEquals": {
            "aws:PrincipalArn": role,
            "kms:ViaService": via_secrets_manager(region),
            **(exactly or {}),
        },
        "StringLike": {"kms:EncryptionContext:SecretARN": list(secrets)},
    }
