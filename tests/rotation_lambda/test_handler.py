"""The whole function from the wire: golden events, moto's AWS, a real adapter, and a fake issuer over HTTP."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from rotation_lambda import handler
from rotation_lambda.errors import (
    EventRefusedError,
    IssuerRefusedError,
    NotPendingError,
    SettingsRefusedError,
    UnexpectedError,
    WrongSecretError,
)
from rotation_lambda.function import RuntimeTime, clients
from rotation_lambda.handler import handle
from rotation_lambda.revocation_job import job_name
from sandbox.issuers.sendgrid import SendGrid
from tests.rotation_lambda import aws
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import version
from tests.rotation_lambda.wire import golden

pytestmark = pytest.mark.usefixtures("cloud")

FUNCTION = "arn:aws:lambda:ap-northeast-1:123456789012:function:myapp--mail--rotator"
GROUP = "myapp--mail"
STEPS = ("create-secret", "set-secret", "test-secret", "finish-secret")


@dataclass
class Context:
    """What the runtime hands over."""

    invoked_function_arn: str = f"{FUNCTION}:live"
    milliseconds: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


class Stack:
    """What a deployed stack has: a secret, the issuer's admin credential, the function's variable."""

    def __init__(self, issuer: SendGrid, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        aws.forget()
        clients().scheduler.create_schedule_group(Name=GROUP)
        self.issuer = issuer
        # Moto can't promote the first version of a secret (AWS can; the simulations do), so a person has put a key in.
        self.arn = aws.make_secret(value=f"{CANARY}by-hand")
        aws.name_rotator(self.arn, FUNCTION)
        admin = aws.make_secret("/saas/myapp/issuer/mail", value=issuer.admin_text(), tenant="", key="", issuer="")
        self.settings: dict[str, object] = {
            "app": "myapp",
            "environment": "prod",
            "issuer": "mail",
            "adapter": "sendgrid",
            "baseUrl": issuer.url,
            "options": {"scopes": ["mail.send"]},
            "adminSecret": admin,
            "secretPrefix": "/saas/myapp/tenant-",
            "scheduleGroup": GROUP,
            "scheduleRole": "arn:aws:iam::123456789012:role/myapp--mail--scheduler",
        }
        self._environment, self._capsys = monkeypatch, capsys
        self.lines: list[dict[str, Any]] = []

    def call(self, event: object, **settings: object) -> dict[str, str]:
        """Calls the handler; keeps what it printed."""
        self._environment.setenv("ROTATION_SETTINGS", json.dumps(self.settings | settings))
        try:
            return handle(event, Context())
        finally:
            out, err = self._capsys.readouterr()
            assert not err
            assert not [value for value in self.issuer.control.values if value in out], "a credential was printed"
            assert CANARY not in out, "the rotation token was printed"
            self.lines += [json.loads(line) for line in out.splitlines()]

    def step(self, name: str, token: str) -> str:
        return self.call(golden(name, SecretId=self.arn, ClientRequestToken=token))["outcome"]

    def rotate(self, token: str) -> list[str]:
        aws.place_pending(self.arn, token)
        return [self.step(name, token) for name in STEPS]

    def value(self, stage: str = "AWSCURRENT") -> dict[str, Any]:
        text = clients().secrets.get_secret_value(SecretId=self.arn, VersionStage=stage)["SecretString"]
        return dict(json.loads(text))


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Stack]:
    issuer = SendGrid()
    with issuer.running():
        yield Stack(issuer, monkeypatch, capsys)


def test_a_key_that_a_person_put_in_is_followed_by_minted_ones(stack: Stack) -> None:
    assert stack.rotate(version(1)) == ["stored", "nothing to do", "proved", "promoted"]
    first = stack.value()
    assert (first["tenant"], first["issuer"], first["endpoint"]) == ("acme", "mail", stack.issuer.url)
    assert stack.rotate(version(2)) == ["stored", "nothing to do", "proved", "promoted"]
    assert stack.value()["apiKeyId"] != first["apiKeyId"]
    assert stack.value("AWSPREVIOUS") == first, "an operator can go back to it"
    assert len(stack.issuer.keys.listed("acme-mail")) == 2, "both work during the grace"
    job = clients().scheduler.get_schedule(GroupName=GROUP, Name=job_name(stack.arn, version(2)))
    assert job["Target"]["Arn"] == FUNCTION, "without the alias under which it was called"


def test_each_event_leaves_one_line_with_nothing_but_the_fields_that_are_allowed(stack: Stack) -> None:
    stack.rotate(version(1))
    assert [line["step"] for line in stack.lines] == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    for line in stack.lines:
        assert set(line) == {"step", "secret", "version", "issuer", "outcome", "durationMs"}
        assert (line["secret"], line["version"], line["issuer"]) == (stack.arn, version(1), "mail")


def test_an_operators_revocation_answers_what_came_of_it(stack: Stack) -> None:
    stack.rotate(version(1))
    stack.rotate(version(2))
    asked = {"secretId": stack.arn, "version": version(2), "now": False}
    assert stack.call({"revoke": asked}) == {"outcome": "not due"}
    assert stack.call({"revoke": asked | {"now": True}}) == {"outcome": "revoked"}
    assert [key.id for key in stack.issuer.keys.listed("acme-mail")] == [stack.value()["apiKeyId"]]
    assert stack.lines[-1]["step"] == "revoke"


def test_a_sweep_prints_its_metrics_and_one_line(stack: Stack) -> None:
    stack.rotate(version(1))
    stack.lines.clear()
    assert stack.call(golden("sweep")) == {"outcome": "swept"}
    metrics, line = stack.lines
    declared = metrics["_aws"]["CloudWatchMetrics"][0]
    assert declared["Namespace"] == "TenantKeys"
    assert declared["Dimensions"] == [["App", "Environment", "Issuer"]]
    assert [metric["Name"] for metric in declared["Metrics"]] == [
        "OverdueRotations",
        "StuckPending",
        "Orphans",
        "SweptSecrets",
        "UnsweptSecrets",
    ]
    assert {name: metrics[name] for name in ("App", "Environment", "Issuer")} == {
        "App": "myapp",
        "Environment": "prod",
        "Issuer": "mail",
    }
    assert (metrics["SweptSecrets"], metrics["UnsweptSecrets"], metrics["Orphans"]) == (1, 0, 0)
    assert (line["step"], line["outcome"], line["swept"]) == ("sweep", "swept", 1)


def test_a_refused_event_is_told_without_its_text(stack: Stack) -> None:
    with pytest.raises(EventRefusedError):
        stack.call(golden("create-secret", Step=CANARY))
    assert stack.lines == [
        {
            "outcome": "failed",
            "error": "EventRefusedError",
            "reason": "'Step' is none of createSecret, setSecret, testSecret, finishSecret.",
            "durationMs": stack.lines[0]["durationMs"],
        }
    ]


def test_a_step_that_fails_raises_our_error_and_is_told(stack: Stack) -> None:
    with pytest.raises(NotPendingError):
        stack.step("create-secret", version(7))
    assert (stack.lines[-1]["outcome"], stack.lines[-1]["error"]) == ("failed", "NotPendingError")


def test_a_secret_of_another_function_is_refused(stack: Stack) -> None:
    aws.place_pending(stack.arn, version(1))
    aws.name_rotator(stack.arn, FUNCTION.replace("mail", "other"))
    with pytest.raises(WrongSecretError, match="another function rotates it"):
        stack.step("create-secret", version(1))
    assert not stack.issuer.requests


def test_a_wrong_admin_credential_is_told_by_the_issuers_answer(stack: Stack) -> None:
    aws.place_pending(stack.arn, version(1))
    clients().secrets.put_secret_value(SecretId=str(stack.settings["adminSecret"]), SecretString=f"{CANARY}wrong")
    with pytest.raises(IssuerRefusedError, match="HTTP 40"):
        stack.step("create-secret", version(1))


def test_settings_that_can_not_be_used_are_told(stack: Stack) -> None:
    aws.place_pending(stack.arn, version(1))
    event = golden("create-secret", SecretId=stack.arn, ClientRequestToken=version(1))
    with pytest.raises(SettingsRefusedError, match="no adapter 'sendgird'"):
        stack.call(event, adapter="sendgird")
    with pytest.raises(SettingsRefusedError, match="name no admin secret"):
        stack.call(event, adminSecret=None)


def test_a_mistake_of_ours_is_told_by_its_place_alone(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistake(*_: object) -> None:
        raise ValueError(f"{CANARY}in a stranger's error")

    monkeypatch.setattr(handler, "perform", mistake)
    with pytest.raises(UnexpectedError, match=r"ValueError at .*test_handler\.py:[0-9]+") as raised:
        stack.call(golden("sweep"))
    assert raised.value.__suppress_context__, "else the runtime prints the first error, too"
    assert stack.lines[-1]["error"] == "UnexpectedError"


def test_a_step_has_its_own_time_and_a_sweep_the_functions() -> None:
    time = RuntimeTime(25.0)
    assert 24.0 < time.remaining() <= 25.0
    time.pause(0.01)
    assert time.remaining() <= 24.99
    assert time.now().tzinfo is not None
