"""Who may rotate a secret, and in which way.

RotateSecret in the Secrets Manager API reference ("You also need lambda:InvokeFunction"); its condition keys in the
Service Authorization Reference.
"""

import json
import uuid
from typing import Any

import pytest

from tests.sandbox.gate.cloud import VALUE, Cloud, allow, document, refused, trust_service
from tests.sandbox.gate.test_functions import spec

RULES = {"ScheduleExpression": "cron(0 3 1 * ? *)"}
AS_IT_IS = {
    "Null": {"secretsmanager:RotationLambdaARN": "true"},
    "BoolIfExists": {"secretsmanager:ModifyRotationRules": "false"},
}


@pytest.fixture(scope="module")
def function(cloud: Cloud) -> str:
    role = cloud.role("rotates", allow("logs:PutLogEvents"), trusts=trust_service("lambda.amazonaws.com"))
    client = cloud.administrator().client("lambda")
    arn = client.create_function(**spec(role))["FunctionArn"]
    service = {"Principal": "secretsmanager.amazonaws.com", "Action": "lambda:InvokeFunction"}
    client.add_permission(FunctionName=arn, StatementId="rotate", **service)
    return arn


@pytest.fixture
def secret(cloud: Cloud, function: str) -> str:
    """A secret whose rotation is set up."""
    manager = cloud.administrator().client("secretsmanager")
    arn = manager.create_secret(Name=f"/rotated/{uuid.uuid4().hex[:8]}", SecretString=VALUE)["ARN"]
    more = {"RotationLambdaARN": function, "RotationRules": RULES, "RotateImmediately": False}
    manager.rotate_secret(SecretId=arn, **more)
    return arn


def _manager(cloud: Cloud, *statements: Any) -> Any:
    role = cloud.role(f"r-{uuid.uuid4().hex[:8]}", *statements)
    return cloud.administrator().assume(role).client("secretsmanager")


def test_rotating_needs_the_secret_and_its_function(cloud: Cloud, secret: str, function: str) -> None:
    only_secret = _manager(cloud, allow("secretsmanager:RotateSecret", secret))
    message = refused(only_secret.rotate_secret, code="AccessDeniedException", SecretId=secret)
    assert f"lambda:InvokeFunction on resource: {function}" in message
    both = _manager(cloud, allow("secretsmanager:RotateSecret", secret), allow("lambda:InvokeFunction", function))
    call = _outcome(both.rotate_secret, SecretId=secret)
    assert call in ("", "InvalidRequestException"), "whatever the state of the rotation, it is not a matter of rights"


@pytest.mark.parametrize("more", [{"RotationRules": RULES}, {"RotationLambdaARN": "function"}])
def test_who_may_only_start_a_rotation_cannot_change_it(
    cloud: Cloud, secret: str, function: str, more: dict[str, Any]
) -> None:
    operator = _manager(
        cloud,
        allow("secretsmanager:RotateSecret", secret, Condition=AS_IT_IS),
        allow("lambda:InvokeFunction", function),
    )
    changes = {name: function if value == "function" else value for name, value in more.items()}
    message = refused(operator.rotate_secret, code="AccessDeniedException", SecretId=secret, **changes)
    assert "secretsmanager:RotateSecret" in message
    assert _outcome(operator.rotate_secret, SecretId=secret) != "AccessDeniedException"


def test_a_role_reaches_the_secrets_of_its_own_function_only(cloud: Cloud, secret: str, function: str) -> None:
    plain = cloud.administrator().client("secretsmanager").create_secret(Name="/unrotated", SecretString=VALUE)["ARN"]
    ours = {"ArnEquals": {"secretsmanager:resource/AllowRotationLambdaArn": function}}
    rotator = _manager(cloud, allow("secretsmanager:GetSecretValue", Condition=ours))
    assert rotator.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"] == VALUE
    refused(rotator.get_secret_value, code="AccessDeniedException", SecretId=plain, VersionStage="AWSCURRENT")
    theirs = {"ArnEquals": {"secretsmanager:resource/AllowRotationLambdaArn": function + "-2"}}
    other = _manager(cloud, allow("secretsmanager:GetSecretValue", Condition=theirs))
    refused(other.get_secret_value, code="AccessDeniedException", SecretId=secret, VersionStage="AWSCURRENT")


def test_cancelling_is_a_right_of_its_own(cloud: Cloud, secret: str) -> None:
    starter = _manager(cloud, allow("secretsmanager:RotateSecret", secret))
    refused(starter.cancel_rotate_secret, code="AccessDeniedException", SecretId=secret)
    canceller = _manager(cloud, allow("secretsmanager:CancelRotateSecret", secret))
    assert canceller.cancel_rotate_secret(SecretId=secret)["ARN"] == secret


def test_a_secrets_own_policy_can_keep_everyone_else_from_stopping_its_rotation(cloud: Cloud, secret: str) -> None:
    admin = cloud.administrator().client("secretsmanager")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:CancelRotateSecret", "Resource": "*"}
    admin.put_resource_policy(SecretId=secret, ResourcePolicy=json.dumps(document(deny)))
    message = refused(admin.cancel_rotate_secret, code="AccessDeniedException", SecretId=secret)
    assert message.endswith("with an explicit deny in a resource-based policy")


def _outcome(call: Any, **arguments: Any) -> str:
    """Return the code of the error, or nothing."""
    try:
        call(**arguments)
    except Exception as problem:  # noqa: BLE001 - boto3 makes its error classes as it goes
        return str(getattr(problem, "response", {}).get("Error", {}).get("Code", problem))
    return ""
