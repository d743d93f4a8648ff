"""CloudWatch Logs: operations on log groups, on their streams, and on the resource policies of the account.

"Overview of managing access permissions to your CloudWatch Logs resources": a policy names a log group with `:*` at its
end, except for the operations on tags. The request's own ARN is the one that AWS's refusals show.
"""

from collections.abc import Iterable, Mapping

from sandbox.authoriser import PolicyKind
from sandbox.gate import moto_targets
from sandbox.gate.errors import Protocol, unknown_to_the_sandbox
from sandbox.gate.operations import Check, Operation, Questions, Service, names_of, request_tags, resource_tags
from sandbox.gate.stored_policies import check_new_policy


def _arn(operation: Operation, group: str) -> str:
    return f"arn:aws:logs:{operation.region}:{operation.account}:log-group:{group}"


def _tags(operation: Operation) -> dict[str, str]:
    tags = operation.parameters.get("tags")
    return {str(key): str(value) for key, value in tags.items()} if isinstance(tags, Mapping) else {}


def _own_tags(operation: Operation, arn: str) -> dict[str, str]:
    return resource_tags(moto_targets.log_group_tags(operation.account, operation.region, arn))


def _group(operation: Operation) -> Iterable[Check]:
    if operation.text("logGroupIdentifier"):
        raise unknown_to_the_sandbox(f"logs:{operation.name} with a logGroupIdentifier")
    arn, tags = _arn(operation, operation.text("logGroupName")), _tags(operation)
    stream = f"{arn}:log-stream:{operation.text('logStreamName')}"
    context = {**request_tags(tags), **_own_tags(operation, arn)}
    yield operation.check(f"logs:{operation.name}", stream, context=context)
    if tags:
        yield operation.check("logs:TagResource", arn, context=context)


def _all_groups(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"logs:{operation.name}", f"{_arn(operation, '')}:log-stream:")


def _tag(operation: Operation) -> Iterable[Check]:
    arn = operation.text("resourceArn")
    context = {
        **request_tags(_tags(operation), names_of(operation.parameters.get("tagKeys"))),
        **_own_tags(operation, arn),
    }
    yield operation.check(f"logs:{operation.name}", arn, context=context)


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"logs:{operation.name}", "*")


def _readable_policy(operation: Operation) -> None:
    check_new_policy(
        operation.text("policyDocument"), "the new resource policy of logs", PolicyKind.RESOURCE, operation.state
    )


def _refuse_what_is_not_acted_on(operation: Operation) -> None:
    for parameter in ("kmsKeyId", "logGroupClass"):
        if operation.text(parameter) not in ("", "STANDARD"):
            raise unknown_to_the_sandbox(f"logs:CreateLogGroup with {parameter}")


_OF_GROUPS = (
    "CreateLogGroup", "CreateLogStream", "DeleteLogGroup", "DeleteMetricFilter", "DeleteRetentionPolicy",
    "DescribeLogStreams", "DescribeMetricFilters", "FilterLogEvents", "GetLogEvents", "PutLogEvents",
    "PutMetricFilter", "PutRetentionPolicy",
)  # fmt: skip

_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_OF_GROUPS, _group),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), _tag),
    **dict.fromkeys(("DeleteResourcePolicy", "DescribeResourcePolicies", "PutResourcePolicy"), _account_wide),
    "DescribeLogGroups": _all_groups,
}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="logs.amazonaws.com",
    target_prefix="Logs_20140328",
    operations=_OPERATIONS,
    rules={"CreateLogGroup": (_refuse_what_is_not_acted_on,), "PutResourcePolicy": (_readable_policy,)},
)
