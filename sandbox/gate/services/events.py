"""EventBridge: every operation is an action of the same name on a rule, or on the account.

From "Actions, resources, and condition keys for Amazon EventBridge" in the Service Authorization Reference. Only rules
of the default event bus with an event pattern: the sandbox sends no other events on.
"""

import json
from collections.abc import Iterable, Iterator

from sandbox.gate import moto_targets
from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.operations import (
    Check,
    Operation,
    Questions,
    Service,
    check_of_tagging,
    request_tags,
    resource_tags,
    tags_of,
)

_FILTERS = {"anything-but", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"}
_TARGET_KINDS = ("lambda", "logs", "sns", "sqs")
_TARGET_PARTS = {"Arn", "DeadLetterConfig", "Id", "Input", "InputPath", "InputTransformer", "RetryPolicy"}
"""What the sandbox acts on; targets that need a role are of other kinds."""


def _rule(operation: Operation) -> Iterable[Check]:
    name = operation.text("Name") or operation.text("Rule")
    arn = f"arn:aws:events:{operation.region}:{operation.account}:rule/{name}"
    tags = tags_of(operation.parameters.get("Tags"))
    targets = tuple(str(target.get("Arn")) for target in _targets(operation))
    context = {
        **request_tags(tags),
        **resource_tags(moto_targets.rule_tags(operation.account, operation.region, arn)),
        **({"events:TargetArn": targets} if targets else {}),
    }
    yield operation.check(f"events:{operation.name}", arn, context=context)
    if operation.name == "PutRule" and tags:
        yield operation.check("events:TagResource", arn, context=request_tags(tags))


def _tag(operation: Operation) -> Iterable[Check]:
    return check_of_tagging(operation, "events", moto_targets.rule_tags)


def _account_wide(operation: Operation) -> Iterable[Check]:
    arn = f"arn:aws:events:{operation.region}:{operation.account}:rule/*"
    yield operation.check(f"events:{operation.name}", arn)


def _targets(operation: Operation) -> list[dict[str, object]]:
    listed = operation.parameters.get("Targets")
    return [target for target in listed if isinstance(target, dict)] if isinstance(listed, list) else []


def _refuse_other_buses(operation: Operation) -> None:
    if operation.text("EventBusName") not in ("", "default"):
        raise unknown_to_the_sandbox(f"the event bus {operation.text('EventBusName')!r}")


def _refuse_other_rules(operation: Operation) -> None:
    for parameter in ("ScheduleExpression", "RoleArn"):
        if operation.text(parameter):
            raise unknown_to_the_sandbox(f"events:PutRule with {parameter}")


def _refuse_unknown_filters(operation: Operation) -> None:
    """Refuse a filter that moto would take for one that lets everything through."""
    try:
        pattern = json.loads(operation.text("EventPattern") or "{}")
    except ValueError:
        pattern = None  # moto says so
    for name in _filters_in(pattern):
        if name not in _FILTERS:
            raise ApiError("InvalidEventPatternException", f"Unrecognized match type {name}", status=400)


def _filters_in(pattern: object) -> Iterator[str]:
    """Return the names of the filters: the keys of objects in lists, but for the alternatives of an `$or`."""
    if not isinstance(pattern, dict):
        return
    for name, value in pattern.items():
        listed = value if isinstance(value, list) else []
        if name == "$or":
            yield from (found for alternative in listed for found in _filters_in(alternative))
        else:
            yield from (str(word) for rule in listed if isinstance(rule, dict) for word in rule)
            yield from _filters_in(value)


def _refuse_other_targets(operation: Operation) -> None:
    for target in _targets(operation):
        unknown = set(target) - _TARGET_PARTS
        kind = str(target.get("Arn")).split(":")[2:3]
        if unknown or not set(kind) & set(_TARGET_KINDS):
            raise unknown_to_the_sandbox(f"an event target {target.get('Arn')} with {sorted(unknown)}")


_RULE_OPERATIONS = (
    "DeleteRule", "DescribeRule", "DisableRule", "EnableRule", "ListTargetsByRule", "PutRule", "PutTargets",
    "RemoveTargets",
)  # fmt: skip

_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_RULE_OPERATIONS, _rule),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), _tag),
    "ListRules": _account_wide,
}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="events.amazonaws.com",
    target_prefix="AWSEvents",
    operations=_OPERATIONS,
    rules={
        **dict.fromkeys((*_RULE_OPERATIONS, "ListRules"), (_refuse_other_buses,)),
        "PutRule": (_refuse_other_buses, _refuse_other_rules, _refuse_unknown_filters),
        "PutTargets": (_refuse_other_buses, _refuse_other_targets),
    },
)
