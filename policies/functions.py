"""What each function's role has in common, and who may put something into a function's dead-letter queue."""

from policies.documents import Document, Statement, allow, deny, document, only_over_tls, service

LAMBDA = "lambda.amazonaws.com"
READING_LETTERS = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
)
SENDING_LETTERS = ("sqs:SendMessage",)


def function_trust() -> Document:
    """Who may become the role of a function: Lambda, for a function of this account that was given the role."""
    return document(allow("LambdaRunsTheFunction", ("sts:AssumeRole",), principal=service(LAMBDA)))


def function_statements(*, log_streams: str, dead_letters: str) -> list[Statement]:
    """What every function may do beside its work.

    Args:
        log_streams: ARN pattern of the streams of the function's own log group; it can't make the group, so that a
            group without retention never comes back.
        dead_letters: ARN of the queue for events that failed for good; Lambda sends in the role's name.
    """
    return [
        allow("WriteOwnLogs", ("logs:CreateLogStream", "logs:PutLogEvents"), log_streams),
        allow("KeepFailedEvents", SENDING_LETTERS, dead_letters),
    ]


def dead_letters_policy(*, queue: str, function_role: str) -> Document:
    """The policy of a dead-letter queue; it only denies, so it can widen nothing.

    Args:
        queue: ARN of the queue.
        function_role: ARN of the role in whose name Lambda sends.
    """
    return document(
        only_over_tls((*READING_LETTERS, *SENDING_LETTERS), queue),
        deny(
            "OnlyTheFunctionSends",
            SENDING_LETTERS,
            queue,
            when={"StringNotEquals": {"aws:PrincipalArn": function_role}},
        ),
    )
