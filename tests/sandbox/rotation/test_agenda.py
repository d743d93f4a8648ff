"""The agenda: what is due, one after the other, in the order of its time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from sandbox.rotation.agenda import Agenda, Due
from sandbox.rotation.clock import Clock
from sandbox.rotation.journal import Journal

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[Clock]:
    clock = Clock()
    yield clock
    clock.stop()


class _Source:
    """Due at set moments, each once."""

    def __init__(self, moments: list[datetime], done: list[str]) -> None:
        self._moments, self._done = sorted(moments), done

    def earliest(self) -> Due | None:
        return Due(self._moments[0], (1, "source"), self._act) if self._moments else None

    def _act(self) -> None:
        self._moments.pop(0)
        self._done.append("source")


def test_tasks_and_sources_take_turns_by_time(clock: Clock) -> None:
    agenda, done, now = Agenda(clock, Journal()), list[str](), clock.now()
    agenda.add_source(_Source([now + 2 * HOUR, now + 4 * HOUR], done))
    for hours in (3, 1, 5):
        agenda.add(lambda hours=hours: done.append(f"task {hours}"), after=hours * HOUR)
    agenda.advance(now + 4.5 * HOUR)
    assert done == ["task 1", "source", "task 3", "source"]


def test_the_clock_stands_at_the_time_of_what_is_done(clock: Clock) -> None:
    agenda, seen, now = Agenda(clock, Journal()), list[datetime](), clock.now()
    agenda.add(lambda: seen.append(clock.now()), after=HOUR)
    agenda.advance(now + 5 * HOUR)
    assert timedelta(0) <= seen[0] - (now + HOUR) < timedelta(seconds=1)
    assert timedelta(0) <= clock.now() - (now + 5 * HOUR) < timedelta(seconds=1)


def test_what_follows_at_once_is_done_in_the_same_go(clock: Clock) -> None:
    agenda, done = Agenda(clock, Journal()), list[str]()

    def first() -> None:
        done.append("first")
        agenda.add(lambda: done.append("second"))

    agenda.add(first)
    agenda.advance(clock.now())
    assert done == ["first", "second"]


def test_of_what_is_due_at_once_the_older_task_comes_first(clock: Clock) -> None:
    agenda, done = Agenda(clock, Journal()), list[int]()
    for number in range(20):
        agenda.add(lambda number=number: done.append(number))
    agenda.advance(clock.now() + HOUR)
    assert done == list(range(20))


def test_a_mistake_is_written_down_and_stops_nothing(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    journal = Journal()
    agenda, done = Agenda(clock, journal), list[str]()
    agenda.add(lambda: done.remove("not there"))
    agenda.add(lambda: done.append("next"))
    agenda.advance(clock.now())
    assert done == ["next"]
    assert [entry["kind"] for entry in journal.since(0)] == ["mistake"]
    assert "ValueError" in capsys.readouterr().err


def test_the_clock_never_goes_back(clock: Clock) -> None:
    before = clock.now()
    clock.move_to(before - HOUR)
    assert clock.now() >= before
