from typing import Any

import pytest

from rotation_lambda.errors import EventRefusedError
from rotation_lambda.event import RevokeEvent, Step, StepEvent, SweepEvent, parse_event
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import ARN, version
from tests.rotation_lambda.wire import golden

TOKEN = version(3)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("create-secret", Step.CREATE),
        ("set-secret", Step.SET),
        ("test-secret", Step.TEST),
        ("finish-secret", Step.FINISH),
    ],
)
def test_a_step_is_read_with_its_rotation_token_sealed(name: str, step: Step) -> None:
    asked = parse_event(golden(name))
    assert isinstance(asked, StepEvent)
    assert (asked.step, asked.secret, asked.version) == (step, ARN, TOKEN)
    assert asked.rotation_token is not None
    assert asked.rotation_token.open() == golden(name)["RotationToken"], "it goes back with each value that is put"
    assert CANARY not in repr(asked), "the rotation token is a credential"


def test_a_step_without_a_rotation_token_is_a_step() -> None:
    asked = parse_event(golden("create-secret-without-rotation-token"))
    assert asked == StepEvent(step=Step.CREATE, secret=ARN, version=TOKEN)


def test_revocations_and_sweeps_are_read() -> None:
    assert parse_event(golden("revoke")) == RevokeEvent(secret=ARN, version=TOKEN)
    assert parse_event(golden("revoke-now")) == RevokeEvent(secret=ARN, version=TOKEN, now=True)
    assert parse_event({"revoke": {"secretId": ARN, "version": TOKEN}}) == RevokeEvent(secret=ARN, version=TOKEN)
    assert parse_event(golden("sweep")) == SweepEvent()


def test_unknown_keys_are_ignored() -> None:
    assert parse_event(golden("create-secret", Region="ap-northeast-1")) == parse_event(golden("create-secret"))
    assert parse_event(golden("sweep", source="aws.scheduler")) == SweepEvent()


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(None, id="nothing"),
        pytest.param([golden("sweep")], id="a list"),
        pytest.param("createSecret", id="a text"),
        pytest.param({}, id="no kind"),
        pytest.param(golden("create-secret", sweep={}), id="two kinds"),
        pytest.param(golden("create-secret", Step="create_secret"), id="the step as prose spells it"),
        pytest.param(golden("create-secret", Step="CreateSecret"), id="the step with a capital"),
        pytest.param(golden("create-secret", Step="deleteSecret"), id="no step"),
        pytest.param(golden("create-secret", Step=["createSecret"]), id="a list of steps"),
        pytest.param(golden("create-secret", SecretId=None), id="no secret"),
        pytest.param(golden("create-secret", SecretId="/saas/myapp/tenant-acme/external-api-key"), id="a name"),
        pytest.param(golden("create-secret", SecretId=ARN.removesuffix("-aB3dE5")), id="half an ARN"),
        pytest.param(golden("create-secret", SecretId=f"{ARN}\n"), id="an ARN with a line end"),
        pytest.param(golden("create-secret", SecretId=ARN.replace("secretsmanager", "s3")), id="another service"),
        pytest.param(golden("create-secret", ClientRequestToken=None), id="no token"),
        pytest.param(golden("create-secret", ClientRequestToken="short"), id="a short token"),
        pytest.param(golden("create-secret", ClientRequestToken=f"{TOKEN}/../x"), id="a token with slashes"),
        pytest.param(golden("create-secret", ClientRequestToken=3), id="a number as token"),
        pytest.param(golden("create-secret", RotationToken="short"), id="a short rotation token"),
        pytest.param(golden("create-secret", RotationToken={}), id="an object as rotation token"),
        pytest.param({"revoke": None}, id="nothing to revoke"),
        pytest.param({"revoke": {"secretId": ARN}}, id="no version"),
        pytest.param({"revoke": {"version": TOKEN}}, id="no secret to revoke"),
        pytest.param({"revoke": {"secretId": ARN, "version": TOKEN, "now": "yes"}}, id="now as a text"),
        pytest.param({"revoke": {"secretId": ARN, "version": TOKEN, "now": 1}}, id="now as a number"),
        pytest.param({"sweep": True}, id="a sweep that is no object"),
        pytest.param({"sweep": None}, id="no sweep"),
    ],
)
def test_everything_else_is_refused(event: Any) -> None:
    with pytest.raises(EventRefusedError) as refused:
        parse_event(event)
    assert CANARY not in str(refused.value), "an error ends in a log, and an event may hold anything"


@pytest.mark.parametrize("key", ["Step", "SecretId", "ClientRequestToken", "RotationToken"])
def test_no_text_of_an_event_is_repeated_in_an_error(key: str) -> None:
    with pytest.raises(EventRefusedError) as refused:
        parse_event(golden("create-secret", **{key: f"{CANARY}!"}))
    assert CANARY not in str(refused.value)
