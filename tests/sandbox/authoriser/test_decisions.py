"""What a decision says of itself, and where the caller's own keys come from."""

from sandbox.authoriser import PolicyKind, PrincipalKind, ResourceRule
from sandbox.authoriser.decision import Principal
from tests.sandbox.authoriser import test_identity_policies as identity
from tests.sandbox.authoriser import test_key_policies as key
from tests.sandbox.authoriser import test_resource_policies as resource
from tests.sandbox.authoriser import test_services as services
from tests.sandbox.authoriser import test_trust_policies as trust
from tests.sandbox.authoriser.cases import (
    ALLOWED,
    BACKEND,
    DENIED,
    GET,
    IMPLICITLY_DENIED,
    KEY,
    ROLE,
    SECRET,
    SESSION,
    A,
    B,
    Case,
    allow,
    deny,
    to,
    when,
)


def test_a_role_with_a_path_is_the_principal_of_its_sessions() -> None:
    role = f"arn:aws:iam::{A}:role/apps/backend"
    session = Principal(account=A, arn=SESSION, kind=PrincipalKind.SESSION, principal_arn=role)
    assert Case(name="", expect=ALLOWED, who=session, resource=(allow(GET, Principal=to(role)),)).decide().allowed
    assert (
        not Case(name="", expect=IMPLICITLY_DENIED, who=session, resource=(allow(GET, Principal=to(ROLE)),))
        .decide()
        .allowed
    )


def test_a_reason_names_the_policy_and_the_statement() -> None:
    denied = Case(name="", expect=DENIED, identity=(allow(), deny(GET, Sid="NoValues"))).decide()
    assert denied.reason == f"the identity-based policy, NoValues, denies {GET} on {SECRET}."
    assert denied.decided_by is PolicyKind.IDENTITY
    allowed = Case(name="", expect=ALLOWED, identity=(allow(),)).decide()
    assert allowed.reason == f"the identity-based policy, statement 1, allows {GET} on {SECRET}."
    missing = Case(
        name="",
        expect=IMPLICITLY_DENIED,
        identity=(allow(),),
        resource=(),
        action="kms:Decrypt",
        on=KEY,
        rule=ResourceRule.MANDATORY,
    )
    assert missing.decide().reason == f"No resource-based policy allows kms:Decrypt on {KEY}."


def test_the_caller_cannot_bring_its_own_principal_keys() -> None:
    forged = {"AWS:principalarn": ROLE + "2", "aws:PrincipalTag/Tenant": "globex", "aws:ResourceAccount": B}
    for name, value in (("aws:PrincipalArn", ROLE), ("aws:PrincipalTag/tenant", "acme"), ("aws:ResourceAccount", A)):
        condition = when("StringEquals", name, value)
        case = Case(name="", expect=ALLOWED, who=BACKEND, context=forged, identity=(allow(Condition=condition),))
        assert case.decide().allowed, name


def test_the_table_is_long_enough_and_has_no_row_twice() -> None:
    tables = (identity, resource, key, trust, services)
    rows = [(table.__name__, case.name) for table in tables for case in table.CASES]
    assert len(set(rows)) == len(rows) >= 60
