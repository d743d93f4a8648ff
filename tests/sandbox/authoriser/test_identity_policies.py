"""Identity policies alone.

IAM User Guide, "Policy evaluation for requests within a single account", and "Action" and "Resource" among the
JSON policy elements.
"""

import pytest

from tests.sandbox.authoriser.cases import (
    ALLOWED,
    DENIED,
    GET,
    IMPLICITLY_DENIED,
    KEY,
    SECRET,
    A,
    Case,
    allow,
    deny,
)

CASES = [
    Case(name="nothing allows", expect=IMPLICITLY_DENIED),
    Case(name="an identity policy allows", expect=ALLOWED, identity=(allow(GET, SECRET),)),
    Case(name="an explicit deny wins over an allow", expect=DENIED, identity=(allow(), deny(GET))),
    Case(name="the order of statements does not matter", expect=DENIED, identity=(deny(GET), allow())),
    Case(name="a deny of another action does not count", expect=ALLOWED, identity=(allow(), deny("kms:*"))),
    Case(name="another resource is not allowed", expect=IMPLICITLY_DENIED, identity=(allow(GET, SECRET[:-1] + "X"),)),
    Case(name="an action knows no case", expect=ALLOWED, identity=(allow("SecretsManager:getsecretvalue"),)),
    Case(name="an action may have wildcards", expect=ALLOWED, identity=(allow("secretsmanager:Get*Val?e"),)),
    Case(name="a wildcard action of another service", expect=IMPLICITLY_DENIED, identity=(allow("kms:*"),)),
    Case(
        name="a resource knows case", expect=IMPLICITLY_DENIED, identity=(allow(GET, SECRET.replace("acme", "Acme")),)
    ),
    Case(
        name="six question marks stand for the suffix", expect=ALLOWED, identity=(allow(GET, SECRET[:-6] + "??????"),)
    ),
    Case(name="five question marks do not", expect=IMPLICITLY_DENIED, identity=(allow(GET, SECRET[:-6] + "?????"),)),
    Case(
        name="a star at the end also takes a longer tenant",
        expect=ALLOWED,
        on=SECRET.replace("acme", "acme2"),
        identity=(allow(GET, SECRET.partition("acme")[0] + "acme*"),),
    ),
    Case(
        name="a wildcard does not span segments",
        expect=IMPLICITLY_DENIED,
        identity=(allow(GET, f"arn:aws:secretsmanager:*:secret:{SECRET.rpartition(':')[2]}:x"),),
    ),
    Case(name="a star spans colons in the last segment", expect=ALLOWED, identity=(allow(GET, f"arn:aws:*:*:{A}:*"),)),
    Case(
        name="everything but",
        expect=IMPLICITLY_DENIED,
        identity=({"Effect": "Allow", "NotAction": "secretsmanager:*", "Resource": "*"},),
    ),
    Case(
        name="everything but something else",
        expect=ALLOWED,
        identity=({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},),
    ),
    Case(
        name="a deny of all other resources leaves this one",
        expect=ALLOWED,
        identity=(allow(), {"Effect": "Deny", "Action": "*", "NotResource": SECRET}),
    ),
    Case(
        name="a deny of all other resources hits this one",
        expect=DENIED,
        identity=(allow(), {"Effect": "Deny", "Action": "*", "NotResource": KEY}),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_identity_policy_decides_as_documented(case: Case) -> None:
    assert case.decide().effect is case.expect, case.decide().reason
