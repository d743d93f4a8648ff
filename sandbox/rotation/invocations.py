"""Invocations by services: at once for Secrets Manager, or put in line, with Lambda's retries, for everyone else.

Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation": a function that fails is
run twice more, a minute and then two minutes later; then the record goes to the destination for failures.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.gate import moto_targets
from sandbox.gate.services.functions import INVOKE
from sandbox.rotation import deployed
from sandbox.rotation.access import role_may, service_may
from sandbox.rotation.dead_letters import Queues
from sandbox.rotation.functions import Functions, InvocationError
from sandbox.rotation.journal import as_text
from sandbox.rotation.mails import Outbox
from sandbox.rotation.processes import Outcome
from sandbox.rotation.world import World

PAUSES = (timedelta(minutes=1), timedelta(minutes=2))
"""Before the first retry and before the second."""
LONGEST_THROTTLE_PAUSE = timedelta(minutes=5)
"""A throttled invocation waits a second at first, then twice as long each time, up to this."""


@dataclass(kw_only=True)
class _Asynchronous:
    """An invocation that waits in line."""

    function: str
    event: object
    source: str
    queued: datetime
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    failures: int = 0
    throttles: int = 0


class Invocations:
    """Invokes functions for services."""

    def __init__(self, world: World, functions: Functions, queues: Queues, outbox: Outbox) -> None:
        self._state, self._clock = world.state, world.clock
        self._agenda, self._journal = world.agenda, world.journal
        self._functions, self._queues, self._outbox = functions, queues, outbox

    def service_may_invoke(self, service: str, function: str, context: Mapping[str, str]) -> bool:
        """Tell whether a function's permissions let a service in."""
        with self._state.lock:
            found = deployed.find(self._state, function)
            return found is not None and service_may(service, INVOKE, found.target, context)

    def role_may_invoke(self, role: str, session: str, function: str) -> bool:
        """Tell whether a session of a role may invoke a function."""
        with self._state.lock:
            found = deployed.find(self._state, function)
            return found is not None and role_may(self._state, role, session, INVOKE, found.target)

    def now(self, service: str, function: str, event: object, context: Mapping[str, str]) -> Outcome:
        """Invoke for a service and wait; raises `InvocationError`."""
        if not self.service_may_invoke(service, function, context):
            raise InvocationError("AccessDeniedException", f"The policy of {function} does not let {service} in.", 403)
        return self._functions.invoke(function, event)

    def later(self, function: str, event: object, source: str) -> None:
        """Put an invocation in line. `source` says who wants it, for the journal."""
        with self._state.lock:
            if deployed.find(self._state, function) is None:
                raise InvocationError("ResourceNotFoundException", f"Function not found: {function}", 404)
        waiting = _Asynchronous(function=function, event=event, source=source, queued=self._clock.now())
        self._agenda.add(lambda: self._run(waiting))

    def _run(self, waiting: _Asynchronous) -> None:
        try:
            outcome = self._functions.invoke(waiting.function, waiting.event)
        except InvocationError as refusal:
            self._note(waiting, refusal.code, refusal.message)
            if refusal.code == "TooManyRequestsException":
                pause = min(timedelta(seconds=2**waiting.throttles), LONGEST_THROTTLE_PAUSE)
                waiting.throttles += 1
                self._again_or_give_up(waiting, None, pause)
            return
        self._note(waiting, outcome.error, outcome.message)
        if not outcome.ok:
            waiting.failures += 1
            self._again_or_give_up(waiting, outcome, PAUSES[min(waiting.failures, len(PAUSES)) - 1])

    def _note(self, waiting: _Asynchronous, error: str, message: str) -> None:
        self._journal.note(
            self._clock.now(),
            "invocation",
            function=waiting.function,
            source=waiting.source,
            outcome=error or "succeeded",
            error=message,
            attempt=waiting.failures + 1,
        )

    def _again_or_give_up(self, waiting: _Asynchronous, outcome: Outcome | None, pause: timedelta) -> None:
        with self._state.lock:
            function = deployed.find(self._state, waiting.function)
            rules = deployed.asynchronous_rules(function) if function else deployed.AsynchronousRules(attempts=0)
        too_old = self._clock.now() + pause > waiting.queued + rules.age
        if waiting.failures <= rules.attempts and not too_old:
            self._agenda.add(lambda: self._run(waiting), after=pause)
            return
        sent = function is not None and self._send_record(waiting, outcome, function, rules.on_failure, too_old=too_old)
        self._queues.note(
            rules.on_failure, waiting.function, "EventAgeExceeded" if too_old else "RetriesExhausted", sent=sent
        )

    def _send_record(
        self, waiting: _Asynchronous, outcome: Outcome | None, function: deployed.Deployed, queue: str, *, too_old: bool
    ) -> bool:
        """Send the record of a failed invocation ("Capturing records of Lambda asynchronous invocations")."""
        record = {
            "version": "1.0",
            "timestamp": as_text(self._clock.now()),
            "requestContext": {
                "requestId": waiting.id,
                "functionArn": f"{waiting.function}:$LATEST",
                "condition": "EventAgeExceeded" if too_old else "RetriesExhausted",
                "approximateInvokeCount": waiting.failures,
            },
            "requestPayload": waiting.event,
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "responsePayload": json.loads(outcome.payload) if outcome else None,
        }
        text, role = json.dumps(record), function.target.role
        if ":sqs:" in queue:
            return self._queues.send_for_role(queue, text, role, function.name)
        with self._state.lock:
            topic = moto_targets.topic(self._state, queue)
            allowed = topic is not None and role_may(self._state, role, function.name, "sns:Publish", topic)
        if allowed:
            self._outbox.publish(queue, text)
        return allowed
