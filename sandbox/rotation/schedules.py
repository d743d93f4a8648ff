"""EventBridge Scheduler: what moto keeps, fired at its time, in the name of the schedule's own role.

EventBridge Scheduler User Guide, "Schedule types", "Deletion after schedule completion", "Configuring a schedule's
dead-letter queue"; RetryPolicy in its API reference. A schedule is done once its target took the invocation: what the
function makes of it is Lambda's matter.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.backends import get_backend
from moto.scheduler.models import Schedule, ScheduleGroup

from sandbox.expressions import At, parse
from sandbox.gate.service_roles import may_take_on
from sandbox.gate.services.scheduler import SCHEDULER
from sandbox.rotation.agenda import Due
from sandbox.rotation.dead_letters import Queues
from sandbox.rotation.functions import InvocationError
from sandbox.rotation.invocations import Invocations
from sandbox.rotation.journal import as_text
from sandbox.rotation.world import World

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Between attempts: AWS says "exponential backoff", and no numbers."""


@dataclass(kw_only=True)
class _Firing:
    """One invocation that a schedule owes."""

    group: ScheduleGroup
    schedule: Schedule
    due: datetime
    id: str
    attempts: int = 0

    @property
    def target(self) -> Mapping[str, Any]:
        return self.schedule.target

    @property
    def account(self) -> str:
        return str(self.schedule.arn.split(":")[4])


class Schedules:
    """All schedules of all accounts, as a source of the agenda.

    In a leap that skips repeats, a schedule that comes due several times fires once, at its last moment: an hourly one
    would otherwise fire 744 times in a month.
    """

    def __init__(self, world: World, invocations: Invocations, queues: Queues) -> None:
        self._state, self._clock = world.state, world.clock
        self._agenda, self._journal = world.agenda, world.journal
        self._invocations, self._queues = invocations, queues
        self._next: dict[str, tuple[tuple[object, ...], datetime | None]] = {}

    def earliest(self) -> Due | None:
        """Return the first schedule that is due, by what is kept of each: when it was looked at last, and then when."""
        with self._state.lock:
            found = list(self._all())
            gone = self._next.keys() - {schedule.arn for _, schedule in found}
            for arn in gone:
                del self._next[arn]
            due = [
                Due(
                    at, (2, schedule.arn), lambda at=at, group=group, schedule=schedule: self._fire(group, schedule, at)
                )
                for group, schedule in found
                if schedule.state == "ENABLED" and (at := self._due(schedule)) is not None
            ]
        return min(due, default=None)

    def _all(self) -> Iterator[tuple[ScheduleGroup, Schedule]]:
        for account in sorted(self._state.accounts):
            for backend in list(get_backend("scheduler")[account].values()):
                groups = [g for g in list(backend.schedule_groups.values()) if isinstance(g, ScheduleGroup)]
                for group in groups:
                    yield from ((group, schedule) for schedule in group.schedules.values())

    def _due(self, schedule: Schedule) -> datetime | None:
        """Return when a schedule is due next; what was kept counts as long as the schedule is what it was."""
        what_it_is = (schedule.schedule_expression, schedule.creation_date, schedule.last_modified_date)
        known = self._next.get(schedule.arn)
        if known is None or known[0] != what_it_is:
            made = _made(schedule)
            just_before = made - timedelta(microseconds=1)
            known = (what_it_is, parse(schedule.schedule_expression).after(just_before, made))
            self._next[schedule.arn] = known
        return known[1]

    def _fire(self, group: ScheduleGroup, schedule: Schedule, at: datetime) -> None:
        with self._state.lock:
            what_it_is, _ = self._next[schedule.arn]
            following = parse(schedule.schedule_expression).after(max(at, self._clock.now()), _made(schedule))
            self._next[schedule.arn] = (what_it_is, following)
        leap = self._agenda.skips_repeats_until
        if leap is not None and following is not None and following <= leap:
            return
        self._try(_Firing(group=group, schedule=schedule, due=at, id=str(uuid.uuid4())))

    def _try(self, firing: _Firing) -> None:
        if firing.group.schedules.get(firing.schedule.name) is not firing.schedule:
            return  # deleted while it waited for its next attempt
        firing.attempts += 1
        error = self._invoke(firing)
        self._journal.note(
            self._clock.now(),
            "schedule",
            schedule=firing.schedule.arn,
            outcome=error or "succeeded",
            due=as_text(firing.due),
        )
        if not error:
            self._complete(firing)
            return
        policy = firing.target["RetryPolicy"]
        pause = min(FIRST_PAUSE * 2 ** min(firing.attempts - 1, 10), LONGEST_PAUSE)
        age = self._clock.now() + pause - firing.due
        if (
            firing.attempts <= policy["MaximumRetryAttempts"]
            and age.total_seconds() <= policy["MaximumEventAgeInSeconds"]
        ):
            self._agenda.add(lambda: self._try(firing), after=pause)
            return
        self._give_up(firing, error)

    def _invoke(self, firing: _Firing) -> str:
        """Have the target invoked; return the error code where it can't be."""
        role, function = firing.target["RoleArn"], firing.target["Arn"]
        with self._state.lock:
            source = firing.schedule.arn.replace(":schedule/", ":schedule-group/").rpartition("/")[0]
            context = {"aws:SourceAccount": firing.account, "aws:SourceArn": source}
            if not may_take_on(self._state, role, SCHEDULER, context):
                return "AccessDeniedException"
        if not self._invocations.role_may_invoke(role, firing.id, function):
            return "AccessDeniedException"
        try:
            self._invocations.later(function, json.loads(_input(firing)), firing.schedule.arn)
        except InvocationError as refusal:
            return refusal.code
        return ""

    def _give_up(self, firing: _Firing, error: str) -> None:
        queue = str(firing.target.get("DeadLetterConfig", {}).get("Arn", ""))
        attributes = {
            "ERROR_CODE": error,
            "EXECUTION_ID": firing.id,
            "SCHEDULE_ARN": firing.schedule.arn,
            "TARGET_ARN": firing.target["Arn"],
            "RETRY_ATTEMPTS": str(firing.attempts - 1),
        }
        role = firing.target["RoleArn"]
        sent = self._queues.send_for_role(queue, _input(firing), role, firing.id, attributes)
        self._queues.note(queue, firing.schedule.arn, error, sent=sent)
        self._complete(firing)

    def _complete(self, firing: _Firing) -> None:
        """Delete a schedule that is done, where it asks for that."""
        with self._state.lock:
            schedule = firing.schedule
            once = isinstance(parse(schedule.schedule_expression), At)
            if once and schedule.action_after_completion == "DELETE":
                firing.group.schedules.pop(schedule.name, None)


def _made(schedule: Schedule) -> datetime:
    return datetime.fromtimestamp(schedule.creation_date, UTC)


def _input(firing: _Firing) -> str:
    """Return what the function gets: the schedule's input with its context attributes, or the default event."""
    text = firing.target.get("Input")
    if text is None:
        event = {
            "version": "0",
            "id": firing.id,
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": firing.account,
            "time": as_text(firing.due),
            "region": firing.schedule.arn.split(":")[3],
            "resources": [firing.schedule.arn],
            "detail": "{}",
        }
        return json.dumps(event)
    words = {
        "schedule-arn": firing.schedule.arn,
        "scheduled-time": as_text(firing.due),
        "execution-id": firing.id,
        "attempt-number": str(firing.attempts),
    }
    for word, value in words.items():
        text = text.replace(f"<aws.scheduler.{word}>", value)
    return str(text)
