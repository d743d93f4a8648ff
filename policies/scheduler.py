"""The scheduler: the identity with which EventBridge Scheduler calls one function at a set time."""

from policies.documents import Document, allow, document, service

SCHEDULER = "scheduler.amazonaws.com"


def scheduler_policy(*, function: str) -> Document:
    """What a group of schedules may do: call one function.

    Args:
        function: ARN of the function.
    """
    return document(allow("CallTheFunction", ("lambda:InvokeFunction",), function))


def scheduler_trust(*, account_id: str, schedule_group: str) -> Document:
    """Who may become the scheduler: the schedules of one group.

    Args:
        account_id: The account of the schedules.
        schedule_group: ARN of their group, which is what EventBridge Scheduler names as the source (user guide,
            "Confused deputy prevention").
    """
    return document(
        allow(
            "SchedulesOfThisGroup",
            ("sts:AssumeRole",),
            principal=service(SCHEDULER),
            when={"StringEquals": {"aws:SourceAccount": account_id, "aws:SourceArn": schedule_group}},
        )
    )
