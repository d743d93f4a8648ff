"""A secret's or a bucket's own policy, in its account and across accounts.

IAM User Guide, "Policy evaluation for requests within a single account", "Cross-account policy evaluation logic"
and "AWS JSON policy elements: Principal".
"""

import pytest

from tests.sandbox.authoriser.cases import (
    ALICE,
    ALLOWED,
    DENIED,
    FOREIGN,
    GET,
    IMPLICITLY_DENIED,
    ROLE,
    ROOT,
    ROOT_A,
    ROOT_B,
    SESSION,
    USER,
    A,
    B,
    Case,
    allow,
    deny,
    to,
    when,
)

CASES = [
    Case(name="the resource policy names the role", expect=ALLOWED, resource=(allow(GET, Principal=to(ROLE)),)),
    Case(name="it names the session", expect=ALLOWED, resource=(allow(GET, Principal=to(SESSION)),)),
    Case(
        name="it names another session", expect=IMPLICITLY_DENIED, resource=(allow(GET, Principal=to(SESSION + "2")),)
    ),
    Case(name="it names the user", expect=ALLOWED, who=ALICE, resource=(allow(GET, Principal=to(USER)),)),
    Case(
        name="it names a role of that name elsewhere",
        expect=IMPLICITLY_DENIED,
        resource=(allow(GET, Principal=to(ROLE.replace(A, B))),),
    ),
    Case(name="it names everyone", expect=ALLOWED, resource=(allow(GET, Principal="*"),)),
    Case(name="it names everyone in the longer form", expect=ALLOWED, resource=(allow(GET, Principal={"AWS": "*"}),)),
    Case(
        name="it names the account root: only delegates",
        expect=IMPLICITLY_DENIED,
        resource=(allow(GET, Principal=to(ROOT_A)),),
    ),
    Case(
        name="it names the account id: only delegates",
        expect=IMPLICITLY_DENIED,
        resource=(allow(GET, Principal=to(A)),),
    ),
    Case(
        name="delegated and taken up",
        expect=ALLOWED,
        identity=(allow(GET),),
        resource=(allow(GET, Principal=to(ROOT_A)),),
    ),
    Case(
        name="the resource policy denies everyone",
        expect=DENIED,
        identity=(allow(),),
        resource=(deny(GET, Principal="*"),),
    ),
    Case(name="it denies the account", expect=DENIED, identity=(allow(),), resource=(deny(GET, Principal=to(ROOT_A)),)),
    Case(name="it denies the role", expect=DENIED, identity=(allow(),), resource=(deny(GET, Principal=to(ROLE)),)),
    Case(
        name="it denies another account",
        expect=ALLOWED,
        identity=(allow(),),
        resource=(deny(GET, Principal=to(ROOT_B)),),
    ),
    Case(
        name="an identity deny wins over the resource policy",
        expect=DENIED,
        identity=(deny(),),
        resource=(allow(Principal="*"),),
    ),
    Case(
        name="denied to all but a role, which is this one",
        expect=ALLOWED,
        identity=(allow(),),
        resource=(deny(GET, Principal="*", Condition=when("ArnNotEquals", "aws:PrincipalArn", ROLE)),),
    ),
    Case(
        name="denied to all but a role, which is another",
        expect=DENIED,
        identity=(allow(),),
        resource=(deny(GET, Principal="*", Condition=when("ArnNotEquals", "aws:PrincipalArn", ROLE + "2")),),
    ),
    Case(name="the account root may do all where no policy speaks", expect=ALLOWED, who=ROOT),
    Case(name="the account root is bound by a deny", expect=DENIED, who=ROOT, resource=(deny(Principal="*"),)),
    Case(
        name="across accounts an identity policy is not enough",
        expect=IMPLICITLY_DENIED,
        who=FOREIGN,
        identity=(allow(),),
    ),
    Case(name="nor a resource policy", expect=IMPLICITLY_DENIED, who=FOREIGN, resource=(allow(Principal=to(ROOT_B)),)),
    Case(
        name="nor one that names the role",
        expect=IMPLICITLY_DENIED,
        who=FOREIGN,
        resource=(allow(Principal=to(FOREIGN.principal_arn)),),
    ),
    Case(name="nor one that names everyone", expect=IMPLICITLY_DENIED, who=FOREIGN, resource=(allow(Principal="*"),)),
    Case(name="both are", expect=ALLOWED, who=FOREIGN, identity=(allow(),), resource=(allow(Principal=to(ROOT_B)),)),
    Case(
        name="both, by role",
        expect=ALLOWED,
        who=FOREIGN,
        identity=(allow(),),
        resource=(allow(Principal=to(FOREIGN.principal_arn)),),
    ),
    Case(
        name="the owner's root does not speak for others",
        expect=IMPLICITLY_DENIED,
        who=FOREIGN,
        identity=(allow(),),
        resource=(allow(Principal=to(ROOT_A)),),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_resource_policy_decides_as_documented(case: Case) -> None:
    assert case.decide().effect is case.expect, case.decide().reason
