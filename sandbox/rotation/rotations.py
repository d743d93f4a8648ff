"""Secrets Manager's part of a rotation: four steps of a function, again from the first if one fails, and the end of it.

Secrets Manager User Guide, "Rotation by Lambda function" and "CloudTrail entries"; RotateSecret in the API reference.
How often and after which pauses it tries again is not documented: `PAUSES` is the sandbox's choice.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta

from sandbox.rotation.agenda import Due
from sandbox.rotation.functions import InvocationError
from sandbox.rotation.invocations import Invocations
from sandbox.rotation.labels import CURRENT, PENDING, attach, bearer, remove
from sandbox.rotation.plans import Plan, Plans
from sandbox.rotation.processes import Outcome
from sandbox.rotation.runs import Run, State, Step
from sandbox.rotation.versions import Versions, is_there
from sandbox.rotation.world import World
from sandbox.trail.records import Recorded, service_event

SECRETS_MANAGER = "secretsmanager.amazonaws.com"
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""Before the second, third, fourth and fifth attempt; then the rotation has failed."""


class Rotations:
    """All rotations. What it reads or writes of a secret, it does with the lock on moto's memory."""

    def __init__(
        self, world: World, plans: Plans, invocations: Invocations, tell_trail: Callable[[Recorded], None]
    ) -> None:
        self._state, self._clock = world.state, world.clock
        self._agenda, self._journal = world.agenda, world.journal
        self._plans, self._invocations, self._tell_trail = plans, invocations, tell_trail
        self._runs: list[Run] = []
        self._active: dict[str, Run] = {}

    def history(self) -> list[dict[str, object]]:
        """Return all rotations, oldest first."""
        with self._state.lock:
            return [run.as_json() for run in self._runs]

    def active(self, arn: str) -> Run | None:
        """Return the rotation of a secret that runs or waits for its next attempt."""
        return self._active.get(arn)

    def unfinished(self, plan: Plan) -> str:
        """Return the version that a rotation left pending, of a secret whose rotation has to be finished first."""
        labels = Versions(plan.secret).labels
        pending = bearer(labels, PENDING)
        return "" if pending == bearer(labels, CURRENT) else pending

    def go_on(self, plan: Plan, token: str) -> None:
        """Try an unfinished rotation again at once, unless it or a test of the settings is under way."""
        run = self._active.get(plan.secret.arn)
        if run is None or (run.state is State.WAITING and not run.is_test):
            self.begin(plan, token)

    def begin(self, plan: Plan, token: str, *, is_test: bool = False) -> None:
        """Have a secret rotated at once, with the version id `token`: a new one, or that of a rotation to try again."""
        run = Run(plan=plan, token=token, is_test=is_test, requested=self._clock.now())
        before = self._active.get(run.arn)
        if before is not None:
            before.end(State.CANCELLED, self._clock.now(), "Requested again.")
        self._runs.append(run)
        self._active[run.arn] = run
        self._agenda.add(lambda: self._attempt(run))

    def cancel(self, arn: str) -> None:
        """End a rotation where it is; its labels stay."""
        run = self._active.pop(arn, None)
        if run is not None:
            run.end(State.CANCELLED, self._clock.now(), "CancelRotateSecret was called.")

    def other_version(self, arn: str, version: str) -> None:
        """Abandon a rotation, since someone made another version of the secret."""
        run = self._active.get(arn)
        if run is None or run.is_test or version == run.token:
            return
        versions = Versions(run.plan.secret)
        if bearer(versions.labels, PENDING) == run.token:
            versions.relabel(remove(versions.labels, PENDING))
        self._end(run, State.ABANDONED, "RotationAbandoned", "Another version was made meanwhile.")

    def earliest(self) -> Due | None:
        """Return the first rotation that a schedule has due."""
        with self._state.lock:
            due = [
                Due(plan.window.start, (1, plan.secret.arn), lambda plan=plan: self._on_schedule(plan))
                for plan in self._plans.all()
                if plan.enabled and is_there(plan.secret)
            ]
        return min(due, default=None)

    def _on_schedule(self, plan: Plan) -> None:
        with self._state.lock:
            plan.skip_to_next_window(self._clock.now())
            unfinished = self.unfinished(plan)
            if unfinished:
                self.go_on(plan, unfinished)
            else:
                self.begin(plan, str(uuid.uuid4()))

    def _attempt(self, run: Run) -> None:
        with self._state.lock:
            if run.is_over or not self._prepare(run):
                return
        for step in run.step_names:
            outcome = self._take_step(run, step)
            with self._state.lock:
                if run.is_over:
                    return
                if not outcome.ok:
                    self._fail(run, f"Error when executing lambda {run.plan.function} during {step} step")
                    return
        with self._state.lock:
            self._finish(run)

    def _prepare(self, run: Run) -> bool:
        """Attach AWSPENDING to a version without a value; for a test, to one with a copy of the current value."""
        if not is_there(run.plan.secret):
            self._end(run, State.FAILED, "", "The secret is gone.")
            return False
        run.state, run.attempts = State.RUNNING, run.attempts + 1
        if run.attempts == 1:
            self._tell(run, "TestRotationStarted" if run.is_test else "RotationStarted")
            versions = Versions(run.plan.secret)
            if run.token not in versions.labels:
                copied = versions.value(bearer(versions.labels, CURRENT)) if run.is_test else None
                versions.add(run.token, copied)
                versions.relabel(attach(versions.labels, run.token, [PENDING]))
        return True

    def _take_step(self, run: Run, step: str) -> Outcome:
        event = {
            "Step": step,
            "SecretId": run.arn,
            "ClientRequestToken": run.token,
            "RotationToken": run.rotation_token,
        }
        began = self._clock.now()
        context = {"aws:SourceArn": run.arn, "aws:SourceAccount": run.plan.secret.account_id}
        try:
            outcome = self._invocations.now(SECRETS_MANAGER, run.plan.function, event, context)
        except InvocationError as refusal:
            outcome = Outcome(payload=b"", error=refusal.code, message=refusal.message)
        taken = Step(
            name=step,
            attempt=run.attempts,
            at=began,
            seconds=outcome.seconds,
            error=outcome.error,
            message=outcome.message,
        )
        run.steps.append(taken)
        self._journal.note(self._clock.now(), "step", secret=run.arn, **taken.as_json())
        return outcome

    def _finish(self, run: Run) -> None:
        versions = Versions(run.plan.secret)
        if run.is_test:
            versions.relabel(remove(versions.labels, PENDING))
            versions.remove(run.token)
            self._end(run, State.SUCCEEDED, "TestRotationSucceeded")
            return
        if bearer(versions.labels, CURRENT) != run.token:
            self._fail(run, f"finishSecret left {CURRENT} on another version than {run.token}")
            return
        versions.relabel(remove(versions.labels, PENDING))
        now = self._clock.now()
        run.plan.secret.last_rotation_date = int(now.timestamp())
        run.plan.count_from(now)
        self._end(run, State.SUCCEEDED, "RotationSucceeded")

    def _fail(self, run: Run, reason: str) -> None:
        """Try again from the first step, or give up: then AWSPENDING stays, and the next request goes on with it."""
        if run.is_test:
            versions = Versions(run.plan.secret)
            versions.relabel(remove(versions.labels, PENDING))
            versions.remove(run.token)
            self._end(run, State.FAILED, "TestRotationFailed", reason)
        elif run.attempts > len(PAUSES):
            self._end(run, State.FAILED, "RotationFailed", reason)
        else:
            run.state = State.WAITING
            self._agenda.add(lambda: self._attempt(run), after=PAUSES[run.attempts - 1])

    def _end(self, run: Run, state: State, event: str, reason: str = "") -> None:
        run.end(state, self._clock.now(), reason)
        if self._active.get(run.arn) is run:
            del self._active[run.arn]
        self._journal.note(
            self._clock.now(), "rotation", secret=run.arn, token=run.token, outcome=state.value, reason=reason
        )
        if event:
            self._tell(run, event)

    def _tell(self, run: Run, event: str) -> None:
        """Have CloudTrail record what became of a rotation; the rules hear of it from there."""
        _, _, _, region, account, *_ = run.arn.split(":")
        recorded = service_event(
            account=account,
            region=region,
            name=event,
            secret=run.arn,
            token=run.token,
            now=self._clock.now(),
            error_message=run.reason,
        )
        self._tell_trail(recorded)
