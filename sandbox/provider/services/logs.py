"""Amazon CloudWatch Logs: log groups, and what writes to them. Pulumi keeps them in its module `cloudwatch`."""

from typing import TYPE_CHECKING

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, json_text, length
from sandbox.provider.services.calls import given
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

_RETENTIONS = frozenset(
    {0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}
)


def _create(aws: Aws, wanted: State) -> str:
    client: CloudWatchLogsClient = aws.client("logs")
    client.create_log_group(logGroupName=wanted["name"], **given(tags=wanted["tagsAll"]))
    return wanted["name"]


def _retain(aws: Aws, name: str, wanted: State) -> None:
    client: CloudWatchLogsClient = aws.client("logs")
    if wanted["retentionInDays"]:
        client.put_retention_policy(logGroupName=name, retentionInDays=wanted["retentionInDays"])


def _read(aws: Aws, name: str, _so_far: State) -> State | None:
    client: CloudWatchLogsClient = aws.client("logs")
    for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=name):
        for group in page["logGroups"]:
            if group.get("logGroupName") == name:
                arn = group.get("arn", "").removesuffix(":*")
                return {
                    "arn": arn,
                    "name": name,
                    "retentionInDays": group.get("retentionInDays", 0),
                    "tagsAll": client.list_tags_for_resource(resourceArn=arn)["tags"],
                }
    return None


def _update(aws: Aws, name: str, change: Change) -> None:
    client: CloudWatchLogsClient = aws.client("logs")
    if "retentionInDays" in change.names:
        _retain(aws, name, change.new)
        if not change.new["retentionInDays"]:
            client.delete_retention_policy(logGroupName=name)
    arn = change.old["arn"]
    if change.removed_tags:
        client.untag_resource(resourceArn=arn, tagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(resourceArn=arn, tags=change.new["tagsAll"])


def _delete(aws: Aws, name: str, _state: State) -> None:
    client: CloudWatchLogsClient = aws.client("logs")
    client.delete_log_group(logGroupName=name)


def _put_policy(aws: Aws, wanted: State) -> str:
    client: CloudWatchLogsClient = aws.client("logs")
    client.put_resource_policy(policyName=wanted["policyName"], policyDocument=wanted["policyDocument"])
    return wanted["policyName"]


def _read_policy(aws: Aws, name: str, _so_far: State) -> State | None:
    client: CloudWatchLogsClient = aws.client("logs")
    for page in client.get_paginator("describe_resource_policies").paginate():
        for policy in page["resourcePolicies"]:
            if policy.get("policyName") == name:
                return {
                    "policyDocument": policy.get("policyDocument"),
                    "policyName": name,
                    "policyScope": policy.get("policyScope", "ACCOUNT"),
                    "revisionId": policy.get("revisionId"),
                }
    return None


def _update_policy(aws: Aws, _name: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _delete_policy(aws: Aws, name: str, _state: State) -> None:
    client: CloudWatchLogsClient = aws.client("logs")
    client.delete_resource_policy(policyName=name)


def _retention(value: object) -> str | None:
    """Take what CloudWatch Logs takes; 0 is for ever."""
    return None if value in _RETENTIONS else f"must be one of {', '.join(map(str, sorted(_RETENTIONS)))}, got {value}"


LOG_GROUP = ResourceType(
    pulumi_type="aws:cloudwatch/logGroup:LogGroup",
    source="internal/service/logs/group.go",
    inputs={
        "name": Input(replace=True, computed=True, rule=length(1, 512)),
        "retentionInDays": Input(kind=Kind.NUMBER, default=0, rule=_retention),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn",),
    unserved=frozenset(
        {"deletionProtectionEnabled", "kmsKeyId", "logGroupClass", "namePrefix", "region", "skipDestroy"}
    ),
    auto_name=AutoName(limit=512),
    gone=frozenset({"ResourceNotFoundException"}),
    create=_create,
    complete=_retain,
    read=_read,
    update=_update,
    delete=_delete,
)

LOG_RESOURCE_POLICY = ResourceType(
    pulumi_type="aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    source="internal/service/logs/resource_policy.go",
    inputs={
        "policyDocument": Input(kind=Kind.POLICY, required=True, rule=json_text),
        "policyName": Input(replace=True),
    },
    outputs=("policyScope", "revisionId"),
    unserved=frozenset({"region", "resourceArn"}),
    gone=frozenset({"ResourceNotFoundException"}),
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
)

RESOURCE_TYPES = (LOG_GROUP, LOG_RESOURCE_POLICY)
