"""AWS Secrets Manager: what renews a secret, and when. The id is the secret's ARN."""

from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import Change, Input, Kind, ResourceType
from sandbox.provider.services.calls import given
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_RULES = {
    "automaticallyAfterDays": Field(aws="AutomaticallyAfterDays"),
    "duration": Field(aws="Duration"),
    "scheduleExpression": Field(aws="ScheduleExpression"),
}


def _rotate(aws: Aws, wanted: State) -> str:
    client: SecretsManagerClient = aws.client("secretsmanager")
    return client.rotate_secret(
        SecretId=wanted["secretId"],
        RotateImmediately=wanted["rotateImmediately"],
        **given(
            RotationLambdaARN=wanted.get("rotationLambdaArn"),
            RotationRules=to_aws(_RULES, wanted.get("rotationRules", {})),
        ),
    )["ARN"]


def _read(aws: Aws, arn: str, _so_far: State) -> State | None:
    client: SecretsManagerClient = aws.client("secretsmanager")
    secret: Any = client.describe_secret(SecretId=arn)
    if secret.get("DeletedDate"):
        return None
    enabled = bool(secret.get("RotationEnabled"))
    rules = from_aws(_RULES, secret.get("RotationRules", {}))
    if "scheduleExpression" in rules:  # Secrets Manager then tells the days that lie between as well
        rules.pop("automaticallyAfterDays", None)
    return {
        "rotationEnabled": enabled,
        "rotationLambdaArn": secret.get("RotationLambdaARN") if enabled else None,
        "rotationRules": rules if enabled and rules else None,
        "secretId": secret["ARN"],
    }


def _update(aws: Aws, _arn: str, change: Change) -> None:
    if change.names - {"rotateImmediately"}:
        _rotate(aws, change.new)


def _cancel(aws: Aws, arn: str, _state: State) -> None:
    client: SecretsManagerClient = aws.client("secretsmanager")
    client.cancel_rotate_secret(SecretId=arn)


SECRET_ROTATION = ResourceType(
    pulumi_type="aws:secretsmanager/secretRotation:SecretRotation",
    source="internal/service/secretsmanager/secret_rotation.go",
    inputs={
        "rotateImmediately": Input(kind=Kind.FLAG, default=True),
        "rotationEnabled": Input(kind=Kind.FLAG, computed=True),
        "rotationLambdaArn": Input(),
        "rotationRules": Input(kind=Kind.BLOCK, shape=_RULES),
        "secretId": Input(required=True, replace=True),
    },
    unserved=frozenset({"externalSecretRotationMetadatas", "externalSecretRotationRoleArn", "region"}),
    gone=frozenset({"ResourceNotFoundException"}),
    create=_rotate,
    read=_read,
    update=_update,
    delete=_cancel,
)

RESOURCE_TYPES = (SECRET_ROTATION,)
