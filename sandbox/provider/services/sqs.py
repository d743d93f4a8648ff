"""Amazon SQS: queues and their policies. The id of both is the queue's URL."""

import re
from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, between, json_text
from sandbox.provider.services.calls import given
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_GONE = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})


def _attributes(wanted: State) -> dict[str, str]:
    encrypted = wanted.get("sqsManagedSseEnabled")
    return {
        "MessageRetentionPeriod": str(wanted["messageRetentionSeconds"]),
        **({} if encrypted is None else {"SqsManagedSseEnabled": str(encrypted).lower()}),
    }


def _create_queue(aws: Aws, wanted: State) -> str:
    client: SQSClient = aws.client("sqs")
    attributes: Any = _attributes(wanted)
    return client.create_queue(QueueName=wanted["name"], Attributes=attributes, **given(tags=wanted["tagsAll"]))[
        "QueueUrl"
    ]


def _read_queue(aws: Aws, url: str, _so_far: State) -> State:
    client: SQSClient = aws.client("sqs")
    attributes: Any = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    encrypted = attributes.get("SqsManagedSseEnabled")
    return {
        "arn": attributes["QueueArn"],
        "messageRetentionSeconds": int(attributes["MessageRetentionPeriod"]),
        "name": attributes["QueueArn"].rsplit(":", 1)[-1],
        **({} if encrypted is None else {"sqsManagedSseEnabled": encrypted == "true"}),
        "tagsAll": client.list_queue_tags(QueueUrl=url).get("Tags", {}),
        "url": url,
    }


def _update_queue(aws: Aws, url: str, change: Change) -> None:
    client: SQSClient = aws.client("sqs")
    if change.names - {"tags", "tagsAll"}:
        attributes: Any = _attributes(change.new)
        client.set_queue_attributes(QueueUrl=url, Attributes=attributes)
    if change.removed_tags:
        client.untag_queue(QueueUrl=url, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_queue(QueueUrl=url, Tags=change.new["tagsAll"])


def _delete_queue(aws: Aws, url: str, _state: State) -> None:
    client: SQSClient = aws.client("sqs")
    client.delete_queue(QueueUrl=url)


def _set_policy(aws: Aws, url: str, policy: str) -> None:
    client: SQSClient = aws.client("sqs")
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def _put_policy(aws: Aws, wanted: State) -> str:
    _set_policy(aws, wanted["queueUrl"], wanted["policy"])
    return wanted["queueUrl"]


def _read_policy(aws: Aws, url: str, _so_far: State) -> State | None:
    client: SQSClient = aws.client("sqs")
    attributes: Any = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    policy = attributes.get("Policy")
    return {"policy": policy, "queueUrl": url} if policy else None


def _update_policy(aws: Aws, url: str, change: Change) -> None:
    _set_policy(aws, url, change.new["policy"])


def _delete_policy(aws: Aws, url: str, _state: State) -> None:
    _set_policy(aws, url, "")


def _queue_name(value: object) -> str | None:
    """Take what SQS takes."""
    if re.fullmatch(r"[\w-]{1,80}", str(value), re.ASCII):
        return None
    return f"must be 1 to 80 letters, digits, hyphens and underscores, got {value!r}"


QUEUE = ResourceType(
    pulumi_type="aws:sqs/queue:Queue",
    source="internal/service/sqs/queue.go",
    inputs={
        "messageRetentionSeconds": Input(kind=Kind.NUMBER, default=345_600, rule=between(60, 1_209_600)),
        "name": Input(replace=True, computed=True, rule=_queue_name),
        "sqsManagedSseEnabled": Input(kind=Kind.FLAG, computed=True),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn", "url"),
    unserved=frozenset(
        {
            "contentBasedDeduplication",
            "deduplicationScope",
            "delaySeconds",
            "fifoQueue",
            "fifoThroughputLimit",
            "kmsDataKeyReusePeriodSeconds",
            "kmsMasterKeyId",
            "maxMessageSize",
            "namePrefix",
            "policy",
            "receiveWaitTimeSeconds",
            "redriveAllowPolicy",
            "redrivePolicy",
            "region",
            "visibilityTimeoutSeconds",
        }
    ),
    auto_name=AutoName(limit=80),
    gone=_GONE,
    create=_create_queue,
    read=_read_queue,
    update=_update_queue,
    delete=_delete_queue,
)

QUEUE_POLICY = ResourceType(
    pulumi_type="aws:sqs/queuePolicy:QueuePolicy",
    source="internal/service/sqs/queue_policy.go",
    inputs={
        "policy": Input(kind=Kind.POLICY, required=True, rule=json_text),
        "queueUrl": Input(required=True, replace=True),
    },
    unserved=frozenset({"region"}),
    gone=_GONE,
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
)

RESOURCE_TYPES = (QUEUE, QUEUE_POLICY)
