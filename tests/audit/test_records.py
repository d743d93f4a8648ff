"""Golden records in AWS's documented shapes, and the events that they are.

The shapes are those of the Secrets Manager User Guide ("Logging Secrets Manager events with CloudTrail", "Secret
encryption and decryption"), the KMS Developer Guide ("CloudTrail log entries") and the CloudTrail User Guide
("userIdentity element"); ids, addresses and names are made up.
"""

from datetime import UTC, datetime

import pytest

from tenant_keys.audit.event import Action, Outcome
from tenant_keys.audit.records import RecordError, events_of
from tests.audit.cases import GOLDEN, KMS_KEY, NAMES, event, golden

ARN = "arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:/saas/myapp/tenant-acme/external-api-key-a1B2c3"
VERSION = "5048a3fd-0ff7-4ed2-8bb9-0d1c5d3e7f10"
READ, UPDATE, DELETE, POLICY, STEP, OTHER = (
    Action.READ,
    Action.UPDATE,
    Action.DELETE,
    Action.POLICY_CHANGE,
    Action.ROTATION_STEP,
    Action.OTHER,
)
DONE, REFUSED, FAILED = Outcome.DONE, Outcome.REFUSED, Outcome.FAILED

OF_ACME = {
    "create-secret": (UPDATE, DONE, ""),
    "delete-resource-policy": (POLICY, DONE, "policy-change"),
    "delete-secret-old-spelling": (DELETE, DONE, "deletion"),
    "describe-secret": (OTHER, DONE, ""),
    "end-secret-version-delete": (DELETE, DONE, "deletion"),
    "get-secret-value": (READ, DONE, ""),
    "get-secret-value-by-administrator": (READ, DONE, "not-the-reader"),
    "get-secret-value-by-name": (READ, DONE, ""),
    "get-secret-value-by-rotator": (READ, DONE, ""),
    "get-secret-value-cross-account": (READ, REFUSED, "refused-read"),
    "get-secret-value-foreign-session": (READ, DONE, "foreign-session"),
    "get-secret-value-refused-console": (READ, REFUSED, "refused-read"),
    "get-secret-value-refused-other-tenant": (READ, REFUSED, "cross-tenant"),
    "kms-create-alias": (UPDATE, DONE, ""),
    "kms-decrypt-direct": (READ, REFUSED, "refused-read"),
    "kms-decrypt-for-reader": (OTHER, DONE, ""),
    "kms-decrypt-refused": (OTHER, REFUSED, "cross-tenant"),
    "kms-generate-data-key": (OTHER, DONE, ""),
    "kms-generate-data-key-validation": (OTHER, DONE, ""),
    "put-resource-policy": (POLICY, DONE, "policy-change"),
    "put-secret-value": (UPDATE, DONE, ""),
    "restore-secret": (UPDATE, DONE, ""),
    "rotate-secret": (STEP, DONE, ""),
    "rotation-abandoned": (STEP, DONE, ""),
    "rotation-failed": (STEP, FAILED, ""),
    "rotation-started": (STEP, DONE, ""),
    "rotation-succeeded": (STEP, DONE, ""),
    "tag-resource": (UPDATE, DONE, ""),
    "test-rotation-failed": (STEP, FAILED, ""),
    "update-secret": (UPDATE, DONE, ""),
    "update-secret-version-stage": (STEP, DONE, ""),
}
OF_A_KMS_KEY = {
    "kms-delete-key": DELETE,
    "kms-put-key-policy": POLICY,
    "kms-schedule-key-deletion": DELETE,
}
OF_NOBODY = {"kms-describe-key", "other-app", "other-environment", "other-service"}
ELSEWHERE = {"batch-get-secret-value", "get-secret-value-missing"}  # each has a test of its own


def test_every_golden_record_is_looked_at() -> None:
    assert {*OF_ACME, *OF_A_KMS_KEY, *OF_NOBODY, *ELSEWHERE} == {path.stem for path in GOLDEN.glob("*.json")}


@pytest.mark.parametrize(("name", "expected"), OF_ACME.items())
def test_a_record_of_a_tenant_is_that_tenants_event(name: str, expected: tuple[Action, Outcome, str]) -> None:
    found = event(name)
    assert found.tenant == "acme"
    assert found.key_name == ("" if name == "kms-create-alias" else "external-api-key")
    assert (found.action, found.outcome, found.reasons) == expected


@pytest.mark.parametrize(("name", "action"), OF_A_KMS_KEY.items())
def test_a_change_of_a_kms_key_names_the_key_and_no_tenant(name: str, action: Action) -> None:
    found = event(name)
    assert (found.tenant, found.kms_key, found.action) == ("", KMS_KEY, action)


@pytest.mark.parametrize("name", sorted(OF_NOBODY))
def test_what_is_not_of_this_environments_tenants_is_no_event(name: str) -> None:
    assert events_of(golden(name), NAMES, "object") == []


def test_a_read_tells_who_from_where_with_what() -> None:
    found = event("get-secret-value")
    assert found.event_time == datetime(2026, 3, 4, 9, 12, 13, tzinfo=UTC)
    assert found.secret == ARN
    assert found.principal == "arn:aws:sts::111111111111:assumed-role/myapp--acme--reader/tenant-acme"
    assert found.role_arn == "arn:aws:iam::111111111111:role/myapp--acme--reader"
    assert (found.session_name, found.source_address) == ("tenant-acme", "192.0.2.10")
    assert found.source_identity == "billing"
    assert found.user_agent.startswith("Boto3/1.44.0")
    assert (found.region, found.account, found.version_stage) == ("ap-northeast-1", "111111111111", "AWSCURRENT")
    assert found.event_id == golden("get-secret-value")["eventID"]
    assert found.source_object == "object"


@pytest.mark.parametrize(
    "name",
    [
        "get-secret-value-by-rotator",
        "kms-decrypt-for-reader",
        "put-secret-value",
        "rotate-secret",
        "rotation-succeeded",
        "update-secret-version-stage",
    ],
)
def test_the_version_is_told_wherever_the_record_has_it(name: str) -> None:
    assert event(name).version_id == VERSION


def test_the_check_of_a_new_kms_key_concerns_no_version() -> None:
    assert event("kms-generate-data-key-validation").version_id == ""


def test_the_old_spelling_of_arn_is_read() -> None:
    assert event("delete-secret-old-spelling").secret == ARN


def test_a_batch_is_one_event_for_each_tenants_secret() -> None:
    found = events_of(golden("batch-get-secret-value"), NAMES, "object")
    assert [(each.tenant, each.reasons) for each in found] == [
        ("acme", "not-the-reader"),
        ("acme-eu", "not-the-reader"),
    ]
    assert all("/tenant-acme/" not in each.secret for each in found if each.tenant == "acme-eu")


def test_a_read_of_a_key_that_does_not_exist_is_the_tenants_too() -> None:
    found = event("get-secret-value-missing")
    assert (found.tenant, found.key_name, found.outcome) == ("acme", "no-such-key", FAILED)
    assert found.error_code == "ResourceNotFoundException"


def test_a_caller_of_another_account_is_named_by_what_is_known_of_it() -> None:
    found = event("get-secret-value-cross-account")
    assert found.principal == "999999999999/AROAEXAMPLEELSEWHERE:batch-job"
    assert found.session_name == "batch-job"
    assert found.action_id == "b1c2d3e4-0000-4000-8000-000000000001"


def test_a_failed_rotation_tells_its_step() -> None:
    assert event("rotation-failed").error_code.endswith("during setSecret step")
    assert event("rotation-failed").principal == "secretsmanager.amazonaws.com"


@pytest.mark.parametrize("time", [None, 1772615533, "yesterday", ""])
def test_a_record_without_a_time_is_told(time: object) -> None:
    with pytest.raises(RecordError, match="not a time"):
        events_of({**golden("get-secret-value"), "eventTime": time}, NAMES, "object")


@pytest.mark.parametrize("part", ["userIdentity", "requestParameters", "responseElements", "resources", "requestID"])
@pytest.mark.parametrize("broken", [None, [], {}, "text", 7, [None, 7, []]], ids=str)
def test_a_part_of_another_type_breaks_nothing(part: str, broken: object) -> None:
    for name in OF_ACME:
        events_of({**golden(name), part: broken}, NAMES, "object")  # raises nothing
    kept = events_of({**golden("put-secret-value"), part: broken}, NAMES, "object")
    assert [each.tenant for each in kept] == ["acme"], "the request and the response both name the secret"
