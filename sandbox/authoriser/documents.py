"""Reads a policy document into frozen values, and refuses every element that the evaluator does not know."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from sandbox.authoriser import condition_keys
from sandbox.authoriser.conditions import NULL, OPERATORS, Condition, SetOperator
from sandbox.authoriser.matching import VARIABLE, is_arn_pattern, variables_in

VARIABLES_SINCE = "2012-10-17"
VERSIONS = ("2008-10-17", VARIABLES_SINCE)
"""Without `Version` the older one holds, in which `${...}` is plain text."""

_STATEMENT_ELEMENTS = {
    "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition",
}  # fmt: skip
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
_AWS_PRINCIPAL = re.compile(
    r"\*|\d{12}|arn:aws:(iam::\d{12}:(root|role/[^*?]+|user/[^*?]+)|sts::\d{12}:assumed-role/[^*?]+)"
)
_SERVICE_PRINCIPAL = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")


class UnknownPolicyElementError(Exception):
    """A policy holds something that the evaluator does not know, so no decision may rest on it."""

    def __init__(self, policy: str, element: str, got: object) -> None:
        super().__init__(
            f"{policy}: the evaluator does not know {element} {got!r}, so it decides nothing by this policy."
        )
        self.policy = policy
        self.element = element


class PolicyKind(Enum):
    """Where a policy hangs; the values are AWS's own words."""

    IDENTITY = "identity-based"
    RESOURCE = "resource-based"
    TRUST = "trust"


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement; `not_actions` and `not_resources` turn `actions` and `resources` into exceptions."""

    sid: str
    allow: bool
    actions: tuple[str, ...]
    not_actions: bool
    resources: tuple[str, ...]
    not_resources: bool
    aws_principals: tuple[str, ...]
    service_principals: tuple[str, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy that was read without meeting anything unknown. `name` is what reasons call it by."""

    name: str
    kind: PolicyKind
    statements: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Reads one document; knows the policy's name and version, for errors and for variables."""

    name: str
    kind: PolicyKind
    variables: bool

    def unknown(self, element: str, got: object) -> UnknownPolicyElementError:
        return UnknownPolicyElementError(self.name, element, got)

    def statement(self, raw: object, position: int) -> Statement:
        body = self.mapping("Statement", raw)
        for element in body:
            if element not in _STATEMENT_ELEMENTS:
                raise self.unknown("the element", element)
        if body.get("Effect") not in ("Allow", "Deny"):
            raise self.unknown("the Effect", body.get("Effect"))
        actions, not_actions = self.either(body, "Action")
        for action in actions:
            if not _ACTION.fullmatch(action):
                raise self.unknown("the action", action)
        resources, not_resources = self.resources(body)
        aws, services = self.principals(body)
        return Statement(
            sid=str(body.get("Sid") or f"statement {position}"),
            allow=body["Effect"] == "Allow",
            actions=actions,
            not_actions=not_actions,
            resources=resources,
            not_resources=not_resources,
            aws_principals=aws,
            service_principals=services,
            conditions=self.conditions(body.get("Condition", {})),
        )

    def either(self, body: Mapping[str, object], element: str) -> tuple[tuple[str, ...], bool]:
        names = [name for name in (element, f"Not{element}") if name in body]
        if len(names) != 1:
            raise self.unknown(f"a statement that does not have exactly one of {element} and Not{element}:", names)
        return self.strings(names[0], body[names[0]]), names[0] != element

    def resources(self, body: Mapping[str, object]) -> tuple[tuple[str, ...], bool]:
        if self.kind is PolicyKind.TRUST:
            if "Resource" in body or "NotResource" in body:
                raise self.unknown("the element of a trust policy", "Resource")
            return ("*",), False
        patterns, negated = self.either(body, "Resource")
        for pattern in patterns:
            if pattern != "*" and not (is_arn_pattern(pattern) and pattern.startswith("arn:")):
                raise self.unknown("the resource", pattern)
            self.check_variables(pattern)
        return patterns, negated

    def principals(self, body: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        if (self.kind is PolicyKind.IDENTITY) == ("Principal" in body):
            raise self.unknown(f"an {self.kind.value} statement whose Principal is", body.get("Principal"))
        raw = body.get("Principal", {})
        named = {"AWS": "*"} if raw == "*" else self.mapping("Principal", raw)
        for kind in named:
            if kind not in ("AWS", "Service"):
                raise self.unknown("the kind of principal", kind)
        aws = self.strings("Principal", named.get("AWS", []))
        services = self.strings("Principal", named.get("Service", []))
        for value, form in [(v, _AWS_PRINCIPAL) for v in aws] + [(v, _SERVICE_PRINCIPAL) for v in services]:
            if not form.fullmatch(value):
                raise self.unknown("the principal", value)
        return aws, services

    def conditions(self, raw: object) -> tuple[Condition, ...]:
        found: list[Condition] = []
        for word, block in self.mapping("Condition", raw).items():
            for key, values in self.mapping(word, block).items():
                found.append(self.condition(word, key, self.strings(key, values)))
        return tuple(found)

    def condition(self, word: str, key: str, values: tuple[str, ...]) -> Condition:
        prefix, colon, rest = word.rpartition(":")
        name = rest.removesuffix("IfExists")
        known = name in OPERATORS or (word == NULL and len(values) == 1 and values[0].lower() in ("true", "false"))
        if not known or (colon and prefix not in (SetOperator.FOR_ALL_VALUES.value, SetOperator.FOR_ANY_VALUE.value)):
            raise self.unknown("the condition operator", word)
        if not condition_keys.is_known(key):
            raise self.unknown("the condition key", key)
        if condition_keys.is_multivalued(key) and not colon and word != NULL:
            raise self.unknown(f"an operator without ForAllValues or ForAnyValue for the multivalued {key}:", word)
        for value in values:
            if name.startswith("Arn") and not is_arn_pattern(value):
                raise self.unknown(f"the ARN for {word}", value)
            self.check_variables(value)
        return Condition(
            operator=name,
            set_operator=SetOperator(prefix),
            if_exists=rest.endswith("IfExists"),
            key=key,
            values=values,
        )

    def check_variables(self, pattern: str) -> None:
        if not self.variables and VARIABLE.search(pattern):
            raise self.unknown(f"variables before version {VARIABLES_SINCE}:", pattern)
        for variable in variables_in(pattern):
            if not condition_keys.is_known(variable) or condition_keys.is_multivalued(variable):
                raise self.unknown("the policy variable", variable)

    def mapping(self, element: str, raw: object) -> Mapping[str, object]:
        if not isinstance(raw, Mapping):
            raise self.unknown(f"a value of {element} that is not an object:", raw)
        return {str(key): value for key, value in raw.items()}

    def strings(self, element: str, raw: object) -> tuple[str, ...]:
        values: list[object] = list(raw) if isinstance(raw, (list, tuple)) else [raw]
        for value in values:
            if not isinstance(value, str | int | float):
                raise self.unknown(f"a value of {element}:", value)
        return tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in values)


def _named_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse JSON that names something twice: one of the two would be lost without a word."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"A policy document names something twice: {sorted(name for name, _ in pairs)}.")
    return found


def parse_policy(document: str | Mapping[str, object], *, name: str, kind: PolicyKind) -> Policy:
    """Read a policy document, given as JSON text or as an object.

    Raises `UnknownPolicyElementError`, which names the policy and the element, for whatever the evaluator
    does not know, and `ValueError` for text that is not JSON or names something twice.
    """
    raw: object = json.loads(document, object_pairs_hook=_named_once) if isinstance(document, str) else document
    version = raw.get("Version", VERSIONS[0]) if isinstance(raw, Mapping) else None
    reader = _Reader(name=name, kind=kind, variables=version == VARIABLES_SINCE)
    body = reader.mapping("the document", raw)
    for element in body:
        if element not in ("Version", "Id", "Statement"):
            raise reader.unknown("the element", element)
    if version not in VERSIONS:
        raise reader.unknown("the Version", version)
    statements = body.get("Statement")
    listed: list[object] = list(statements) if isinstance(statements, (list, tuple)) else [statements]
    return Policy(
        name=name,
        kind=kind,
        statements=tuple(reader.statement(raw, position) for position, raw in enumerate(listed, 1)),
    )
