"""Roles: their trust policy must allow.

IAM User Guide, "Role trust policies" and "AWS JSON policy elements: Principal"; STS condition keys.
"""

from typing import Any

import pytest

from sandbox.authoriser import PolicyKind, ResourceRule
from tests.sandbox.authoriser.cases import (
    ALICE,
    ALLOWED,
    CLOUDTRAIL,
    FOREIGN,
    IMPLICITLY_DENIED,
    ROLE,
    ROOT_A,
    ROOT_B,
    USER,
    Case,
    allow,
    to,
    when,
)

NAMED_SESSION = {"sts:RoleSessionName": "backend-acme"}


def assume(**row: Any) -> Case:
    return Case(action="sts:AssumeRole", on=ROLE, rule=ResourceRule.MANDATORY, kind=PolicyKind.TRUST, **row)


def trusts(*principals: str, **more: object) -> dict[str, object]:
    return {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": to(*principals), **more}


CASES = [
    assume(name="a role that trusts nobody", expect=IMPLICITLY_DENIED, who=ALICE, identity=(allow(),), resource=()),
    assume(name="a trust policy that names the user", expect=ALLOWED, who=ALICE, resource=(trusts(USER),)),
    assume(name="a trust policy that names a role, asked by its session", expect=ALLOWED, resource=(trusts(ROLE),)),
    assume(name="a trust policy for the account", expect=IMPLICITLY_DENIED, who=ALICE, resource=(trusts(ROOT_A),)),
    assume(
        name="taken up by the user's own policy",
        expect=ALLOWED,
        who=ALICE,
        identity=(allow("sts:AssumeRole", ROLE),),
        resource=(trusts(ROOT_A),),
    ),
    assume(
        name="another account is trusted but not allowed to",
        expect=IMPLICITLY_DENIED,
        who=FOREIGN,
        resource=(trusts(ROOT_B),),
    ),
    assume(
        name="another account is trusted and allowed to",
        expect=ALLOWED,
        who=FOREIGN,
        identity=(allow("sts:*"),),
        resource=(trusts(ROOT_B),),
    ),
    assume(
        name="the pinned session name",
        expect=ALLOWED,
        resource=(trusts(ROLE, Condition=when("StringEquals", "sts:RoleSessionName", "backend-acme")),),
        context=NAMED_SESSION,
    ),
    assume(
        name="a star in StringEquals is a star",
        expect=IMPLICITLY_DENIED,
        resource=(trusts(ROLE, Condition=when("StringEquals", "sts:RoleSessionName", "backend-*")),),
        context=NAMED_SESSION,
    ),
    assume(
        name="a star in StringLike takes whatever follows",
        expect=ALLOWED,
        resource=(trusts(ROLE, Condition=when("StringLike", "sts:RoleSessionName", "backend-*")),),
        context=NAMED_SESSION,
    ),
    assume(
        name="a service is trusted",
        expect=ALLOWED,
        who=CLOUDTRAIL,
        resource=({**trusts(), "Principal": {"Service": CLOUDTRAIL.arn}},),
    ),
    assume(
        name="another service is trusted",
        expect=IMPLICITLY_DENIED,
        who=CLOUDTRAIL,
        resource=({**trusts(), "Principal": {"Service": "lambda.amazonaws.com"}},),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_trust_policy_decides_as_documented(case: Case) -> None:
    assert case.decide().effect is case.expect, case.decide().reason
