"""How an alarm on an event looks here: a rule that matches a record, and a mail that reads as a sentence."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.alarm_patterns import Pattern

# Reads, refused ones too, are read-only management events, which a rule sees in this state alone (EventBridge user
# guide, "Receiving read-only management events from AWS services").
SEES_READS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
_IDENTITY = {
    "account": "$.account",
    "address": "$.detail.sourceIPAddress",
    "error": "$.detail.errorCode",
    "message": "$.detail.errorMessage",
    "principal": "$.detail.userIdentity.principalId",
    "what": "$.detail.eventName",
    "when": "$.detail.eventTime",
    "who": "$.detail.userIdentity.arn",
}


@dataclass(frozen=True, kw_only=True)
class EventAlarm:
    """An alarm on an event.

    Attributes:
        about: What it is about, the end of its names.
        says: The first sentence of the mail.
        runbook: The name of the runbook in docs/runbooks that says what to do.
        on: What the call was about, as members of its request; the mail shows those that are there.
        sees_reads: Whether the rule must see reads.
    """

    about: str
    says: str
    runbook: str
    on: tuple[str, ...]
    sees_reads: bool = False


@dataclass(frozen=True, kw_only=True)
class AlarmTarget:
    """Where alarms go.

    Attributes:
        topic: ARN of the security topic, known once it lets rules publish.
        dead_letters: ARN of the queue for alarms that did not reach it.
    """

    topic: pulumi.Output[str]
    dead_letters: pulumi.Output[str]


def event_alarm(
    logical_name: str,
    *,
    name: str,
    alarm: EventAlarm,
    pattern: Pattern,
    target: AlarmTarget,
    parent: pulumi.Resource,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Creates the rule of an alarm, and its way to the security topic."""
    opts = pulumi.ResourceOptions(parent=parent)
    rule = aws.cloudwatch.EventRule(
        logical_name,
        name=name,
        description=alarm.says,
        event_pattern=json.dumps(pattern, sort_keys=True, separators=(",", ":")),
        state=SEES_READS if alarm.sees_reads else "ENABLED",
        tags=tags,
        opts=opts,
    )
    aws.cloudwatch.EventTarget(
        logical_name,
        rule=rule.name,
        target_id="security-contacts",
        arn=target.topic,
        dead_letter_config=aws.cloudwatch.EventTargetDeadLetterConfigArgs(arn=target.dead_letters),
        input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
            input_paths=input_paths(alarm), input_template=mail(alarm)
        ),
        opts=opts,
    )


def input_paths(alarm: EventAlarm) -> Mapping[str, str]:
    """What a mail takes from the event: who, what and when, and never more of a request than what it names."""
    named = {_variable(member): f"$.detail.requestParameters.{member}" for member in alarm.on}
    return {**_IDENTITY, **named}


def mail(alarm: EventAlarm) -> str:
    """The text of a mail, as a JSON string; what an event does not have is left out of it by EventBridge."""
    named = "".join(f"<{_variable(member)}>" for member in alarm.on)
    return json.dumps(
        f"{alarm.says} Who: <who> (<principal>), from <address>. What: <what> on {named}, at <when>, in account "
        "<account>. AWS's refusal, if it was refused: <error> <message> "
        f"What to do: docs/runbooks/{alarm.runbook}.md"
    )


def _variable(member: str) -> str:
    return member.replace(".", "")
