"""A rotation from its request to its end, and each way in which it may go wrong."""

import json
import time
from typing import Any

import pytest

from tests.sandbox.gate.cloud import allow, refused
from tests.sandbox.rotation.account import HONEST, Account, failing_at

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
PATIENCE_SECONDS = 60


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen by itself"
        time.sleep(0.1)


class TestSuccess:
    def test_a_rotation_happens_by_itself_and_keeps_the_old_value(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        token = account.rotate(secret, function)["VersionId"]
        _wait_for(lambda: account.value(secret) == f"made-{token}")
        account.advance()
        run = account.last(secret)
        assert (run["state"], run["token"], run["attempts"]) == ("succeeded", token, 1)
        assert [step["step"] for step in run["steps"]] == STEPS
        assert account.value(secret, "AWSPREVIOUS") == "first"
        assert account.labels(secret)[token] == {"AWSCURRENT"}, "the service takes AWSPENDING off at the end"
        read = account.client("secretsmanager").get_secret_value(SecretId=secret)
        assert read["VersionId"] == token, "a read that names no stage is not a stale one"

    def test_the_function_is_told_what_aws_tells_it(self, account: Account) -> None:
        tell = "import json; print(json.dumps({**event, 'RotationToken': len(event['RotationToken'])}))"
        function, secret = account.function(HONEST + f"\ndef before(event):\n    {tell}\n"), account.secret()
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        token = account.rotate(secret, function)["VersionId"]
        account.advance()
        told = [json.loads(line) for line in account.log(function) if line.startswith("{")]
        assert told == [
            {"Step": step, "SecretId": secret, "ClientRequestToken": token, "RotationToken": 36} for step in STEPS
        ]

    def test_a_secret_without_a_value_gets_its_first_one(self, account: Account) -> None:
        secret, function = account.secret(None), account.function()
        token = account.rotate(secret, function)["VersionId"]
        account.advance()
        assert account.last(secret)["state"] == "succeeded"
        assert account.labels(secret) == {token: {"AWSCURRENT"}}

    def test_the_token_of_the_request_is_the_new_versions_id(self, account: Account) -> None:
        secret, function, token = account.secret(), account.function(), "t" * 32
        assert account.rotate(secret, function, ClientRequestToken=token)["VersionId"] == token
        account.advance()
        assert account.version_with(secret, "AWSCURRENT") == token
        rotate = account.client("secretsmanager").rotate_secret
        refused(rotate, code="ResourceExistsException", SecretId=secret, ClientRequestToken=token)

    def test_its_events_reach_a_rule_and_hold_no_value(self, account: Account) -> None:
        secret, function = account.secret("canary-value"), account.function()
        url = account.watch(secret)
        account.rotate(secret, function)
        account.advance()
        events = account.events(url)
        assert sorted(event["eventName"] for event in events) == ["RotationStarted", "RotationSucceeded"]
        assert all(event["additionalEventData"] == {"SecretId": secret} for event in events)
        assert all(event["eventType"] == "AwsServiceEvent" for event in events)
        assert "canary" not in json.dumps(events)
        assert "made-" not in json.dumps(events)


class TestFailure:
    @pytest.mark.parametrize("step", STEPS)
    def test_a_failing_step_starts_the_rotation_again_with_the_same_token(self, account: Account, step: str) -> None:
        secret, function = account.secret(), account.function(failing_at(step))
        token = account.rotate(secret, function)["VersionId"]
        account.advance()
        account.redeploy(function, HONEST)
        assert account.value(secret) == "first", "the old value stays while a rotation waits for its next attempt"
        account.advance(minutes=1)
        run = account.last(secret)
        assert (run["state"], run["attempts"]) == ("succeeded", 2)
        first = [taken["step"] for taken in run["steps"] if taken["attempt"] == 1]
        assert first == STEPS[: STEPS.index(step) + 1]
        assert [taken["step"] for taken in run["steps"] if taken["attempt"] == 2] == STEPS
        assert account.value(secret) == f"made-{token}"

    @pytest.mark.parametrize(
        ("how", "error"),
        [
            ("raise KeyError('x')", "KeyError"),
            ("import os; os._exit(3)", "Runtime.ExitError"),
            ("import os; os.kill(os.getpid(), 9)", "Runtime.ExitError"),
            ("import time; time.sleep(60)", "Sandbox.Timedout"),
            ("raise SystemExit", "Runtime.ExitError"),
        ],
    )
    def test_a_function_may_raise_die_or_hang(self, account: Account, how: str, error: str) -> None:
        secret, function = account.secret(), account.function(failing_at("setSecret", how), timeout=2)
        account.rotate(secret, function)
        account.advance()
        assert [step["outcome"] for step in account.last(secret)["steps"]] == ["succeeded", error]
        account.redeploy(function, HONEST)
        account.advance(minutes=1)
        assert account.last(secret)["state"] == "succeeded", "the next attempt has a process of its own"

    def test_after_the_last_attempt_it_has_failed_and_the_label_stays(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("testSecret"))
        url = account.watch(secret)
        token = account.rotate(secret, function)["VersionId"]
        account.advance(hours=3)
        run = account.last(secret)
        assert (run["state"], run["attempts"], len(run["steps"])) == ("failed", 5, 15)
        assert account.value(secret) == "first"
        assert account.labels(secret)[token] == {"AWSPENDING"}
        failed = next(event for event in account.events(url) if event["eventName"] == "RotationFailed")
        assert failed["errorMessage"] == f"Error when executing lambda {function} during testSecret step"

    def test_a_later_request_is_an_error_and_goes_on_with_the_stuck_token(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("testSecret"))
        token = account.rotate(secret, function)["VersionId"]
        account.advance(hours=3)
        account.redeploy(function, HONEST)
        rotate = account.client("secretsmanager").rotate_secret
        message = refused(rotate, code="InvalidRequestException", SecretId=secret)
        assert message == "A previous rotation isn't complete. That rotation will be reattempted."
        account.advance()
        assert [run["token"] for run in account.rotations(secret)] == [token, token]
        assert account.version_with(secret, "AWSCURRENT") == token

    def test_a_request_while_a_rotation_runs_is_an_error_and_changes_nothing(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("setSecret", "import time; time.sleep(3)"))
        token = account.rotate(secret, function)["VersionId"]
        _wait_for(lambda: account.last(secret)["state"] == "running")
        refused(account.rotate, code="InvalidRequestException", secret=secret)
        account.advance()
        assert [(run["token"], run["state"], run["attempts"]) for run in account.rotations(secret)] == [
            (token, "succeeded", 1)
        ]

    def test_a_request_while_the_settings_are_tested_is_an_error_and_makes_no_version(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("testSecret", "import time; time.sleep(3)"))
        account.rotate(secret, function, RotateImmediately=False)
        _wait_for(lambda: account.last(secret)["state"] == "running")
        refused(account.rotate, code="InvalidRequestException", secret=secret)
        account.advance()
        assert [run["kind"] for run in account.rotations(secret)] == ["test"]
        assert account.value(secret) == "first"

    def test_a_version_without_a_value_is_told_from_one_with_a_value_by_reading_it(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("createSecret"))
        token = account.rotate(secret, function)["VersionId"]
        account.advance()
        assert account.labels(secret)[token] == {"AWSPENDING"}
        read = account.client("secretsmanager").get_secret_value
        stage = {"VersionId": token, "VersionStage": "AWSPENDING"}
        refused(read, code="ResourceNotFoundException", SecretId=secret, **stage)

    def test_finishing_without_promoting_is_a_failure(self, account: Account) -> None:
        secret = account.secret()
        account.rotate(secret, account.function("def handle(event, context):\n    pass\n"))
        account.advance()
        run = account.last(secret)
        assert [step["step"] for step in run["steps"]] == STEPS
        assert run["state"] == "waiting"

    def test_a_role_that_may_not_put_a_value_fails_its_step(self, account: Account) -> None:
        """The gate authorises every call of the function, in the name of its role."""
        rights = [allow("secretsmanager:DescribeSecret")]
        secret, function = account.secret(), account.function(rights=rights)
        account.rotate(secret, function)
        account.advance()
        (step,) = account.last(secret)["steps"]
        name = function.rpartition(":")[2]
        assert step["outcome"] == "ClientError"
        assert f"assumed-role/runs-{name}/{name} is not authorized to perform" in step["error"]

    def test_a_function_without_capacity_is_throttled(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        account.client("lambda").put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
        account.rotate(secret, function)
        account.advance()
        assert [step["outcome"] for step in account.last(secret)["steps"]] == ["TooManyRequestsException"]

    def test_a_function_that_is_gone_fails_its_step(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        account.rotate(secret, function, RotateImmediately=False)
        account.advance()
        account.client("lambda").delete_function(FunctionName=function)
        account.advance(days=32)
        assert account.last(secret)["steps"][0]["outcome"] == "AccessDeniedException"
