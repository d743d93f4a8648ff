"""What holds for every policy, not only for those that someone thought of."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.authoriser import ResourceRule
from sandbox.authoriser.matching import arn_like, string_equals, string_like
from tests.sandbox.authoriser.cases import (
    ALICE,
    ALLOWED,
    BACKEND,
    FOREIGN,
    GET,
    KEY,
    ROLE,
    ROOT_A,
    ROOT_B,
    SECRET,
    SESSION,
    USER,
    Case,
    when,
)

actions = st.sampled_from(["*", GET, "secretsmanager:*", "kms:Decrypt", "secretsmanager:Get*"])
resources = st.sampled_from(["*", SECRET, KEY, SECRET[:-6] + "??????"])
no_condition: dict[str, Any] = {}
conditions = st.sampled_from(
    [
        no_condition,
        when("ArnEquals", "aws:PrincipalArn", ROLE),
        when("ArnNotEquals", "aws:PrincipalArn", ROLE),
        when("StringEquals", "sts:RoleSessionName", "x"),
        when("StringNotEquals", "sts:RoleSessionName", "x"),
        when("ForAllValues:StringEquals", "aws:TagKeys", "x"),
        when("ForAnyValue:StringEquals", "aws:TagKeys", "x"),
        when("Null", "aws:TagKeys", "true"),
    ]
)
principals = st.sampled_from(["*", *({"AWS": arn} for arn in (ROLE, SESSION, USER, ROOT_A, ROOT_B))])


@st.composite
def statements(draw: Any, *, effect: str | None = None, with_principal: bool = False) -> dict[str, Any]:
    body = {
        "Effect": effect or draw(st.sampled_from(["Allow", "Deny"])),
        "Action": draw(actions),
        "Resource": draw(resources),
        "Condition": draw(conditions),
    }
    return body | ({"Principal": draw(principals)} if with_principal else {})


cases = st.builds(
    Case,
    name=st.just("any"),
    expect=st.just(ALLOWED),
    who=st.sampled_from([BACKEND, ALICE, FOREIGN]),
    action=st.sampled_from([GET, "kms:Decrypt"]),
    on=st.sampled_from([SECRET, KEY]),
    context=st.sampled_from([{}, {"sts:RoleSessionName": "x"}, {"aws:TagKeys": ("x", "y")}]),
    identity=st.lists(statements(), max_size=3).map(tuple),
    resource=st.none() | st.lists(statements(with_principal=True), max_size=3).map(tuple),
    rule=st.sampled_from(ResourceRule),
)


@given(cases, statements(effect="Deny"))
def test_one_more_deny_never_turns_a_refusal_into_an_allow(case: Case, deny: dict[str, Any]) -> None:
    more = replace(case, identity=(*case.identity, deny))
    assert case.decide().allowed or not more.decide().allowed


@given(cases, statements(effect="Allow"))
def test_one_more_allow_never_turns_an_allow_into_a_refusal(case: Case, allow: dict[str, Any]) -> None:
    more = replace(case, identity=(*case.identity, allow))
    assert more.decide().allowed or not case.decide().allowed


@given(cases)
def test_a_deny_of_everything_refuses_everyone(case: Case) -> None:
    everything = {"Effect": "Deny", "Action": "*", "Resource": "*", "Principal": "*"}
    assert not replace(case, resource=(*(case.resource or ()), everything)).decide().allowed


@given(cases)
def test_a_key_is_never_more_open_than_an_ordinary_resource(case: Case) -> None:
    as_key, as_secret = (replace(case, rule=rule).decide() for rule in (ResourceRule.MANDATORY, ResourceRule.ORDINARY))
    assert as_secret.allowed or not as_key.allowed


@given(cases)
def test_without_any_allow_nothing_is_allowed(case: Case) -> None:
    def denies(rows: tuple[Any, ...] | None) -> tuple[Any, ...]:
        return tuple(row for row in rows or () if row["Effect"] == "Deny")

    assert not replace(case, identity=denies(case.identity), resource=denies(case.resource)).decide().allowed


@given(cases)
def test_another_account_is_let_in_by_nobody_alone(case: Case) -> None:
    foreign = replace(case, who=FOREIGN)
    assert not replace(foreign, identity=()).decide().allowed
    assert not replace(foreign, resource=None).decide().allowed


texts = st.text(st.characters(exclude_characters="*?$", codec="utf-8"))


@given(texts)
def test_a_text_without_wildcards_matches_itself_alone(text: str) -> None:
    assert string_like(text, text, {})
    assert string_equals(text, text, {})
    assert not string_like(text, text + "x", {})
    assert not string_like(text, "x" + text, {})


@given(texts, texts)
def test_a_star_stands_for_anything_between(head: str, tail: str) -> None:
    assert string_like(f"{head}*{tail}", f"{head}anything{tail}", {})
    assert string_like(f"{head}*{tail}", head + tail, {})


names = st.text(st.characters(categories=["L", "N"], include_characters="-/"), min_size=1)


@given(names, names)
def test_an_arn_never_matches_one_of_another_account(name: str, other: str) -> None:
    pattern = f"arn:aws:kms:*:111111111111:{name}*"
    assert arn_like(pattern, f"arn:aws:kms:eu-west-1:111111111111:{name}{other}", {})
    assert not arn_like(pattern, f"arn:aws:kms:eu-west-1:222222222222:{name}{other}", {})


@given(names, st.text())
def test_a_variables_value_is_never_a_pattern(tenant: str, value: str) -> None:
    context = {"aws:principaltag/tenant": (value,)}
    matched = string_like("${aws:PrincipalTag/tenant}", tenant, context)
    assert matched is (tenant == value)
