"""Amazon EventBridge Scheduler: groups of schedules, and schedules that call something."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, length, one_of
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

_GONE = frozenset({"ResourceNotFoundException"})
_WINDOW = {
    "mode": Field(aws="Mode", required=True),
    "maximumWindowInMinutes": Field(aws="MaximumWindowInMinutes"),
}
_TARGET = {
    "arn": Field(aws="Arn", required=True),
    "roleArn": Field(aws="RoleArn", required=True),
    "deadLetterConfig": Field(aws="DeadLetterConfig", fields={"arn": Field(aws="Arn", required=True)}),
    "input": Field(aws="Input"),
    "retryPolicy": Field(
        aws="RetryPolicy",
        computed=True,
        fields={
            "maximumEventAgeInSeconds": Field(aws="MaximumEventAgeInSeconds", default=86400),
            "maximumRetryAttempts": Field(aws="MaximumRetryAttempts", default=185),
        },
    ),
}


def _create_group(aws: Aws, wanted: State) -> str:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    client.create_schedule_group(Name=wanted["name"], **given(Tags=tag_list(wanted["tagsAll"])))
    return wanted["name"]


def _read_group(aws: Aws, name: str, _so_far: State) -> State:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    group = client.get_schedule_group(Name=name)
    return {
        "arn": group["Arn"],
        "creationDate": group["CreationDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "name": group["Name"],
        "state": group["State"],
        "tagsAll": tag_map(client.list_tags_for_resource(ResourceArn=group["Arn"])["Tags"]),
    }


def _update_group(aws: Aws, _name: str, change: Change) -> None:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    arn = change.old["arn"]
    if change.removed_tags:
        client.untag_resource(ResourceArn=arn, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(ResourceArn=arn, Tags=tag_list(change.new["tagsAll"]))


def _delete_group(aws: Aws, name: str, _state: State) -> None:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    client.delete_schedule_group(Name=name)


def _arguments(wanted: State) -> dict[str, Any]:
    return {
        "Name": wanted["name"],
        "GroupName": wanted.get("groupName", "default"),
        "FlexibleTimeWindow": to_aws(_WINDOW, wanted["flexibleTimeWindow"]),
        "ScheduleExpression": wanted["scheduleExpression"],
        "ScheduleExpressionTimezone": wanted["scheduleExpressionTimezone"],
        "State": wanted["state"],
        "Target": to_aws(_TARGET, wanted["target"]),
        **given(Description=wanted.get("description")),
    }


def _create_schedule(aws: Aws, wanted: State) -> str:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    client.create_schedule(**_arguments(wanted))
    return f"{wanted.get('groupName', 'default')}/{wanted['name']}"


def _read_schedule(aws: Aws, resource_id: str, _so_far: State) -> State:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    group, _, name = resource_id.partition("/")
    schedule = client.get_schedule(GroupName=group, Name=name)
    return {
        "arn": schedule["Arn"],
        "description": schedule.get("Description"),
        "flexibleTimeWindow": from_aws(_WINDOW, schedule["FlexibleTimeWindow"]),
        "groupName": schedule["GroupName"],
        "name": schedule["Name"],
        "scheduleExpression": schedule["ScheduleExpression"],
        "scheduleExpressionTimezone": schedule.get("ScheduleExpressionTimezone"),
        "state": schedule["State"],
        "target": from_aws(_TARGET, schedule["Target"]),
    }


def _update_schedule(aws: Aws, _resource_id: str, change: Change) -> None:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    client.update_schedule(**_arguments(change.new))


def _delete_schedule(aws: Aws, resource_id: str, _state: State) -> None:
    client: EventBridgeSchedulerClient = aws.client("scheduler")
    group, _, name = resource_id.partition("/")
    client.delete_schedule(GroupName=group, Name=name)


def _name(value: object) -> str | None:
    """Take what the provider takes of schedules and groups."""
    if re.fullmatch(r"[\w.-]{1,64}", str(value), re.ASCII):
        return None
    return f"must be 1 to 64 letters, digits, dots, hyphens and underscores, got {value!r}"


SCHEDULE_GROUP = ResourceType(
    pulumi_type="aws:scheduler/scheduleGroup:ScheduleGroup",
    source="internal/service/scheduler/schedule_group.go",
    inputs={"name": Input(replace=True, computed=True, rule=_name), "tags": Input(kind=Kind.TAGS)},
    outputs=("arn", "creationDate", "state"),
    unserved=frozenset({"namePrefix", "region"}),
    auto_name=AutoName(limit=64),
    gone=_GONE,
    create=_create_group,
    read=_read_group,
    update=_update_group,
    delete=_delete_group,
)

SCHEDULE = ResourceType(
    pulumi_type="aws:scheduler/schedule:Schedule",
    source="internal/service/scheduler/schedule.go",
    inputs={
        "description": Input(rule=length(0, 512)),
        "flexibleTimeWindow": Input(kind=Kind.BLOCK, required=True, shape=_WINDOW),
        "groupName": Input(replace=True, computed=True, rule=_name),
        "name": Input(replace=True, computed=True, rule=_name),
        "scheduleExpression": Input(required=True, rule=length(1, 256)),
        "scheduleExpressionTimezone": Input(default="UTC", rule=length(1, 50)),
        "state": Input(default="ENABLED", rule=one_of("ENABLED", "DISABLED")),
        "target": Input(kind=Kind.BLOCK, required=True, shape=_TARGET),
    },
    outputs=("arn",),
    unserved=frozenset({"actionAfterCompletion", "endDate", "kmsKeyArn", "namePrefix", "region", "startDate"}),
    auto_name=AutoName(limit=64),
    gone=_GONE,
    create=_create_schedule,
    read=_read_schedule,
    update=_update_schedule,
    delete=_delete_schedule,
)

RESOURCE_TYPES = (SCHEDULE_GROUP, SCHEDULE)
