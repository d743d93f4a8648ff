"""What the evaluator does not know is an error that names the element and the policy; never an allow."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.authoriser import PolicyKind, UnknownPolicyElementError, condition_keys, parse_policy
from sandbox.authoriser.conditions import OPERATORS
from tests.sandbox.authoriser.cases import ROLE, SECRET, A, allow, deny, to, when

GOOD = allow("kms:*")
IDENTITY, RESOURCE, TRUST = PolicyKind.IDENTITY, PolicyKind.RESOURCE, PolicyKind.TRUST


def read(document: Any, kind: PolicyKind = IDENTITY) -> Any:
    return parse_policy(document, name="this policy", kind=kind)


def of(statement: Any, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statement, **more}


UNKNOWN = [
    ("an element of the document", of(GOOD, Owner="x"), IDENTITY),
    ("a version", of(GOOD, Version="2020-01-01"), IDENTITY),
    ("no statement", {"Version": "2012-10-17"}, IDENTITY),
    ("a list instead of a document", [GOOD], IDENTITY),
    ("an element of a statement", of({**GOOD, "Conditions": {}}), IDENTITY),
    ("an effect", of({**GOOD, "Effect": "allow"}), IDENTITY),
    ("no effect", of({"Action": "*", "Resource": "*"}), IDENTITY),
    ("no action", of({"Effect": "Allow", "Resource": "*"}), IDENTITY),
    ("both Action and NotAction", of({**GOOD, "NotAction": "s3:*"}), IDENTITY),
    ("an action without its service", of(allow("GetObject")), IDENTITY),
    ("no resource", of({"Effect": "Allow", "Action": "*"}), IDENTITY),
    ("both Resource and NotResource", of({**GOOD, "NotResource": "*"}), IDENTITY),
    ("a resource that is no ARN", of(allow("*", "secret*")), IDENTITY),
    ("an ARN that is cut short", of(allow("*", "arn:aws:s3:*")), IDENTITY),
    ("a principal in an identity policy", of({**GOOD, "Principal": "*"}), IDENTITY),
    ("no principal in a resource policy", of(GOOD), RESOURCE),
    ("a NotPrincipal", of({**GOOD, "NotPrincipal": "*"}), RESOURCE),
    ("a resource in a trust policy", of({**GOOD, "Principal": "*"}), TRUST),
    ("a federated principal", of({**GOOD, "Principal": {"Federated": "x"}}), RESOURCE),
    ("a wildcard in a principal", of({**GOOD, "Principal": to(ROLE + "*")}), RESOURCE),
    ("the id of a deleted role", of({**GOOD, "Principal": to("AROAEXAMPLEID")}), RESOURCE),
    ("a service of another cloud", of({**GOOD, "Principal": {"Service": "x.example.com"}}), RESOURCE),
    ("an operator", of({**GOOD, "Condition": when("IpAddress", "aws:SourceArn", "10.0.0.0/8")}), IDENTITY),
    ("an operator in other letters", of({**GOOD, "Condition": when("stringequals", "aws:SourceArn", "x")}), IDENTITY),
    ("a set operator", of({**GOOD, "Condition": when("ForSomeValues:StringEquals", "aws:TagKeys", "x")}), IDENTITY),
    ("Null with IfExists", of({**GOOD, "Condition": when("NullIfExists", "aws:SourceArn", "true")}), IDENTITY),
    ("Null with a third value", of({**GOOD, "Condition": when("Null", "aws:SourceArn", "maybe")}), IDENTITY),
    ("a set operator on Null", of({**GOOD, "Condition": when("ForAnyValue:Null", "aws:TagKeys", "true")}), IDENTITY),
    ("a condition key", of({**GOOD, "Condition": when("StringEquals", "aws:SourceIp", "x")}), IDENTITY),
    ("a tag key without a tag", of({**GOOD, "Condition": when("StringEquals", "aws:PrincipalTag/", "x")}), IDENTITY),
    ("a multivalued key on its own", of({**GOOD, "Condition": when("StringEquals", "aws:TagKeys", "x")}), IDENTITY),
    ("an ARN operator without an ARN", of({**GOOD, "Condition": when("ArnLike", "aws:SourceArn", "*")}), IDENTITY),
    ("a policy variable", of(allow("*", "arn:aws:s3:::${aws:userid}/*")), IDENTITY),
    ("a multivalued policy variable", of(allow("*", "arn:aws:s3:::${aws:TagKeys}")), IDENTITY),
    ("a policy variable with a default", of(allow("*", "arn:aws:s3:::${aws:username, 'x'}")), IDENTITY),
    ("a variable of an old version", of(allow("*", "arn:aws:s3:::${aws:username}"), Version="2008-10-17"), IDENTITY),
    ("a variable without a version", {"Statement": allow("*", "arn:aws:s3:::${aws:username}")}, IDENTITY),
    ("a value that is an object", of({**GOOD, "Condition": when("StringEquals", "aws:SourceArn", {})}), IDENTITY),
    ("a condition that is a text", of({**GOOD, "Condition": "x"}), IDENTITY),
]


@pytest.mark.parametrize(("_name", "document", "kind"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_an_element_that_is_not_known_is_an_error(_name: str, document: Any, kind: PolicyKind) -> None:
    with pytest.raises(UnknownPolicyElementError, match="this policy"):
        read(document, kind)


def test_the_error_names_the_element() -> None:
    with pytest.raises(UnknownPolicyElementError, match="the condition key 'aws:SourceIp'"):
        read(of({**GOOD, "Condition": when("StringEquals", "aws:SourceIp", "x")}))


def test_a_name_that_is_given_twice_is_an_error() -> None:
    text = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}}'
    )
    with pytest.raises(ValueError, match="twice"):
        read(text)


def test_a_text_and_an_object_read_alike() -> None:
    document = of([allow("kms:*", SECRET, Sid="One"), deny("s3:*")])
    assert read(document) == read(json.dumps(document))


def test_every_form_of_a_principal_is_read() -> None:
    forms = ["*", A, f"arn:aws:iam::{A}:root", ROLE, f"arn:aws:iam::{A}:user/x", f"arn:aws:sts::{A}:assumed-role/r/s"]
    for principal in forms:
        assert read(of({**GOOD, "Principal": {"AWS": principal}}), RESOURCE).statements[0].aws_principals == (
            principal,
        )


words = st.text(st.characters(categories=["L", "N"], include_characters=":/-_"), min_size=1)


@given(words)
def test_an_operator_is_known_or_an_error(word: str) -> None:
    plain = word.rpartition(":")[2].removesuffix("IfExists")
    if plain in OPERATORS or plain == "Null":
        return
    with pytest.raises(UnknownPolicyElementError):
        read(of({**GOOD, "Condition": when(word, "aws:SourceArn", "x")}))


@given(words)
def test_a_condition_key_is_known_or_an_error(key: str) -> None:
    if condition_keys.is_known(key):
        return
    with pytest.raises(UnknownPolicyElementError):
        read(of({**GOOD, "Condition": when("StringEquals", key, "x")}))


@given(words, st.sampled_from(["document", "statement"]))
def test_an_element_is_known_or_an_error(name: str, level: str) -> None:
    known = {"Version", "Id", "Statement", "Sid", "Effect", "Action", "Resource", "Condition"}
    if name in known:
        return
    with pytest.raises(UnknownPolicyElementError):
        read(of({**GOOD, name: "x"}) if level == "statement" else of(GOOD, **{name: "x"}))
