"""AWS CloudTrail: trails."""

from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, length
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws, with_defaults
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_cloudtrail import CloudTrailClient

_MEMBERS = {
    "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
    "cloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "isMultiRegionTrail": "IsMultiRegionTrail",
    "kmsKeyId": "KmsKeyId",
    "s3BucketName": "S3BucketName",
    "s3KeyPrefix": "S3KeyPrefix",
}
"""Inputs that CreateTrail, UpdateTrail and DescribeTrails call the same."""

_EVENT_SELECTOR = {
    "dataResources": Field(
        aws="DataResources",
        fields={"type": Field(aws="Type", required=True), "values": Field(aws="Values", required=True)},
    ),
    "excludeManagementEventSources": Field(aws="ExcludeManagementEventSources"),
    "includeManagementEvents": Field(aws="IncludeManagementEvents", default=True),
    "readWriteType": Field(aws="ReadWriteType", default="All"),
}

_FIELD_SELECTOR = {
    "field": Field(aws="Field", required=True),
    "equals": Field(aws="Equals"),
    "notEquals": Field(aws="NotEquals"),
    "startsWiths": Field(aws="StartsWith"),
    "notStartsWiths": Field(aws="NotStartsWith"),
    "endsWiths": Field(aws="EndsWith"),
    "notEndsWiths": Field(aws="NotEndsWith"),
}

_ADVANCED_SELECTOR = {
    "name": Field(aws="Name"),
    "fieldSelectors": Field(aws="FieldSelectors", required=True, fields=_FIELD_SELECTOR),
}

_SELECTORS = {
    "eventSelectors": ("EventSelectors", _EVENT_SELECTOR),
    "advancedEventSelectors": ("AdvancedEventSelectors", _ADVANCED_SELECTOR),
}


def _arguments(wanted: State) -> dict[str, Any]:
    named = {member: wanted[name] for name, member in _MEMBERS.items() if wanted.get(name) is not None}
    return {"EnableLogFileValidation": wanted["enableLogFileValidation"], **named}


def _create(aws: Aws, wanted: State) -> str:
    client: CloudTrailClient = aws.client("cloudtrail")
    answer = client.create_trail(
        Name=wanted["name"], **_arguments(wanted), **given(TagsList=tag_list(wanted["tagsAll"]))
    )
    return answer["TrailARN"]


def _complete(aws: Aws, arn: str, wanted: State) -> None:
    client: CloudTrailClient = aws.client("cloudtrail")
    if wanted["enableLogging"]:
        client.start_logging(Name=arn)
    _set_selectors(client, arn, {name for name in _SELECTORS if wanted.get(name)}, wanted)


def _set_selectors(client: "CloudTrailClient", arn: str, names: set[str], wanted: State) -> None:
    for name in sorted(names):
        member, shape = _SELECTORS[name]
        selectors: dict[str, Any] = {member: [to_aws(shape, block) for block in wanted.get(name, [])]}
        client.put_event_selectors(TrailName=arn, **selectors)


def _read(aws: Aws, arn: str, so_far: State) -> State | None:
    client: CloudTrailClient = aws.client("cloudtrail")
    listed = client.describe_trails(trailNameList=[arn])["trailList"]
    # moto 5.2.5 answers with all trails, whatever names it is asked for.
    trail: Any = next((one for one in listed if one.get("TrailARN") == arn), None)
    if trail is None:
        return None
    state = {name: trail.get(member) for name, member in _MEMBERS.items()}
    tags = client.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    return {
        **state,
        **_read_selectors(client, arn, so_far),
        "arn": arn,
        "homeRegion": trail.get("HomeRegion"),
        "enableLogFileValidation": trail.get("LogFileValidationEnabled"),
        "enableLogging": client.get_trail_status(Name=arn)["IsLogging"],
        "name": trail["Name"],
        "tagsAll": tag_map(tag for listed in tags for tag in listed.get("TagsList", [])),
    }


def _read_selectors(client: "CloudTrailClient", arn: str, so_far: State) -> State:
    """Return the selectors without AWS's default one, unless the program says the same.

    moto 5.2.5 never sets HasCustomEventSelectors, so they are asked for always; and it keeps advanced ones after
    a change to plain ones.
    """
    chosen: Any = client.get_event_selectors(TrailName=arn)
    plain: list[State] = [from_aws(_EVENT_SELECTOR, block) for block in chosen.get("EventSelectors", [])]
    if plain == [with_defaults(_EVENT_SELECTOR, {})] and not so_far.get("eventSelectors"):
        plain = []
    advanced = chosen.get("AdvancedEventSelectors", []) if not plain else []
    return {
        "eventSelectors": plain or None,
        "advancedEventSelectors": [from_aws(_ADVANCED_SELECTOR, block) for block in advanced] or None,
    }


def _update(aws: Aws, arn: str, change: Change) -> None:
    client: CloudTrailClient = aws.client("cloudtrail")
    new, names = change.new, change.names
    if names & {*_MEMBERS, "enableLogFileValidation"}:
        removed = {name: "" for name in names if name in _MEMBERS and name not in new}
        client.update_trail(Name=arn, **_arguments({**new, **removed}))
    if "enableLogging" in names:
        (client.start_logging if new["enableLogging"] else client.stop_logging)(Name=arn)
    _set_selectors(client, arn, {name for name in _SELECTORS if name in names and new.get(name)}, new)
    if names & set(_SELECTORS) and not any(new.get(name) for name in _SELECTORS):
        default: Any = to_aws(_EVENT_SELECTOR, with_defaults(_EVENT_SELECTOR, {}))
        client.put_event_selectors(TrailName=arn, EventSelectors=[default])
    if change.removed_tags:
        old = change.old["tagsAll"]
        gone: Any = tag_list({key: old[key] for key in change.removed_tags})
        client.remove_tags(ResourceId=arn, TagsList=gone)
    if "tagsAll" in names and new["tagsAll"]:
        client.add_tags(ResourceId=arn, TagsList=tag_list(new["tagsAll"]))


def _delete(aws: Aws, arn: str, _state: State) -> None:
    client: CloudTrailClient = aws.client("cloudtrail")
    client.delete_trail(Name=arn.rpartition("/")[2])  # moto 5.2.5 ignores a deletion by ARN without a word


TRAIL = ResourceType(
    pulumi_type="aws:cloudtrail/trail:Trail",
    source="internal/service/cloudtrail/trail.go",
    inputs={
        "advancedEventSelectors": Input(kind=Kind.BLOCKS, shape=_ADVANCED_SELECTOR),
        "cloudWatchLogsGroupArn": Input(),
        "cloudWatchLogsRoleArn": Input(),
        "enableLogFileValidation": Input(kind=Kind.FLAG, default=False),
        "enableLogging": Input(kind=Kind.FLAG, default=True),
        "eventSelectors": Input(kind=Kind.BLOCKS, shape=_EVENT_SELECTOR),
        "includeGlobalServiceEvents": Input(kind=Kind.FLAG, default=True),
        "isMultiRegionTrail": Input(kind=Kind.FLAG, default=False),
        "kmsKeyId": Input(),
        "name": Input(replace=True, computed=True, rule=length(3, 128)),
        "s3BucketName": Input(required=True),
        "s3KeyPrefix": Input(rule=length(0, 2000)),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn", "homeRegion"),
    unserved=frozenset({"insightSelectors", "isOrganizationTrail", "region", "snsTopicName"}),
    auto_name=AutoName(limit=128),
    gone=frozenset({"TrailNotFoundException"}),
    create=_create,
    complete=_complete,
    read=_read,
    update=_update,
    delete=_delete,
)

RESOURCE_TYPES = (TRAIL,)
