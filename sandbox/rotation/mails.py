"""The mails that SNS would have sent: one for each address whose subscription's filter lets a message through.

Whether a filter matches is moto's own answer. An address counts as confirmed at once; on AWS its owner has to click
first.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from moto.backends import get_backend

from sandbox.gate import Handler, HandOn
from sandbox.gate.errors import Answer
from sandbox.gate.operations import Operation
from sandbox.rotation.journal import as_text
from sandbox.rotation.world import World

DEFAULT_SUBJECT = "AWS Notification Message"
_FIRST_ERROR = 400


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail."""

    at: datetime
    topic: str
    address: str
    subject: str
    text: str

    def as_json(self) -> dict[str, str]:
        """Return the mail for the wire."""
        return {
            "at": as_text(self.at),
            "topic": self.topic,
            "address": self.address,
            "subject": self.subject,
            "text": self.text,
        }


class Outbox:
    """All mails so far."""

    def __init__(self, world: World) -> None:
        self._state, self._clock, self._journal = world.state, world.clock, world.journal
        self._mails: list[Mail] = []
        self._lock = Lock()

    def handlers(self) -> dict[str, Handler]:
        """Return what stands in the gate: moto publishes, and the mails are written down."""
        return {"sns:Publish": self._publish_for_caller}

    def mails(self) -> list[dict[str, str]]:
        """Return the mails, oldest first."""
        with self._lock:
            return [mail.as_json() for mail in self._mails]

    def publish(self, topic: str, message: str) -> None:
        """Publish for a service that the topic's policy lets in."""
        account, region = topic.split(":")[4], topic.split(":")[3]
        with self._state.lock:
            get_backend("sns")[account][region].topics[topic].publish(message)
            self._write_mails(topic, structured=False)

    def _publish_for_caller(self, operation: Operation, hand_on: HandOn) -> Answer:
        with self._state.lock:
            answer = hand_on(operation.parameters)
            if answer.status < _FIRST_ERROR:
                structured = operation.text("MessageStructure") == "json"
                self._write_mails(operation.text("TopicArn"), structured=structured)
        return answer

    def _write_mails(self, topic: str, *, structured: bool) -> None:
        """Write the mails of the message that a topic was given last."""
        backend = get_backend("sns")[topic.split(":")[4]][topic.split(":")[3]]
        _, message, subject, attributes, _ = backend.topics[topic].sent_notifications[-1]
        for subscription in list(backend.subscriptions.values()):
            if subscription.topic.arn != topic or subscription.protocol not in ("email", "email-json"):
                continue
            matcher = subscription._filter_policy_matcher  # noqa: SLF001 - moto offers no other way to ask it
            if matcher is not None and not matcher.matches(attributes, message):
                continue
            text = _for_protocol(message, subscription.protocol) if structured else message
            mail = Mail(
                at=self._clock.now(),
                topic=topic,
                address=subscription.endpoint,
                subject=subject or DEFAULT_SUBJECT,
                text=text,
            )
            with self._lock:
                self._mails.append(mail)
            self._journal.note(mail.at, "mail", address=mail.address, subject=mail.subject)


def _for_protocol(message: str, protocol: str) -> str:
    """Return the text for one protocol of a message that has several."""
    texts = json.loads(message)
    return str(texts.get(protocol) or texts["default"])
