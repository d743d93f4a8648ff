"""Events of AWS services: to the rules of the account, and on to their targets. Patterns are matched by moto.

CloudTrail carries these events, so without a trail that logs there are none ("Events from AWS services", EventBridge
User Guide). A target that is gone or lets EventBridge not in is not tried again: its dead-letter queue gets the event.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend

from sandbox.gate import moto_targets
from sandbox.gate.moto_targets import Target
from sandbox.rotation.access import service_may, service_may_use_key
from sandbox.rotation.dead_letters import Queues
from sandbox.rotation.functions import InvocationError
from sandbox.rotation.invocations import Invocations
from sandbox.rotation.journal import as_text
from sandbox.rotation.mails import Outbox
from sandbox.rotation.world import World

EVENTS = "events.amazonaws.com"


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
        """The target's own input, or the event or the part of it that the target wants."""
        if "Input" in self.target:
            return str(self.target["Input"])
        part: Any = self.event
        for name in str(self.target.get("InputPath", "$")).removeprefix("$").strip(".").split("."):
            part = part.get(name) if name and isinstance(part, Mapping) else part
        return json.dumps(part)


class Bus:
    """The default event bus of each account."""

    def __init__(self, world: World, invocations: Invocations, queues: Queues, outbox: Outbox) -> None:
        self._state, self._clock = world.state, world.clock
        self._agenda, self._journal = world.agenda, world.journal
        self._invocations, self._queues, self._outbox = invocations, queues, outbox

    def tell(self, name: str, secret: str, error: str = "") -> None:
        """Send an event of Secrets Manager: RotationSucceeded and its like ("CloudTrail entries" in its User Guide)."""
        now = self._clock.now()
        account, region = secret.split(":")[4], secret.split(":")[3]
        event = _service_event(as_text(now), name, secret, error)
        with self._state.lock:
            logged = _is_logged(account, region)
            deliveries = list(self._deliveries(account, region, event)) if logged else []
        rules = sorted({delivery.rule.rpartition("/")[2] for delivery in deliveries})
        self._journal.note(now, "event", name=name, secret=secret, rules=rules, logged=logged)
        for delivery in deliveries:
            self._agenda.add(lambda delivery=delivery: self._deliver(delivery))

    def _deliveries(self, account: str, region: str, event: dict[str, Any]) -> list[_Delivery]:
        found = get_backend("events")[account][region].event_buses["default"].rules.values()
        message: Any = event  # moto's own type for events names fewer fields
        return [
            _Delivery(rule=rule.arn, account=account, target=target, event=event)
            for rule in found
            if rule.state == "ENABLED" and rule.event_pattern.matches_event(message)
            for target in rule.targets
        ]

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


def _is_logged(account: str, region: str) -> bool:
    trails = get_backend("cloudtrail")[account]
    return any(
        trail.status.is_logging and (trail.is_multi_region or home == region)
        for home, backend in trails.items()
        for trail in backend.trails.values()
    )


def _service_event(at: str, name: str, secret: str, error: str) -> dict[str, Any]:
    service, account, region = "secretsmanager.amazonaws.com", secret.split(":")[4], secret.split(":")[3]
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "AWS Service Event via CloudTrail",
        "source": "aws.secretsmanager",
        "account": account,
        "time": at,
        "region": region,
        "resources": [],
        "detail": {
            "eventVersion": "1.08",
            "userIdentity": {"accountId": account, "invokedBy": service},
            "eventTime": at,
            "eventSource": service,
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": service,
            "userAgent": service,
            **({"errorMessage": error} if error else {}),
            "requestParameters": None,
            "responseElements": None,
            "additionalEventData": {"SecretId": secret},
            "eventID": str(uuid.uuid4()),
            "readOnly": False,
            "eventType": "AwsServiceEvent",
            "recipientAccountId": account,
        },
    }
