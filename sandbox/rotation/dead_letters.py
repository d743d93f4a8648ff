"""Queues that take what could not be delivered, and queues that are targets themselves."""

from collections.abc import Mapping

from moto.backends import get_backend

from sandbox.gate import moto_targets
from sandbox.rotation.access import role_may, service_may
from sandbox.rotation.world import World

SEND = "sqs:SendMessage"


class Queues:
    """Sends to queues for services, and for roles that they took on."""

    def __init__(self, world: World) -> None:
        self._state, self._clock, self._journal = world.state, world.clock, world.journal

    def send_for_service(
        self,
        queue: str,
        body: str,
        service: str,
        context: Mapping[str, str],
        attributes: Mapping[str, str] | None = None,
    ) -> bool:
        """Send where the queue's policy lets the service in; tell whether it did."""
        with self._state.lock:
            target = moto_targets.queue(self._state, queue)
            allowed = target is not None and service_may(service, SEND, target, context)
            return allowed and self._send(queue, body, attributes or {})

    def send_for_role(
        self, queue: str, body: str, role: str, session: str, attributes: Mapping[str, str] | None = None
    ) -> bool:
        """Send as a session of a role; tell whether it may."""
        with self._state.lock:
            target = moto_targets.queue(self._state, queue)
            allowed = target is not None and role_may(self._state, role, session, SEND, target)
            return allowed and self._send(queue, body, attributes or {})

    def note(self, queue: str, what: str, reason: str, *, sent: bool) -> None:
        """Write down that something was given up. Without a queue, or where it takes nothing, it is lost."""
        self._journal.note(self._clock.now(), "dead-letter", of=what, reason=reason, queue=queue if sent else None)

    def _send(self, queue: str, body: str, attributes: Mapping[str, str]) -> bool:
        _, _, _, region, account, name = queue.split(":")
        typed = {key: {"DataType": "String", "StringValue": value} for key, value in attributes.items()}
        get_backend("sqs")[account][region].send_message(name, body, message_attributes=typed)
        return True
