"""`WatchedFunction`: a function with an identity of its own, logs that end, failed events that stay, and alarms."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_aws as aws

from components.function_alarms import FunctionAlarms, FunctionAlarmsArgs
from policies.documents import Document, text
from policies.functions import dead_letters_policy, function_trust
from tenant_keys.code_archive import build
from tenant_keys.settings import Settings

# Relative, so that the state of a stack is the same on every machine; the engine runs the program in its folder.
CODE, ZIP = Path("rotation_lambda"), Path("build/rotation_lambda.zip")
RUNTIME = "python3.13"
ARCHITECTURE = "arm64"
MEMORY_MB = 256
# An asynchronous call that failed is tried twice more within six hours, which is Lambda's own default, and then kept
# for as long as SQS keeps anything (Lambda developer guide, "Asynchronous invocation"; SQS quotas).
RETRIES = 2
OLDEST_EVENT_SECONDS = 6 * 3600
DEAD_LETTER_SECONDS = 14 * 24 * 3600
# CloudWatch Logs API reference, PutRetentionPolicy.
RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


@dataclass(frozen=True, kw_only=True)
class WatchedFunctionArgs:
    """What a function is made of.

    Attributes:
        function: Its name, and that of its role.
        role_arn: The ARN of the role, which the policy of its queue names before the role exists.
        description: What the console shows.
        handler: The function in the code that Lambda calls.
        policy: What its role may do.
        variables: The environment; it can be read by whoever sees the function, so it holds nothing secret.
        timeout_seconds: How long a run may take, 900 at most.
        concurrency: How many runs at once are reserved for it, which is the most there will be; None for no limit.
        settings: The settings of the environment.
    """

    function: str
    role_arn: str
    description: str
    handler: str
    policy: Document
    variables: Mapping[str, pulumi.Input[str]]
    timeout_seconds: int
    concurrency: int | None
    settings: Settings


class WatchedFunction(pulumi.ComponentResource):
    """A Lambda function of this project's code. Whoever uses its ARN waits for the policy of its role."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: WatchedFunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:WatchedFunction", name, None, opts)
        self._name, self._args, self._names = name, args, args.settings.names
        queue = self._dead_letters()
        role = aws.iam.Role(name, name=args.function, assume_role_policy=text(function_trust()), opts=self._child())
        policy = aws.iam.RolePolicy(name, name="work", role=role.name, policy=text(args.policy), opts=self._child())
        function = self._function(role, [policy, self._log_group()])
        aws.lambda_.FunctionEventInvokeConfig(
            name,
            function_name=function.name,
            maximum_retry_attempts=RETRIES,
            maximum_event_age_in_seconds=OLDEST_EVENT_SECONDS,
            destination_config=aws.lambda_.FunctionEventInvokeConfigDestinationConfigArgs(
                on_failure=aws.lambda_.FunctionEventInvokeConfigDestinationConfigOnFailureArgs(destination=queue.arn)
            ),
            opts=self._child(),
        )
        FunctionAlarms(
            name,
            FunctionAlarmsArgs(
                function=args.function,
                timeout_seconds=args.timeout_seconds,
                names=self._names,
                topics=args.settings.alarm_topics,
            ),
            self._child(),
        )
        self.arn = function.arn
        self.register_outputs({"arn": self.arn})

    def _child(self, depends_on: list[pulumi.Resource] | None = None) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, depends_on=depends_on)

    def _dead_letters(self) -> aws.sqs.Queue:
        queue = aws.sqs.Queue(
            self._name,
            name=self._names.dead_letters(self._args.function),
            message_retention_seconds=DEAD_LETTER_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=self._child(),
        )
        aws.sqs.QueuePolicy(
            self._name,
            queue_url=queue.url,
            policy=text(
                dead_letters_policy(
                    queue=self._names.dead_letters_arn(self._args.function), function_role=self._args.role_arn
                )
            ),
            opts=self._child(),
        )
        return queue

    def _log_group(self) -> aws.cloudwatch.LogGroup:
        """Kept for as long as the audit trail."""
        return aws.cloudwatch.LogGroup(
            self._name,
            name=self._names.log_group(self._args.function),
            retention_in_days=retention_days(self._args.settings.audit_retention_days),
            opts=self._child(),
        )

    def _function(self, role: aws.iam.Role, depends_on: list[pulumi.Resource]) -> aws.lambda_.Function:
        args = self._args
        return aws.lambda_.Function(
            self._name,
            name=args.function,
            description=args.description,
            role=role.arn,
            handler=args.handler,
            runtime=RUNTIME,
            architectures=[ARCHITECTURE],
            memory_size=MEMORY_MB,
            timeout=args.timeout_seconds,
            reserved_concurrent_executions=-1 if args.concurrency is None else args.concurrency,
            environment=aws.lambda_.FunctionEnvironmentArgs(variables=args.variables),
            code=pulumi.FileArchive(ZIP.as_posix()),
            # What AWS has must be this, also after somebody changed it there: docs/adr/0008-code-as-one-zip.md.
            code_sha256=build(CODE, ZIP),
            # Lambda makes a log group that is not there, for ever and without tags.
            opts=self._child(depends_on),
        )


def retention_days(wanted: int) -> int:
    """The time for which CloudWatch keeps a log: so many days, or the next longer time that it knows."""
    return next((days for days in RETENTIONS if days >= wanted), RETENTIONS[-1])


def settings_variable(values: Mapping[str, pulumi.Input[object]]) -> pulumi.Output[str]:
    """Settings as the text of an environment variable, the same text for the same settings."""
    return pulumi.Output.from_input(values).apply(
        lambda known: json.dumps(known, sort_keys=True, separators=(",", ":"))
    )
