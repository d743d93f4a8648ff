"""A rotation from its request to its end, and each way in which it may go wrong."""

import json
import time
from typing import Any

import pytest

from tests.sandbox.gate.cloud import A, allow, refused
from tests.sandbox.rotation.account import CRON, HONEST, Account, failing_at

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


class TestSomeoneElse:
    @pytest.mark.parametrize("stages", [["AWSCURRENT"], ["MINE"]])
    def test_another_version_abandons_a_rotation(self, account: Account, stages: list[str]) -> None:
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

    def test_a_version_that_is_made_between_two_attempts_abandons_it_too(self, account: Account) -> None:
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

    def test_its_own_version_does_not_abandon_a_rotation(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("setSecret"))
        token = account.rotate(secret, function)["VersionId"]
        account.advance()
        again = {"SecretId": secret, "ClientRequestToken": token, "SecretString": f"made-{token}"}
        account.client("secretsmanager").put_secret_value(**again, VersionStages=["AWSPENDING"])
        account.redeploy(function, HONEST)
        account.advance(minutes=1)
        assert account.last(secret)["state"] == "succeeded"

    def test_cancelling_ends_a_rotation_and_its_schedule_and_leaves_the_labels(self, account: Account) -> None:
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

    def test_a_request_takes_up_a_cancelled_rotation_where_it_was_left(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("setSecret"))
        token = account.rotate(secret, function)["VersionId"]
        account.advance()
        account.client("secretsmanager").cancel_rotate_secret(SecretId=secret)
        account.redeploy(function, HONEST)
        refused(account.rotate, code="InvalidRequestException", secret=secret, function=function)
        account.advance()
        assert account.version_with(secret, "AWSCURRENT") == token

    @pytest.mark.parametrize(("given", "outcome"), [("event['RotationToken']", "succeeded"), ("'x' * 36", "waiting")])
    def test_a_rotation_token_has_to_be_the_rotations_own(self, account: Account, given: str, outcome: str) -> None:
        secret = account.secret()
        text = HONEST.replace(
            "SecretId=secret, ClientRequestToken=token,",
            f"RotationToken={given}, SecretId=secret, ClientRequestToken=token,",
        )
        account.rotate(secret, account.function(text))
        account.advance()
        assert account.last(secret)["state"] == outcome


class TestSettingUp:
    def test_without_rotating_at_once_only_the_test_is_run_on_a_copy(self, account: Account) -> None:
        which = "VersionId=event['ClientRequestToken'], VersionStage='AWSPENDING'"
        tell = f"print('value', client.get_secret_value(SecretId=event['SecretId'], {which})['SecretString'])"
        secret, function = account.secret(), account.function(failing_at("testSecret", tell))
        account.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function.rpartition(':')[2]}")
        url = account.watch(secret)
        before = account.labels(secret)
        account.rotate(secret, function, RotateImmediately=False)
        account.advance()
        run = account.last(secret)
        assert (run["kind"], run["state"], [s["step"] for s in run["steps"]]) == ("test", "succeeded", ["testSecret"])
        assert "value first" in account.log(function)
        assert account.labels(secret) == before, "the version of the test is taken away"
        told = sorted(event["eventName"] for event in account.events(url))
        assert told == ["TestRotationStarted", "TestRotationSucceeded"]

    def test_a_test_of_a_secret_without_a_value_has_nothing_to_copy(self, account: Account) -> None:
        secret = account.secret(None)
        account.rotate(secret, account.function(), RotateImmediately=False)
        account.advance()
        assert (account.last(secret)["state"], account.labels(secret)) == ("succeeded", {})

    def test_a_failing_test_is_told_and_not_tried_again(self, account: Account) -> None:
        secret, function = account.secret(), account.function(failing_at("testSecret"))
        url, before = account.watch(secret), account.labels(secret)
        account.rotate(secret, function, RotateImmediately=False)
        account.advance(hours=3)
        assert [run["state"] for run in account.rotations(secret)] == ["failed"]
        assert account.labels(secret) == before
        assert "TestRotationFailed" in {event["eventName"] for event in account.events(url)}

    def test_the_settings_are_described_as_they_were_given(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        rules = {"ScheduleExpression": CRON, "Duration": "3h"}
        account.rotate(secret, function, RotationRules=rules, RotateImmediately=False)
        described = account.client("secretsmanager").describe_secret(SecretId=secret)
        assert described["RotationEnabled"] is True
        assert described["RotationLambdaARN"] == function
        assert described["RotationRules"] == rules
        assert described["NextRotationDate"].strftime("%d %H:%M:%S") == "01 05:59:59", "the latest date of the window"
        listed = account.client("secretsmanager").get_paginator("list_secrets").paginate()
        found = next(s for page in listed for s in page["SecretList"] if s["ARN"] == secret)
        assert found["RotationRules"] == rules

    def test_a_function_that_does_not_let_secrets_manager_in_is_refused(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        client = account.client("lambda")
        (statement,) = json.loads(client.get_policy(FunctionName=function)["Policy"])["Statement"]
        client.remove_permission(FunctionName=function, StatementId=statement["Sid"])
        message = refused(account.rotate, code="AccessDeniedException", secret=secret, function=function)
        assert "Secrets Manager cannot invoke the specified Lambda function" in message
        account.permit(function, "secretsmanager.amazonaws.com", secret + "-of-someone-else")
        refused(account.rotate, code="AccessDeniedException", secret=secret, function=function)
        account.permit(function, "secretsmanager.amazonaws.com", secret)
        assert account.rotate(secret, function)["VersionId"]

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"RotationRules": {"ScheduleExpression": "cron(5 3 1 * ? *)"}}, "InvalidParameterException"),
            ({"RotationRules": {}}, "InvalidParameterException"),
            ({"ExternalSecretRotationRoleArn": f"arn:aws:iam::{A}:role/x"}, "NotImplemented"),
        ],
    )
    def test_settings_that_aws_refuses_are_refused(self, account: Account, more: dict[str, Any], code: str) -> None:
        refused(account.rotate, code=code, secret=account.secret(), function=account.function(), **more)

    def test_a_secret_without_a_function_cannot_be_rotated(self, account: Account) -> None:
        message = refused(account.rotate, code="InvalidRequestException", secret=account.secret())
        assert message == "No Lambda rotation function ARN is associated with this secret."

    def test_a_deleted_secret_cannot_be_rotated(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        account.client("secretsmanager").delete_secret(SecretId=secret, RecoveryWindowInDays=7)
        refused(account.rotate, code="InvalidRequestException", secret=secret, function=function)


class TestSchedule:
    def test_a_secret_is_rotated_at_its_time_each_month(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        account.rotate(secret, function, RotateImmediately=False)
        months = [account.first_of_month(number, "03:00:00") for number in (1, 2, 3)]
        account.until(months[0].replace("03:00:00", "02:59:00"))
        assert account.value(secret) == "first"
        account.until(months[0].replace("03:00:00", "03:01:00"))
        rotated = account.last(secret)
        assert (rotated["state"], rotated["requestedAt"]) == ("succeeded", months[0])
        described = account.client("secretsmanager").describe_secret(SecretId=secret)
        assert described["LastRotatedDate"].strftime("%Y-%m-%dT%H:%M") == months[0][:16]
        assert described["NextRotationDate"].strftime("%Y-%m-%dT%H:%M:%SZ") == months[1].replace("03:00:00", "23:59:59")
        account.until(months[2].replace("03:00:00", "12:00:00"))
        assert [run["requestedAt"] for run in account.rotations(secret)[-3:]] == months

    def test_a_date_that_passes_in_real_time_fires_by_itself(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        account.rotate(secret, function, RotateImmediately=False)
        account.until(account.first_of_month(1, "02:59:58"))
        assert account.value(secret) == "first"
        _wait_for(lambda: account.value(secret) != "first")

    def test_a_failed_rotation_leaves_its_date_in_the_past_and_is_tried_at_the_next_one(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        account.rotate(secret, function, RotateImmediately=False)
        account.advance()
        account.redeploy(function, failing_at("testSecret"))
        first, second = account.first_of_month(1, "23:00:00"), account.first_of_month(2, "23:00:00")
        account.until(first)
        failed = account.last(secret)
        assert (failed["kind"], failed["state"]) == ("rotation", "failed")
        account.redeploy(function, HONEST)
        account.advance(days=1)
        due = account.client("secretsmanager").describe_secret(SecretId=secret)["NextRotationDate"]
        assert due < account.now(), "the date is calculated anew after a rotation that succeeds only"
        account.until(second)
        healed = account.last(secret)
        assert (healed["token"], healed["state"]) == (failed["token"], "succeeded")

    def test_a_value_that_a_person_puts_in_counts_as_a_rotation_for_a_rate(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        rules = {"AutomaticallyAfterDays": 30}
        account.rotate(secret, function, RotationRules=rules, RotateImmediately=False)
        account.advance(days=20)
        account.client("secretsmanager").put_secret_value(SecretId=secret, SecretString="of a person")
        account.advance(days=28)
        assert account.value(secret) == "of a person"
        account.advance(days=2)
        assert account.value(secret) != "of a person"

    def test_a_deleted_secret_is_rotated_no_more(self, account: Account) -> None:
        secret, function = account.secret(), account.function()
        account.rotate(secret, function, RotateImmediately=False)
        account.advance()
        account.client("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
        account.advance(days=32)
        assert [run["kind"] for run in account.rotations(secret)] == ["test"]
