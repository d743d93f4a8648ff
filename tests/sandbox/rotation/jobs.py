"""Schedules that call a function which writes down its events."""

import json
import uuid
from typing import Any

from tests.sandbox.gate.cloud import REGION, A, allow, trust_service
from tests.sandbox.rotation.account import Account

GROUP = "jobs"
WRITES_DOWN = """
import datetime, json, os, boto3

def handle(event, context):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = json.dumps({"event": event, "now": now})
    boto3.client("sqs").send_message(QueueUrl=os.environ["QUEUE"], MessageBody=body)
    if "fail" in event:
        raise ValueError("as told")
"""


class Jobs:
    """A function that writes down its events, and the role with which schedules call it."""

    def __init__(self, account: Account, *rights: Any) -> None:
        self.account = account
        self.url, _ = account.queue()
        self.function = account.function(WRITES_DOWN, Environment={"Variables": {"QUEUE": self.url}})
        ours = {"aws:SourceArn": f"arn:aws:scheduler:{REGION}:{A}:schedule-group/{GROUP}"}
        self.role = account.cloud.role(
            f"calls-{uuid.uuid4().hex[:8]}",
            *(rights or (allow("lambda:InvokeFunction", self.function),)),
            trusts=trust_service("scheduler.amazonaws.com", StringEquals=ours),
        )

    def schedule(self, expression: str, event: Any = "in", *, target: Any = None, **more: Any) -> str:
        name = f"s-{uuid.uuid4().hex[:8]}"
        wanted: dict[str, Any] = {"Arn": self.function, "RoleArn": self.role, "Input": json.dumps({"note": event})}
        self.account.client("scheduler").create_schedule(
            Name=name,
            GroupName=GROUP,
            ScheduleExpression=expression,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target=wanted | (target or {}),
            **more,
        )
        return name

    def change(self, name: str, expression: str, **more: Any) -> None:
        self.account.client("scheduler").update_schedule(
            Name=name,
            GroupName=GROUP,
            ScheduleExpression=expression,
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": self.function, "RoleArn": self.role, "Input": json.dumps({"note": "changed"})},
            **more,
        )

    def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        sqs = self.account.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
            found += [json.loads(message["Body"]) for message in messages]
        return sorted(found, key=lambda call: call["now"])

    def exists(self, name: str) -> bool:
        listed = self.account.client("scheduler").list_schedules(GroupName=GROUP)["Schedules"]
        return name in {schedule["Name"] for schedule in listed}

    def in_(self, **durations: float) -> str:
        """Returns a moment to come as `at(...)` wants it."""
        moment = self.account.later(**durations)
        return f"at({moment:%Y-%m-%dT%H:%M:%S})"

    def clear(self) -> None:
        client = self.account.client("scheduler")
        for schedule in client.list_schedules(GroupName=GROUP)["Schedules"]:
            client.delete_schedule(Name=schedule["Name"], GroupName=GROUP)
