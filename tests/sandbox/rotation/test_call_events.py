"""Calls as events: CloudTrail's records go to the rules that AWS lets see them, and a target is given its own input.

EventBridge User Guide, "Receiving read-only management events from AWS services" and "Using resource-based policies".
"""

import gzip
import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.gate.cloud import REGION, A, allow, document
from tests.sandbox.rotation.account import Account

EVENTS = {"Service": "events.amazonaws.com"}
BOTH = {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]}
ALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


def _rule(account: Account, target: str, secret: str, state: str = "ENABLED", **more: Any) -> str:
    """Sends the calls on a secret to a target; returns the rule's name."""
    name = f"calls-{uuid.uuid4().hex[:8]}"
    pattern = {
        "source": ["aws.secretsmanager"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {"requestParameters": {"secretId": [secret]}},
    }
    events = account.client("events")
    events.put_rule(Name=name, EventPattern=json.dumps(pattern), State=state)
    events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, **more}])
    return name


def _names(account: Account, url: str) -> list[str]:
    account.advance()
    return sorted(json.loads(message["Body"])["detail"]["eventName"] for message in account.messages(url))


def _touch(account: Account, secret: str) -> None:
    """A read, a description and a write."""
    account.value(secret)
    account.client("secretsmanager").describe_secret(SecretId=secret)
    account.client("secretsmanager").put_secret_value(SecretId=secret, SecretString="second")


class TestStates:
    @pytest.mark.parametrize(
        ("state", "sees"),
        [
            ("ENABLED", ["PutSecretValue"]),
            (ALL, ["DescribeSecret", "GetSecretValue", "PutSecretValue"]),
            ("DISABLED", []),
        ],
    )
    def test_a_rule_sees_reads_in_one_state_only(self, account: Account, state: str, sees: list[str]) -> None:
        url, queue = account.queue(allow("sqs:SendMessage", Principal=EVENTS))
        secret = account.secret()
        _rule(account, queue, secret, state)
        _touch(account, secret)
        assert _names(account, url) == sees

    def test_decrypting_is_a_read_that_a_rule_sees_in_one_state_only(self, account: Account) -> None:
        kms = account.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        sealed = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"a": key})["CiphertextBlob"]
        urls: list[str] = []
        for state in ("ENABLED", ALL):
            url, queue = account.queue(allow("sqs:SendMessage", Principal=EVENTS))
            name = f"decrypts-{uuid.uuid4().hex[:8]}"
            pattern = {"source": [{"prefix": "aws."}], "detail": {"eventName": ["Decrypt"]}}
            account.client("events").put_rule(Name=name, EventPattern=json.dumps(pattern), State=state)
            account.client("events").put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue}])
            urls.append(url)
        kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": key})
        assert [_names(account, url) for url in urls] == [[], ["Decrypt"]]

    def test_a_refused_call_is_an_event_that_says_so(self, account: Account) -> None:
        url, queue = account.queue(allow("sqs:SendMessage", Principal=EVENTS))
        secret = account.secret()
        _rule(account, queue, secret, ALL)
        arn = account.cloud.role(f"nobody-{uuid.uuid4().hex[:8]}", allow("kms:ListKeys"))
        stranger = account.cloud.administrator().assume(arn).client("secretsmanager")
        with pytest.raises(ClientError):
            stranger.get_secret_value(SecretId=secret)
        account.advance()
        (message,) = account.messages(url)
        event = json.loads(message["Body"])
        assert (event["source"], event["account"], event["region"]) == ("aws.secretsmanager", A, REGION)
        assert event["detail"]["errorCode"] == "AccessDeniedException"
        assert event["detail"]["userIdentity"]["sessionContext"]["sessionIssuer"]["arn"] == arn

    def test_without_a_trail_that_logs_no_call_is_an_event(self, account: Account) -> None:
        url, queue = account.queue(allow("sqs:SendMessage", Principal=EVENTS))
        secret = account.secret()
        _rule(account, queue, secret, ALL)
        trails = account.client("cloudtrail")
        (trail,) = trails.describe_trails()["trailList"]
        trails.stop_logging(Name=trail["TrailARN"])
        account.value(secret)
        trails.start_logging(Name=trail["TrailARN"])
        assert _names(account, url) == []


class TestInputs:
    def test_a_target_is_given_a_text_that_was_made_from_the_event(self, account: Account) -> None:
        url, queue = account.queue(allow("sqs:SendMessage", Principal=EVENTS))
        secret = account.secret()
        transformer = {
            "InputPathsMap": {"what": "$.detail.eventName", "which": "$.detail.requestParameters.secretId"},
            "InputTemplate": '"<what> of <which>"',
        }
        _rule(account, queue, secret, ALL, InputTransformer=transformer)
        account.value(secret)
        account.advance()
        (message,) = account.messages(url)
        assert message["Body"] == f'"GetSecretValue of {secret}"'


class TestLogGroups:
    def _group(self, account: Account) -> tuple[str, str]:
        name = f"/aws/events/{uuid.uuid4().hex[:8]}"
        account.client("logs").create_log_group(logGroupName=name)
        return name, f"arn:aws:logs:{REGION}:{A}:log-group:{name}"

    def _lines(self, account: Account, group: str) -> list[str]:
        account.advance()
        found = account.client("logs").filter_log_events(logGroupName=group)["events"]
        return [json.loads(each["message"])["detail"]["eventName"] for each in found]

    @pytest.mark.parametrize(
        ("principal", "rule", "written"),
        [
            (BOTH, "", ["GetSecretValue"]),
            (EVENTS, "", []),
            (BOTH, "-2", []),
        ],
        ids=["both services", "one of them", "another rule"],
    )
    def test_a_group_takes_what_a_policy_of_the_account_lets_in(
        self, account: Account, principal: Any, rule: str, written: list[str]
    ) -> None:
        group, arn = self._group(account)
        secret = account.secret()
        name = _rule(account, arn, secret, ALL)
        from_rule = {"ArnLike": {"aws:SourceArn": f"arn:aws:events:{REGION}:{A}:rule/{name}{rule}"}}
        policy = document(
            allow("logs:CreateLogStream", f"{arn}:*", Principal=principal),
            allow("logs:PutLogEvents", f"{arn}:*", Principal=principal, Condition=from_rule),
        )
        logs = account.client("logs")
        logs.put_resource_policy(policyName="reads", policyDocument=json.dumps(policy))
        account.value(secret)
        assert self._lines(account, group) == written
        logs.delete_resource_policy(policyName="reads")

    def test_a_group_that_is_gone_leaves_the_event_to_the_queue(self, account: Account) -> None:
        url, queue = account.queue(allow("sqs:SendMessage", Principal=EVENTS))
        secret = account.secret()
        arn = f"arn:aws:logs:{REGION}:{A}:log-group:/aws/events/gone"
        _rule(account, arn, secret, ALL, DeadLetterConfig={"Arn": queue})
        account.value(secret)
        assert _names(account, url) == ["GetSecretValue"]


def _recorded(account: Account) -> list[dict[str, Any]]:
    """All records in the bucket of the account's trail."""
    (trail,) = account.client("cloudtrail").describe_trails()["trailList"]
    s3, bucket = account.client("s3"), trail["S3BucketName"]
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
    contents = [json.loads(gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read())) for key in keys]
    return [record for content in contents for record in content["Records"]]


def test_a_rotation_is_in_the_trail_and_its_events_are_those_records(account: Account) -> None:
    secret = account.secret()
    url = account.watch(secret)
    account.rotate(secret, account.function())
    account.advance()
    events = {event["eventID"]: event["eventName"] for event in account.events(url)}
    trails = account.client("cloudtrail")
    (trail,) = trails.describe_trails()["trailList"]
    trails.stop_logging(Name=trail["TrailARN"])  # what it took so far is delivered at once
    trails.start_logging(Name=trail["TrailARN"])
    told = {
        record["eventID"]: record["eventName"]
        for record in _recorded(account)
        if (record.get("additionalEventData") or {}).get("SecretId") == secret
    }
    assert sorted(told.values()) == ["RotationStarted", "RotationSucceeded"]
    assert events == told, "one record, told twice"
