"""EventBridge Scheduler: operations on schedules and on their groups; a schedule's role must be passed.

From "Actions, resources, and condition keys for Amazon EventBridge Scheduler" in the Service Authorization Reference:
deleting a group is deleting its schedules as well, and tagging a group at its creation is `TagResource`.
"""

import re
from collections.abc import Iterable, Mapping

from sandbox.expressions import ExpressionError, parse
from sandbox.gate import moto_targets
from sandbox.gate.callers import Callers
from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.operations import (
    Check,
    Operation,
    Questions,
    Service,
    names_of,
    request_tags,
    resource_tags,
    tags_of,
)
from sandbox.gate.service_roles import check_role

SCHEDULER = "scheduler.amazonaws.com"
_NAME = re.compile(r"[0-9a-zA-Z_.-]{1,64}")
_NOT_KEPT = ("EndDate", "KmsKeyArn", "StartDate")
_TARGET_PARTS = {"Arn", "DeadLetterConfig", "Input", "RetryPolicy", "RoleArn"}
"""What the sandbox acts on in a target; a function is the one kind that it calls."""


def _arn(operation: Operation, kind: str, name: str) -> str:
    return f"arn:aws:scheduler:{operation.region}:{operation.account}:{kind}/{name}"


def _group(operation: Operation) -> str:
    return operation.text("GroupName") or "default"


def _tags_of_group(operation: Operation, group: str) -> dict[str, str]:
    arn = _arn(operation, "schedule-group", group)
    return resource_tags(moto_targets.schedule_group_tags(operation.account, operation.region, arn))


def _target(operation: Operation) -> Mapping[str, object]:
    target = operation.parameters.get("Target")
    return target if isinstance(target, Mapping) else {}


def _schedule(operation: Operation) -> Iterable[Check]:
    """Ask for a schedule; its tags are those of its group."""
    arn = _arn(operation, "schedule", f"{_group(operation)}/{operation.text('Name')}")
    context = _tags_of_group(operation, _group(operation))
    yield operation.check(f"scheduler:{operation.name}", arn, context=context)
    if _target(operation):
        role = str(_target(operation).get("RoleArn"))
        yield operation.check("iam:PassRole", role, context={"iam:PassedToService": SCHEDULER})


def _schedule_group(operation: Operation) -> Iterable[Check]:
    name = operation.text("Name")
    arn = _arn(operation, "schedule-group", name)
    tags = tags_of(operation.parameters.get("Tags"))
    context = {**request_tags(tags), **_tags_of_group(operation, name)}
    yield operation.check(f"scheduler:{operation.name}", arn, context=context)
    if tags:
        yield operation.check("scheduler:TagResource", arn, context=request_tags(tags))
    if operation.name == "DeleteScheduleGroup":
        yield operation.check("scheduler:DeleteSchedule", _arn(operation, "schedule", f"{name}/*"), context=context)


def _tag(operation: Operation) -> Iterable[Check]:
    arn = operation.text("ResourceArn")
    tags = tags_of(operation.parameters.get("Tags"))
    context = {
        **request_tags(tags, names_of(operation.parameters.get("TagKeys"))),
        **_tags_of_group(operation, arn.rpartition("/")[2]),
    }
    yield operation.check(f"scheduler:{operation.name}", arn, context=context)


def _list_schedules(operation: Operation) -> Iterable[Check]:
    yield operation.check("scheduler:ListSchedules", _arn(operation, "schedule", f"{operation.text('GroupName')}*/*"))


def _list_groups(operation: Operation) -> Iterable[Check]:
    yield operation.check("scheduler:ListScheduleGroups", _arn(operation, "schedule-group", "*"))


def _refuse_odd_names(operation: Operation) -> None:
    for name in (operation.text("Name"), _group(operation)):
        if name and not _NAME.fullmatch(name):
            raise unknown_to_the_sandbox(f"a schedule or a group named {name!r}")


def _refuse_other_schedules(operation: Operation) -> None:
    window = operation.parameters.get("FlexibleTimeWindow")
    mode = window.get("Mode") if isinstance(window, Mapping) else None
    unknown = {name for name in _NOT_KEPT if operation.parameters.get(name)} | (set(_target(operation)) - _TARGET_PARTS)
    if unknown or mode != "OFF" or ":lambda:" not in str(_target(operation).get("Arn")):
        what = f"scheduler:{operation.name} for {_target(operation).get('Arn')} with {sorted(unknown)}, window {mode}"
        raise unknown_to_the_sandbox(what)


def _refuse_bad_expression(operation: Operation) -> None:
    try:
        parse(operation.text("ScheduleExpression"))
    except ExpressionError as problem:
        message = f"Invalid Schedule Expression {operation.text('ScheduleExpression')}. {problem}"
        raise ApiError("ValidationException", message, status=400) from problem
    if operation.text("ScheduleExpressionTimezone") not in ("", "UTC"):
        raise unknown_to_the_sandbox(f"the time zone {operation.text('ScheduleExpressionTimezone')}")


def _refuse_unusable_role(operation: Operation) -> None:
    context = {
        "aws:SourceAccount": operation.account,
        "aws:SourceArn": _arn(operation, "schedule-group", _group(operation)),
    }
    message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role."
    refusal = ApiError("ValidationException", message, status=400)
    check_role(operation, str(_target(operation).get("RoleArn")), SCHEDULER, context=context, refusal=refusal)


def _keep_action(operation: Operation, _: Callers) -> None:
    place = (operation.account, operation.region, _group(operation), operation.text("Name"))
    moto_targets.set_action_after_completion(*place, operation.text("ActionAfterCompletion"))


_OF_SCHEDULES: tuple[str, ...] = ("CreateSchedule", "DeleteSchedule", "GetSchedule", "UpdateSchedule")
_OF_GROUPS: tuple[str, ...] = ("CreateScheduleGroup", "DeleteScheduleGroup", "GetScheduleGroup")

_DEFAULTS = {"ActionAfterCompletion": "NONE", "State": "ENABLED"}
_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_OF_SCHEDULES, _schedule),
    **dict.fromkeys(_OF_GROUPS, _schedule_group),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), _tag),
    "ListScheduleGroups": _list_groups,
    "ListSchedules": _list_schedules,
}

SERVICE = Service(
    protocol=Protocol.REST_JSON,
    event_source=SCHEDULER,
    model="scheduler",
    operations=_OPERATIONS,
    defaults={"CreateSchedule": _DEFAULTS, "UpdateSchedule": _DEFAULTS},
    afterwards={"UpdateSchedule": _keep_action},
    rules={
        **dict.fromkeys((*_OF_SCHEDULES, *_OF_GROUPS), (_refuse_odd_names,)),
        **dict.fromkeys(
            ("CreateSchedule", "UpdateSchedule"),
            (_refuse_odd_names, _refuse_other_schedules, _refuse_bad_expression, _refuse_unusable_role),
        ),
    },
)
