"""`SecurityTopic`: the one place where the security contacts of an environment are told something."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.event_alarm import AlarmTarget
from components.metric_alarm import MINUTES, Alarm, metric_alarm
from components.watched_function import DEAD_LETTER_SECONDS
from policies.documents import text
from policies.security import lost_alarms_policy, security_key_policy, security_topic_policy
from tenant_keys import naming
from tenant_keys.settings import Settings

LOST_ALARMS = Alarm(
    about="dead-letters",
    means="Security alarms that reached no contact lie in this queue: read them, then mend the topic or its key.",
    namespace="AWS/SQS",
    metric="ApproximateNumberOfMessagesVisible",
    statistic="Maximum",
    period_seconds=5 * MINUTES,
)


@dataclass(frozen=True, kw_only=True)
class SecurityTopicArgs:
    """The settings of the environment whose contacts are told."""

    settings: Settings


class SecurityTopic(pulumi.ComponentResource):
    """An encrypted topic with a subscription for each contact, and a queue for what it did not take.

    Each contact has to confirm the subscription once. Without contacts the topic is there all the same, for whoever
    subscribes something else to it.
    """

    target: AlarmTarget

    def __init__(self, name: str, args: SecurityTopicArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:SecurityTopic", name, None, opts)
        self._name, self._settings, self._names = name, args.settings, args.settings.names
        # Whoever uses the ARNs waits for the policies.
        topic = self._topic(self._kms_key())
        self.target = AlarmTarget(topic=topic, dead_letters=self._dead_letters(topic))
        for contact in sorted(args.settings.security_contacts):
            aws.sns.TopicSubscription(
                naming.logical_name(name, contact),
                topic=topic,
                protocol="email",
                endpoint=contact,
                opts=self._child(),
            )
        self.register_outputs({"topicArn": topic})

    def _child(self) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self)

    def _kms_key(self) -> aws.kms.Key:
        key = aws.kms.Key(
            self._name,
            description="Encrypts the alarms on their way to the security contacts",
            policy=text(
                security_key_policy(
                    account_root=self._names.account_root_arn(),
                    deployer=self._settings.deploy_role,
                    account_id=self._settings.account,
                    alarms=self._names.every_alarm_arn_pattern(),
                )
            ),
            enable_key_rotation=True,
            deletion_window_in_days=self._settings.kms_deletion_days,
            tags=naming.purpose_tags("security"),
            opts=self._child(),
        )
        aws.kms.Alias(self._name, name=self._names.security_kms_alias(), target_key_id=key.key_id, opts=self._child())
        return key

    def _topic(self, key: aws.kms.Key) -> pulumi.Output[str]:
        topic = aws.sns.Topic(
            self._name, name=self._names.security_topic(), kms_master_key_id=key.key_id, opts=self._child()
        )
        policy = aws.sns.TopicPolicy(
            self._name,
            arn=topic.arn,
            policy=text(
                security_topic_policy(
                    topic=self._names.security_topic_arn(),
                    deployer=self._settings.deploy_role,
                    account_id=self._settings.account,
                    alarms=self._names.every_alarm_arn_pattern(),
                )
            ),
            opts=self._child(),
        )
        return policy.arn

    def _dead_letters(self, topic: pulumi.Output[str]) -> pulumi.Output[str]:
        name = self._names.dead_letters(self._names.security_topic())
        queue = aws.sqs.Queue(
            self._name,
            name=name,
            message_retention_seconds=DEAD_LETTER_SECONDS,
            sqs_managed_sse_enabled=True,
            opts=self._child(),
        )
        policy = aws.sqs.QueuePolicy(
            self._name,
            queue_url=queue.url,
            policy=text(
                lost_alarms_policy(
                    queue=self._names.dead_letters_arn(self._names.security_topic()),
                    account_id=self._settings.account,
                    rules=self._names.every_rule_arn_pattern(),
                )
            ),
            opts=self._child(),
        )
        metric_alarm(
            naming.logical_name(self._name, LOST_ALARMS.about),
            name=self._names.alarm(self._names.security_topic(), LOST_ALARMS.about),
            alarm=LOST_ALARMS,
            dimensions={"QueueName": name},
            topics=[topic, *sorted(self._settings.alarm_topics)],
            parent=self,
        )
        return pulumi.Output.all(queue.arn, policy.id).apply(lambda known: str(known[0]))
