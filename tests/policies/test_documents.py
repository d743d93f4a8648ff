import json
from typing import Any

import pytest

from policies.documents import KMS_KEY_POLICY_LIMIT, ROLE_INLINE_LIMIT, Document, text
from policies.kms_key import secrets_key_policy
from policies.reader import reader_policy
from tenant_keys import naming
from tenant_keys.settings.words import MOST_KEYS
from tests.policies.cases import DEPLOYER, NAMES, POLICIES, key_policy_of
from tests.recording import ROOT

GOLDEN = ROOT / "tests" / "golden" / "policies"
EACH_POLICY = pytest.mark.parametrize("name", POLICIES)


def statements(policy: Document) -> list[dict[str, Any]]:
    return policy["Statement"]


@EACH_POLICY
def test_a_policy_is_the_golden_document(name: str) -> None:
    golden = json.loads((GOLDEN / f"{name}.json").read_text())
    assert json.loads(text(POLICIES[name][0])) == golden, "a change of who may do what must be a decision"


def test_no_golden_document_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.json")} == POLICIES.keys()


@EACH_POLICY
def test_a_policy_fits_the_limit_of_aws(name: str) -> None:
    policy, limit = POLICIES[name]
    assert len(text(policy)) <= limit


def test_the_most_keys_of_a_tenant_each_of_another_issuer_fit_under_the_longest_names() -> None:
    names = naming.Names(app="a" * 14, account="1" * 12, region="us-gov-west-1")
    tenant, keys = "t" * 40, [f"key-{number:03}-".ljust(40, "k") for number in range(MOST_KEYS)]
    patterns = [names.secret_arn_pattern(tenant, key) for key in keys]
    issuers = [f"issuer-{number:03}-".ljust(37, "i") for number in range(MOST_KEYS)]
    rotators = {names.rotator_role_arn(issuer): [pattern] for issuer, pattern in zip(issuers, patterns, strict=True)}
    reader = reader_policy(secrets=patterns, kms_key=names.kms_alias(tenant), region=names.region)
    kms_key = secrets_key_policy(
        account_root=names.account_root_arn(),
        region=names.region,
        deployer=DEPLOYER,
        reader=names.reader_role_arn(tenant),
        writer=names.writer_role_arn(),
        secrets=patterns,
        rotators=rotators,
    )
    assert len(names.scheduler_role(issuers[0])) == naming.ROLE_NAME_LIMIT, "a longer issuer is refused"
    assert len(names.reader_role(tenant)) == naming.ROLE_NAME_LIMIT, "a longer app or tenant is refused"
    assert len(text(reader)) <= ROLE_INLINE_LIMIT
    assert len(text(kms_key)) <= KMS_KEY_POLICY_LIMIT


@EACH_POLICY
def test_a_policy_names_every_action_in_full(name: str) -> None:
    actions = [action for each in statements(POLICIES[name][0]) for action in each["Action"]]
    assert actions
    assert not [action for action in actions if "*" in action or "?" in action]


@EACH_POLICY
def test_a_policy_has_no_element_that_inverts_another(name: str) -> None:
    inverted = {"NotAction", "NotPrincipal", "NotResource"}
    assert not [each["Sid"] for each in statements(POLICIES[name][0]) if inverted & each.keys()]


@EACH_POLICY
def test_sids_are_distinct_and_say_what_a_statement_is_for(name: str) -> None:
    sids = [each["Sid"] for each in statements(POLICIES[name][0])]
    assert len(set(sids)) == len(sids)
    assert all(sid.isalnum() and len(sid) > 3 for sid in sids)


@EACH_POLICY
def test_no_role_is_a_bare_principal(name: str) -> None:
    for each in statements(POLICIES[name][0]):
        principal = each.get("Principal")
        if isinstance(principal, dict) and "AWS" in principal:
            assert principal["AWS"].endswith(":root"), "a role as principal breaks when the role is made again"
            inspects = each["Sid"] == "AccountInspects"
            assert inspects or "aws:PrincipalArn" in each["Condition"]["StringEquals"], each["Sid"]


def test_a_rotator_is_in_the_key_policy_for_the_secrets_that_it_renews_and_for_no_other() -> None:
    policy = key_policy_of(
        "acme", ("mail-api", "sms-gateway", "by-hand"), {"sendgrid": ["mail-api"], "twilio": ["sms-gateway"]}
    )
    renews = {
        each["Condition"]["StringEquals"]["aws:PrincipalArn"]: each["Condition"]["StringLike"]
        for each in statements(policy)
        if each["Sid"].startswith("Rotator")
    }
    assert renews == {
        NAMES.rotator_role_arn(issuer): {"kms:EncryptionContext:SecretARN": [NAMES.secret_arn_pattern("acme", key)]}
        for issuer, key in (("sendgrid", "mail-api"), ("twilio", "sms-gateway"))
    }


def test_the_deployer_deletes_logs_only_where_nothing_is_protected() -> None:
    deleting = {"s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion"}

    def granted(name: str) -> set[str]:
        return deleting & {action for each in statements(POLICIES[name][0]) for action in each["Action"]}

    assert granted("deployer") == set(), "whoever deploys must not be able to delete the record of it"
    assert granted("deployer-unprotected") == deleting


@EACH_POLICY
def test_everyone_is_only_ever_denied(name: str) -> None:
    for each in statements(POLICIES[name][0]):
        assert each.get("Principal") != "*" or each["Effect"] == "Deny"


def test_the_same_policy_is_the_same_text() -> None:
    policy, _ = POLICIES["tenant-key"]
    shuffled = json.loads(json.dumps(policy))
    shuffled["Statement"] = [dict(reversed(each.items())) for each in shuffled["Statement"]]
    assert text(policy) == text(shuffled)


if __name__ == "__main__":  # python -m tests.policies.test_documents writes the golden documents anew
    for case, (document, _) in POLICIES.items():
        (GOLDEN / f"{case}.json").write_text(json.dumps(document, indent=2, sort_keys=True) + "\n")
