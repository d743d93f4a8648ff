"""CloudTrail's records as events: to the rules of the account, and on to their targets. Patterns are matched by moto.

A record that a trail took becomes an event; without a trail that logs there are none ("Events from AWS services via
CloudTrail", EventBridge User Guide). A target that is gone or lets EventBridge not in is not tried again: its
dead-letter queue gets the event.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from moto.backends import get_backend
from moto.events.models import EventPattern

from sandbox.gate import moto_targets
from sandbox.gate.moto_targets import Target
from sandbox.rotation.access import service_may, service_may_use_key
from sandbox.rotation.dead_letters import Queues
from sandbox.rotation.event_inputs import input_of
from sandbox.rotation.functions import InvocationError
from sandbox.rotation.invocations import Invocations
from sandbox.rotation.log_groups import LogGroups
from sandbox.rotation.mails import Outbox
from sandbox.rotation.world import World
from sandbox.trail.records import SERVICE_EVENT, Recorded

EVENTS = "events.amazonaws.com"
ALL_EVENTS = ("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",)
"""The state of a rule that sees reads too ("Receiving read-only management events from AWS services")."""


@dataclass(frozen=True, kw_only=True)
class _Delivery:
    """An event on its way from a rule to one of its targets."""

    rule: str
    account: str
    target: Mapping[str, Any]
    event: Mapping[str, Any]

    @property
    def arn(self) -> str:
        return str(self.target["Arn"])

    @property
    def context(self) -> dict[str, str]:
        return {"aws:SourceArn": self.rule, "aws:SourceAccount": self.account}

    @property
    def body(self) -> str:
        return input_of(self.target, self.event)


class Bus:
    """The default event bus of each account."""

    def __init__(self, world: World, invocations: Invocations, queues: Queues, outbox: Outbox) -> None:
        self._state, self._clock = world.state, world.clock
        self._agenda, self._journal = world.agenda, world.journal
        self._invocations, self._queues, self._outbox = invocations, queues, outbox
        self._log_groups = LogGroups(world)

    def take(self, recorded: Recorded) -> None:
        """Send a record to the rules that it matches; what they do with it, they do later."""
        with self._state.lock:
            deliveries = list(_deliveries(recorded))
        if recorded.record["eventType"] == SERVICE_EVENT:
            rules = sorted({delivery.rule.rpartition("/")[2] for delivery in deliveries})
            secret = recorded.record["additionalEventData"]["SecretId"]
            self._journal.note(
                self._clock.now(), "event", name=recorded.record["eventName"], secret=secret, rules=rules
            )
        for delivery in deliveries:
            self._agenda.add(lambda delivery=delivery: self._deliver(delivery))

    def _deliver(self, delivery: _Delivery) -> None:
        error = self._try(delivery)
        if error:
            queue = str(delivery.target.get("DeadLetterConfig", {}).get("Arn", ""))
            attributes = {"RULE_ARN": delivery.rule, "TARGET_ARN": delivery.arn, "ERROR_CODE": error}
            body = json.dumps(delivery.event)
            sent = self._queues.send_for_service(queue, body, EVENTS, delivery.context, attributes)
            self._queues.note(queue, delivery.arn, error, sent=sent)

    def _try(self, delivery: _Delivery) -> str:
        """Deliver; return the error code where that is impossible."""
        match delivery.arn.split(":")[2]:
            case "lambda":
                return self._invoke(delivery)
            case "sqs":
                body, context = delivery.body, delivery.context
                return "" if self._queues.send_for_service(delivery.arn, body, EVENTS, context) else "NO_PERMISSIONS"
            case "logs":
                written = self._log_groups.write_for_rule(delivery.arn, delivery.body, delivery.context)
                return "" if written else "NO_PERMISSIONS"
            case _:
                return self._publish(delivery)

    def _invoke(self, delivery: _Delivery) -> str:
        if not self._invocations.service_may_invoke(EVENTS, delivery.arn, delivery.context):
            return "NO_PERMISSIONS"
        try:
            self._invocations.later(delivery.arn, json.loads(delivery.body), delivery.rule)
        except InvocationError as problem:
            return problem.code
        return ""

    def _publish(self, delivery: _Delivery) -> str:
        """Publish to a topic. AWS sends no condition keys with it, so a topic's policy can't ask for any."""
        with self._state.lock:
            topic = moto_targets.topic(self._state, delivery.arn)
            allowed = topic is not None and service_may(EVENTS, "sns:Publish", topic, {}) and self._may_seal(topic)
        if not allowed:
            return "NO_PERMISSIONS"
        self._outbox.publish(delivery.arn, delivery.body)
        return ""

    def _may_seal(self, topic: Target) -> bool:
        region = topic.arn.split(":")[3]
        return not topic.kms_key or service_may_use_key(self._state, EVENTS, topic.kms_key, topic.account, region)


def _deliveries(recorded: Recorded) -> Iterator[_Delivery]:
    """Yield what the rules of the record's account make of it; the event is made when the first of them may match."""
    account, record = recorded.account, recorded.record
    states = ALL_EVENTS if _is_read(record) else (*ALL_EVENTS, "ENABLED")
    source = f"aws.{record['eventSource'].partition('.')[0]}"
    made: Any = None  # moto's own type for events names fewer fields
    for rule in list(get_backend("events")[account][recorded.region].event_buses["default"].rules.values()):
        if rule.state not in states or not rule.targets or not _may_match(rule.event_pattern, source, record):
            continue
        event: Any = made or _event(recorded, source)
        made = event
        if rule.event_pattern.matches_event(event):
            for target in rule.targets:
                yield _Delivery(rule=rule.arn, account=account, target=target, event=event)


def _is_read(record: Mapping[str, Any]) -> bool:
    """Tell whether only a rule for all management events sees a record; those of STS are sent to every rule."""
    return bool(record["readOnly"]) and record["eventSource"] != "sts.amazonaws.com"


def _may_match(pattern: EventPattern, source: str, record: Mapping[str, Any]) -> bool:
    """Tell at a glance whether a rule could be about this service and this call at all: most are about others."""
    wanted = pattern.get_pattern() or {}
    asked = ((wanted.get("source"), source), (wanted.get("detail", {}).get("eventName"), record["eventName"]))
    return all(not _only_texts(listed) or value in listed for listed, value in asked)


def _only_texts(listed: object) -> TypeGuard[list[str]]:
    return isinstance(listed, list) and all(isinstance(each, str) for each in listed)


def _event(recorded: Recorded, source: str) -> dict[str, Any]:
    record = recorded.record
    kind = "Service Event" if record["eventType"] == SERVICE_EVENT else "API Call"
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": f"AWS {kind} via CloudTrail",
        "source": source,
        "account": recorded.account,
        "time": record["eventTime"],
        "region": recorded.region,
        "resources": [],
        "detail": record,
    }
