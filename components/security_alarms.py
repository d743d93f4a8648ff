"""`SecurityAlarms`: someone is told at once when a key is reached for, opened up or taken away."""

from collections.abc import Callable
from dataclasses import dataclass

import pulumi

from components import alarm_patterns as patterns
from components.event_alarm import AlarmTarget, EventAlarm, event_alarm
from components.read_volume import ReadVolume, ReadVolumeArgs
from components.security_topic import SecurityTopic, SecurityTopicArgs
from tenant_keys import naming
from tenant_keys.settings import Settings

_SECRET, _KMS_KEY, _TRAIL = (
    ("secretId", "secretIdList", "encryptionContext.SecretARN"),
    ("keyId",),
    ("name", "trailName", "bucketName"),
)
ALARMS: tuple[tuple[EventAlarm, Callable[[naming.Names], patterns.Pattern]], ...] = (
    (
        EventAlarm(
            about="refused-by-reader",
            says="The reader of a tenant was refused a key: another tenant's, or its own after a change of policies.",
            runbook="suspicious-read",
            on=_SECRET,
            sees_reads=True,
        ),
        patterns.refused_by_reader,
    ),
    (
        EventAlarm(
            about="refused-read",
            says="Someone who is no tenant's reader was refused a key.",
            runbook="suspicious-read",
            on=_SECRET,
            sees_reads=True,
        ),
        patterns.refused_read,
    ),
    (
        EventAlarm(
            about="pending-deletion-read",
            says="A key was asked for whose deletion is scheduled: either it is still in use, or someone is looking.",
            runbook="suspicious-read",
            on=_SECRET,
            sees_reads=True,
        ),
        patterns.pending_deletion_read,
    ),
    (
        EventAlarm(
            about="key-policy",
            says="Who may use a KMS key was changed, or someone tried to.",
            runbook="policy-changed",
            on=_KMS_KEY,
        ),
        patterns.key_policy_change,
    ),
    (
        EventAlarm(
            about="secret-policy",
            says="Who may reach a secret was changed, or someone tried to; `pulumi up` does so when it makes a secret.",
            runbook="policy-changed",
            on=_SECRET,
        ),
        patterns.secret_policy_change,
    ),
    (
        EventAlarm(
            about="secret-deletion",
            says="A secret was scheduled for deletion, or someone tried to delete it.",
            runbook="key-taken-away",
            on=_SECRET,
        ),
        patterns.secret_deletion,
    ),
    (
        EventAlarm(
            about="kms-key-loss",
            says="A KMS key was disabled or scheduled for deletion, or someone tried to.",
            runbook="key-taken-away",
            on=_KMS_KEY,
        ),
        patterns.kms_key_loss,
    ),
    (
        EventAlarm(
            about="trail-change",
            says="The audit trail or its bucket was changed or stopped, or someone tried to.",
            runbook="trail-stopped",
            on=_TRAIL,
        ),
        patterns.trail_change,
    ),
)


@dataclass(frozen=True, kw_only=True)
class SecurityAlarmsArgs:
    """The settings of the environment that is watched."""

    settings: Settings


class SecurityAlarms(pulumi.ComponentResource):
    """The security topic, the alarms of the whole environment, and the count of reads.

    EventBridge delivers CloudTrail's events by best effort, so that an alarm is the quickest detector and never the
    only one: `tenant-keys audit` reads the trail itself.
    """

    target: AlarmTarget

    def __init__(self, name: str, args: SecurityAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:SecurityAlarms", name, None, opts)
        names, inside = args.settings.names, pulumi.ResourceOptions(parent=self)
        self.target = SecurityTopic(name, SecurityTopicArgs(settings=args.settings), inside).target
        for alarm, pattern in ALARMS:
            event_alarm(
                naming.logical_name(name, alarm.about),
                name=names.alarm_rule(alarm.about),
                alarm=alarm,
                pattern=pattern(names),
                target=self.target,
                parent=self,
            )
        ReadVolume(name, ReadVolumeArgs(settings=args.settings, topic=self.target.topic), inside)
        self.register_outputs({"topicArn": self.target.topic})
