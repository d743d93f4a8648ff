"""The services that the gate can authorise, by the name in a request's signature. A new one is one more file."""

from collections.abc import Mapping

from sandbox.gate.operations import Service
from sandbox.gate.services import cloudtrail, iam, kms, s3, secretsmanager, sts

SERVICES: Mapping[str, Service] = {
    "cloudtrail": cloudtrail.SERVICE,
    "iam": iam.SERVICE,
    "kms": kms.SERVICE,
    "s3": s3.SERVICE,
    "secretsmanager": secretsmanager.SERVICE,
    "sts": sts.SERVICE,
}
