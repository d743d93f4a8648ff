"""An account in which things happen by themselves: small functions, secrets that they rotate, rules, queues."""

import io
import json
import uuid
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.sandbox.gate.cloud import REGION, A, Cloud, allow, document, trust_service

CRON = "cron(0 3 1 * ? *)"
"""Three in the morning, on the first day of each month."""
SECRETS_MANAGER = "secretsmanager.amazonaws.com"

HONEST = """
import boto3

client = boto3.client("secretsmanager")

def handle(event, context):
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    print("step", step)
    before(event)
    if step == "createSecret":
        client.put_secret_value(
            SecretId=secret, ClientRequestToken=token, SecretString="made-" + token, VersionStages=["AWSPENDING"]
        )
    if step == "finishSecret":
        labels = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
        current = [version for version, borne in labels.items() if "AWSCURRENT" in borne]
        away = {"RemoveFromVersionId": current[0]} if current else {}
        client.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, **away
        )

def before(event):
    pass
"""
"""A handler that follows the protocol. A test appends a `before` of its own."""


def failing_at(step: str, how: str = "raise ValueError('no')") -> str:
    return HONEST + f"\ndef before(event):\n    if event['Step'] == {step!r}:\n        {how}\n"


def archive(code: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        opened.writestr("package/main.py", code)
    return stream.getvalue()


@dataclass(frozen=True)
class Account:
    cloud: Cloud
    secrets: list[str] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return self.cloud.administrator().client(service)

    def function(self, code: str = HONEST, *, timeout: int = 20, rights: Any = None, **more: Any) -> str:
        """Deploys a function that Secrets Manager may invoke, and whose role may do what a rotation needs."""
        name = f"f-{uuid.uuid4().hex[:8]}"
        rights = rights or [allow(["secretsmanager:*", "logs:*", "sqs:*", "sns:*", "kms:*"])]
        role = self.cloud.role(f"runs-{name}", *rights, trusts=trust_service("lambda.amazonaws.com"))
        client = self.client("lambda")
        arn = client.create_function(
            FunctionName=name,
            Role=role,
            Runtime="python3.13",
            Handler="package.main.handle",
            Timeout=timeout,
            Code={"ZipFile": archive(code)},
            **more,
        )["FunctionArn"]
        self.permit(arn, SECRETS_MANAGER, f"arn:aws:secretsmanager:{REGION}:{A}:secret:*")
        return arn

    def permit(self, function: str, service: str, source: str) -> None:
        self.client("lambda").add_permission(
            FunctionName=function,
            StatementId=f"s-{uuid.uuid4().hex[:8]}",
            Action="lambda:InvokeFunction",
            Principal=service,
            SourceArn=source,
            SourceAccount=A,
        )

    def redeploy(self, function: str, code: str) -> None:
        self.client("lambda").update_function_code(FunctionName=function, ZipFile=archive(code))

    def secret(self, value: str | None = "first") -> str:
        more: dict[str, str] = {} if value is None else {"SecretString": value}
        name = f"/saas/app/{uuid.uuid4().hex[:8]}"
        self.secrets.append(self.client("secretsmanager").create_secret(Name=name, **more)["ARN"])
        return self.secrets[-1]

    def leave(self) -> None:
        """Removes the secrets, so that their schedules do not go on in the next test."""
        for secret in self.secrets:
            self.client("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)

    def rotate(self, secret: str, function: str = "", **more: Any) -> dict[str, Any]:
        """Requests a rotation; sets it up where a function is named, with a schedule unless one is given."""
        if function:
            more = {"RotationLambdaARN": function, "RotationRules": {"ScheduleExpression": CRON}, **more}
        return self.client("secretsmanager").rotate_secret(SecretId=secret, **more)

    def advance(self, **durations: float) -> list[dict[str, Any]]:
        """Sets the clock forward and returns what happened; without a duration, waits for what is due."""
        units = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
        seconds = sum(units[unit] * count for unit, count in durations.items())
        return self.cloud.control("clock", {"advance": seconds})["happened"]

    def until(self, moment: str) -> list[dict[str, Any]]:
        return self.cloud.control("clock", {"until": moment})["happened"]

    def now(self) -> datetime:
        return datetime.fromisoformat(self.cloud.control("clock")["now"])

    def later(self, **durations: float) -> datetime:
        return self.now() + timedelta(**durations)

    def first_of_month(self, months: int, clock: str = "00:00:00") -> str:
        """Returns a time on the first day of a month to come; 1 is the next month."""
        now = self.now()
        years, month = divmod(now.month - 1 + months, 12)
        return f"{now.year + years}-{month + 1:02d}-01T{clock}Z"

    @staticmethod
    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text)

    def mails(self) -> list[dict[str, str]]:
        return self.cloud.control("mails")["mails"]

    def rotations(self, secret: str) -> list[dict[str, Any]]:
        return [run for run in self.cloud.control("rotations")["rotations"] if run["secret"] == secret]

    def last(self, secret: str) -> dict[str, Any]:
        return self.rotations(secret)[-1]

    def labels(self, secret: str) -> dict[str, set[str]]:
        described = self.client("secretsmanager").describe_secret(SecretId=secret)
        return {version: set(borne) for version, borne in described.get("VersionIdsToStages", {}).items() if borne}

    def version_with(self, secret: str, label: str) -> str:
        return next((version for version, borne in self.labels(secret).items() if label in borne), "")

    def value(self, secret: str, label: str = "AWSCURRENT") -> str:
        return self.client("secretsmanager").get_secret_value(SecretId=secret, VersionStage=label)["SecretString"]

    def queue(self, *policy: Mapping[str, Any]) -> tuple[str, str]:
        """Makes a queue and returns its URL and its ARN; `policy` statements need no resource."""
        name = f"q-{uuid.uuid4().hex[:8]}"
        arn = f"arn:aws:sqs:{REGION}:{A}:{name}"
        statements = [{**statement, "Resource": arn} for statement in policy]
        attributes = {"Policy": json.dumps(document(*statements))} if statements else {}
        return self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], arn

    def messages(self, url: str) -> list[dict[str, Any]]:
        got = self.client("sqs").receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
        )
        return got.get("Messages", [])

    def trail(self) -> None:
        """Has CloudTrail log: without that, no event reaches a rule."""
        s3, bucket = self.client("s3"), f"logs-{uuid.uuid4().hex[:8]}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        service = {"Service": "cloudtrail.amazonaws.com"}
        policy = document(
            allow("s3:GetBucketAcl", f"arn:aws:s3:::{bucket}", Principal=service),
            allow("s3:PutObject", f"arn:aws:s3:::{bucket}/*", Principal=service),
        )
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
        self.client("cloudtrail").create_trail(Name=bucket, S3BucketName=bucket)
        self.client("cloudtrail").start_logging(Name=bucket)

    def rule(self, secret: str, target: str, names: list[str] | None = None, **more: Any) -> str:
        """Sends events about secrets whose ARN begins with `secret` to a target; returns the rule's ARN."""
        name = f"rule-{uuid.uuid4().hex[:8]}"
        detail: dict[str, Any] = {"additionalEventData": {"SecretId": [{"prefix": secret}]}}
        if names:
            detail["eventName"] = names
        pattern = {"source": ["aws.secretsmanager"], "detail": detail}
        arn = self.client("events").put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
        self.client("events").put_targets(Rule=name, Targets=[{"Id": "1", "Arn": target, **more}])
        return arn

    def watch(self, secret: str) -> str:
        """Sends all events about a secret to a new queue; returns its URL."""
        url, arn = self.queue(allow("sqs:SendMessage", Principal={"Service": "events.amazonaws.com"}))
        self.rule(secret, arn)
        return url

    def events(self, url: str) -> list[dict[str, Any]]:
        """Returns the details of the events that came into a queue, oldest first."""
        details = [json.loads(message["Body"])["detail"] for message in self.messages(url)]
        return sorted(details, key=lambda detail: detail["eventTime"])

    def log(self, function: str) -> list[str]:
        group = f"/aws/lambda/{function.rpartition(':')[2]}"
        return [event["message"] for event in self.client("logs").filter_log_events(logGroupName=group)["events"]]


def text(body: str, first: str = "") -> str:
    """Returns the code of a function whose handler is one line."""
    return f"import json, os, sys, time, boto3\n{first}\ndef handle(event, context):\n    {body}\n"


def invoke(account: Account, function: str, event: Any = None, **more: Any) -> dict[str, Any]:
    payload = json.dumps({} if event is None else event).encode()
    return account.client("lambda").invoke(FunctionName=function, Payload=payload, **more)
