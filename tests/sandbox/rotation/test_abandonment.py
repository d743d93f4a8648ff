"""A rotation into which someone else steps: with another version, with a cancellation, with a token of their own."""

import pytest

from tests.sandbox.gate.cloud import refused
from tests.sandbox.rotation.account import CRON, HONEST, Account, failing_at

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]


@pytest.mark.parametrize("stages", [["AWSCURRENT"], ["MINE"]])
def test_another_version_abandons_a_rotation(account: Account, stages: list[str]) -> None:
    put = f"client.put_secret_value(SecretId=event['SecretId'], SecretString='of a person', VersionStages={stages})"
    secret, function = account.secret(), account.function(failing_at("setSecret", put))
    url = account.watch(secret)
    token = account.rotate(secret, function)["VersionId"]
    account.advance(hours=3)
    run = account.last(secret)
    assert (run["state"], [step["step"] for step in run["steps"]]) == ("abandoned", STEPS[:2])
    assert token not in account.labels(secret), "the service takes AWSPENDING off"
    assert account.value(secret, stages[0]) == "of a person"
    assert "RotationAbandoned" in {event["eventName"] for event in account.events(url)}
    assert "RotationFailed" not in {event["eventName"] for event in account.events(url)}


def test_a_version_that_is_made_between_two_attempts_abandons_it_too(account: Account) -> None:
    secret, function = account.secret(), account.function(failing_at("setSecret"))
    account.rotate(secret, function)
    account.advance()
    account.client("secretsmanager").put_secret_value(SecretId=secret, SecretString="of a person")
    account.redeploy(function, HONEST)
    account.advance(hours=3)
    assert account.last(secret)["state"] == "abandoned"
    assert account.value(secret) == "of a person"
    account.rotate(secret)
    account.advance()
    assert account.last(secret)["state"] == "succeeded", "the next request is a new rotation"


def test_its_own_version_does_not_abandon_a_rotation(account: Account) -> None:
    secret, function = account.secret(), account.function(failing_at("setSecret"))
    token = account.rotate(secret, function)["VersionId"]
    account.advance()
    again = {"SecretId": secret, "ClientRequestToken": token, "SecretString": f"made-{token}"}
    account.client("secretsmanager").put_secret_value(**again, VersionStages=["AWSPENDING"])
    account.redeploy(function, HONEST)
    account.advance(minutes=1)
    assert account.last(secret)["state"] == "succeeded"


def test_cancelling_ends_a_rotation_and_its_schedule_and_leaves_the_labels(account: Account) -> None:
    secret, function = account.secret(), account.function(failing_at("setSecret"))
    token = account.rotate(secret, function)["VersionId"]
    account.advance()
    account.client("secretsmanager").cancel_rotate_secret(SecretId=secret)
    account.advance(days=40)
    assert [run["state"] for run in account.rotations(secret)] == ["cancelled"]
    assert account.labels(secret)[token] == {"AWSPENDING"}
    described = account.client("secretsmanager").describe_secret(SecretId=secret)
    assert described["RotationEnabled"] is False
    assert "NextRotationDate" not in described
    assert described["RotationRules"] == {"ScheduleExpression": CRON}


def test_a_request_takes_up_a_cancelled_rotation_where_it_was_left(account: Account) -> None:
    secret, function = account.secret(), account.function(failing_at("setSecret"))
    token = account.rotate(secret, function)["VersionId"]
    account.advance()
    account.client("secretsmanager").cancel_rotate_secret(SecretId=secret)
    account.redeploy(function, HONEST)
    refused(account.rotate, code="InvalidRequestException", secret=secret, function=function)
    account.advance()
    assert account.version_with(secret, "AWSCURRENT") == token


@pytest.mark.parametrize(("given", "outcome"), [("event['RotationToken']", "succeeded"), ("'x' * 36", "waiting")])
def test_a_rotation_token_has_to_be_the_rotations_own(account: Account, given: str, outcome: str) -> None:
    secret = account.secret()
    text = HONEST.replace(
        "SecretId=secret, ClientRequestToken=token,",
        f"RotationToken={given}, SecretId=secret, ClientRequestToken=token,",
    )
    account.rotate(secret, account.function(text))
    account.advance()
    assert account.last(secret)["state"] == outcome
