"""KMS behind the gate: key policies, contexts, aliases, and the lock-out check."""

import json
from typing import Any, ClassVar

import pytest

from tests.sandbox.gate.cloud import ANYTHING, REGION, A, B, Cloud, allow, document, refused, role_arn

ROOT = {"AWS": f"arn:aws:iam::{A}:root"}


def _key(cloud: Cloud, *statements: dict[str, Any], **more: object) -> str:
    policy = json.dumps(document(*statements))
    return cloud.administrator().client("kms").create_key(Policy=policy, **more)["KeyMetadata"]["Arn"]


def test_a_default_key_policy_leaves_the_choice_to_identity_policies(cloud: Cloud) -> None:
    key = cloud.administrator().client("kms").create_key()["KeyMetadata"]["KeyId"]
    arn = cloud.role("key-lister", allow("kms:ListKeys"))
    session = cloud.administrator().assume(arn).client("kms")
    assert cloud.administrator().client("kms").describe_key(KeyId=key)["KeyMetadata"]["KeyId"] == key
    refused(session.describe_key, code="AccessDeniedException", KeyId=key)


def test_a_role_that_the_key_policy_names_needs_no_identity_policy(cloud: Cloud) -> None:
    arn = cloud.role("named-by-key", allow("kms:ListKeys"))
    named = allow("kms:DescribeKey", Principal={"AWS": arn})
    key = _key(cloud, allow("kms:*", Principal=ROOT), named)
    session = cloud.administrator().assume(arn).client("kms")
    assert session.describe_key(KeyId=key)["KeyMetadata"]["Arn"] == key


def test_a_conditional_deny_in_a_key_policy_does_not_bind_those_it_leaves_out(cloud: Cloud) -> None:
    """moto on its own refuses DescribeKey by any Deny, whatever its conditions say."""
    deny = {"Effect": "Deny", "Principal": "*", "Action": ["kms:DescribeKey"], "Resource": "*"}
    others = {"Condition": {"ArnNotEquals": {"aws:PrincipalArn": f"arn:aws:iam::{A}:user/administrator"}}}
    key = _key(cloud, allow("kms:*", Principal=ROOT), {**deny, **others})
    assert cloud.administrator().client("kms").describe_key(KeyId=key)
    arn = cloud.role("left-out", ANYTHING)
    refused(cloud.administrator().assume(arn).client("kms").describe_key, code="AccessDeniedException", KeyId=key)


def test_an_encryption_context_binds_a_ciphertext_to_its_tenant(cloud: Cloud) -> None:
    key = cloud.administrator().client("kms").create_key()["KeyMetadata"]["Arn"]
    acme = {"StringEquals": {"kms:EncryptionContext:tenant": "acme"}}
    arn = cloud.role("column-reader", allow(["kms:Encrypt", "kms:Decrypt"], key, Condition=acme))
    session = cloud.administrator().assume(arn).client("kms")
    blob = session.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"tenant": "acme"})["CiphertextBlob"]
    assert session.decrypt(CiphertextBlob=blob, EncryptionContext={"tenant": "acme"})["Plaintext"] == b"x"
    globex = {"tenant": "globex"}
    refused(session.decrypt, code="AccessDeniedException", CiphertextBlob=blob, EncryptionContext=globex)
    refused(session.decrypt, code="AccessDeniedException", CiphertextBlob=blob)


def test_an_alias_is_authorised_as_the_key_behind_it(cloud: Cloud) -> None:
    kms = cloud.administrator().client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/acme", TargetKeyId=key)
    arn = cloud.role("alias-user", allow("kms:GenerateDataKey", key))
    session = cloud.administrator().assume(arn).client("kms")
    assert session.generate_data_key(KeyId="alias/acme", KeySpec="AES_256")["KeyId"] == key
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.update_alias(AliasName="alias/acme", TargetKeyId=other)
    refused(session.generate_data_key, code="AccessDeniedException", KeyId="alias/acme", KeySpec="AES_256")


@pytest.mark.parametrize(
    "shape", ["arn:aws:kms:{r}:{b}:key/{id}", "arn:x:key/{id}:key/z:{a}:{id}", "arn:aws:kms:{r}:{a}:key/{id}:x"]
)
def test_a_key_cannot_be_reached_by_a_misshapen_arn(cloud: Cloud, shape: str) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "kms:GetKeyPolicy", "Resource": "*"}
    key = _key(cloud, allow("kms:*", Principal=ROOT), deny).rpartition("/")[2]
    kms = cloud.administrator().client("kms")
    refused(kms.get_key_policy, code="AccessDeniedException", KeyId=key)
    refused(kms.get_key_policy, code="NotFoundException", KeyId=shape.format(r=REGION, a=A, b=B, id=key))


def test_re_encrypting_asks_for_the_key_that_the_ciphertext_is_really_under(cloud: Cloud) -> None:
    kms = cloud.administrator().client("kms")
    own, foreign = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    blob = kms.encrypt(KeyId=foreign, Plaintext=b"x")["CiphertextBlob"]
    arn = cloud.role("re-encrypter", allow("kms:*", own))
    session = cloud.administrator().assume(arn).client("kms")
    refused(
        session.re_encrypt,
        code="AccessDeniedException",
        CiphertextBlob=blob,
        SourceKeyId=own,
        DestinationKeyId=own,
    )


class TestTheLockOutCheck:
    deployer_only: ClassVar[dict[str, Any]] = {"Condition": {"ArnEquals": {"aws:PrincipalArn": role_arn("deployer")}}}

    def test_a_policy_that_its_author_could_not_replace_is_refused(self, cloud: Cloud) -> None:
        policy = json.dumps(document(allow("kms:*", Principal=ROOT, **self.deployer_only)))
        kms = cloud.administrator().client("kms")
        message = refused(kms.create_key, code="MalformedPolicyDocumentException", Policy=policy)
        assert "will not allow you to update the key policy" in message
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        refused(kms.put_key_policy, code="MalformedPolicyDocumentException", KeyId=key, Policy=policy)

    def test_the_one_whom_the_policy_allows_may_set_it(self, cloud: Cloud) -> None:
        policy = json.dumps(document(allow("kms:*", Principal=ROOT, **self.deployer_only)))
        assert cloud.deployer().client("kms").create_key(Policy=policy)

    def test_the_check_can_be_bypassed_on_purpose(self, cloud: Cloud) -> None:
        policy = json.dumps(document(allow("kms:*", Principal=ROOT, **self.deployer_only)))
        kms = cloud.administrator().client("kms")
        assert kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)

    def test_a_key_policy_that_names_a_missing_role_is_refused(self, cloud: Cloud) -> None:
        policy = json.dumps(document(allow("kms:*", Principal={"AWS": role_arn("not-yet")})))
        kms = cloud.administrator().client("kms")
        refused(kms.create_key, code="MalformedPolicyDocumentException", Policy=policy)
