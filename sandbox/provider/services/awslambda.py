"""AWS Lambda: functions of zipped code."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, between, length
from sandbox.provider.services.calls import given, told
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_lambda.type_defs import FunctionCodeTypeDef

_GONE = frozenset({"ResourceNotFoundException"})
_UNRESERVED = -1
_CONFIGURATION = {
    "description": "Description",
    "handler": "Handler",
    "memorySize": "MemorySize",
    "role": "Role",
    "runtime": "Runtime",
    "timeout": "Timeout",
}
_ENVIRONMENT = {"variables": Field(aws="Variables")}


def _configuration(wanted: State) -> dict[str, Any]:
    """Return all of the configuration, so that what the program left out is emptied by an update."""
    named = {member: wanted[name] for name, member in _CONFIGURATION.items() if wanted.get(name) is not None}
    environment = to_aws(_ENVIRONMENT, {"variables": {}, **wanted.get("environment", {})})
    return {"Description": "", **named, "Environment": environment}


def _create_function(aws: Aws, wanted: State) -> str:
    client: LambdaClient = aws.client("lambda")
    code: FunctionCodeTypeDef = {"ZipFile": wanted["code"].content()} if "code" in wanted else {}
    client.create_function(
        FunctionName=wanted["name"],
        Code=code,
        **_configuration(wanted),
        **given(Architectures=wanted.get("architectures"), Tags=wanted["tagsAll"]),
    )
    return wanted["name"]


def _complete_function(aws: Aws, name: str, wanted: State) -> None:
    if wanted["reservedConcurrentExecutions"] != _UNRESERVED:
        _reserve(aws, name, wanted)


def _reserve(aws: Aws, name: str, wanted: State) -> None:
    client: LambdaClient = aws.client("lambda")
    number = wanted["reservedConcurrentExecutions"]
    if number == _UNRESERVED:
        client.delete_function_concurrency(FunctionName=name)
    else:
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=number)


def _read_function(aws: Aws, name: str, _so_far: State) -> State:
    client: LambdaClient = aws.client("lambda")
    answer = client.get_function(FunctionName=name)
    configuration: Any = answer["Configuration"]
    environment = from_aws(_ENVIRONMENT, configuration.get("Environment", {}))
    return {
        **{name: told(configuration.get(member)) for name, member in _CONFIGURATION.items()},
        "architectures": configuration.get("Architectures"),
        "arn": configuration["FunctionArn"],
        "codeSha256": configuration["CodeSha256"],
        "environment": environment or None,
        "name": configuration["FunctionName"],
        "reservedConcurrentExecutions": answer.get("Concurrency", {}).get("ReservedConcurrentExecutions", _UNRESERVED),
        "tagsAll": answer.get("Tags", {}),
    }


def _update_function(aws: Aws, name: str, change: Change) -> None:
    client: LambdaClient = aws.client("lambda")
    new, names = change.new, change.names
    if names & {*_CONFIGURATION, "environment"}:
        client.update_function_configuration(FunctionName=name, **_configuration(new))
    if names & {"architectures", "codeSha256"}:
        client.update_function_code(
            FunctionName=name, ZipFile=new["code"].content(), **given(Architectures=new.get("architectures"))
        )
    if "reservedConcurrentExecutions" in names:
        _reserve(aws, name, new)
    arn = change.old["arn"]
    if change.removed_tags:
        client.untag_resource(Resource=arn, TagKeys=change.removed_tags)
    if "tagsAll" in names and new["tagsAll"]:
        client.tag_resource(Resource=arn, Tags=new["tagsAll"])


def _delete_function(aws: Aws, name: str, _state: State) -> None:
    client: LambdaClient = aws.client("lambda")
    client.delete_function(FunctionName=name)


def _function_name(value: object) -> str | None:
    """Take what the provider takes of names (validFunctionName in validate.go)."""
    if re.fullmatch(r"[\w-]{1,64}", str(value), re.ASCII):
        return None
    return f"must be 1 to 64 letters, digits, hyphens and underscores, got {value!r}"


FUNCTION = ResourceType(
    pulumi_type="aws:lambda/function:Function",
    source="internal/service/lambda/function.go",
    inputs={
        "architectures": Input(kind=Kind.TEXTS, computed=True),
        "code": Input(kind=Kind.ARCHIVE, told_by="codeSha256"),
        "codeSha256": Input(computed=True),
        "description": Input(),
        "environment": Input(kind=Kind.BLOCK, shape=_ENVIRONMENT),
        "handler": Input(rule=length(1, 128)),
        "memorySize": Input(kind=Kind.NUMBER, default=128, rule=between(128, 32768)),
        "name": Input(replace=True, computed=True, rule=_function_name),
        "reservedConcurrentExecutions": Input(kind=Kind.NUMBER, default=_UNRESERVED, rule=between(-1, 1_000_000)),
        "role": Input(required=True),
        "runtime": Input(),
        "tags": Input(kind=Kind.TAGS),
        "timeout": Input(kind=Kind.NUMBER, default=3, rule=between(1, 900)),
    },
    outputs=("arn",),
    unserved=frozenset(
        {
            "capacityProviderConfig",
            "codeSigningConfigArn",
            "deadLetterConfig",
            "durableConfig",
            "ephemeralStorage",
            "fileSystemConfig",
            "imageConfig",
            "imageUri",
            "kmsKeyArn",
            "layers",
            "loggingConfig",
            "packageType",
            "publish",
            "publishTo",
            "region",
            "replaceSecurityGroupsOnDestroy",
            "replacementSecurityGroupIds",
            "s3Bucket",
            "s3Key",
            "s3ObjectVersion",
            "skipDestroy",
            "snapStart",
            "sourceCodeHash",
            "sourceKmsKeyArn",
            "tenancyConfig",
            "tracingConfig",
            "useResourceTimeoutForPropagation",
            "vpcConfig",
        }
    ),
    auto_name=AutoName(limit=64),
    gone=_GONE,
    create=_create_function,
    complete=_complete_function,
    read=_read_function,
    update=_update_function,
    delete=_delete_function,
)

RESOURCE_TYPES = (FUNCTION,)
