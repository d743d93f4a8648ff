"""`RecurringCall`: a function is called again and again, at set times, with the same event."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import text
from policies.scheduler import scheduler_policy, scheduler_trust
from tenant_keys.settings import Settings

# A call that can't be delivered is given up within the hour: the next one does the same work.
OLDEST_CALL_SECONDS = 3600
MOST_DELIVERIES = 10


@dataclass(frozen=True, kw_only=True)
class RecurringCallArgs:
    """What is called, and when.

    Attributes:
        schedule: The name of the schedule.
        group: The name of the group of schedules; the function may add one-time schedules of its own to it.
        role_name: The name of the role with which the schedules of the group call the function.
        function_arn: The ARN of the function, known before it exists.
        function: The function.
        expression: When, in the words of EventBridge Scheduler, in UTC.
        event: What the function is given.
        settings: The settings of the environment.
    """

    schedule: str
    group: str
    role_name: str
    function_arn: str
    function: pulumi.Input[str]
    expression: str
    event: Mapping[str, object]
    settings: Settings


class RecurringCall(pulumi.ComponentResource):
    """A group of schedules that may call one function, with its first schedule in it."""

    def __init__(self, name: str, args: RecurringCallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:RecurringCall", name, None, opts)
        names = args.settings.names
        group = aws.scheduler.ScheduleGroup(name, name=args.group, opts=pulumi.ResourceOptions(parent=self))
        role = aws.iam.Role(
            name,
            name=args.role_name,
            assume_role_policy=text(
                scheduler_trust(account_id=args.settings.account, schedule_group=names.schedule_group_arn(args.group))
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        policy = aws.iam.RolePolicy(
            name,
            name="call-function",
            role=role.name,
            policy=text(scheduler_policy(function=args.function_arn)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.scheduler.Schedule(
            name,
            name=args.schedule,
            group_name=group.name,
            schedule_expression=args.expression,
            flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            target=aws.scheduler.ScheduleTargetArgs(
                arn=args.function,
                role_arn=role.arn,
                input=json.dumps(args.event),
                retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_event_age_in_seconds=OLDEST_CALL_SECONDS, maximum_retry_attempts=MOST_DELIVERIES
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.register_outputs({})
