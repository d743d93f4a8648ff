"""SNS and SQS behind the gate.

SNS Developer Guide, "Example cases for Amazon SNS access control"; SQS Developer Guide, "Basic examples of Amazon SQS
policies"; Service Authorization Reference for both.
"""

import json
import uuid
from typing import Any

import pytest

from tests.sandbox.gate.cloud import REGION, A, B, Cloud, allow, document, refused


@pytest.fixture
def topic(cloud: Cloud) -> str:
    return cloud.administrator().client("sns").create_topic(Name=f"t-{uuid.uuid4().hex[:8]}")["TopicArn"]


@pytest.fixture
def queue(cloud: Cloud) -> str:
    return cloud.administrator().client("sqs").create_queue(QueueName=f"q-{uuid.uuid4().hex[:8]}")["QueueUrl"]


def _arn(url: str, account: str = A) -> str:
    return f"arn:aws:sqs:{REGION}:{account}:{url.rpartition('/')[2]}"


def _session(cloud: Cloud, *statements: Any, service: str) -> Any:
    arn = cloud.role(f"r-{uuid.uuid4().hex[:8]}", *statements)
    return cloud.administrator().assume(arn).client(service)


class TestTopics:
    def test_a_topic_is_made_and_changed_with_tags(self, cloud: Cloud) -> None:
        sns = cloud.administrator().client("sns")
        arn = sns.create_topic(Name="tagged", Tags=[{"Key": "app", "Value": "x"}])["TopicArn"]
        sns.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="Key notices")
        assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "Key notices"
        assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "app", "Value": "x"}]
        sns.delete_topic(TopicArn=arn)
        refused(sns.get_topic_attributes, code="NotFound", TopicArn=arn)

    def test_tags_on_creation_need_the_permission_to_tag(self, cloud: Cloud) -> None:
        sns = _session(cloud, allow("sns:CreateTopic"), service="sns")
        tags = [{"Key": "app", "Value": "x"}]
        message = refused(sns.create_topic, code="AccessDenied", Name="untagged", Tags=tags)
        assert "sns:TagResource" in message

    def test_publishing_is_bound_to_the_topic(self, cloud: Cloud, topic: str) -> None:
        sns = _session(cloud, allow("sns:Publish", topic), service="sns")
        assert sns.publish(TopicArn=topic, Message="m")["MessageId"]
        refused(sns.publish, code="AccessDenied", TopicArn=topic + "-2", Message="m")
        refused(sns.get_topic_attributes, code="AccessDenied", TopicArn=topic)

    def test_the_default_policy_of_a_topic_lets_nobody_in_who_has_no_policy_of_their_own(
        self, cloud: Cloud, topic: str
    ) -> None:
        """It speaks of services that act for the account: its key, SourceOwner, is none of a person's request."""
        sns = _session(cloud, allow("kms:ListKeys"), service="sns")
        refused(sns.publish, code="AccessDenied", TopicArn=topic, Message="m")

    def test_a_topic_policy_denies_what_the_identity_may(self, cloud: Cloud, topic: str) -> None:
        deny = {"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
        sns = cloud.administrator().client("sns")
        policy = json.dumps(document(deny))
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
        message = refused(sns.publish, code="AccessDenied", TopicArn=topic, Message="m")
        assert message.endswith("with an explicit deny in a resource-based policy")

    def test_another_account_needs_the_topics_word_as_well(self, cloud: Cloud, topic: str) -> None:
        theirs = cloud.administrator(B).client("sns")
        refused(theirs.publish, code="AccessDenied", TopicArn=topic, Message="m")
        policy = document(allow("sns:Publish", topic, Principal={"AWS": f"arn:aws:iam::{B}:root"}))
        cloud.administrator().client("sns").set_topic_attributes(
            TopicArn=topic, AttributeName="Policy", AttributeValue=json.dumps(policy)
        )
        assert theirs.publish(TopicArn=topic, Message="m")["MessageId"]

    def test_a_topic_with_its_own_key_needs_the_key(self, cloud: Cloud) -> None:
        admin = cloud.administrator()
        key = admin.client("kms").create_key()["KeyMetadata"]["Arn"]
        made = admin.client("sns").create_topic(Name="sealed", Attributes={"KmsMasterKeyId": key})["TopicArn"]
        via = {"StringEquals": {"kms:ViaService": f"sns.{REGION}.amazonaws.com"}}
        without = _session(cloud, allow("sns:Publish"), service="sns")
        refused(without.publish, code="AccessDenied", TopicArn=made, Message="m")
        uses = allow(["kms:GenerateDataKey", "kms:Decrypt"], key, Condition=via)
        assert _session(cloud, allow("sns:Publish"), uses, service="sns").publish(TopicArn=made, Message="m")

    def test_a_policy_that_could_not_be_judged_is_refused(self, cloud: Cloud, topic: str) -> None:
        odd = allow("sns:Publish", topic, Principal="*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
        change = cloud.administrator().client("sns").set_topic_attributes
        policy = json.dumps(document(odd))
        refused(change, code="NotImplemented", TopicArn=topic, AttributeName="Policy", AttributeValue=policy)


class TestSubscriptions:
    def test_who_subscribes_can_be_bound_to_a_protocol_and_an_address(self, cloud: Cloud, topic: str) -> None:
        mails = {"StringEquals": {"sns:Protocol": "email"}, "StringLike": {"sns:Endpoint": "*@acme.example"}}
        sns = _session(cloud, allow("sns:Subscribe", topic, Condition=mails), service="sns")
        more = {"TopicArn": topic, "Protocol": "email", "Attributes": {"FilterPolicy": '{"tenant": ["acme"]}'}}
        assert sns.subscribe(**more, Endpoint="security@acme.example", ReturnSubscriptionArn=True)["SubscriptionArn"]
        refused(sns.subscribe, code="AccessDenied", **more, Endpoint="security@globex.example")

    @pytest.mark.parametrize("resource", ["topic", "subscription"])
    def test_a_subscription_has_no_resource_but_everything(self, cloud: Cloud, topic: str, resource: str) -> None:
        admin = cloud.administrator().client("sns")
        arn = admin.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@acme.example")["SubscriptionArn"]
        actions = ["sns:GetSubscriptionAttributes", "sns:Unsubscribe"]
        narrow = _session(cloud, allow(actions, topic if resource == "topic" else arn), service="sns")
        refused(narrow.get_subscription_attributes, code="AccessDenied", SubscriptionArn=arn)
        wide = _session(cloud, allow(actions), service="sns")
        got = wide.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
        assert (got["Endpoint"], got["TopicArn"]) == ("a@acme.example", topic)
        wide.unsubscribe(SubscriptionArn=arn)
        assert admin.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []

    def test_another_accounts_subscription_is_out_of_reach(self, cloud: Cloud, topic: str) -> None:
        admin = cloud.administrator().client("sns")
        arn = admin.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@acme.example")["SubscriptionArn"]
        refused(cloud.administrator(B).client("sns").unsubscribe, code="AuthorizationError", SubscriptionArn=arn)

    @pytest.mark.parametrize("protocol", ["https", "lambda", "sms"])
    def test_what_the_sandbox_does_not_deliver_is_refused(self, cloud: Cloud, topic: str, protocol: str) -> None:
        subscribe = cloud.administrator().client("sns").subscribe
        refused(subscribe, code="NotImplemented", TopicArn=topic, Protocol=protocol, Endpoint="https://x.example")


class TestQueues:
    def test_a_queue_is_made_and_used(self, cloud: Cloud) -> None:
        sqs = cloud.administrator().client("sqs")
        attributes = {"MessageRetentionPeriod": "1209600"}
        url = sqs.create_queue(QueueName="dead", Attributes=attributes, tags={"app": "x"})["QueueUrl"]
        assert sqs.get_queue_url(QueueName="dead")["QueueUrl"] == url
        got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert (got["QueueArn"], got["MessageRetentionPeriod"]) == (_arn(url), "1209600")
        assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"app": "x"}
        sqs.send_message(QueueUrl=url, MessageBody="a & b")
        assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "a & b"
        sqs.delete_queue(QueueUrl=url)

    def test_sending_is_bound_to_the_queue(self, cloud: Cloud, queue: str) -> None:
        sqs = _session(cloud, allow("sqs:SendMessage", _arn(queue)), service="sqs")
        assert sqs.send_message(QueueUrl=queue, MessageBody="m")["MessageId"]
        refused(sqs.receive_message, code="AccessDeniedException", QueueUrl=queue)
        refused(sqs.send_message, code="AccessDeniedException", QueueUrl=queue + "-2", MessageBody="m")

    def test_a_queue_policy_opens_a_queue_to_a_role_of_its_account(self, cloud: Cloud, queue: str) -> None:
        sender = cloud.role(f"sender-{uuid.uuid4().hex[:8]}", allow("kms:ListKeys"))
        session = cloud.administrator().assume(sender).client("sqs")
        refused(session.send_message, code="AccessDeniedException", QueueUrl=queue, MessageBody="m")
        policy = json.dumps(document(allow("sqs:SendMessage", _arn(queue), Principal={"AWS": sender})))
        cloud.administrator().client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
        assert session.send_message(QueueUrl=queue, MessageBody="m")["MessageId"]

    def test_another_accounts_queue_is_out_of_reach(self, cloud: Cloud, queue: str) -> None:
        send = cloud.administrator(B).client("sqs").send_message
        refused(send, code="AccessDeniedException", QueueUrl=queue, MessageBody="m")

    def test_tags_on_creation_need_the_permission_to_tag(self, cloud: Cloud) -> None:
        sqs = _session(cloud, allow("sqs:CreateQueue"), service="sqs")
        assert "sqs:TagQueue" in refused(
            sqs.create_queue, code="AccessDeniedException", QueueName="untagged", tags={"app": "x"}
        )
