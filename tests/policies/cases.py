"""Each policy for the same tenant, account and region: what the golden documents hold."""

from policies.deployer import Reach, deployer_policy
from policies.documents import (
    BUCKET_POLICY_LIMIT,
    KMS_KEY_POLICY_LIMIT,
    ROLE_INLINE_LIMIT,
    SECRET_POLICY_LIMIT,
    TRUST_LIMIT,
    Document,
)
from policies.kms_key import tenant_key_policy
from policies.reader import reader_policy, reader_trust
from policies.secret import secret_resource_policy
from policies.trail import trail_bucket_policy, trail_key_policy
from policies.writer import writer_policy, writer_trust
from tenant_keys import naming

REGION = "ap-northeast-1"
ACCOUNT = "111111111111"
NAMES = naming.Names(app="myapp", account=ACCOUNT, region=REGION)
DEPLOYER = f"arn:aws:iam::{ACCOUNT}:role/tenant-keys-deployer"
BACKEND = f"arn:aws:iam::{ACCOUNT}:role/myapp-backend"
OPERATOR = f"arn:aws:iam::{ACCOUNT}:role/key-intake"
AUDITOR = f"arn:aws:iam::{ACCOUNT}:role/key-auditor"


def secret_arn(tenant: str, key: str = "external-api-key") -> str:
    return f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{NAMES.secret(tenant, key)}-aB3dE5"


def kms_key_arn(tenant: str) -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{tenant}"


def key_policy_of(tenant: str, keys: tuple[str, ...] = ("external-api-key",)) -> Document:
    return tenant_key_policy(
        account_root=NAMES.account_root_arn(),
        region=REGION,
        deployer=DEPLOYER,
        reader=NAMES.reader_role_arn(tenant),
        writer=NAMES.writer_role_arn(),
        secrets=[NAMES.secret_arn_pattern(tenant, key) for key in keys],
    )


def secret_policy_of(tenant: str) -> Document:
    return secret_resource_policy(
        readers=[NAMES.reader_role_arn(tenant)], writers=[NAMES.writer_role_arn()], deployer=DEPLOYER
    )


def reader_policy_of(tenant: str, keys: tuple[str, ...] = ("external-api-key",)) -> Document:
    return reader_policy(secrets=[secret_arn(tenant, key) for key in keys], kms_key=kms_key_arn(tenant), region=REGION)


def reader_trust_of(tenant: str) -> Document:
    return reader_trust(
        account_root=NAMES.account_root_arn(),
        backends=[BACKEND],
        session_name=naming.reader_session_name(tenant),
    )


WRITER_POLICY = writer_policy(
    secrets=NAMES.every_secret_arn_pattern(), kms_keys=NAMES.every_kms_key_arn_pattern(), region=REGION
)
REACH = Reach(
    secrets=NAMES.every_secret_arn_pattern(),
    roles=NAMES.every_role_arn_pattern(),
    kms_keys=NAMES.every_kms_key_arn_pattern(),
    kms_aliases=NAMES.every_kms_alias_arn_pattern(),
    trail=NAMES.trail_arn(),
    trail_bucket=NAMES.trail_bucket_arn(),
    region=REGION,
)

# name -> document, and the most characters that AWS takes
POLICIES: dict[str, tuple[Document, int]] = {
    "tenant-key": (key_policy_of("acme"), KMS_KEY_POLICY_LIMIT),
    "secret": (secret_policy_of("acme"), SECRET_POLICY_LIMIT),
    "reader": (reader_policy_of("acme"), ROLE_INLINE_LIMIT),
    "reader-trust": (reader_trust_of("acme"), TRUST_LIMIT),
    "writer": (WRITER_POLICY, ROLE_INLINE_LIMIT),
    "writer-trust": (writer_trust(account_root=NAMES.account_root_arn(), operators=[OPERATOR]), TRUST_LIMIT),
    "trail-bucket": (
        trail_bucket_policy(bucket=NAMES.trail_bucket_arn(), account_id=ACCOUNT, trail=NAMES.trail_arn()),
        BUCKET_POLICY_LIMIT,
    ),
    "trail-key": (
        trail_key_policy(
            account_root=NAMES.account_root_arn(),
            deployer=DEPLOYER,
            auditors=[AUDITOR],
            trail=NAMES.trail_arn(),
            any_trail=NAMES.any_trail_arn_pattern(),
        ),
        KMS_KEY_POLICY_LIMIT,
    ),
    "deployer": (deployer_policy(REACH), ROLE_INLINE_LIMIT),
    "deployer-unprotected": (deployer_policy(REACH, empties_log_bucket=True), ROLE_INLINE_LIMIT),
}
