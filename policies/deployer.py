"""The deployer: the identity that `pulumi up` assumes. It administers everything here and reaches no value.

The program can't create the role that runs it: `tenant-keys deployer-policy` prints this document for the one who sets
the account up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from policies import deployer_actions as actions
from policies import kms_key
from policies.documents import Document, Statement, allow, document
from policies.functions import LAMBDA
from policies.scheduler import SCHEDULER


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What the deployer may touch, as ARNs or ARN patterns.

    Attributes:
        secrets: The secrets of all tenants.
        admin_secrets: The secrets with the admin credentials of all issuers.
        roles: The roles that the program makes.
        passable_roles: Those of them that a function or a schedule gets.
        kms_keys: The KMS keys.
        kms_aliases: Their aliases.
        trail: The audit trail.
        trail_bucket: Its bucket.
        answers_bucket: The bucket of Athena's answers.
        catalog: What Glue asks for about the audit's database and its tables.
        workgroup: The Athena workgroup.
        functions: The functions.
        rotators: Those of them that rotate.
        log_groups: The log groups of the functions and of reads.
        alarms: The alarms.
        dashboards: The dashboards.
        insight_rules: The Contributor Insights rules.
        rules: The event rules.
        schedules: The schedules and their groups.
        topics: The topics and their subscriptions.
        queues: The queues.
        region: The region of all of them.
    """

    secrets: str
    admin_secrets: str
    roles: str
    passable_roles: Sequence[str]
    kms_keys: str
    kms_aliases: str
    trail: str
    trail_bucket: str
    answers_bucket: str
    catalog: Sequence[str]
    workgroup: str
    functions: str
    rotators: str
    log_groups: Sequence[str]
    alarms: str
    dashboards: str
    insight_rules: str
    rules: str
    schedules: Sequence[str]
    topics: str
    queues: str
    region: str


def deployer_policy(reach: Reach, *, empties_log_bucket: bool = False) -> Document:
    """What the deployer may do within `reach`.

    Args:
        reach: What it may touch.
        empties_log_bucket: Whether it may delete log files, so that a throw-away environment can be destroyed.
    """
    return document(
        allow("Secrets", actions.SECRETS, [reach.secrets, reach.admin_secrets]),
        allow("KmsKeys", kms_key.ADMINISTRATION, [reach.kms_keys, reach.kms_aliases]),
        allow(
            "SecretsManagerTriesKeys",
            kms_key.ENCRYPTION,
            reach.kms_keys,
            when={
                "StringEquals": {
                    "kms:ViaService": kms_key.via_secrets_manager(reach.region),
                    "kms:EncryptionContext:SecretVersionId": kms_key.KEY_CHECK_VERSION,
                }
            },
        ),
        allow("Roles", actions.ROLES, reach.roles),
        allow("Trail", actions.TRAIL, reach.trail),
        allow("Buckets", actions.BUCKET, [reach.trail_bucket, reach.answers_bucket]),
        allow("Catalog", actions.CATALOG, reach.catalog),
        allow("Workgroup", actions.WORKGROUP, reach.workgroup),
        *_rotation(reach),
        allow("WithoutResource", actions.WITHOUT_RESOURCE, "*"),
        *(_emptying(reach.trail_bucket, reach.answers_bucket) if empties_log_bucket else []),
    )


def log_archive_policy(*, kms_keys: Sequence[str], trail_bucket: str, empties_log_bucket: bool = False) -> Document:
    """What the deployer may do in the account that keeps the audit log files.

    Args:
        kms_keys: ARN patterns of the KMS keys there and of the app's aliases.
        trail_bucket: ARN of the log files' bucket.
        empties_log_bucket: As for `deployer_policy`.
    """
    return document(
        allow("KmsKeys", kms_key.ADMINISTRATION, kms_keys),
        allow("TrailBucket", actions.BUCKET, trail_bucket),
        allow("WithoutResource", actions.KMS_WITHOUT_RESOURCE, "*"),
        *(_emptying(trail_bucket) if empties_log_bucket else []),
    )


def _emptying(*buckets: str) -> list[Statement]:
    return [
        allow("EmptyBuckets", actions.EMPTYING_BUCKET, list(buckets)),
        allow("DeleteFiles", actions.EMPTYING_OBJECTS, [f"{bucket}/*" for bucket in buckets]),
    ]


def _rotation(reach: Reach) -> list[Statement]:
    """What rotation is made of."""
    return [
        allow("StopRotation", actions.STOPPING_ROTATION, reach.secrets),
        allow(
            "RotateByOwnFunctions",
            actions.CONFIGURING_ROTATION,
            reach.secrets,
            when={"ArnLike": {"secretsmanager:RotationLambdaARN": reach.rotators}},
        ),
        # Secrets Manager takes a function only from a caller who may call it (user guide, "Permissions for rotation").
        allow("CallRotators", ("lambda:InvokeFunction",), reach.rotators),
        allow("Functions", actions.FUNCTIONS, reach.functions),
        allow(
            "GiveRoles",
            ("iam:PassRole",),
            reach.passable_roles,
            when={"StringEquals": {"iam:PassedToService": [LAMBDA, SCHEDULER]}},
        ),
        allow("LogGroups", actions.LOG_GROUPS, reach.log_groups),
        allow("Alarms", actions.ALARMS, reach.alarms),
        allow("Dashboards", actions.DASHBOARDS, reach.dashboards),
        allow("InsightRules", actions.INSIGHT_RULES, reach.insight_rules),
        allow("Rules", actions.RULES, reach.rules),
        allow("Schedules", actions.SCHEDULES, reach.schedules),
        allow("Topics", actions.TOPICS, reach.topics),
        allow("Queues", actions.QUEUES, reach.queues),
    ]
