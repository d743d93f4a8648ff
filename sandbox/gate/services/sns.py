"""SNS: operations on topics by the topic's policy; those on a subscription have no resource but `*`.

From "Actions, resources, and condition keys for Amazon SNS" in the Service Authorization Reference. Subscriptions are
mails and queues: what the sandbox delivers.
"""

import re
from collections.abc import Iterable

from sandbox.authoriser import PolicyKind
from sandbox.gate import moto_targets
from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.moto_targets import Target
from sandbox.gate.operations import Check, Context, Operation, Questions, Service, request_tags, resource_tags
from sandbox.gate.services import kms
from sandbox.gate.services.sts import members, tags_in
from sandbox.gate.stored_policies import check_new_policy

AWS_MANAGED_KEY = "alias/aws/sns"
PROTOCOLS = ("email", "email-json", "sqs")
_ATTRIBUTES = re.compile(r"Attributes\.entry\.(\d+)\.key")


def attributes_in(operation: Operation) -> dict[str, str]:
    """Return the attributes of a request: `Attributes.entry.1.key` and its value, and so on."""
    numbers = [found[1] for found in map(_ATTRIBUTES.fullmatch, operation.parameters) if found]
    several = {
        operation.text(f"Attributes.entry.{n}.key"): operation.text(f"Attributes.entry.{n}.value") for n in numbers
    }
    single = {operation.text("AttributeName"): operation.text("AttributeValue")}
    return several | (single if operation.text("AttributeName") else {})


def _ask(operation: Operation, arn: str, action: str, context: Context | None = None) -> Check:
    found = moto_targets.topic(operation.state, arn)
    account = arn.split(":")[4] if arn.count(":") > 4 else operation.account  # noqa: PLR2004 - an ARN's account
    target = found or Target(arn=arn, account=account, policy="", tags={})
    return operation.check(
        action,
        arn,
        account=target.account,
        policy=target.policy,
        context={**resource_tags(target.tags), **(context or {})},
    )


def _topic(operation: Operation) -> Iterable[Check]:
    context: dict[str, str | tuple[str, ...]] = {}
    if operation.name == "Subscribe":
        context = {"sns:Endpoint": operation.text("Endpoint"), "sns:Protocol": operation.text("Protocol")}
    yield _ask(operation, operation.text("TopicArn"), f"sns:{operation.name}", context)


def _create(operation: Operation) -> Iterable[Check]:
    arn = f"arn:aws:sns:{operation.region}:{operation.account}:{operation.text('Name')}"
    tags = tags_in(operation)
    yield _ask(operation, arn, "sns:CreateTopic", request_tags(tags))
    if tags:
        yield _ask(operation, arn, "sns:TagResource", request_tags(tags))


def _publish(operation: Operation) -> Iterable[Check]:
    """Ask to publish; for a topic with a KMS key of its own, SNS uses that key in the caller's name."""
    if not operation.text("TopicArn"):
        raise unknown_to_the_sandbox("sns:Publish to anything but a topic")
    yield from _topic(operation)
    found = moto_targets.topic(operation.state, operation.text("TopicArn"))
    if found is not None and found.kms_key not in ("", AWS_MANAGED_KEY):
        pairs = {"aws:sns:topicArn": found.arn}
        uses = ("GenerateDataKey", "Decrypt")
        yield from kms.through_service(operation, "sns", uses, key_id=found.kms_key, account=found.account, pairs=pairs)


def _tag(operation: Operation) -> Iterable[Check]:
    context = request_tags(tags_in(operation), members(operation, "TagKeys"))
    yield _ask(operation, operation.text("ResourceArn"), f"sns:{operation.name}", context)


def _without_resource(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"sns:{operation.name}", "*")


def _readable_policy(operation: Operation) -> None:
    policy = attributes_in(operation).get("Policy")
    if policy:
        check_new_policy(policy, "the new topic policy", PolicyKind.RESOURCE, operation.state)


def _refuse_other_subscribers(operation: Operation) -> None:
    if operation.text("Protocol") not in PROTOCOLS:
        raise unknown_to_the_sandbox(f"an SNS subscription by {operation.text('Protocol')!r}")


def _refuse_strangers_subscription(operation: Operation) -> None:
    """Refuse a subscription of another account: SNS lets its owner and the topic's owner alone change it."""
    arn = operation.text("SubscriptionArn")
    if arn.split(":")[4:5] != [operation.account]:
        raise ApiError("AuthorizationError", "Not authorized to access this subscription", status=403)


_OF_TOPICS = (
    "DeleteTopic", "GetTopicAttributes", "ListSubscriptionsByTopic", "SetTopicAttributes", "Subscribe",
)  # fmt: skip
_OF_SUBSCRIPTIONS = ("GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe")

_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_OF_TOPICS, _topic),
    **dict.fromkeys((*_OF_SUBSCRIPTIONS, "ListSubscriptions", "ListTopics"), _without_resource),
    **dict.fromkeys(("ListTagsForResource", "TagResource", "UntagResource"), _tag),
    "CreateTopic": _create,
    "Publish": _publish,
}

SERVICE = Service(
    protocol=Protocol.QUERY,
    event_source="sns.amazonaws.com",
    operations=_OPERATIONS,
    rules={
        **dict.fromkeys(("CreateTopic", "SetTopicAttributes"), (_readable_policy,)),
        **dict.fromkeys(_OF_SUBSCRIPTIONS, (_refuse_strangers_subscription,)),
        "Subscribe": (_refuse_other_subscribers,),
    },
)
