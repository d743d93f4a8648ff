"""Athena: every operation is an action of the same name on a workgroup.

From "Actions, resources, and condition keys for Amazon Athena" in the Service Authorization Reference. What a statement
reads and writes, Athena does in the caller's name while it runs: `sandbox.athena` asks for that.
"""

from collections.abc import Iterable

from sandbox.gate import moto_targets
from sandbox.gate.errors import ApiError, Protocol
from sandbox.gate.operations import (
    Check,
    Operation,
    Questions,
    Service,
    check_of_tagging,
    check_with_tags,
    resource_tags,
)


def _arn(operation: Operation, workgroup: str) -> str:
    return f"arn:aws:athena:{operation.region}:{operation.account}:workgroup/{workgroup}"


def _own_tags(operation: Operation, arn: str) -> dict[str, str]:
    return resource_tags(moto_targets.workgroup_tags(operation.account, operation.region, arn))


def _workgroup(operation: Operation) -> Iterable[Check]:
    named = operation.text("WorkGroup") or ("" if operation.name.endswith("Query") else operation.text("Name"))
    return check_with_tags(operation, "athena", _arn(operation, named or "primary"), moto_targets.workgroup_tags)


def _tag(operation: Operation) -> Iterable[Check]:
    return check_of_tagging(operation, "athena", moto_targets.workgroup_tags)


def _of_execution(operation: Operation) -> Iterable[Check]:
    found = moto_targets.workgroup_of_execution(operation.account, operation.region, operation.text("QueryExecutionId"))
    yield _in_workgroup(operation, found, "QueryExecution")


def _of_named_query(operation: Operation) -> Iterable[Check]:
    found = moto_targets.workgroup_of_named_query(operation.account, operation.region, operation.text("NamedQueryId"))
    yield _in_workgroup(operation, found, "NamedQuery")


def _in_workgroup(operation: Operation, workgroup: str | None, kind: str) -> Check:
    if workgroup is None:
        message = f"{kind} {operation.text(f'{kind}Id')} was not found"
        raise ApiError("InvalidRequestException", message, status=400)
    arn = _arn(operation, workgroup)
    return operation.check(f"athena:{operation.name}", arn, context=_own_tags(operation, arn))


_OF_WORKGROUPS = (
    "CreateNamedQuery", "CreateWorkGroup", "DeleteWorkGroup", "GetWorkGroup", "ListNamedQueries",
    "ListQueryExecutions", "StartQueryExecution", "UpdateWorkGroup",
)  # fmt: skip

_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_OF_WORKGROUPS, _workgroup),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), _tag),
    **dict.fromkeys(("GetQueryExecution", "GetQueryResults", "StopQueryExecution"), _of_execution),
    **dict.fromkeys(("DeleteNamedQuery", "GetNamedQuery"), _of_named_query),
}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="athena.amazonaws.com",
    target_prefix="AmazonAthena",
    operations=_OPERATIONS,
)
