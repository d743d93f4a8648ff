"""What the deploy role of an environment may do: for whoever sets the account up."""

from policies.deployer import Reach, deployer_policy, log_archive_policy
from policies.documents import Document
from tenant_keys.naming import Names
from tenant_keys.settings import Settings


def deploy_role_policy(settings: Settings) -> Document:
    """The IAM policy of the deploy role of an environment."""
    return deployer_policy(deployer_reach(settings.names), empties_log_bucket=not settings.protect)


def log_archive_role_policy(settings: Settings) -> Document:
    """The IAM policy of the deploy role of an environment's log archive."""
    names = settings.log_names
    return log_archive_policy(
        kms_keys=[names.every_kms_key_arn_pattern(), names.every_kms_alias_arn_pattern()],
        trail_bucket=settings.names.trail_bucket_arn(),
        empties_log_bucket=not settings.protect,
    )


def deployer_reach(names: Names) -> Reach:
    """All that carries the names of an environment."""
    return Reach(
        secrets=names.every_secret_arn_pattern(),
        admin_secrets=names.every_issuer_admin_secret_arn_pattern(),
        roles=names.every_role_arn_pattern(),
        passable_roles=names.passable_role_arn_patterns(),
        kms_keys=names.every_kms_key_arn_pattern(),
        kms_aliases=names.every_kms_alias_arn_pattern(),
        trail=names.trail_arn(),
        trail_bucket=names.trail_bucket_arn(),
        answers_bucket=names.answers_bucket_arn(),
        catalog=names.audit_catalog_arn_patterns(),
        workgroup=names.audit_workgroup_arn(),
        functions=names.every_resource_of_the_app("lambda", "function:"),
        rotators=names.every_rotator_function_arn_pattern(),
        log_groups=[
            names.every_resource_of_the_app("logs", "log-group:/aws/events/"),
            names.every_resource_of_the_app("logs", "log-group:/aws/lambda/"),
        ],
        alarms=names.every_alarm_arn_pattern(),
        dashboards=names.every_dashboard_arn_pattern(),
        insight_rules=names.every_resource_of_the_app("cloudwatch", "insight-rule/"),
        rules=names.every_rule_arn_pattern(),
        schedules=[
            names.every_resource_of_the_app("scheduler", "schedule-group/"),
            names.every_resource_of_the_app("scheduler", "schedule/"),
        ],
        topics=names.every_resource_of_the_app("sns"),
        queues=names.every_resource_of_the_app("sqs"),
        region=names.region,
    )
