"""A sandbox's clock from Python: `advance`, `mails`, `rotations`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox import Sandbox, SandboxError


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(tmp_path_factory.mktemp("launched") / "sandbox") as sandbox:
        yield sandbox


def test_the_clock_is_read_and_set_forward(sandbox: Sandbox) -> None:
    assert abs((sandbox.now() - datetime.now(UTC)).total_seconds()) < 5
    report = sandbox.advance(days=1, hours=12)
    assert report["happened"] == []
    assert abs((sandbox.now() - datetime.now(UTC)) - timedelta(days=1.5)) < timedelta(seconds=5)
    target = sandbox.now() + timedelta(days=3)
    sandbox.advance_to(target)
    assert timedelta(0) <= sandbox.now() - target < timedelta(seconds=5)


def test_a_clock_cannot_go_back(sandbox: Sandbox) -> None:
    with pytest.raises(SandboxError, match="goes forward only"):
        sandbox.advance(days=-1)


def test_a_new_session_works_after_the_clock_was_set_forward(sandbox: Sandbox) -> None:
    sandbox.advance(days=40)
    identity = sandbox.session("dev-operator").client("sts").get_caller_identity()
    assert identity["Arn"].endswith("/operator")


def test_mails_and_rotations_are_told(sandbox: Sandbox) -> None:
    sns = sandbox.session("dev-administrator").client("sns")
    topic = sns.create_topic(Name="told")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@acme.example")
    sns.publish(TopicArn=topic, Subject="S", Message="M")
    (mail,) = sandbox.mails()
    assert (mail["address"], mail["subject"], mail["text"]) == ("security@acme.example", "S", "M")
    assert sandbox.rotations() == []


def test_a_sandbox_that_is_not_started_has_no_clock(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="not started"):
        Sandbox(tmp_path / "sandbox").now()


def test_a_variable_that_leads_elsewhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", "http://127.0.0.1:1")
    with pytest.raises(SandboxError, match="unset AWS_ENDPOINT_URL_SNS"):
        Sandbox(tmp_path / "sandbox").session("dev-operator")
