"""KMS keys: their policy must allow.

KMS Developer Guide, "Default key policy", "AWS KMS condition keys" and "Troubleshooting key access".
"""

from typing import Any

import pytest

from sandbox.authoriser import ResourceRule
from tests.sandbox.authoriser.cases import (
    ALICE,
    ALLOWED,
    FOREIGN,
    IMPLICITLY_DENIED,
    KEY,
    ROLE,
    ROOT,
    ROOT_A,
    ROOT_B,
    SECRET,
    Case,
    allow,
    to,
    when,
)

VIA = {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}


def on_key(**row: Any) -> Case:
    return Case(action="kms:Decrypt", on=KEY, rule=ResourceRule.MANDATORY, **row)


CASES = [
    on_key(name="a key without a word from its policy", expect=IMPLICITLY_DENIED, identity=(allow(),), resource=()),
    on_key(name="a key whose policy was not found", expect=IMPLICITLY_DENIED, identity=(allow(),)),
    on_key(
        name="a key policy that delegates", expect=IMPLICITLY_DENIED, resource=(allow("kms:*", Principal=to(ROOT_A)),)
    ),
    on_key(
        name="delegated by the key and taken up",
        expect=ALLOWED,
        identity=(allow("kms:Decrypt", KEY),),
        resource=(allow("kms:*", Principal=to(ROOT_A)),),
    ),
    on_key(
        name="a key policy that names the role", expect=ALLOWED, resource=(allow("kms:Decrypt", Principal=to(ROLE)),)
    ),
    on_key(name="the account root needs the key policy too", expect=IMPLICITLY_DENIED, who=ROOT, resource=()),
    on_key(
        name="and is named by its own ARN", expect=ALLOWED, who=ROOT, resource=(allow("kms:*", Principal=to(ROOT_A)),)
    ),
    on_key(
        name="a key across accounts needs both",
        expect=IMPLICITLY_DENIED,
        who=FOREIGN,
        resource=(allow("kms:*", Principal=to(ROOT_B)),),
    ),
    on_key(
        name="a key across accounts with both",
        expect=ALLOWED,
        who=FOREIGN,
        identity=(allow("kms:*"),),
        resource=(allow("kms:*", Principal=to(ROOT_B)),),
    ),
    on_key(
        name="delegated for one role by condition, asked by it",
        expect=ALLOWED,
        identity=(allow("kms:*"),),
        resource=(allow("kms:*", Principal=to(ROOT_A), Condition=when("ArnEquals", "aws:PrincipalArn", ROLE)),),
    ),
    on_key(
        name="delegated for one role by condition, asked by a user",
        expect=IMPLICITLY_DENIED,
        who=ALICE,
        identity=(allow("kms:*"),),
        resource=(allow("kms:*", Principal=to(ROOT_A), Condition=when("ArnEquals", "aws:PrincipalArn", ROLE)),),
    ),
    on_key(
        name="through the service that the key demands",
        expect=ALLOWED,
        context=VIA,
        resource=(allow("kms:*", Principal=to(ROLE), Condition={"StringEquals": VIA}),),
    ),
    on_key(
        name="directly where a service is demanded",
        expect=IMPLICITLY_DENIED,
        resource=(allow("kms:*", Principal=to(ROLE), Condition={"StringEquals": VIA}),),
    ),
    on_key(
        name="through the service in another region",
        expect=IMPLICITLY_DENIED,
        context={"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"},
        resource=(allow("kms:*", Principal=to(ROLE), Condition={"StringEquals": VIA}),),
    ),
    on_key(
        name="with the encryption context of this secret",
        expect=ALLOWED,
        context={"kms:EncryptionContext:SecretARN": SECRET},
        resource=(
            allow(
                "kms:*",
                Principal=to(ROLE),
                Condition=when("StringLike", "kms:EncryptionContext:SecretARN", SECRET[:-6] + "??????"),
            ),
        ),
    ),
    on_key(
        name="with the encryption context of another secret",
        expect=IMPLICITLY_DENIED,
        context={"kms:EncryptionContext:SecretARN": SECRET.replace("acme", "globex")},
        resource=(
            allow(
                "kms:*",
                Principal=to(ROLE),
                Condition=when("StringLike", "kms:EncryptionContext:SecretARN", SECRET[:-6] + "??????"),
            ),
        ),
    ),
    on_key(
        name="only these parts of an encryption context, and it has another",
        expect=IMPLICITLY_DENIED,
        context={"kms:EncryptionContextKeys": ("tenant", "other")},
        resource=(
            allow(
                "kms:*",
                Principal=to(ROLE),
                Condition=when("ForAllValues:StringEquals", "kms:EncryptionContextKeys", "app", "tenant"),
            ),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_key_policy_decides_as_documented(case: Case) -> None:
    assert case.decide().effect is case.expect, case.decide().reason
