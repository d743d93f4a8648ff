"""Amazon SNS: who is subscribed to a topic, and to which of its messages."""

from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import Change, Input, Kind, ResourceType, json_text, one_of, same_json
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_GONE = frozenset({"NotFound", "NotFoundException"})
_SUBSCRIPTION_ATTRIBUTES = {
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
}


def _subscription_attributes(wanted: State) -> dict[str, str]:
    named = {member: wanted.get(name) for name, member in _SUBSCRIPTION_ATTRIBUTES.items()}
    return {
        member: str(value).lower() if isinstance(value, bool) else value
        for member, value in named.items()
        if value is not None
    }


def _subscribe(aws: Aws, wanted: State) -> str:
    client: SNSClient = aws.client("sns")
    return client.subscribe(
        TopicArn=wanted["topic"],
        Protocol=wanted["protocol"],
        Endpoint=wanted["endpoint"],
        Attributes=_subscription_attributes(wanted),
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]


def _read_subscription(aws: Aws, arn: str, _so_far: State) -> State:
    client: SNSClient = aws.client("sns")
    attributes: Any = client.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    return {
        "arn": attributes["SubscriptionArn"],
        "confirmationWasAuthenticated": attributes.get("ConfirmationWasAuthenticated") == "true",
        "endpoint": attributes["Endpoint"],
        "filterPolicy": attributes.get("FilterPolicy"),
        "filterPolicyScope": attributes.get("FilterPolicyScope"),
        "ownerId": attributes.get("Owner"),
        "pendingConfirmation": attributes.get("PendingConfirmation") == "true",
        "protocol": attributes["Protocol"],
        "rawMessageDelivery": attributes.get("RawMessageDelivery") == "true",
        "topic": attributes["TopicArn"],
    }


def _update_subscription(aws: Aws, arn: str, change: Change) -> None:
    client: SNSClient = aws.client("sns")
    wanted = {"filterPolicy": "{}", **change.new}
    for name, member in _SUBSCRIPTION_ATTRIBUTES.items():
        if name in change.names:
            value = _subscription_attributes(wanted)[member]
            client.set_subscription_attributes(SubscriptionArn=arn, AttributeName=member, AttributeValue=value)


def _unsubscribe(aws: Aws, arn: str, _state: State) -> None:
    client: SNSClient = aws.client("sns")
    try:
        client.unsubscribe(SubscriptionArn=arn)
    except client.exceptions.InvalidParameterException as error:
        if "pending confirmation" not in str(error):  # SNS forgets such a subscription by itself
            raise


TOPIC_SUBSCRIPTION = ResourceType(
    pulumi_type="aws:sns/topicSubscription:TopicSubscription",
    source="internal/service/sns/topic_subscription.go",
    inputs={
        "confirmationTimeoutInMinutes": Input(kind=Kind.NUMBER, default=1),
        "endpoint": Input(required=True, replace=True),
        "endpointAutoConfirms": Input(kind=Kind.FLAG, default=False),
        "filterPolicy": Input(rule=json_text, same=same_json),
        "filterPolicyScope": Input(computed=True, rule=one_of("MessageAttributes", "MessageBody")),
        "protocol": Input(required=True, replace=True),
        "rawMessageDelivery": Input(kind=Kind.FLAG, default=False),
        "topic": Input(required=True, replace=True),
    },
    outputs=("arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"),
    unserved=frozenset({"deliveryPolicy", "redrivePolicy", "region", "replayPolicy", "subscriptionRoleArn"}),
    gone=_GONE,
    create=_subscribe,
    read=_read_subscription,
    update=_update_subscription,
    delete=_unsubscribe,
)

RESOURCE_TYPES = (TOPIC_SUBSCRIPTION,)
