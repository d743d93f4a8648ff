"""Amazon SNS: topics and their policies."""

import json
import re
from typing import TYPE_CHECKING

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, json_text
from sandbox.provider.services.calls import given, tag_list, tag_map, told
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_GONE = frozenset({"NotFound", "NotFoundException"})
_TOPIC_ATTRIBUTES = {"displayName": "DisplayName", "kmsMasterKeyId": "KmsMasterKeyId"}
_OWNERS_ACTIONS = (
    "AddPermission",
    "DeleteTopic",
    "GetTopicAttributes",
    "ListSubscriptionsByTopic",
    "Publish",
    "RemovePermission",
    "SetTopicAttributes",
    "Subscribe",
)


def _create_topic(aws: Aws, wanted: State) -> str:
    client: SNSClient = aws.client("sns")
    return client.create_topic(Name=wanted["name"], **given(Tags=tag_list(wanted["tagsAll"])))["TopicArn"]


def _complete_topic(aws: Aws, arn: str, wanted: State) -> None:
    _set_attributes(aws, arn, {name for name in _TOPIC_ATTRIBUTES if wanted.get(name)}, wanted)


def _set_attributes(aws: Aws, arn: str, names: set[str], wanted: State) -> None:
    client: SNSClient = aws.client("sns")
    for name in sorted(names):
        member = _TOPIC_ATTRIBUTES[name]
        client.set_topic_attributes(TopicArn=arn, AttributeName=member, AttributeValue=wanted.get(name, ""))


def _read_topic(aws: Aws, arn: str, _so_far: State) -> State:
    client: SNSClient = aws.client("sns")
    attributes = client.get_topic_attributes(TopicArn=arn)["Attributes"]
    return {
        **{name: told(attributes.get(member)) for name, member in _TOPIC_ATTRIBUTES.items()},
        "arn": attributes["TopicArn"],
        "name": arn.rsplit(":", 1)[-1],
        "owner": attributes.get("Owner"),
        "tagsAll": tag_map(client.list_tags_for_resource(ResourceArn=arn)["Tags"]),
    }


def _update_topic(aws: Aws, arn: str, change: Change) -> None:
    client: SNSClient = aws.client("sns")
    _set_attributes(aws, arn, set(_TOPIC_ATTRIBUTES) & change.names, change.new)
    if change.removed_tags:
        client.untag_resource(ResourceArn=arn, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(ResourceArn=arn, Tags=tag_list(change.new["tagsAll"]))


def _delete_topic(aws: Aws, arn: str, _state: State) -> None:
    client: SNSClient = aws.client("sns")
    client.delete_topic(TopicArn=arn)


def _put_policy(aws: Aws, wanted: State) -> str:
    client: SNSClient = aws.client("sns")
    client.set_topic_attributes(TopicArn=wanted["arn"], AttributeName="Policy", AttributeValue=wanted["policy"])
    return wanted["arn"]


def _read_policy(aws: Aws, arn: str, _so_far: State) -> State:
    client: SNSClient = aws.client("sns")
    attributes = client.get_topic_attributes(TopicArn=arn)["Attributes"]
    return {"arn": arn, "owner": attributes.get("Owner"), "policy": attributes.get("Policy", "")}


def _update_policy(aws: Aws, _arn: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _reset_policy(aws: Aws, arn: str, state: State) -> None:
    """Put back what SNS gives a new topic: a topic can't be without a policy."""
    own = {
        "Sid": "__default_statement_ID",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": [f"SNS:{action}" for action in _OWNERS_ACTIONS],
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": state.get("owner", "")}},
    }
    default = json.dumps({"Version": "2008-10-17", "Id": "__default_policy_ID", "Statement": [own]})
    _put_policy(aws, {"arn": arn, "policy": default})


def _topic_name(value: object) -> str | None:
    """Take what SNS takes."""
    if re.fullmatch(r"[\w-]{1,256}", str(value), re.ASCII):
        return None
    return f"must be 1 to 256 letters, digits, hyphens and underscores, got {value!r}"


TOPIC = ResourceType(
    pulumi_type="aws:sns/topic:Topic",
    source="internal/service/sns/topic.go",
    inputs={
        "displayName": Input(),
        "kmsMasterKeyId": Input(),
        "name": Input(replace=True, computed=True, rule=_topic_name),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn", "owner"),
    unserved=frozenset(
        {
            "applicationFailureFeedbackRoleArn",
            "applicationSuccessFeedbackRoleArn",
            "applicationSuccessFeedbackSampleRate",
            "archivePolicy",
            "contentBasedDeduplication",
            "deliveryPolicy",
            "fifoThroughputScope",
            "fifoTopic",
            "firehoseFailureFeedbackRoleArn",
            "firehoseSuccessFeedbackRoleArn",
            "firehoseSuccessFeedbackSampleRate",
            "httpFailureFeedbackRoleArn",
            "httpSuccessFeedbackRoleArn",
            "httpSuccessFeedbackSampleRate",
            "lambdaFailureFeedbackRoleArn",
            "lambdaSuccessFeedbackRoleArn",
            "lambdaSuccessFeedbackSampleRate",
            "maximumMessageSize",
            "namePrefix",
            "policy",
            "region",
            "signatureVersion",
            "sqsFailureFeedbackRoleArn",
            "sqsSuccessFeedbackRoleArn",
            "sqsSuccessFeedbackSampleRate",
            "tracingConfig",
        }
    ),
    auto_name=AutoName(limit=256),
    gone=_GONE,
    create=_create_topic,
    complete=_complete_topic,
    read=_read_topic,
    update=_update_topic,
    delete=_delete_topic,
)

TOPIC_POLICY = ResourceType(
    pulumi_type="aws:sns/topicPolicy:TopicPolicy",
    source="internal/service/sns/topic_policy.go",
    inputs={
        "arn": Input(required=True, replace=True),
        "policy": Input(kind=Kind.POLICY, required=True, rule=json_text),
    },
    outputs=("owner",),
    unserved=frozenset({"region"}),
    gone=_GONE,
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_reset_policy,
)

RESOURCE_TYPES = (TOPIC, TOPIC_POLICY)
