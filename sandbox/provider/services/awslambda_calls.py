"""AWS Lambda: who may call a function, and what becomes of asynchronous calls that fail."""

import json
from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, between, length
from sandbox.provider.services.calls import given
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_GONE = frozenset({"ResourceNotFoundException"})
_DESTINATION = {"destination": Field(aws="Destination", required=True)}
_DESTINATIONS = {
    "onFailure": Field(aws="OnFailure", fields=_DESTINATION),
    "onSuccess": Field(aws="OnSuccess", fields=_DESTINATION),
}


def _add_permission(aws: Aws, wanted: State) -> str:
    client: LambdaClient = aws.client("lambda")
    client.add_permission(
        FunctionName=wanted["function"],
        StatementId=wanted["statementId"],
        Action=wanted["action"],
        Principal=wanted["principal"],
        **given(SourceAccount=wanted.get("sourceAccount"), SourceArn=wanted.get("sourceArn")),
    )
    return wanted["statementId"]


def _read_permission(aws: Aws, statement_id: str, so_far: State) -> State | None:
    client: LambdaClient = aws.client("lambda")
    policy = json.loads(client.get_policy(FunctionName=so_far["function"])["Policy"])
    statement = next((each for each in policy["Statement"] if each["Sid"] == statement_id), None)
    if statement is None:
        return None
    principal, conditions = statement["Principal"], statement.get("Condition", {})
    return {
        "action": statement["Action"],
        "function": so_far["function"],
        "principal": principal if isinstance(principal, str) else next(iter(principal.values())),
        "sourceAccount": conditions.get("StringEquals", {}).get("AWS:SourceAccount"),
        "sourceArn": conditions.get("ArnLike", {}).get("AWS:SourceArn"),
        "statementId": statement_id,
    }


def _remove_permission(aws: Aws, statement_id: str, state: State) -> None:
    client: LambdaClient = aws.client("lambda")
    client.remove_permission(FunctionName=state["function"], StatementId=statement_id)


def _imported_permission(resource_id: str) -> tuple[str, State]:
    """Take what the real provider takes: the function, a slash, the statement (permissionImportID)."""
    function, _, statement_id = resource_id.rpartition("/")
    return statement_id, {"function": function}


def _put_event_config(aws: Aws, wanted: State) -> str:
    client: LambdaClient = aws.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=wanted["functionName"],
        MaximumRetryAttempts=wanted["maximumRetryAttempts"],
        **given(
            DestinationConfig=to_aws(_DESTINATIONS, wanted.get("destinationConfig", {})),
            MaximumEventAgeInSeconds=wanted.get("maximumEventAgeInSeconds"),
        ),
    )
    return wanted["functionName"]


def _read_event_config(aws: Aws, function: str, _so_far: State) -> State:
    client: LambdaClient = aws.client("lambda")
    answer: Any = client.get_function_event_invoke_config(FunctionName=function)
    destinations = from_aws(_DESTINATIONS, answer.get("DestinationConfig", {}))
    return {
        "destinationConfig": {name: part for name, part in destinations.items() if part} or None,
        "functionName": function,
        "maximumEventAgeInSeconds": answer.get("MaximumEventAgeInSeconds"),
        "maximumRetryAttempts": answer.get("MaximumRetryAttempts"),
    }


def _update_event_config(aws: Aws, _function: str, change: Change) -> None:
    _put_event_config(aws, change.new)


def _delete_event_config(aws: Aws, function: str, _state: State) -> None:
    client: LambdaClient = aws.client("lambda")
    client.delete_function_event_invoke_config(FunctionName=function)


PERMISSION = ResourceType(
    pulumi_type="aws:lambda/permission:Permission",
    source="internal/service/lambda/permission.go",
    inputs={
        "action": Input(required=True, replace=True),
        "function": Input(required=True, replace=True),
        "principal": Input(required=True, replace=True),
        "sourceAccount": Input(replace=True),
        "sourceArn": Input(replace=True),
        "statementId": Input(replace=True, computed=True, rule=length(1, 100)),
    },
    unserved=frozenset(
        {
            "eventSourceToken",
            "functionUrlAuthType",
            "invokedViaFunctionUrl",
            "principalOrgId",
            "qualifier",
            "region",
            "statementIdPrefix",
        }
    ),
    auto_name=AutoName(input="statementId", limit=100),
    gone=_GONE,
    imported=_imported_permission,
    create=_add_permission,
    read=_read_permission,
    delete=_remove_permission,
)

EVENT_INVOKE_CONFIG = ResourceType(
    pulumi_type="aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    source="internal/service/lambda/function_event_invoke_config.go",
    inputs={
        "destinationConfig": Input(kind=Kind.BLOCK, shape=_DESTINATIONS),
        "functionName": Input(required=True, replace=True),
        "maximumEventAgeInSeconds": Input(kind=Kind.NUMBER, rule=between(60, 21600)),
        "maximumRetryAttempts": Input(kind=Kind.NUMBER, default=2, rule=between(0, 2)),
    },
    unserved=frozenset({"qualifier", "region"}),
    gone=_GONE,
    create=_put_event_config,
    read=_read_event_config,
    update=_update_event_config,
    delete=_delete_event_config,
)

RESOURCE_TYPES = (PERMISSION, EVENT_INVOKE_CONFIG)
