"""Setting a rotation up, and the dates on which it happens by itself."""

import json
import time
from typing import Any

import pytest

from tests.sandbox.gate.cloud import A, refused
from tests.sandbox.rotation.account import CRON, HONEST, Account, failing_at

PATIENCE_SECONDS = 60


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen by itself"
        time.sleep(0.1)


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
        listed = account.client("secretsmanager").list_secret_version_ids(SecretId=secret, IncludeDeprecated=True)
        assert [version["VersionId"] for version in listed["Versions"]] == list(before), "the test's version is gone"
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
