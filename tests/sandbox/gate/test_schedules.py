"""EventBridge rules and EventBridge Scheduler behind the gate.

EventBridge Scheduler User Guide, "Confused deputy prevention in EventBridge Scheduler" and "Setting up the execution
role"; Service Authorization Reference for both services.
"""

import json
import uuid
from typing import Any

import pytest

from tests.sandbox.gate.cloud import REGION, A, B, Cloud, allow, refused, role_arn, trust_service

SCHEDULER = "scheduler.amazonaws.com"
FUNCTION = f"arn:aws:lambda:{REGION}:{A}:function:sweeps"
PATTERN = json.dumps({"source": ["aws.secretsmanager"]})


def _arn(kind: str, name: str) -> str:
    return f"arn:aws:scheduler:{REGION}:{A}:{kind}/{name}"


def _schedule(role: str, **more: Any) -> dict[str, Any]:
    return {
        "Name": f"s-{uuid.uuid4().hex[:8]}",
        "GroupName": "revocations",
        "ScheduleExpression": "at(2030-01-31T12:00:00)",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": {"Arn": FUNCTION, "RoleArn": role, "Input": "{}"},
        "ActionAfterCompletion": "DELETE",
        **more,
    }


@pytest.fixture(scope="module", autouse=True)
def _group(cloud: Cloud) -> None:
    tags = [{"Key": "app", "Value": "x"}]
    cloud.administrator().client("scheduler").create_schedule_group(Name="revocations", Tags=tags)


@pytest.fixture(scope="module")
def runs(cloud: Cloud) -> str:
    """A role that the scheduler takes on for the schedules of one group."""
    ours = {"aws:SourceAccount": A, "aws:SourceArn": _arn("schedule-group", "revocations")}
    trusts = trust_service(SCHEDULER, StringEquals=ours)
    return cloud.role("runs-schedules", allow("lambda:InvokeFunction", FUNCTION), trusts=trusts)


class TestSchedules:
    def test_a_schedule_is_made_changed_and_deleted(self, cloud: Cloud, runs: str) -> None:
        client, wanted = cloud.administrator().client("scheduler"), _schedule(runs)
        place = {"Name": wanted["Name"], "GroupName": "revocations"}
        made = client.create_schedule(**wanted)["ScheduleArn"]
        assert made == _arn("schedule", f"revocations/{wanted['Name']}")
        refused(client.create_schedule, code="ConflictException", **wanted)
        got = client.get_schedule(**place)
        assert (got["ScheduleExpression"], got["ActionAfterCompletion"]) == ("at(2030-01-31T12:00:00)", "DELETE")
        client.update_schedule(**(wanted | {"ScheduleExpression": "rate(1 hour)"}))
        assert client.get_schedule(**place)["ScheduleExpression"] == "rate(1 hour)"
        assert place["Name"] in {s["Name"] for s in client.list_schedules(GroupName="revocations")["Schedules"]}
        client.delete_schedule(**place)
        refused(client.get_schedule, code="ResourceNotFoundException", **place)

    def test_a_schedule_is_bound_to_its_group(self, cloud: Cloud, runs: str) -> None:
        maker = cloud.role(
            "arms", allow("scheduler:CreateSchedule", _arn("schedule", "revocations/*")), allow("iam:PassRole", runs)
        )
        client = cloud.administrator().assume(maker).client("scheduler")
        assert client.create_schedule(**_schedule(runs))["ScheduleArn"]
        refused(client.create_schedule, code="AccessDeniedException", **_schedule(runs, GroupName="default"))
        refused(client.delete_schedule, code="AccessDeniedException", Name="x", GroupName="revocations")

    def test_the_role_of_a_schedule_must_be_passed(self, cloud: Cloud, runs: str) -> None:
        elsewhere = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
        maker = cloud.role("arms-alone", allow("scheduler:*"), allow("iam:PassRole", runs, Condition=elsewhere))
        client = cloud.administrator().assume(maker).client("scheduler")
        assert "iam:PassRole" in refused(client.create_schedule, code="AccessDeniedException", **_schedule(runs))

    def test_the_scheduler_takes_on_a_role_for_its_own_group_only(self, cloud: Cloud, runs: str) -> None:
        create = cloud.administrator().client("scheduler").create_schedule
        message = refused(create, code="ValidationException", **_schedule(runs, GroupName="default"))
        assert "must allow AWS EventBridge Scheduler to assume the role" in message
        refused(create, code="ValidationException", **_schedule(role_arn("nobody")))
        refused(create, code="AccessDeniedException", **_schedule(role_arn("runs-schedules", B)))

    @pytest.mark.parametrize(
        "more",
        [
            {"FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5}},
            {"KmsKeyArn": f"arn:aws:kms:{REGION}:{A}:key/x"},
            {"EndDate": "2031-01-01"},
        ],
    )
    def test_what_the_sandbox_would_not_act_on_is_refused(self, cloud: Cloud, runs: str, more: dict[str, Any]) -> None:
        refused(
            cloud.administrator().client("scheduler").create_schedule, code="NotImplemented", **_schedule(runs, **more)
        )

    def test_a_target_that_is_no_function_is_refused(self, cloud: Cloud, runs: str) -> None:
        target = {"Arn": f"arn:aws:sqs:{REGION}:{A}:q", "RoleArn": runs}
        create = cloud.administrator().client("scheduler").create_schedule
        refused(create, code="NotImplemented", **_schedule(runs, Target=target))


class TestScheduleGroups:
    def test_tags_on_creation_need_the_permission_to_tag(self, cloud: Cloud) -> None:
        maker = cloud.role("makes-groups", allow("scheduler:CreateScheduleGroup"))
        client = cloud.administrator().assume(maker).client("scheduler")
        assert client.create_schedule_group(Name="untagged")["ScheduleGroupArn"] == _arn("schedule-group", "untagged")
        tags = [{"Key": "app", "Value": "x"}]
        message = refused(client.create_schedule_group, code="AccessDeniedException", Name="tagged", Tags=tags)
        assert "scheduler:TagResource" in message

    def test_deleting_a_group_is_deleting_its_schedules(self, cloud: Cloud) -> None:
        cloud.administrator().client("scheduler").create_schedule_group(Name="going")
        maker = cloud.role("deletes-groups", allow("scheduler:DeleteScheduleGroup"))
        client = cloud.administrator().assume(maker).client("scheduler")
        message = refused(client.delete_schedule_group, code="AccessDeniedException", Name="going")
        assert f"scheduler:DeleteSchedule on resource: {_arn('schedule', 'going/*')}" in message

    def test_a_groups_tags_are_seen(self, cloud: Cloud) -> None:
        ours = {"StringEquals": {"aws:ResourceTag/app": "x"}}
        reader = cloud.role("reads-ours", allow("scheduler:GetScheduleGroup", Condition=ours))
        client = cloud.administrator().assume(reader).client("scheduler")
        assert client.get_schedule_group(Name="revocations")["Name"] == "revocations"
        refused(client.get_schedule_group, code="AccessDeniedException", Name="default")


class TestRules:
    def test_a_rule_is_made_with_targets_and_tags(self, cloud: Cloud) -> None:
        events = cloud.administrator().client("events")
        tags = [{"Key": "app", "Value": "x"}]
        arn = events.put_rule(Name="failed", EventPattern=PATTERN, Tags=tags)["RuleArn"]
        assert arn == f"arn:aws:events:{REGION}:{A}:rule/failed"
        dead = {"Arn": f"arn:aws:sqs:{REGION}:{A}:dead"}
        target = {
            "Id": "notices",
            "Arn": FUNCTION,
            "DeadLetterConfig": dead,
            "RetryPolicy": {"MaximumRetryAttempts": 3},
        }
        assert events.put_targets(Rule="failed", Targets=[target])["FailedEntryCount"] == 0
        assert events.list_targets_by_rule(Rule="failed")["Targets"] == [target]
        assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
        events.disable_rule(Name="failed")
        assert events.describe_rule(Name="failed")["State"] == "DISABLED"
        events.remove_targets(Rule="failed", Ids=["notices"])
        events.delete_rule(Name="failed")
        refused(events.describe_rule, code="ResourceNotFoundException", Name="failed")

    def test_a_rule_is_bound_to_its_name_and_its_targets(self, cloud: Cloud) -> None:
        ours = f"arn:aws:events:{REGION}:{A}:rule/app-*"
        to_function = {"ForAllValues:ArnEquals": {"events:TargetArn": FUNCTION}}
        maker = cloud.role(
            "makes-rules", allow("events:PutRule", ours), allow("events:PutTargets", ours, Condition=to_function)
        )
        events = cloud.administrator().assume(maker).client("events")
        events.put_rule(Name="app-failed", EventPattern=PATTERN)
        refused(events.put_rule, code="AccessDeniedException", Name="failed", EventPattern=PATTERN)
        tags = [{"Key": "app", "Value": "x"}]
        message = refused(events.put_rule, code="AccessDeniedException", Name="app-2", EventPattern=PATTERN, Tags=tags)
        assert "events:TagResource" in message
        events.put_targets(Rule="app-failed", Targets=[{"Id": "1", "Arn": FUNCTION}])
        other = [{"Id": "2", "Arn": FUNCTION + "-2"}]
        refused(events.put_targets, code="AccessDeniedException", Rule="app-failed", Targets=other)

    def test_a_filter_that_eventbridge_does_not_know_is_refused(self, cloud: Cloud) -> None:
        put = cloud.administrator().client("events").put_rule
        unknown = [{"begins-with": "aws"}]
        for part in ({"detail": {"a": unknown}}, {"source": ["aws.x", *unknown]}, {"$or": [{"a": {"b": unknown}}]}):
            refused(put, code="InvalidEventPatternException", Name="x", EventPattern=json.dumps(part))
        known = {"detail": {"a": [{"prefix": "x"}], "$or": [{"b": {"c": [{"exists": False}]}}, {"begins-with": ["x"]}]}}
        put(Name="known", EventPattern=json.dumps(known))

    @pytest.mark.parametrize(
        ("call", "more"),
        [
            ("put_rule", {"Name": "x", "ScheduleExpression": "rate(1 hour)"}),
            ("put_rule", {"Name": "x", "EventPattern": PATTERN, "EventBusName": "other"}),
            ("put_targets", {"Rule": "x", "Targets": [{"Id": "1", "Arn": f"arn:aws:kinesis:{REGION}:{A}:stream/x"}]}),
            (
                "put_targets",
                {
                    "Rule": "x",
                    "Targets": [{"Id": "1", "Arn": FUNCTION, "SqsParameters": {"MessageGroupId": "x"}}],
                },
            ),
        ],
    )
    def test_what_the_sandbox_would_not_send_on_is_refused(self, cloud: Cloud, call: str, more: dict[str, Any]) -> None:
        refused(getattr(cloud.administrator().client("events"), call), code="NotImplemented", **more)
