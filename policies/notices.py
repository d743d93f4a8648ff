"""The notices: who may tell owners something, and who may listen."""

from policies.documents import Document, allow, deny, document, only_over_tls
from policies.functions import function_statements

PUBLISHING = ("sns:Publish",)
# Whoever subscribes without a filter reads the notices of all tenants.
CHANGING = (
    "sns:AddPermission",
    "sns:DeleteTopic",
    "sns:RemovePermission",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
)


def notices_policy(*, topic: str, secrets: str, log_streams: str, dead_letters: str) -> Document:
    """What the function that writes notices may do; it reads tags and dates, and no value.

    Args:
        topic: ARN of the owners' topic.
        secrets: ARN pattern of the secrets of all tenants.
        log_streams: ARN pattern of the streams of the function's log group.
        dead_letters: ARN of the function's dead-letter queue.
    """
    return document(
        allow("TellOwners", PUBLISHING, topic),
        # A reminder says how old the value is, which stands in the list of versions.
        allow("LookAtKeys", ("secretsmanager:DescribeSecret", "secretsmanager:ListSecretVersionIds"), secrets),
        # A list can't be narrowed to resources (Service authorization reference); it holds names and tags only.
        allow("ListKeysToRemindOf", ("secretsmanager:ListSecrets",), "*"),
        *function_statements(log_streams=log_streams, dead_letters=dead_letters),
    )


def owner_topic_policy(*, topic: str, publisher: str, deployer: str) -> Document:
    """The policy of the owners' topic; it only denies, so it can widen nothing.

    Args:
        topic: ARN of the topic.
        publisher: ARN of the role that writes notices.
        deployer: ARN of the role that subscribes owners.
    """
    return document(
        only_over_tls(PUBLISHING, topic),
        deny("OnlyNoticesPublish", PUBLISHING, topic, when={"StringNotEquals": {"aws:PrincipalArn": publisher}}),
        deny("OnlyDeployerSubscribes", CHANGING, topic, when={"StringNotEquals": {"aws:PrincipalArn": deployer}}),
    )
