"""Condition operators one by one.

IAM User Guide, "Condition operators" and "Single-valued vs. multivalued context keys".
"""

from typing import Any

import pytest

from tests.sandbox.authoriser.cases import ALLOWED, ROLE, A, B, Case, allow, when

NAME, TAGS, DAYS, TLS = (
    "sts:RoleSessionName",
    "aws:TagKeys",
    "secretsmanager:RecoveryWindowInDays",
    "aws:SecureTransport",
)
SOURCE, TOPIC = "aws:SourceArn", f"arn:aws:sns:eu-west-1:{A}:topic"

FUNCTION, RULES = "secretsmanager:RotationLambdaARN", "secretsmanager:ModifyRotationRules"
PASSED_TO, LAMBDA = "iam:PassedToService", "lambda.amazonaws.com"
OF_SECRET = "secretsmanager:resource/AllowRotationLambdaArn"
ROTATOR = f"arn:aws:lambda:eu-west-1:{A}:function:app--sendgrid--rotator"

ROWS: list[tuple[str, str, Any, dict[str, Any], bool]] = [
    # operator, key, the policy's value, the request's context, whether it holds
    ("StringEquals", NAME, "acme", {NAME: "acme"}, True),
    ("StringEquals", NAME, "acme", {NAME: "Acme"}, False),
    ("StringEquals", NAME, "ac*", {NAME: "acme"}, False),
    ("StringEquals", NAME, ["globex", "acme"], {NAME: "acme"}, True),
    ("StringEquals", NAME, "acme", {}, False),
    ("StringEquals", NAME.upper(), "acme", {NAME.lower(): "acme"}, True),
    ("StringNotEquals", NAME, "acme", {NAME: "acme"}, False),
    ("StringNotEquals", NAME, ["acme", "globex"], {NAME: "globex"}, False),
    ("StringNotEquals", NAME, ["acme", "globex"], {NAME: "x"}, True),
    ("StringNotEquals", NAME, "acme", {}, True),
    ("StringEqualsIgnoreCase", NAME, "acme", {NAME: "ACME"}, True),
    ("StringNotEqualsIgnoreCase", NAME, "acme", {NAME: "ACME"}, False),
    ("StringLike", NAME, "a?m*", {NAME: "acme"}, True),
    ("StringLike", NAME, "a.me", {NAME: "acme"}, False),
    ("StringLike", NAME, "A*", {NAME: "acme"}, False),
    ("StringLike", NAME, "*", {}, False),
    ("StringNotLike", NAME, "a*", {NAME: "acme"}, False),
    ("StringNotLike", NAME, "a*", {}, True),
    ("StringEqualsIfExists", NAME, "acme", {}, True),
    ("StringEqualsIfExists", NAME, "acme", {NAME: "globex"}, False),
    ("StringNotEqualsIfExists", NAME, "acme", {}, True),
    ("StringNotEqualsIfExists", NAME, "acme", {NAME: "acme"}, False),
    ("ArnEquals", SOURCE, f"arn:aws:sns:*:{A}:topic", {SOURCE: TOPIC}, True),
    ("ArnEquals", SOURCE, TOPIC, {SOURCE: TOPIC + "2"}, False),
    ("ArnLike", SOURCE, f"arn:aws:sns:*:{B}:*", {SOURCE: TOPIC}, False),
    ("ArnLike", SOURCE, "arn:aws:sns:*:*:*", {SOURCE: TOPIC}, True),
    ("ArnLike", SOURCE, "arn:aws:*:topic:*:*", {SOURCE: TOPIC}, False),
    ("ArnLike", SOURCE, TOPIC, {}, False),
    ("ArnNotLike", SOURCE, TOPIC, {}, True),
    ("ArnNotEquals", SOURCE, f"arn:aws:sns:*:{A}:*", {SOURCE: TOPIC}, False),
    ("StringEquals", SOURCE, f"arn:aws:sns:*:{A}:topic", {SOURCE: TOPIC}, False),
    ("Bool", TLS, "true", {TLS: "true"}, True),
    ("Bool", TLS, True, {TLS: "true"}, True),
    ("Bool", TLS, "false", {TLS: "true"}, False),
    ("Bool", TLS, "false", {}, False),
    ("BoolIfExists", TLS, "false", {}, True),
    ("Null", NAME, "true", {}, True),
    ("Null", NAME, "true", {NAME: "acme"}, False),
    ("Null", NAME, "false", {NAME: "acme"}, True),
    ("Null", TAGS, "false", {}, False),
    ("Null", FUNCTION, "true", {}, True),
    ("Null", FUNCTION, "true", {FUNCTION: ROTATOR}, False),
    ("BoolIfExists", RULES, "false", {RULES: "false"}, True),
    ("BoolIfExists", RULES, "false", {RULES: "true"}, False),
    ("BoolIfExists", RULES, "false", {}, True),
    ("ArnEquals", OF_SECRET, ROTATOR, {OF_SECRET: ROTATOR}, True),
    ("ArnEquals", OF_SECRET, ROTATOR, {OF_SECRET: ROTATOR + "-2"}, False),
    ("ArnEquals", OF_SECRET, ROTATOR, {}, False),
    ("StringEquals", PASSED_TO, LAMBDA, {PASSED_TO: LAMBDA}, True),
    ("StringEquals", PASSED_TO, LAMBDA, {PASSED_TO: "scheduler.amazonaws.com"}, False),
    ("StringEquals", "AWS:SourceAccount", A, {"aws:SourceAccount": A}, True),
    ("StringEquals", "AWS:SourceOwner", A, {}, False),
    ("StringLike", "sns:Endpoint", "*@acme.example", {"sns:Endpoint": "a@acme.example"}, True),
    ("ForAllValues:ArnEquals", "events:TargetArn", [ROTATOR], {"events:TargetArn": (ROTATOR, TOPIC)}, False),
    ("NumericEquals", DAYS, 7, {DAYS: "7"}, True),
    ("NumericNotEquals", DAYS, "7", {DAYS: "7.0"}, False),
    ("NumericLessThan", DAYS, "7", {DAYS: "7"}, False),
    ("NumericLessThanEquals", DAYS, "7", {DAYS: "7"}, True),
    ("NumericGreaterThan", DAYS, "7", {DAYS: "30"}, True),
    ("NumericGreaterThanEquals", DAYS, "30", {DAYS: "7"}, False),
    ("NumericLessThan", DAYS, "7", {DAYS: "many"}, False),
    ("NumericLessThan", DAYS, "7", {}, False),
    ("ForAllValues:StringEquals", TAGS, ["app", "tenant"], {TAGS: ("app",)}, True),
    ("ForAllValues:StringEquals", TAGS, ["app", "tenant"], {TAGS: ("app", "other")}, False),
    ("ForAllValues:StringEquals", TAGS, ["app"], {}, True),
    ("ForAnyValue:StringEquals", TAGS, ["app"], {TAGS: ("app", "other")}, True),
    ("ForAnyValue:StringEquals", TAGS, ["app"], {TAGS: ("other",)}, False),
    ("ForAnyValue:StringEquals", TAGS, ["app"], {}, False),
    ("ForAnyValue:StringEqualsIfExists", TAGS, ["app"], {}, False),
    ("ForAnyValue:StringNotEquals", TAGS, ["app"], {TAGS: ("app", "other")}, True),
    ("ForAllValues:StringNotEquals", TAGS, ["app"], {TAGS: ("app", "other")}, False),
    ("ForAllValues:StringLike", TAGS, ["a*"], {TAGS: ("app", "account")}, True),
    ("StringEquals", "aws:PrincipalTag/tenant", "acme", {}, True),
    ("StringEquals", "aws:RequestTag/tenant", "${aws:PrincipalTag/tenant}", {"aws:RequestTag/Tenant": "acme"}, True),
    ("StringEquals", "aws:RequestTag/tenant", "${aws:PrincipalTag/none}", {"aws:RequestTag/tenant": ""}, False),
    ("StringLike", NAME, "${aws:RequestTag/x}", {NAME: "acme", "aws:RequestTag/x": "*"}, False),
    ("StringLike", NAME, "a${*}e", {NAME: "a*e"}, True),
    ("StringLike", NAME, "a${*}e", {NAME: "acme"}, False),
    ("ArnEquals", "aws:PrincipalArn", ROLE, {}, True),
    ("StringEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}", {}, True),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "key", "value", "context", "holds"), ROWS)
def test_an_operator_compares_as_documented(
    operator: str, key: str, value: Any, context: dict[str, Any], *, holds: bool
) -> None:
    case = Case(name="", expect=ALLOWED, context=context, identity=(allow(Condition={operator: {key: value}}),))
    assert case.decide().allowed is holds


def test_all_conditions_of_a_statement_must_hold() -> None:
    both = when("StringEquals", NAME, "acme") | when("Bool", TLS, "true")
    case = Case(name="", expect=ALLOWED, identity=(allow(Condition=both),), context={NAME: "acme", TLS: "true"})
    assert case.decide().allowed
    case = Case(name="", expect=ALLOWED, identity=(allow(Condition=both),), context={NAME: "acme", TLS: "false"})
    assert not case.decide().allowed
