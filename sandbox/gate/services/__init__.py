"""The services that the gate can authorise, by the name in a request's signature. A new one is one more file."""

from collections.abc import Mapping

from sandbox.gate.operations import Service
from sandbox.gate.services import (
    athena,
    cloudtrail,
    cloudwatch,
    events,
    functions,
    glue,
    iam,
    kms,
    logs,
    s3,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    sts,
)

SERVICES: Mapping[str, Service] = {
    "athena": athena.SERVICE,
    "cloudtrail": cloudtrail.SERVICE,
    "events": events.SERVICE,
    "glue": glue.SERVICE,
    "iam": iam.SERVICE,
    "kms": kms.SERVICE,
    "lambda": functions.SERVICE,
    "logs": logs.SERVICE,
    "monitoring": cloudwatch.SERVICE,
    "s3": s3.SERVICE,
    "scheduler": scheduler.SERVICE,
    "secretsmanager": secretsmanager.SERVICE,
    "sns": sns.SERVICE,
    "sqs": sqs.SERVICE,
    "sts": sts.SERVICE,
}
