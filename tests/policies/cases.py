"""Each policy for the same tenant, account and region: what the golden documents hold."""

from collections.abc import Mapping, Sequence

from policies.deployer import deployer_policy, log_archive_policy
from policies.documents import (
    BUCKET_POLICY_LIMIT,
    KMS_KEY_POLICY_LIMIT,
    LOGS_POLICY_LIMIT,
    QUEUE_POLICY_LIMIT,
    ROLE_INLINE_LIMIT,
    SECRET_POLICY_LIMIT,
    TOPIC_POLICY_LIMIT,
    TRUST_LIMIT,
    Document,
)
from policies.functions import dead_letters_policy, function_trust
from policies.kms_key import secrets_key_policy
from policies.notices import notices_policy, owner_topic_policy
from policies.reader import reader_policy, reader_trust
from policies.rotator import rotator_policy
from policies.scheduler import scheduler_policy, scheduler_trust
from policies.secret import secret_resource_policy
from policies.security import lost_alarms_policy, read_logs_policy, security_key_policy, security_topic_policy
from policies.trail import Auditors, answers_bucket_policy, trail_bucket_policy, trail_key_policy
from policies.writer import writer_policy, writer_trust
from tenant_keys import naming
from tenant_keys.deploy_role import deployer_reach

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


def admin_secret_arn(issuer: str) -> str:
    return NAMES.issuer_admin_secret_arn_pattern(issuer).replace("??????", "aB3dE5")


def key_policy_of(
    tenant: str, keys: tuple[str, ...] = ("external-api-key",), issuers: Mapping[str, Sequence[str]] | None = None
) -> Document:
    """Of a tenant with these keys, of which `issuers` names those that each issuer's function renews."""
    return secrets_key_policy(
        account_root=NAMES.account_root_arn(),
        region=REGION,
        deployer=DEPLOYER,
        reader=NAMES.reader_role_arn(tenant),
        writer=NAMES.writer_role_arn(),
        secrets=[NAMES.secret_arn_pattern(tenant, key) for key in keys],
        rotators={
            NAMES.rotator_role_arn(issuer): [NAMES.secret_arn_pattern(tenant, key) for key in renewed]
            for issuer, renewed in (issuers or {}).items()
        },
    )


def secret_policy_of(tenant: str, issuer: str | None = None) -> Document:
    return secret_resource_policy(
        readers=[NAMES.reader_role_arn(tenant)],
        writers=[NAMES.writer_role_arn()],
        deployer=DEPLOYER,
        rotators=[NAMES.rotator_role_arn(issuer)] if issuer else [],
    )


def admin_secret_policy_of(issuer: str) -> Document:
    return secret_resource_policy(
        readers=[NAMES.rotator_role_arn(issuer)], writers=[NAMES.writer_role_arn()], deployer=DEPLOYER
    )


def admin_key_policy_of(issuer: str) -> Document:
    return secrets_key_policy(
        account_root=NAMES.account_root_arn(),
        region=REGION,
        deployer=DEPLOYER,
        reader=NAMES.rotator_role_arn(issuer),
        writer=NAMES.writer_role_arn(),
        secrets=[NAMES.issuer_admin_secret_arn_pattern(issuer)],
    )


def rotator_policy_of(issuer: str, *, has_api: bool = True) -> Document:
    function = NAMES.rotator_function(issuer)
    return rotator_policy(
        function=NAMES.rotator_function_arn(issuer),
        secrets=NAMES.every_secret_arn_pattern(),
        admin_secret=NAMES.issuer_admin_secret_arn_pattern(issuer) if has_api else None,
        kms_keys=NAMES.every_kms_key_arn_pattern(),
        region=REGION,
        schedules=NAMES.schedules_arn_pattern(NAMES.schedule_group(issuer)),
        scheduler_role=NAMES.scheduler_role_arn(issuer),
        log_streams=NAMES.log_streams_arn_pattern(function),
        dead_letters=NAMES.dead_letters_arn(function),
    )


def scheduler_trust_of(group: str) -> Document:
    return scheduler_trust(account_id=ACCOUNT, schedule_group=NAMES.schedule_group_arn(group))


def reader_policy_of(tenant: str, keys: tuple[str, ...] = ("external-api-key",)) -> Document:
    return reader_policy(secrets=[secret_arn(tenant, key) for key in keys], kms_key=kms_key_arn(tenant), region=REGION)


def reader_trust_of(tenant: str) -> Document:
    return reader_trust(
        account_root=NAMES.account_root_arn(),
        backends=[BACKEND],
        session_name=naming.reader_session_name(tenant),
    )


WRITER_POLICY = writer_policy(
    secrets=NAMES.every_secret_arn_pattern(),
    admin_secrets=NAMES.every_issuer_admin_secret_arn_pattern(),
    rotators=NAMES.every_rotator_function_arn_pattern(),
    kms_keys=NAMES.every_kms_key_arn_pattern(),
    region=REGION,
)
NOTICES_POLICY = notices_policy(
    topic=NAMES.owner_topic_arn(),
    secrets=NAMES.every_secret_arn_pattern(),
    log_streams=NAMES.log_streams_arn_pattern(NAMES.notices_function()),
    dead_letters=NAMES.dead_letters_arn(NAMES.notices_function()),
)
REACH = deployer_reach(NAMES)
AUDITORS = Auditors(roles=[AUDITOR], roots=[NAMES.account_root_arn()])
ARCHIVE = naming.Names(app=NAMES.app, account="333333333333", region=NAMES.region)

# name -> document, and the most characters that AWS takes
POLICIES: dict[str, tuple[Document, int]] = {
    "tenant-key": (key_policy_of("globex"), KMS_KEY_POLICY_LIMIT),
    "tenant-key-rotated": (
        key_policy_of("acme", issuers={"sendgrid": ["external-api-key"]}),
        KMS_KEY_POLICY_LIMIT,
    ),
    "secret": (secret_policy_of("globex"), SECRET_POLICY_LIMIT),
    "secret-rotated": (secret_policy_of("acme", "sendgrid"), SECRET_POLICY_LIMIT),
    "issuer-admin-key": (admin_key_policy_of("sendgrid"), KMS_KEY_POLICY_LIMIT),
    "issuer-admin-secret": (admin_secret_policy_of("sendgrid"), SECRET_POLICY_LIMIT),
    "rotator": (rotator_policy_of("sendgrid"), ROLE_INLINE_LIMIT),
    "rotator-without-api": (rotator_policy_of("pagerduty", has_api=False), ROLE_INLINE_LIMIT),
    "function-trust": (function_trust(), TRUST_LIMIT),
    "scheduler": (scheduler_policy(function=NAMES.rotator_function_arn("sendgrid")), ROLE_INLINE_LIMIT),
    "scheduler-trust": (scheduler_trust_of(NAMES.schedule_group("sendgrid")), TRUST_LIMIT),
    "dead-letters": (
        dead_letters_policy(
            queue=NAMES.dead_letters_arn(NAMES.rotator_function("sendgrid")),
            function_role=NAMES.rotator_role_arn("sendgrid"),
        ),
        QUEUE_POLICY_LIMIT,
    ),
    "notices": (NOTICES_POLICY, ROLE_INLINE_LIMIT),
    "owner-topic": (
        owner_topic_policy(topic=NAMES.owner_topic_arn(), publisher=NAMES.notices_role_arn(), deployer=DEPLOYER),
        TOPIC_POLICY_LIMIT,
    ),
    "security-topic": (
        security_topic_policy(
            topic=NAMES.security_topic_arn(),
            deployer=DEPLOYER,
            account_id=ACCOUNT,
            alarms=NAMES.every_alarm_arn_pattern(),
        ),
        TOPIC_POLICY_LIMIT,
    ),
    "security-key": (
        security_key_policy(
            account_root=NAMES.account_root_arn(),
            deployer=DEPLOYER,
            account_id=ACCOUNT,
            alarms=NAMES.every_alarm_arn_pattern(),
        ),
        KMS_KEY_POLICY_LIMIT,
    ),
    "lost-alarms": (
        lost_alarms_policy(
            queue=NAMES.dead_letters_arn(NAMES.security_topic()),
            account_id=ACCOUNT,
            rules=NAMES.every_rule_arn_pattern(),
        ),
        QUEUE_POLICY_LIMIT,
    ),
    "read-logs": (
        read_logs_policy(
            log_streams=NAMES.secret_reads_log_streams_arn_pattern(),
            rule=NAMES.secret_reads_rule_arn(),
        ),
        LOGS_POLICY_LIMIT,
    ),
    "reader": (reader_policy_of("acme"), ROLE_INLINE_LIMIT),
    "reader-trust": (reader_trust_of("acme"), TRUST_LIMIT),
    "writer": (WRITER_POLICY, ROLE_INLINE_LIMIT),
    "writer-trust": (writer_trust(account_root=NAMES.account_root_arn(), operators=[OPERATOR]), TRUST_LIMIT),
    "trail-bucket": (
        trail_bucket_policy(bucket=NAMES.trail_bucket_arn(), account_id=ACCOUNT, trail=NAMES.trail_arn()),
        BUCKET_POLICY_LIMIT,
    ),
    "answers-bucket": (answers_bucket_policy(bucket=NAMES.answers_bucket_arn()), BUCKET_POLICY_LIMIT),
    "trail-key": (
        trail_key_policy(
            account_root=NAMES.account_root_arn(),
            deployer=DEPLOYER,
            auditors=AUDITORS,
            trail=NAMES.trail_arn(),
            any_trail=NAMES.any_trail_arn_pattern(),
            answers=NAMES.answers_bucket_arn(),
            region=REGION,
        ),
        KMS_KEY_POLICY_LIMIT,
    ),
    "archive-bucket": (
        trail_bucket_policy(
            bucket=NAMES.trail_bucket_arn(), account_id=ACCOUNT, trail=NAMES.trail_arn(), auditors=AUDITORS
        ),
        BUCKET_POLICY_LIMIT,
    ),
    "archive-deployer": (
        log_archive_policy(
            kms_keys=[ARCHIVE.every_kms_key_arn_pattern(), ARCHIVE.every_kms_alias_arn_pattern()],
            trail_bucket=NAMES.trail_bucket_arn(),
        ),
        ROLE_INLINE_LIMIT,
    ),
    "deployer": (deployer_policy(REACH), ROLE_INLINE_LIMIT),
    "deployer-unprotected": (deployer_policy(REACH, empties_log_bucket=True), ROLE_INLINE_LIMIT),
}
