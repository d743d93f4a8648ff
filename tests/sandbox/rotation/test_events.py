"""Events of Secrets Manager: to the rules that match them, and on to functions, queues and topics.

EventBridge User Guide, "Events from AWS services", "Using resource-based policies" and "Using dead-letter queues".
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.gate.cloud import REGION, A, allow, document
from tests.sandbox.rotation.account import HONEST, Account

EVENTS = {"Service": "events.amazonaws.com"}
MAY_SEND = allow("sqs:SendMessage", Principal=EVENTS)
WRITES_DOWN = """
import json, os, boto3

def handle(event, context):
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=json.dumps(event))
"""


def _rotated(account: Account, *before: Callable[[str], object]) -> str:
    """Rotates a new secret; `before` prepares its rules."""
    secret = account.secret()
    for prepare in before:
        prepare(secret)
    account.rotate(secret, account.function())
    account.advance()
    return secret


def _names(messages: list[dict[str, Any]]) -> list[str]:
    return sorted(json.loads(message["Body"])["detail"]["eventName"] for message in messages)


class TestRules:
    def test_a_rule_takes_the_names_that_it_names_and_nothing_else(self, account: Account) -> None:
        url, queue = account.queue(MAY_SEND)
        _rotated(account, lambda secret: account.rule(secret, queue, ["RotationSucceeded", "RotationFailed"]))
        assert _names(account.messages(url)) == ["RotationSucceeded"]

    def test_a_prefix_takes_the_secrets_of_one_app_and_nothing_else(self, account: Account) -> None:
        url, queue = account.queue(MAY_SEND)
        account.rule(f"arn:aws:secretsmanager:{REGION}:{A}:secret:/saas/other/", queue)
        _rotated(account)
        assert account.messages(url) == []

    def test_alternatives_take_a_secret_however_its_name_is_spelt(self, account: Account) -> None:
        url, queue = account.queue(MAY_SEND)
        events, mine = account.client("events"), "arn:aws:secretsmanager:"
        for name, prefix in (("one-of-two", mine), ("neither", "arn:aws:kms:")):
            spellings = [{"additionalEventData": {key: [{"prefix": prefix}]}} for key in ("aRN", "SecretId")]
            detail = {"eventName": ["RotationSucceeded"], "$or": spellings}
            events.put_rule(Name=name, EventPattern=json.dumps({"detail": detail}))
            events.put_targets(Rule=name, Targets=[{"Id": "1", "Arn": queue, "Input": json.dumps(name)}])
        _rotated(account)
        assert [message["Body"] for message in account.messages(url)] == ['"one-of-two"']
        for name in ("one-of-two", "neither"):
            events.remove_targets(Rule=name, Ids=["1"])
            events.delete_rule(Name=name)

    def test_a_disabled_rule_sends_nothing(self, account: Account) -> None:
        url, queue = account.queue(MAY_SEND)
        disable = account.client("events").disable_rule

        def prepare(secret: str) -> None:
            disable(Name=account.rule(secret, queue).rpartition("/")[2])

        _rotated(account, prepare)
        assert account.messages(url) == []

    def test_without_a_trail_that_logs_there_are_no_events(self, account: Account) -> None:
        url, queue = account.queue(MAY_SEND)
        trails = account.client("cloudtrail")
        (trail,) = trails.describe_trails()["trailList"]
        trails.stop_logging(Name=trail["TrailARN"])
        _rotated(account, lambda secret: account.rule(secret, queue))
        assert account.messages(url) == []
        trails.start_logging(Name=trail["TrailARN"])

    def test_a_target_may_want_a_part_or_something_of_its_own(self, account: Account) -> None:
        url, queue = account.queue(MAY_SEND)
        more: list[dict[str, str]] = [{"InputPath": "$.detail.eventName"}, {"Input": '{"remind": {}}'}]

        def prepare(secret: str) -> None:
            for part in more:
                account.rule(secret, queue, ["RotationSucceeded"], **part)

        _rotated(account, prepare)
        assert sorted(m["Body"] for m in account.messages(url)) == ['"RotationSucceeded"', '{"remind": {}}']


class TestTargets:
    def test_a_function_gets_the_event_as_eventbridge_sends_it(self, account: Account) -> None:
        url, _ = account.queue()
        listener = account.function(WRITES_DOWN, Environment={"Variables": {"QUEUE": url}})

        def prepare(secret: str) -> None:
            rule = account.rule(secret, listener, ["RotationSucceeded"])
            account.permit(listener, "events.amazonaws.com", rule)

        secret = _rotated(account, prepare)
        (message,) = account.messages(url)
        event = json.loads(message["Body"])
        assert event["detail-type"] == "AWS Service Event via CloudTrail"
        assert (event["source"], event["account"], event["region"]) == ("aws.secretsmanager", A, REGION)
        assert event["detail"]["additionalEventData"]["SecretId"] == secret
        assert event["detail"]["userIdentity"] == {"accountId": A, "invokedBy": "secretsmanager.amazonaws.com"}

    def test_a_function_that_permits_another_rule_gets_nothing_and_the_queue_gets_the_event(
        self, account: Account
    ) -> None:
        listener = account.function("def handle(event, context):\n    pass\n")
        dead, queue = account.queue(MAY_SEND)

        def prepare(secret: str) -> None:
            rule = account.rule(secret, listener, ["RotationSucceeded"], DeadLetterConfig={"Arn": queue})
            account.permit(listener, "events.amazonaws.com", rule + "-2")

        _rotated(account, prepare)
        (message,) = account.messages(dead)
        assert _names([message]) == ["RotationSucceeded"]
        attributes = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
        assert (attributes["ERROR_CODE"], attributes["TARGET_ARN"]) == ("NO_PERMISSIONS", listener)

    @pytest.mark.parametrize("opens", [True, False])
    def test_a_target_that_is_gone_leaves_the_event_to_the_queue_that_lets_eventbridge_in(
        self, account: Account, *, opens: bool
    ) -> None:
        listener = account.function()
        dead, queue = account.queue(*([MAY_SEND] if opens else []))
        _rotated(
            account,
            lambda secret: account.rule(secret, listener, ["RotationSucceeded"], DeadLetterConfig={"Arn": queue}),
            lambda _: account.client("lambda").delete_function(FunctionName=listener),
        )
        assert len(account.messages(dead)) == (1 if opens else 0)

    def test_a_queue_may_ask_for_the_rule(self, account: Account) -> None:
        theirs = {"ArnEquals": {"aws:SourceArn": f"arn:aws:events:{REGION}:{A}:rule/another"}}
        url, queue = account.queue({**MAY_SEND, "Condition": theirs})
        _rotated(account, lambda secret: account.rule(secret, queue))
        assert account.messages(url) == []

    def test_a_topic_gets_the_event_where_its_policy_lets_eventbridge_in(self, account: Account) -> None:
        sns = account.client("sns")
        topic = sns.create_topic(Name="failures")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="operator@myapp.example")
        _rotated(account, lambda secret: account.rule(secret, topic, ["RotationSucceeded"]))
        assert [mail for mail in account.mails() if mail["topic"] == topic] == []
        policy = json.dumps(document(allow("sns:Publish", topic, Principal=EVENTS)))
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        secret = _rotated(account, lambda secret: account.rule(secret, topic, ["RotationSucceeded"]))
        (mail,) = [mail for mail in account.mails() if mail["topic"] == topic]
        assert (mail["address"], mail["subject"]) == ("operator@myapp.example", "AWS Notification Message")
        assert json.loads(mail["text"])["detail"]["additionalEventData"]["SecretId"] == secret

    def test_a_topic_under_a_key_that_does_not_let_eventbridge_in_gets_nothing(self, account: Account) -> None:
        sns, kms = account.client("sns"), account.client("kms")
        root = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{A}:root"})
        key = kms.create_key(Policy=json.dumps(document(root)))["KeyMetadata"]["Arn"]
        topic = sns.create_topic(Name="sealed-failures", Attributes={"KmsMasterKeyId": key})["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="operator@myapp.example")
        policy = json.dumps(document(allow("sns:Publish", topic, Principal=EVENTS)))
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        _rotated(account, lambda secret: account.rule(secret, topic, ["RotationSucceeded"]))
        assert [mail for mail in account.mails() if mail["topic"] == topic] == []
        uses = allow(["kms:GenerateDataKey", "kms:Decrypt"], Principal=EVENTS)
        kms.put_key_policy(KeyId=key, Policy=json.dumps(document(root, uses)))
        _rotated(account, lambda secret: account.rule(secret, topic, ["RotationSucceeded"]))
        assert len([mail for mail in account.mails() if mail["topic"] == topic]) == 1


class TestMails:
    def test_each_owner_gets_only_what_the_filter_lets_through(self, account: Account) -> None:
        sns = account.client("sns")
        topic = sns.create_topic(Name="notices")["TopicArn"]
        for tenant in ("acme", "acme-2", "globex"):
            filters = {"FilterPolicy": json.dumps({"tenant": [tenant]})}
            address = f"security@{tenant}.example"
            sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address, Attributes=filters)
        attributes = {"tenant": {"DataType": "String", "StringValue": "acme"}}
        sns.publish(TopicArn=topic, Subject="Renewed", Message="Your key is new.", MessageAttributes=attributes)
        sns.publish(TopicArn=topic, Subject="Nobody's", Message="No attribute.")
        (mail,) = [mail for mail in account.mails() if mail["topic"] == topic]
        assert mail["address"] == "security@acme.example"
        assert (mail["subject"], mail["text"]) == ("Renewed", "Your key is new.")
        assert abs((account.now() - account.moment(mail["at"])).total_seconds()) < 60

    def test_a_function_sends_mails_in_the_name_of_its_role(self, account: Account) -> None:
        sns = account.client("sns")
        topic = sns.create_topic(Name="from-function")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@acme.example")
        send = (
            "import boto3\ndef handle(event, context):\n"
            f"    boto3.client('sns').publish(TopicArn='{topic}', Subject='S', Message='M')\n"
        )
        invoke = account.client("lambda").invoke
        outcome = invoke(FunctionName=account.function(send, rights=[allow("kms:ListKeys")]))
        assert outcome["FunctionError"] == "Unhandled"
        assert "FunctionError" not in invoke(FunctionName=account.function(send, rights=[allow("sns:Publish", topic)]))
        assert [mail["subject"] for mail in account.mails() if mail["topic"] == topic] == ["S"]

    def test_a_message_may_have_a_text_of_its_own_for_mails(self, account: Account) -> None:
        sns = account.client("sns")
        topic = sns.create_topic(Name="structured")["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@acme.example")
        text = json.dumps({"default": "d", "email": "e"})
        sns.publish(TopicArn=topic, Message=text, MessageStructure="json")
        assert [mail["text"] for mail in account.mails() if mail["topic"] == topic] == ["e"]

    def test_who_unsubscribed_gets_no_mail_and_a_refused_publish_sends_none(self, account: Account) -> None:
        sns = account.client("sns")
        topic = sns.create_topic(Name="left")["TopicArn"]
        arn = sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@acme.example")["SubscriptionArn"]
        sns.unsubscribe(SubscriptionArn=arn)
        sns.publish(TopicArn=topic, Message="m")
        assert [mail for mail in account.mails() if mail["topic"] == topic] == []


def test_the_owner_of_a_key_is_told_by_the_chain_of_rule_function_and_topic(account: Account) -> None:
    sns = account.client("sns")
    topic = sns.create_topic(Name="chain")["TopicArn"]
    filters = {"FilterPolicy": json.dumps({"tenant": ["acme"]})}
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="security@acme.example", Attributes=filters)
    text = f"""
import boto3

def handle(event, context):
    attributes = {{"tenant": {{"DataType": "String", "StringValue": "acme"}}}}
    name = event["detail"]["eventName"]
    boto3.client("sns").publish(TopicArn={topic!r}, Subject=name, Message=name, MessageAttributes=attributes)
"""
    notices = account.function(text, rights=[allow("sns:Publish", topic)])

    def prepare(secret: str) -> None:
        account.permit(notices, "events.amazonaws.com", account.rule(secret, notices, ["RotationFailed"]))

    secret = account.secret()
    prepare(secret)
    account.rotate(secret, account.function(HONEST.replace("made-", "made-").replace("pass", "raise ValueError")))
    account.advance(hours=3)
    (mail,) = [mail for mail in account.mails() if mail["topic"] == topic]
    assert (mail["address"], mail["subject"]) == ("security@acme.example", "RotationFailed")
