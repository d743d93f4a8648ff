"""The policy of a KMS key for secrets: the deployer administers it, Secrets Manager uses it for its callers."""

from collections.abc import Mapping, Sequence

from policies.documents import Conditions, Document, Statement, account, allow, document

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

ENCRYPTION = ("kms:Decrypt", "kms:GenerateDataKey")
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
    everyone = account(account_root)

    def let(sid: str, actions: Sequence[str], role: str, of: Sequence[str], version: str | None = None) -> Statement:
        return allow(sid, actions, "*", principal=everyone, when=_through_secrets_manager(region, role, of, version))

    return document(
        *administered_by(deployer, account_root),
        let("SecretsManagerTriesKeyForDeployer", ENCRYPTION, deployer, secrets, KEY_CHECK_VERSION),
        let("ReaderDecrypts", ("kms:Decrypt",), reader, secrets),
        let("WriterEncrypts", ENCRYPTION, writer, secrets),
        *(
            let(f"Rotator{number}Renews", ENCRYPTION, role, renewed)
            for number, (role, renewed) in enumerate(sorted((rotators or {}).items()), 1)
        ),
    )


def administered_by(deployer: str, account_root: str) -> list[Statement]:
    """The statements of every key policy here: the deployer administers the key, and the account looks at it.

    Args:
        deployer: ARN of the role that administers the key.
        account_root: ARN of the root of the key's account.
    """
    administers = {"StringEquals": {"aws:PrincipalArn": deployer}}
    return [
        allow("DeployerAdministers", ADMINISTRATION, "*", principal=account(account_root), when=administers),
        allow("AccountInspects", INSPECTION, "*", principal=account(account_root)),
    ]


def use_through_secrets_manager(
    sid: str, actions: Sequence[str], kms_keys: str, *, region: str, secrets: str | Sequence[str]
) -> Statement:
    """The statement of an identity that uses KMS keys through Secrets Manager alone; each key's own policy decides.

    Args:
        sid: The name of the statement.
        actions: What it does with the keys.
        kms_keys: ARN pattern of the keys.
        region: The region of keys and secrets.
        secrets: ARN patterns of the secrets that it may do it for.
    """
    return allow(
        sid,
        actions,
        kms_keys,
        when={
            "StringEquals": {"kms:ViaService": via_secrets_manager(region)},
            "StringLike": {"kms:EncryptionContext:SecretARN": secrets},
        },
    )


def via_secrets_manager(region: str) -> str:
    """The value of `kms:ViaService` when Secrets Manager calls KMS in its caller's name."""
    return f"secretsmanager.{region}.amazonaws.com"


def _through_secrets_manager(region: str, role: str, secrets: Sequence[str], version: str | None) -> Conditions:
    return {
        "StringEquals": {
            "aws:PrincipalArn": role,
            "kms:ViaService": via_secrets_manager(region),
            **({"kms:EncryptionContext:SecretVersionId": version} if version else {}),
        },
        "StringLike": {"kms:EncryptionContext:SecretARN": list(secrets)},
    }
