"""Amazon Athena: workgroups and named queries."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import Change, Input, Kind, ResourceType, length, one_of
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws, with_defaults
from sandbox.provider.values import State

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_athena import AthenaClient

_NO_LIMIT = 0
_ENCRYPTION = {"encryptionOption": Field(aws="EncryptionOption"), "kmsKeyArn": Field(aws="KmsKey")}
_RESULTS = {
    "encryptionConfiguration": Field(aws="EncryptionConfiguration", fields=_ENCRYPTION),
    "expectedBucketOwner": Field(aws="ExpectedBucketOwner"),
    "outputLocation": Field(aws="OutputLocation"),
}
_CONFIGURATION = {
    "bytesScannedCutoffPerQuery": Field(aws="BytesScannedCutoffPerQuery"),
    "enforceWorkgroupConfiguration": Field(aws="EnforceWorkGroupConfiguration", default=True),
    "engineVersion": Field(
        aws="EngineVersion",
        computed=True,
        fields={
            "effectiveEngineVersion": Field(aws="EffectiveEngineVersion", computed=True),
            "selectedEngineVersion": Field(aws="SelectedEngineVersion", default="AUTO"),
        },
    ),
    "publishCloudwatchMetricsEnabled": Field(aws="PublishCloudWatchMetricsEnabled", default=True),
    "requesterPaysEnabled": Field(aws="RequesterPaysEnabled", default=False),
    "resultConfiguration": Field(aws="ResultConfiguration", fields=_RESULTS),
}


def _create_workgroup(aws: Aws, wanted: State) -> str:
    client: AthenaClient = aws.client("athena")
    configuration: Any = to_aws(_CONFIGURATION, with_defaults(_CONFIGURATION, wanted.get("configuration", {})))
    client.create_work_group(
        Name=wanted["name"],
        Configuration=configuration,
        **given(Description=wanted.get("description"), Tags=tag_list(wanted["tagsAll"])),
    )
    return wanted["name"]


def _set_state(aws: Aws, name: str, wanted: State) -> None:
    client: AthenaClient = aws.client("athena")
    if wanted["state"] == "DISABLED":
        client.update_work_group(WorkGroup=name, State="DISABLED")


def _read_workgroup(aws: Aws, name: str, _so_far: State) -> State | None:
    client: AthenaClient = aws.client("athena")
    try:
        group: Any = client.get_work_group(WorkGroup=name)["WorkGroup"]
    except client.exceptions.InvalidRequestException as error:
        return _gone(error)
    arn = f"arn:aws:athena:{aws.region}:{aws.account}:workgroup/{name}"
    configuration = from_aws(_CONFIGURATION, group["Configuration"])
    return {
        "arn": arn,
        "configuration": configuration,
        "description": group.get("Description") or None,
        "name": group["Name"],
        "state": group["State"],
        "tagsAll": tag_map(client.list_tags_for_resource(ResourceARN=arn)["Tags"]),
    }


def _update_workgroup(aws: Aws, name: str, change: Change) -> None:
    client: AthenaClient = aws.client("athena")
    arguments: dict[str, Any] = {}
    if "configuration" in change.names:
        wanted = to_aws(_CONFIGURATION, with_defaults(_CONFIGURATION, change.new.get("configuration", {})))
        results = wanted.pop("ResultConfiguration", {})
        limit = wanted.pop("BytesScannedCutoffPerQuery", _NO_LIMIT)
        arguments["ConfigurationUpdates"] = {
            **wanted,
            **({"BytesScannedCutoffPerQuery": limit} if limit else {"RemoveBytesScannedCutoffPerQuery": True}),
            "ResultConfigurationUpdates": {
                **results,
                **{f"Remove{field.aws}": True for field in _RESULTS.values() if field.aws not in results},
            },
        }
    if "description" in change.names:
        arguments["Description"] = change.new.get("description", "")
    if "state" in change.names:
        arguments["State"] = change.new["state"]
    if arguments:
        client.update_work_group(WorkGroup=name, **arguments)
    arn = change.old["arn"]
    if change.removed_tags:
        client.untag_resource(ResourceARN=arn, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(ResourceARN=arn, Tags=tag_list(change.new["tagsAll"]))


def _delete_workgroup(aws: Aws, name: str, state: State) -> None:
    client: AthenaClient = aws.client("athena")
    try:
        client.delete_work_group(WorkGroup=name, RecursiveDeleteOption=bool(state.get("forceDestroy")))
    except client.exceptions.InvalidRequestException as error:
        _gone(error)


def _create_query(aws: Aws, wanted: State) -> str:
    client: AthenaClient = aws.client("athena")
    return client.create_named_query(
        Name=wanted["name"],
        Database=wanted["database"],
        QueryString=wanted["query"],
        WorkGroup=wanted["workgroup"],
        **given(Description=wanted.get("description")),
    )["NamedQueryId"]


def _read_query(aws: Aws, query: str, _so_far: State) -> State | None:
    client: AthenaClient = aws.client("athena")
    try:
        found = client.get_named_query(NamedQueryId=query)["NamedQuery"]
    except client.exceptions.InvalidRequestException as error:
        return _gone(error)
    return {
        "database": found["Database"],
        "description": found.get("Description"),
        "name": found["Name"],
        "query": found["QueryString"],
        "workgroup": found.get("WorkGroup"),
    }


def _delete_query(aws: Aws, query: str, _state: State) -> None:
    client: AthenaClient = aws.client("athena")
    try:
        client.delete_named_query(NamedQueryId=query)
    except client.exceptions.InvalidRequestException as error:
        _gone(error)


def _gone(error: "ClientError") -> None:
    """Let pass that something is not there, which Athena tells by words alone, and nothing else."""
    if "not found" not in error.response["Error"]["Message"]:
        raise error


def _workgroup_name(value: object) -> str | None:
    """Take what Athena takes."""
    if re.fullmatch(r"[a-zA-Z0-9._-]{1,128}", str(value)):
        return None
    return f"must be 1 to 128 letters, digits, dots, hyphens and underscores, got {value!r}"


WORKGROUP = ResourceType(
    pulumi_type="aws:athena/workgroup:Workgroup",
    source="internal/service/athena/workgroup.go",
    inputs={
        "configuration": Input(kind=Kind.BLOCK, computed=True, shape=_CONFIGURATION),
        "description": Input(rule=length(0, 1024)),
        "forceDestroy": Input(kind=Kind.FLAG, default=False),
        "name": Input(replace=True, computed=True, rule=_workgroup_name),
        "state": Input(default="ENABLED", rule=one_of("DISABLED", "ENABLED")),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn",),
    unserved=frozenset({"region"}),
    gone=frozenset(),
    create=_create_workgroup,
    complete=_set_state,
    read=_read_workgroup,
    update=_update_workgroup,
    delete=_delete_workgroup,
)

NAMED_QUERY = ResourceType(
    pulumi_type="aws:athena/namedQuery:NamedQuery",
    source="internal/service/athena/named_query.go",
    inputs={
        "database": Input(required=True, replace=True),
        "description": Input(replace=True),
        "name": Input(replace=True, computed=True),
        "query": Input(required=True, replace=True),
        "workgroup": Input(replace=True, default="primary"),
    },
    unserved=frozenset({"region"}),
    gone=frozenset(),
    create=_create_query,
    read=_read_query,
    delete=_delete_query,
)

RESOURCE_TYPES = (WORKGROUP, NAMED_QUERY)
