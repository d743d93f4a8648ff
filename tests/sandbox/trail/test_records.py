"""The sandbox's records have AWS's shape: that of the golden ones, member by member, and nothing of a value."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.authoriser import Principal, PrincipalKind, Request
from sandbox.gate import Call
from sandbox.trail.records import Recorded, records_of, service_event

GOLDEN = Path(__file__).parents[2] / "golden" / "cloudtrail"
A, B, REGION = "111111111111", "222222222222", "ap-northeast-1"
SECRET = f"arn:aws:secretsmanager:{REGION}:{A}:secret:/saas/myapp/tenant-acme/external-api-key-a1B2c3"
KMS_KEY = f"arn:aws:kms:{REGION}:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
VERSION = "5048a3fd-0ff7-4ed2-8bb9-0d1c5d3e7f10"
NOW = datetime(2026, 3, 4, 9, 12, 13, tzinfo=UTC)
READER = Principal(
    account=A,
    arn=f"arn:aws:sts::{A}:assumed-role/myapp--acme--reader/tenant-acme",
    kind=PrincipalKind.SESSION,
    principal_arn=f"arn:aws:iam::{A}:role/myapp--acme--reader",
)
USER = Principal(account=B, arn=f"arn:aws:iam::{B}:user/alice", kind=PrincipalKind.USER)


def asked(action: str, resource: str, principal: Principal = READER, **context: str) -> Request:
    return Request(principal=principal, action=action, resource=resource, resource_account=A, context=context)


READ = asked("secretsmanager:GetSecretValue", SECRET)
DECRYPT = asked(
    "kms:Decrypt",
    KMS_KEY,
    **{
        "aws:ViaAWSService": "true",
        "kms:EncryptionContext:SecretARN": SECRET,
        "kms:EncryptionContext:SecretVersionId": VERSION,
    },
)


def call(**changes: Any) -> Call:
    usual: dict[str, Any] = {
        "principal": READER,
        "source_identity": "",
        "access_key": "ASIAEXAMPLEEXAMPLE1",
        "event_source": "secretsmanager.amazonaws.com",
        "event_name": "GetSecretValue",
        "region": REGION,
        "address": "127.0.0.1",
        "user_agent": "Boto3",
        "resources": (),
        "request_id": "0f8f0001-6529-11e8-9881-67744a270888",
        "error_code": "",
        "parameters": {"SecretId": SECRET, "VersionStage": "AWSCURRENT"},
        "asked": (READ, DECRYPT),
    }
    return Call(**{**usual, **changes})


def records(**changes: Any) -> list[Recorded]:
    return list(records_of(call(**changes), NOW))


def members(value: Any, path: str = "") -> set[str]:
    """The names of all members of a record, with those around them."""
    if not isinstance(value, dict):
        return {path}
    return {path} | {found for name, each in value.items() for found in members(each, f"{path}.{name}")}


def test_a_read_has_the_members_and_values_of_awss_record() -> None:
    own = records(source_identity="billing")[0].record
    golden = json.loads((GOLDEN / "get-secret-value.json").read_text())
    not_of_the_sandbox = {".tlsDetails", ".userIdentity.sessionContext.webIdFederationData"}
    missing = {path for path in members(golden) - members(own) if not path.startswith(tuple(not_of_the_sandbox))}
    assert missing == set()
    for same in ("eventSource", "eventName", "awsRegion", "eventTime", "readOnly", "requestParameters", "eventType"):
        assert own[same] == golden[same], same
    assert own["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == READER.principal_arn
    assert own["userIdentity"]["arn"] == READER.arn


def test_each_record_of_a_session_holds_its_source_identity_if_it_has_one() -> None:
    for each in records(source_identity="billing"):
        assert each.record["userIdentity"]["sessionContext"]["sourceIdentity"] == "billing"
    for each in records():
        assert "sourceIdentity" not in each.record["userIdentity"]["sessionContext"]


def test_a_read_is_followed_by_the_decrypt_in_the_callers_name() -> None:
    own, decrypt = (each.record for each in records())
    golden = json.loads((GOLDEN / "kms-decrypt-for-reader.json").read_text())
    assert decrypt["requestParameters"]["encryptionContext"] == golden["requestParameters"]["encryptionContext"]
    assert decrypt["resources"] == golden["resources"]
    for same in ("eventSource", "eventName", "sourceIPAddress", "userAgent", "readOnly"):
        assert decrypt[same] == golden[same], same
    assert decrypt["userIdentity"] == {**own["userIdentity"], "invokedBy": "secretsmanager.amazonaws.com"}
    assert decrypt["eventID"] != own["eventID"]


def test_a_call_that_was_refused_before_kms_has_one_record() -> None:
    (refused,) = records(error_code="AccessDeniedException", asked=(READ,))
    assert refused.record["errorCode"] == "AccessDeniedException"
    assert refused.record["errorMessage"] == (
        f"User: {READER.arn} is not authorized to perform: secretsmanager:GetSecretValue on resource: {SECRET}"
    )


def test_a_call_that_kms_refused_is_refused_in_both_records() -> None:
    assert [each.record.get("errorCode") for each in records(error_code="AccessDeniedException")] == [
        "AccessDeniedException",
        "AccessDeniedException",
    ]


def test_a_read_that_failed_for_another_reason_was_decrypted_all_the_same() -> None:
    codes = [each.record.get("errorCode") for each in records(error_code="ResourceNotFoundException")]
    assert codes == ["ResourceNotFoundException", None]


def test_a_write_tells_the_new_version_and_nothing_of_the_value() -> None:
    parameters = {"SecretId": SECRET, "ClientRequestToken": VERSION}
    put = records(event_name="PutSecretValue", parameters=parameters, asked=(READ,))[0].record
    assert put["responseElements"] == {"arn": SECRET, "versionId": VERSION}
    assert put["requestParameters"] == {"secretId": SECRET, "clientRequestToken": VERSION}
    assert put["readOnly"] is False


def test_a_call_from_another_account_is_recorded_in_both_under_one_id() -> None:
    mine, theirs = records(principal=USER, asked=(asked("secretsmanager:GetSecretValue", SECRET, USER),))
    assert (mine.account, theirs.account) == (B, A)
    assert mine.record["sharedEventID"] == theirs.record["sharedEventID"]
    assert mine.record["eventID"] != theirs.record["eventID"]
    assert (mine.record["recipientAccountId"], theirs.record["recipientAccountId"]) == (B, A)


def test_a_call_from_another_account_that_was_refused_is_recorded_where_it_came_from() -> None:
    request = asked("secretsmanager:GetSecretValue", SECRET, USER)
    assert [each.account for each in records(principal=USER, asked=(request,), error_code="AccessDeniedException")] == [
        B
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"principal": None},
        {"event_source": ""},
        {"error_code": "NotImplemented"},
        {"event_source": "s3.amazonaws.com", "event_name": "object GET", "asked": (asked("s3:GetObject", "arn"),)},
        {"event_source": "s3.amazonaws.com", "event_name": "bucket GET", "asked": (asked("s3:ListBucket", "arn"),)},
    ],
    ids=["unknown caller", "unknown service", "unknown operation", "object", "listing"],
)
def test_what_cloudtrail_does_not_record_is_not_recorded(changes: dict[str, Any]) -> None:
    assert records(**changes) == []


def test_a_change_of_a_bucket_is_recorded_by_its_action() -> None:
    request = asked("s3:PutBucketPolicy", "arn:aws:s3:::trail")
    (recorded,) = records(
        event_source="s3.amazonaws.com", event_name="bucket PUT policy", parameters={}, asked=(request,)
    )
    assert (recorded.record["eventName"], recorded.record["readOnly"]) == ("PutBucketPolicy", False)
    assert recorded.record["requestParameters"] == {"bucketName": "trail"}


def test_a_change_whose_action_has_another_name_is_recorded_under_cloudtrails() -> None:
    request = asked("s3:PutEncryptionConfiguration", "arn:aws:s3:::trail")
    (recorded,) = records(event_source="s3.amazonaws.com", event_name="bucket PUT encryption", asked=(request,))
    assert recorded.record["eventName"] == "PutBucketEncryption"


def test_a_service_event_is_the_golden_one() -> None:
    golden = json.loads((GOLDEN / "rotation-failed.json").read_text())
    made = service_event(
        account=A,
        region=REGION,
        name="RotationFailed",
        secret=SECRET,
        token=VERSION,
        now=NOW,
        error_message=golden["errorMessage"],
    ).record
    assert {**made, "eventID": "", "eventVersion": ""} == {**golden, "eventID": "", "eventVersion": ""}
