"""`OwnerNotices`: whoever owns a key is told by mail when it was renewed, when that failed, and when it is time."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.recurring_call import RecurringCall, RecurringCallArgs
from components.watched_function import WatchedFunction, WatchedFunctionArgs, settings_variable
from policies.documents import text
from policies.notices import notices_policy, owner_topic_policy
from tenant_keys.settings import Settings

TIMEOUT_SECONDS = 300
# Once a day, at eight in the morning UTC.
REMINDERS = "cron(0 8 * * ? *)"
# Notices name tenants and keys, so they lie encrypted; AWS's own key for SNS needs no permission of the publisher.
TOPIC_KEY = "alias/aws/sns"
# Secrets Manager user guide, "Log events for rotation".
EVENTS = ("RotationAbandoned", "RotationFailed", "RotationSucceeded", "TestRotationFailed")
# The last two are how older events and those of other calls spell it.
SECRET_SPELLINGS = ("SecretId", "SecretARN", "aRN")


@dataclass(frozen=True, kw_only=True)
class OwnerNoticesArgs:
    """The settings of the environment whose owners are told."""

    settings: Settings


class OwnerNotices(pulumi.ComponentResource):
    """One topic for all owners, and the one function that writes to it; an owner's filter lets in what is theirs."""

    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, args: OwnerNoticesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:OwnerNotices", name, None, opts)
        self._name, self._settings, self._names = name, args.settings, args.settings.names
        # Whoever uses the ARN waits for the policy, so that nobody else can subscribe before it stands.
        self.topic_arn = self._topic()
        function = self._function()
        self._on_rotation_events(function)
        RecurringCall(
            name,
            RecurringCallArgs(
                schedule=self._names.reminders(),
                group=self._names.reminders(),
                role_name=self._names.reminders(),
                function_arn=self._names.notices_function_arn(),
                function=function.arn,
                expression=REMINDERS,
                event={"remind": {}},
                settings=self._settings,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"topicArn": self.topic_arn})

    def _topic(self) -> pulumi.Output[str]:
        topic = aws.sns.Topic(
            self._name,
            name=self._names.owner_topic(),
            kms_master_key_id=TOPIC_KEY,
            opts=pulumi.ResourceOptions(parent=self),
        )
        policy = aws.sns.TopicPolicy(
            self._name,
            arn=topic.arn,
            policy=text(
                owner_topic_policy(
                    topic=self._names.owner_topic_arn(),
                    publisher=self._names.notices_role_arn(),
                    deployer=self._settings.deploy_role,
                )
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return policy.arn

    def _function(self) -> WatchedFunction:
        settings, names = self._settings, self._names
        function = names.notices_function()
        return WatchedFunction(
            self._name,
            WatchedFunctionArgs(
                function=function,
                role_arn=names.notices_role_arn(),
                description="Tells owners what happened to their API keys",
                handler="rotation_lambda.notices.handle",
                policy=notices_policy(
                    topic=names.owner_topic_arn(),
                    secrets=names.every_secret_arn_pattern(),
                    log_streams=names.log_streams_arn_pattern(function),
                    dead_letters=names.dead_letters_arn(function),
                ),
                variables={
                    "NOTICES_SETTINGS": settings_variable(
                        {
                            "app": settings.app,
                            "environment": settings.environment.value,
                            "topic": self.topic_arn,
                            "secretPrefix": names.secret_prefix(),
                        }
                    )
                },
                timeout_seconds=TIMEOUT_SECONDS,
                concurrency=None,
                settings=settings,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _on_rotation_events(self, function: WatchedFunction) -> None:
        rule = aws.cloudwatch.EventRule(
            self._name,
            name=self._names.rotation_events_rule(),
            description=f"Rotations of {self._settings.app}'s tenants that succeeded, failed or were abandoned",
            event_pattern=json.dumps(_pattern(self._names.secret_arn_prefix()), sort_keys=True),
            opts=pulumi.ResourceOptions(parent=self),
        )
        permission = aws.lambda_.Permission(
            self._name,
            statement_id="RotationEventsReachNotices",
            function=function.arn,
            action="lambda:InvokeFunction",
            principal="events.amazonaws.com",
            source_account=self._settings.account,
            source_arn=rule.arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.cloudwatch.EventTarget(
            self._name,
            rule=rule.name,
            target_id=self._names.notices_function(),
            arn=permission.function,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _pattern(secret_arn_prefix: str) -> dict[str, object]:
    """Rotation events of secrets whose ARNs begin so, however the event spells the secret."""
    of_ours = [{"prefix": secret_arn_prefix}]
    return {
        "source": ["aws.secretsmanager"],
        "detail-type": ["AWS Service Event via CloudTrail"],
        "detail": {
            "eventName": list(EVENTS),
            "additionalEventData": {"$or": [{spelling: of_ours} for spelling in SECRET_SPELLINGS]},
        },
    }
