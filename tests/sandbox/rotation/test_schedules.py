"""EventBridge Scheduler: one-time and recurring schedules, fired at their time in the name of their role."""

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.gate.cloud import REGION, A, allow, refused, trust_service
from tests.sandbox.rotation.account import HONEST, Account
from tests.sandbox.rotation.jobs import GROUP, Jobs


@pytest.fixture(scope="module", autouse=True)
def _group(cloud: Any) -> None:
    cloud.administrator().client("scheduler").create_schedule_group(Name=GROUP)


@pytest.fixture
def jobs(account: Account) -> Any:
    jobs = Jobs(account)
    yield jobs
    jobs.clear()


class TestOnce:
    def test_a_one_time_schedule_fires_at_its_time_and_is_deleted(self, account: Account, jobs: Jobs) -> None:
        expression = jobs.in_(hours=24)
        name = jobs.schedule(expression, ActionAfterCompletion="DELETE")
        account.advance(hours=23)
        assert (jobs.calls(), jobs.exists(name)) == ([], True)
        account.advance(hours=2)
        (call,) = jobs.calls()
        assert call["event"] == {"note": "in"}
        assert call["now"][:16] == expression[3:19], "the function's own clock stands at the schedule's time"
        assert not jobs.exists(name)

    def test_one_that_asks_for_no_deletion_stays_and_does_not_fire_again(self, account: Account, jobs: Jobs) -> None:
        name = jobs.schedule(jobs.in_(hours=1))
        account.advance(days=3)
        assert (len(jobs.calls()), jobs.exists(name)) == (1, True)
        assert [entry for entry in account.advance(days=400) if entry["kind"] == "schedule"] == []

    def test_one_whose_time_is_past_fires_at_once(self, account: Account, jobs: Jobs) -> None:
        jobs.schedule("at(2020-01-01T00:00:00)")
        account.advance()
        assert len(jobs.calls()) == 1

    def test_one_that_was_deleted_or_disabled_does_not_fire(self, account: Account, jobs: Jobs) -> None:
        account.client("scheduler").delete_schedule(Name=jobs.schedule(jobs.in_(hours=1)), GroupName=GROUP)
        jobs.schedule(jobs.in_(hours=1), State="DISABLED")
        account.advance(hours=2)
        assert jobs.calls() == []

    def test_one_that_was_moved_fires_at_its_new_time(self, account: Account, jobs: Jobs) -> None:
        name = jobs.schedule(jobs.in_(hours=1))
        account.advance(minutes=1)
        jobs.change(name, jobs.in_(hours=5), ActionAfterCompletion="DELETE")
        account.advance(hours=2)
        assert jobs.calls() == []
        account.advance(hours=4)
        assert [call["event"] for call in jobs.calls()] == [{"note": "changed"}]
        assert not jobs.exists(name)

    def test_a_function_may_arm_a_job_that_comes_after_the_grace(self, account: Account, jobs: Jobs) -> None:
        """What a rotation does for the old key: a one-time schedule, made with the function's own role."""
        arm = f"""
import datetime, json, boto3

def handle(event, context):
    due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=24)
    boto3.client("scheduler").create_schedule(
        Name="revoke-" + context.aws_request_id, GroupName={GROUP!r}, FlexibleTimeWindow={{"Mode": "OFF"}},
        ScheduleExpression=due.strftime("at(%Y-%m-%dT%H:%M:%S)"), ActionAfterCompletion="DELETE",
        Target={{"Arn": {jobs.function!r}, "RoleArn": {jobs.role!r}, "Input": json.dumps({{"revoke": event}})}},
    )
"""
        rights = [allow("scheduler:CreateSchedule", f"arn:aws:scheduler:{REGION}:{A}:schedule/{GROUP}/*")]
        passing = allow("iam:PassRole", jobs.role)
        outcome = account.client("lambda").invoke(FunctionName=account.function(arm, rights=rights), Payload=b"{}")
        assert outcome["FunctionError"], "arming is passing the role of the job"
        armed = account.function(arm, rights=[*rights, passing])
        account.client("lambda").invoke(FunctionName=armed, Payload=b'{"version": "v"}')
        account.advance(hours=23)
        assert jobs.calls() == []
        account.advance(hours=2)
        assert [call["event"] for call in jobs.calls()] == [{"revoke": {"version": "v"}}]


class TestRecurring:
    def test_a_rate_fires_at_once_and_then_again_and_again(self, account: Account, jobs: Jobs) -> None:
        jobs.schedule("rate(1 hour)")
        account.advance(hours=5, minutes=30)
        times = [account.moment(call["now"]) for call in jobs.calls()]
        assert len(times) == 6
        assert {round((b - a).total_seconds() / 60) for a, b in itertools.pairwise(times)} == {60}

    def test_a_leap_that_skips_repeats_lets_a_schedule_fire_once_and_nothing_else_be_lost(
        self, account: Account, jobs: Jobs
    ) -> None:
        hourly = jobs.schedule("rate(1 hour)", "hourly")
        account.advance(minutes=1)  # a rate fires at once, too
        soon = (account.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%S")
        once = jobs.schedule(f"at({soon})", "once")
        target = account.now() + timedelta(days=30)
        report = account.cloud.control("clock", {"until": target.isoformat(), "skipRepeats": True})
        fired = [each["schedule"].rsplit("/", 1)[-1] for each in report["happened"] if each["kind"] == "schedule"]
        assert fired == [once, hourly]

    def test_a_cron_fires_at_the_times_that_it_names(self, account: Account, jobs: Jobs) -> None:
        jobs.schedule("cron(30 8 * * ? *)")
        account.advance(days=3)
        assert [call["now"][11:16] for call in jobs.calls()] == ["08:30"] * 3

    def test_what_happens_is_reported_in_the_order_of_time(self, account: Account, jobs: Jobs) -> None:
        secret, function = account.secret(), account.function()
        account.rotate(secret, function, RotateImmediately=False)
        account.until(account.first_of_month(1))
        jobs.schedule("cron(30 2 * * ? *)", "before")
        jobs.schedule("cron(30 3 * * ? *)", "after")
        happened = account.advance(hours=4)
        assert [entry["at"] for entry in happened] == sorted(entry["at"] for entry in happened)
        kinds = [e["kind"] for e in happened if e["kind"] in ("schedule", "rotation")]
        assert kinds == ["schedule", "rotation", "schedule"]


class TestInput:
    def test_words_of_the_schedule_are_filled_in(self, account: Account, jobs: Jobs) -> None:
        name = jobs.schedule(jobs.in_(hours=1), "<aws.scheduler.schedule-arn> <aws.scheduler.attempt-number>")
        account.advance(hours=2)
        (call,) = jobs.calls()
        assert call["event"] == {"note": f"arn:aws:scheduler:{REGION}:{A}:schedule/{GROUP}/{name} 1"}

    def test_without_an_input_the_default_event_comes(self, account: Account, jobs: Jobs) -> None:
        client = account.client("scheduler")
        client.create_schedule(
            Name="plain",
            GroupName=GROUP,
            ScheduleExpression=jobs.in_(hours=1),
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": jobs.function, "RoleArn": jobs.role},
        )
        account.advance(hours=2)
        (call,) = jobs.calls()
        assert (call["event"]["source"], call["event"]["detail-type"]) == ("aws.scheduler", "Scheduled Event")


class TestFailing:
    def test_a_role_that_may_not_call_is_tried_again_and_then_leaves_the_input_to_the_queue(
        self, account: Account
    ) -> None:
        dead, queue = account.queue()
        jobs = Jobs(account, allow("sqs:SendMessage", queue))
        target = {"DeadLetterConfig": {"Arn": queue}, "RetryPolicy": {"MaximumRetryAttempts": 3}}
        target["RetryPolicy"]["MaximumEventAgeInSeconds"] = 86400
        name = jobs.schedule(jobs.in_(hours=1), target=target, ActionAfterCompletion="DELETE")
        happened = account.advance(hours=3)
        tries = [entry["outcome"] for entry in happened if entry["kind"] == "schedule"]
        assert tries == ["AccessDeniedException"] * 4
        (message,) = account.messages(dead)
        assert json.loads(message["Body"]) == {"note": "in"}
        assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "AccessDeniedException"
        assert (jobs.calls(), jobs.exists(name)) == ([], False)

    def test_a_call_that_gets_too_old_is_given_up(self, account: Account) -> None:
        jobs = Jobs(account, allow("kms:ListKeys"))
        target = {"RetryPolicy": {"MaximumRetryAttempts": 100, "MaximumEventAgeInSeconds": 600}}
        jobs.schedule(jobs.in_(hours=1), target=target, ActionAfterCompletion="DELETE")
        happened = account.advance(hours=3)
        assert len([entry for entry in happened if entry["kind"] == "schedule"]) == 4, "after 0, 1, 3 and 7 minutes"
        (given_up,) = [entry for entry in happened if entry["kind"] == "dead-letter"]
        assert given_up["queue"] is None

    def test_a_role_that_was_taken_from_the_scheduler_calls_no_more(self, account: Account, jobs: Jobs) -> None:
        jobs.schedule(jobs.in_(hours=1))
        trusts = json.dumps(trust_service("lambda.amazonaws.com"))
        account.client("iam").update_assume_role_policy(RoleName=jobs.role.rpartition("/")[2], PolicyDocument=trusts)
        account.advance(hours=1, minutes=1)
        assert jobs.calls() == []

    def test_a_function_that_fails_is_run_twice_more_and_then_leaves_its_record(self, account: Account) -> None:
        """The schedule is done once Lambda took the call: what follows is Lambda's."""
        dead, queue = account.queue()
        jobs = Jobs(account)
        account.client("lambda").put_function_event_invoke_config(
            FunctionName=jobs.function, DestinationConfig={"OnFailure": {"Destination": queue}}
        )
        target = {"Input": json.dumps({"fail": True})}
        name = jobs.schedule(jobs.in_(hours=1), target=target, ActionAfterCompletion="DELETE")
        account.advance(hours=2)
        times = [account.moment(call["now"]) for call in jobs.calls()]
        assert [round((time - times[0]).total_seconds() / 60) for time in times] == [0, 1, 3]
        (message,) = account.messages(dead)
        record = json.loads(message["Body"])
        assert record["requestContext"]["condition"] == "RetriesExhausted"
        assert record["requestContext"]["approximateInvokeCount"] == 3
        assert (record["requestPayload"], record["responsePayload"]["errorType"]) == ({"fail": True}, "ValueError")
        assert not jobs.exists(name)


@pytest.mark.parametrize("expression", ["rate(1 hours)", "cron(0 3 1 * * *)", "at(2026-13-01T00:00:00)", "hourly"])
def test_an_expression_that_is_none_is_refused(account: Account, jobs: Jobs, expression: str) -> None:
    refused(jobs.schedule, code="ValidationException", expression=expression)
    assert account.advance() == []


def test_a_time_zone_other_than_utc_is_refused(jobs: Jobs) -> None:
    zone = {"ScheduleExpressionTimezone": "Europe/Berlin"}
    refused(jobs.schedule, code="NotImplemented", expression="rate(1 hour)", **zone)


def test_a_months_rotations_go_on_beside_schedules(account: Account, jobs: Jobs) -> None:
    secret = account.secret()
    account.rotate(secret, account.function(HONEST), RotateImmediately=False)
    jobs.schedule("rate(7 days)")
    happened = account.advance(days=31)
    assert account.last(secret)["state"] == "succeeded"
    assert len([entry for entry in happened if entry["kind"] == "schedule"]) == 5
