"""Amazon EventBridge: rules on events, and where they go. Pulumi keeps them in its module `cloudwatch`."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.provider.errors import AwsError
from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, json_text, length, one_of, same_json
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_DEAD_LETTERS = {"arn": Field(aws="Arn")}
_TRANSFORMER = {
    "inputPaths": Field(aws="InputPathsMap"),
    "inputTemplate": Field(aws="InputTemplate", required=True),
}
_GONE = frozenset({"ResourceNotFoundException"})


def _put_rule(aws: Aws, wanted: State) -> str:
    client: EventBridgeClient = aws.client("events")
    client.put_rule(
        Name=wanted["name"],
        EventBusName=wanted["eventBusName"],
        **given(
            Description=wanted.get("description"),
            EventPattern=wanted.get("eventPattern"),
            State=wanted.get("state"),
            Tags=tag_list(wanted["tagsAll"]),
        ),
    )
    return wanted["name"]


def _read_rule(aws: Aws, name: str, so_far: State) -> State:
    client: EventBridgeClient = aws.client("events")
    rule = client.describe_rule(Name=name, EventBusName=so_far["eventBusName"])
    return {
        "arn": rule["Arn"],
        "description": rule.get("Description"),
        "eventBusName": so_far["eventBusName"],
        "eventPattern": rule.get("EventPattern"),
        "name": rule["Name"],
        "state": rule.get("State"),
        "tagsAll": tag_map(client.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]),
    }


def _update_rule(aws: Aws, _name: str, change: Change) -> None:
    client: EventBridgeClient = aws.client("events")
    if change.names - {"tags", "tagsAll", "forceDestroy"}:
        _put_rule(aws, change.new)
    arn = change.old["arn"]
    if change.removed_tags:
        client.untag_resource(ResourceARN=arn, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(ResourceARN=arn, Tags=tag_list(change.new["tagsAll"]))


def _delete_rule(aws: Aws, name: str, state: State) -> None:
    client: EventBridgeClient = aws.client("events")
    client.delete_rule(Name=name, EventBusName=state["eventBusName"], **given(Force=state.get("forceDestroy")))


def _put_target(aws: Aws, wanted: State) -> str:
    client: EventBridgeClient = aws.client("events")
    target: Any = {
        "Id": wanted["targetId"],
        "Arn": wanted["arn"],
        **given(
            DeadLetterConfig=to_aws(_DEAD_LETTERS, wanted.get("deadLetterConfig", {})),
            Input=wanted.get("input"),
            InputTransformer=to_aws(_TRANSFORMER, wanted.get("inputTransformer", {})),
        ),
    }
    answer = client.put_targets(Rule=wanted["rule"], EventBusName=wanted["eventBusName"], Targets=[target])
    for failed in answer.get("FailedEntries", []):
        code = failed.get("ErrorCode", "Unknown")
        raise AwsError(f"PutTargets of rule {wanted['rule']!r}: {code}: {failed.get('ErrorMessage')}", code)
    return f"{wanted['rule']}-{wanted['targetId']}"


def _read_target(aws: Aws, _resource_id: str, so_far: State) -> State | None:
    client: EventBridgeClient = aws.client("events")
    place: Any = {name: so_far[name] for name in ("eventBusName", "rule", "targetId")}
    pages = client.get_paginator("list_targets_by_rule").paginate(
        Rule=place["rule"], EventBusName=place["eventBusName"]
    )
    for target in (each for page in pages for each in page["Targets"]):
        if target["Id"] == place["targetId"]:
            return {
                **place,
                "arn": target["Arn"],
                "deadLetterConfig": from_aws(_DEAD_LETTERS, target.get("DeadLetterConfig", {})) or None,
                "input": target.get("Input"),
                "inputTransformer": from_aws(_TRANSFORMER, target.get("InputTransformer", {})) or None,
            }
    return None


def _update_target(aws: Aws, _resource_id: str, change: Change) -> None:
    if change.names - {"forceDestroy"}:
        _put_target(aws, change.new)


def _remove_target(aws: Aws, _resource_id: str, state: State) -> None:
    client: EventBridgeClient = aws.client("events")
    client.remove_targets(
        Rule=state["rule"],
        EventBusName=state["eventBusName"],
        Ids=[state["targetId"]],
        **given(Force=state.get("forceDestroy")),
    )


def _imported_target(resource_id: str) -> tuple[str, State]:
    """Take what the real provider takes for the default bus: the rule, a slash, the target (targetParseImportID)."""
    rule, _, target = resource_id.partition("/")
    return f"{rule}-{target}", {"rule": rule, "targetId": target}


def _name(value: object) -> str | None:
    """Take what the provider takes of rules and targets (validateRuleName and validateTargetID in validate.go)."""
    if re.fullmatch(r"[\w.-]{1,64}", str(value), re.ASCII):
        return None
    return f"must be 1 to 64 letters, digits, dots, hyphens and underscores, got {value!r}"


_BUS = Input(default="default", replace=True)

EVENT_RULE = ResourceType(
    pulumi_type="aws:cloudwatch/eventRule:EventRule",
    source="internal/service/events/rule.go",
    inputs={
        "description": Input(rule=length(0, 512)),
        "eventBusName": _BUS,
        "eventPattern": Input(rule=json_text, same=same_json),
        "forceDestroy": Input(kind=Kind.FLAG, default=False),
        "name": Input(replace=True, computed=True, rule=_name),
        "state": Input(
            computed=True, rule=one_of("ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")
        ),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn",),
    unserved=frozenset({"isEnabled", "namePrefix", "region", "roleArn", "scheduleExpression"}),
    auto_name=AutoName(limit=64),
    gone=_GONE,
    create=_put_rule,
    read=_read_rule,
    update=_update_rule,
    delete=_delete_rule,
)

EVENT_TARGET = ResourceType(
    pulumi_type="aws:cloudwatch/eventTarget:EventTarget",
    source="internal/service/events/target.go",
    inputs={
        "arn": Input(required=True),
        "deadLetterConfig": Input(kind=Kind.BLOCK, shape=_DEAD_LETTERS),
        "eventBusName": _BUS,
        "forceDestroy": Input(kind=Kind.FLAG, default=False),
        "input": Input(rule=json_text),
        "inputTransformer": Input(kind=Kind.BLOCK, shape=_TRANSFORMER),
        "rule": Input(required=True, replace=True, rule=_name),
        "targetId": Input(replace=True, computed=True, rule=_name),
    },
    unserved=frozenset(
        {
            "appsyncTarget",
            "batchTarget",
            "ecsTarget",
            "httpTarget",
            "inputPath",
            "kinesisTarget",
            "redshiftTarget",
            "region",
            "retryPolicy",
            "roleArn",
            "runCommandTargets",
            "sagemakerPipelineTarget",
            "sqsTarget",
        }
    ),
    auto_name=AutoName(input="targetId", limit=64),
    gone=_GONE,
    imported=_imported_target,
    create=_put_target,
    read=_read_target,
    update=_update_target,
    delete=_remove_target,
)

RESOURCE_TYPES = (EVENT_RULE, EVENT_TARGET)
