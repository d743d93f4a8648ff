"""SQS: every operation is an action of the same name on a queue, by the queue's policy, or on the account.

From "Actions, resources, and condition keys for Amazon SQS" in the Service Authorization Reference.
"""

import re
from collections.abc import Iterable, Mapping

from sandbox.authoriser import PolicyKind
from sandbox.gate import moto_targets
from sandbox.gate.errors import Protocol, unknown_to_the_sandbox
from sandbox.gate.moto_targets import Target
from sandbox.gate.operations import Check, Operation, Questions, Service, names_of, request_tags, resource_tags
from sandbox.gate.services import kms
from sandbox.gate.stored_policies import check_new_policy

AWS_MANAGED_KEY = "alias/aws/sqs"
_URL = re.compile(r"https?://[^/]+/(?P<account>\d{12})/(?P<name>[\w.-]+)")
_KEY_USES = {"ReceiveMessage": ("Decrypt",), "SendMessage": ("GenerateDataKey", "Decrypt")}


def _named(operation: Operation) -> Target:
    """Return the queue that a request names by its URL or by its name, or what stands for one that is not there."""
    url = _URL.fullmatch(operation.text("QueueUrl"))
    name = url["name"] if url else operation.text("QueueName")
    if not name:
        raise unknown_to_the_sandbox(f"an SQS request for the queue {operation.text('QueueUrl')!r}")
    account = url["account"] if url else operation.text("QueueOwnerAWSAccountId") or operation.account
    arn = f"arn:aws:sqs:{operation.region}:{account}:{name}"
    return moto_targets.queue(operation.state, arn) or Target(arn=arn, account=account, policy="", tags={})


def _queue(operation: Operation) -> Iterable[Check]:
    queue, tags = _named(operation), _tags(operation)
    context = {
        **request_tags(tags, names_of(operation.parameters.get("TagKeys"))),
        **resource_tags(queue.tags),
    }
    yield operation.check(
        f"sqs:{operation.name}", queue.arn, account=queue.account, policy=queue.policy, context=context
    )
    if operation.name == "CreateQueue" and tags:
        yield operation.check("sqs:TagQueue", queue.arn, context=context)
    if operation.name in _KEY_USES and queue.kms_key not in ("", AWS_MANAGED_KEY):
        uses = _KEY_USES[operation.name]
        pairs = {"aws:sqs:arn": queue.arn}
        yield from kms.through_service(operation, "sqs", uses, key_id=queue.kms_key, account=queue.account, pairs=pairs)


def _tags(operation: Operation) -> dict[str, str]:
    tags = operation.parameters.get("tags" if operation.name == "CreateQueue" else "Tags")
    return {str(key): str(value) for key, value in tags.items()} if isinstance(tags, Mapping) else {}


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"sqs:{operation.name}", f"arn:aws:sqs:{operation.region}:{operation.account}:*")


def _readable_policy(operation: Operation) -> None:
    attributes = operation.parameters.get("Attributes")
    policy = attributes.get("Policy") if isinstance(attributes, Mapping) else None
    if policy:
        check_new_policy(policy, "the new queue policy", PolicyKind.RESOURCE, operation.state)


_QUEUE_OPERATIONS = (
    "CreateQueue", "DeleteMessage", "DeleteQueue", "GetQueueAttributes", "GetQueueUrl", "ListQueueTags",
    "PurgeQueue", "ReceiveMessage", "SendMessage", "SetQueueAttributes", "TagQueue", "UntagQueue",
)  # fmt: skip

_OPERATIONS: dict[str, Questions] = {**dict.fromkeys(_QUEUE_OPERATIONS, _queue), "ListQueues": _account_wide}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="sqs.amazonaws.com",
    target_prefix="AmazonSQS",
    operations=_OPERATIONS,
    rules=dict.fromkeys(("CreateQueue", "SetQueueAttributes"), (_readable_policy,)),
)
