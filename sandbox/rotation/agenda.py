"""What is due when: one thing after the other, in the order of its time, whether time passes or is set forward."""

import heapq
import itertools
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from sandbox.rotation.clock import Clock
from sandbox.rotation.journal import Journal

Action: TypeAlias = Callable[[], None]

GLANCE_SECONDS = 1.0
"""How often the agenda looks for schedules that have come due; new ones are made without telling it."""


@dataclass(frozen=True, order=True)
class Due:
    """Something to do at a moment; `rank` orders what is due at once."""

    at: datetime
    rank: tuple[int, str]
    action: Action = field(compare=False)


class Source(Protocol):
    """Knows moments from somewhere else: the schedules that moto holds."""

    def earliest(self) -> Due | None:
        """Return what it has due first. Its action makes it due no more."""
        ...


class Agenda:
    """Runs what is due, in a thread of its own as time passes, and in the caller's while the clock is set forward.

    One thing at a time: whoever sets the clock forward waits for what is running. Nothing here holds the lock on moto's
    memory while it runs.
    """

    def __init__(self, clock: Clock, journal: Journal) -> None:
        self._clock, self._journal = clock, journal
        self._sources: list[Source] = []
        self._tasks: list[Due] = []
        self._numbers = itertools.count()
        self._turn, self._tasks_lock = threading.Lock(), threading.Lock()
        self._wake = threading.Event()
        self._stopped = False
        self.skips_repeats_until: datetime | None = None
        self._thread = threading.Thread(target=self._follow_time, name="agenda", daemon=True)

    def add_source(self, source: Source) -> None:
        """Let a source say what is due."""
        self._sources.append(source)

    def add(self, action: Action, *, after: timedelta = timedelta(0)) -> None:
        """Have something done, at once or some time from now."""
        rank = (0, f"{next(self._numbers):012d}")
        with self._tasks_lock:
            heapq.heappush(self._tasks, Due(self._clock.now() + after, rank, action))
        self._wake.set()

    def start(self) -> None:
        """Begin to follow time."""
        self._thread.start()

    def stop(self) -> None:
        """Follow time no more; what is running goes on."""
        self._stopped = True
        self._wake.set()

    def advance(self, target: datetime, *, skips_repeats: bool = False) -> None:
        """Set the clock forward, from one due moment to the next, and do all that is due until then.

        Args:
            target: The moment to come to.
            skips_repeats: Whether a source may leave out what it does again within this leap; see `Schedules`.
        """
        with self._turn:
            self.skips_repeats_until = target if skips_repeats else None
            try:
                self._run_until(target)
            finally:
                self.skips_repeats_until = None
            self._clock.move_to(target)

    def _follow_time(self) -> None:
        while not self._stopped:
            self._wake.clear()
            with self._turn:
                self._run_until(self._clock.now())
            self._wake.wait(GLANCE_SECONDS)

    def _run_until(self, target: datetime) -> None:
        """Do all that is due by a moment, and what follows from it at once: time passes meanwhile."""
        while not self._stopped and (due := self._take(max(target, self._clock.now()))) is not None:
            self._clock.move_to(due.at)
            try:
                due.action()
            except Exception as problem:  # noqa: BLE001 - a mistake in one thing must not stop all others
                traceback.print_exc()
                self._journal.note(self._clock.now(), "mistake", error=f"{type(problem).__name__}: {problem}")

    def _take(self, target: datetime) -> Due | None:
        found = [due for source in self._sources if (due := source.earliest()) is not None]
        with self._tasks_lock:
            first = min([*self._tasks[:1], *found], default=None)
            if first is None or first.at > target:
                return None
            if self._tasks and first is self._tasks[0]:
                heapq.heappop(self._tasks)
        return first
