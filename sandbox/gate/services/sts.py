"""STS: AssumeRole by the role's trust policy; moto would compare it with the wrong ARN, and is not asked."""

import re
from collections.abc import Iterable

from sandbox.authoriser import PolicyKind, ResourceRule
from sandbox.gate.callers import Callers, SessionTags
from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.operations import Check, Operation, Service, request_tags, resource_tags

SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
SHORTEST_SESSION = 900
"""Seconds; the AssumeRole page of the STS API reference."""
LONGEST_CHAINED_SESSION = 3600
"""Seconds; role chaining limits a session to an hour."""
_NOT_WEIGHED = ("Policy", "PolicyArns.member.1.arn", "ProvidedContexts.member.1.ProviderArn")


def members(operation: Operation, name: str) -> list[str]:
    """Return the values of a list in a query request: `Name.member.1`, and so on."""
    return [
        str(value)
        for parameter, value in operation.parameters.items()
        if re.fullmatch(rf"{name}\.member\.\d+", parameter)
    ]


def tags_in(operation: Operation) -> dict[str, str]:
    """Return the tags of a query request."""
    numbers = [p.split(".")[2] for p in operation.parameters if re.fullmatch(r"Tags\.member\.\d+\.Key", p)]
    return {
        operation.text(f"Tags.member.{number}.Key"): operation.text(f"Tags.member.{number}.Value") for number in numbers
    }


def _assume_role(operation: Operation) -> Iterable[Check]:
    for parameter in _NOT_WEIGHED:
        if parameter in operation.parameters:
            raise unknown_to_the_sandbox(f"sts:AssumeRole with {parameter.partition('.')[0]}")
    arn, tags, transitive = operation.text("RoleArn"), tags_in(operation), members(operation, "TransitiveTagKeys")
    role = operation.state.role(arn)
    account = arn.split(":")[4] if arn.count(":") > 4 else operation.account  # noqa: PLR2004 - an ARN's account
    stated = _source_identity(operation)
    context: dict[str, str | tuple[str, ...]] = {
        **({"sts:SourceIdentity": stated} if stated else {}),
        "sts:RoleSessionName": operation.text("RoleSessionName"),
        **({"sts:ExternalId": operation.text("ExternalId")} if operation.text("ExternalId") else {}),
        **({"sts:TransitiveTagKeys": tuple(transitive)} if transitive else {}),
        **request_tags({**operation.caller.session_tags.inherited, **tags}),
        **resource_tags(role.tags if role else {}, "iam"),
    }
    # a chained session passes its transitive tags on, which is tagging as well
    tagging = bool(tags or operation.caller.session_tags.inherited)
    more = {"sts:TagSession": tagging, "sts:SetSourceIdentity": bool(stated)}
    for action in ("sts:AssumeRole", *(action for action, asked in more.items() if asked)):
        yield operation.check(
            action,
            arn,
            account=account,
            policy=role.trust if role else "",
            rule=ResourceRule.MANDATORY,
            kind=PolicyKind.TRUST,
            context=context,
        )


def _source_identity(operation: Operation) -> str:
    """The source identity of the new session: a chained session keeps the one that it has."""
    return operation.caller.session_tags.source_identity or operation.text("SourceIdentity")


def _refuse_bad_session(operation: Operation) -> None:
    role = operation.state.role(operation.text("RoleArn"))
    chained = bool(operation.wire.session_token)
    longest = min(role.longest_session if role else 0, LONGEST_CHAINED_SESSION if chained else 43200)
    duration = operation.text("DurationSeconds") or "3600"
    if not SESSION_NAME.fullmatch(operation.text("RoleSessionName")):
        raise ApiError("ValidationError", "The value at 'roleSessionName' must match [\\w+=,.@-]{2,64}.", status=400)
    if not duration.isdecimal() or not SHORTEST_SESSION <= int(duration) <= longest:
        message = f"DurationSeconds is {duration}; this role's sessions last from {SHORTEST_SESSION} to {longest} s."
        raise ApiError("ValidationError", message, status=400)
    stated = operation.text("SourceIdentity")
    if stated and not SESSION_NAME.fullmatch(stated):
        raise ApiError("ValidationError", "The value at 'sourceIdentity' must match [\\w+=,.@-]{2,64}.", status=400)
    if stated and stated != _source_identity(operation):
        raise ApiError("AccessDenied", "The source identity of a session can't be changed.", status=403)
    overridden = set(operation.caller.session_tags.inherited) & set(tags_in(operation))
    if overridden:
        message = f"The transitive session tags {sorted(overridden)} can't be overridden."
        raise ApiError("InvalidParameterValue", message, status=400)


def _keep_session_tags(operation: Operation, callers: Callers) -> None:
    account = operation.text("RoleArn").split(":")[4]
    inherited = operation.caller.session_tags.inherited
    tags = SessionTags(
        tags={**inherited, **tags_in(operation)},
        transitive=frozenset({*inherited, *members(operation, "TransitiveTagKeys")}),
        source_identity=_source_identity(operation),
    )
    callers.remember(operation.state.newest_session_key(account), tags)


def _nothing(_operation: Operation) -> Iterable[Check]:
    """GetCallerIdentity needs no permission, and an explicit deny does not stop it."""
    return ()


SERVICE = Service(
    protocol=Protocol.QUERY,
    event_source="sts.amazonaws.com",
    operations={"AssumeRole": _assume_role, "GetCallerIdentity": _nothing},
    rules={"AssumeRole": (_refuse_bad_session,)},
    afterwards={"AssumeRole": _keep_session_tags},
)
