"""The table: every resource type that the sandbox serves, one file per AWS service."""

from sandbox.provider.services import (
    athena,
    awslambda,
    awslambda_calls,
    cloudtrail,
    cloudwatch,
    cloudwatch_views,
    events,
    glue,
    iam,
    kms,
    logs,
    s3,
    s3_settings,
    scheduler,
    secret_rotation,
    secretsmanager,
    sns,
    sns_subscriptions,
    sqs,
)

_MODULES = (
    athena,
    awslambda,
    awslambda_calls,
    cloudtrail,
    cloudwatch,
    cloudwatch_views,
    events,
    glue,
    iam,
    kms,
    logs,
    s3,
    s3_settings,
    scheduler,
    secret_rotation,
    secretsmanager,
    sns,
    sns_subscriptions,
    sqs,
)

RESOURCE_TYPES = {entry.pulumi_type: entry for module in _MODULES for entry in module.RESOURCE_TYPES}
