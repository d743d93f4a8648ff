"""The contract's RevocationJobs on EventBridge Scheduler: a one-time schedule that deletes itself when it has run."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from rotation_lambda.aws_errors import code_of, store_error

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

_LONGEST_NAME = 64  # EventBridge Scheduler API reference, CreateSchedule, Name
_PREFIX = "revoke-"
_EXISTS = "ConflictException"
# The same page, RetryPolicy: the most that it takes. The sweep is there for what fails longer.
_RETRIES = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}


class SchedulerJobs:
    """Jobs that call this function again."""

    def __init__(self, client: "EventBridgeSchedulerClient", *, function: str, group: str, role: str) -> None:
        """Asks nothing of AWS yet.

        Args:
            client: The client.
            function: ARN of the function that the jobs call.
            group: The schedules' group.
            role: ARN of the role with which the scheduler calls it.
        """
        self._client = client
        self._function = function
        self._group = group
        self._role = role

    def arm(self, arn: str, version: str, due: datetime) -> None:
        """See the contract."""
        try:
            self._client.create_schedule(
                Name=job_name(arn, version),
                GroupName=self._group,
                ScheduleExpression=f"at({due.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._function,
                    "RoleArn": self._role,
                    "Input": json.dumps({"revoke": {"secretId": arn, "version": version, "now": False}}),
                    "RetryPolicy": _RETRIES,
                },
            )
        except (BotoCoreError, ClientError) as error:
            if code_of(error) != _EXISTS:
                raise store_error("ordering the old key's revocation", error, changes=True) from None


def job_name(arn: str, version: str) -> str:
    """The name of the one job for the promotion of `version`."""
    return (_PREFIX + sha256(f"{arn} {version}".encode()).hexdigest())[:_LONGEST_NAME]
