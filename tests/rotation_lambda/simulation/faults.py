"""What can go wrong at a call, and the wire over which every simulated call goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar


class Fault(Enum):
    """What goes wrong at one call.

    A read has no effect, so some faults look alike there: it can crash, get no answer, or get an old one.
    """

    CRASH_BEFORE = "the function dies before the call"
    CRASH_AFTER = "the function dies after the call"
    REPLY_LOST = "it is done, and the reply is lost"
    THROTTLED = "it is not done, and the reply says so"
    FAILED = "it is not done, and the reply leaves a doubt (5xx)"
    STALE = "the answer is the one from before the last change"


OF_A_CHANGE = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.REPLY_LOST, Fault.THROTTLED, Fault.FAILED)
OF_A_READ = (Fault.CRASH_BEFORE, Fault.THROTTLED, Fault.STALE)


class Crash(BaseException):
    """The function's process is gone. Not an Exception, so nothing in the function can catch it."""


@dataclass(frozen=True)
class Made:
    """A call that was made."""

    name: str
    changes: bool


_Answer = TypeVar("_Answer")


class Wire:
    """Counts the calls, makes the planned ones fail, and says when something changed.

    Attributes:
        plan: The number of a call, from 0, and what goes wrong at it.
        made: The calls so far.
        before_each: Called before each call with its name: where two deliveries are interleaved.
        after_change: Called after each change: where the invariants are looked at.
    """

    def __init__(self, plan: Mapping[int, Fault] | None = None) -> None:
        self.plan = dict(plan or {})
        self.made: list[Made] = []
        self.before_each: Callable[[str], None] = lambda _: None
        self.after_change: Callable[[], None] = lambda: None

    def read(self, name: str, fresh: Callable[[], _Answer], stale: Callable[[], _Answer], error: Exception) -> _Answer:
        """A call without effect."""
        match self._begin(name, changes=False):
            case Fault.THROTTLED:
                raise error
            case Fault.STALE:
                return stale()
            case _:
                return fresh()

    def change(self, name: str, do: Callable[[], _Answer], *, refused: Exception, in_doubt: Exception) -> _Answer:
        """A call with an effect."""
        fault = self._begin(name, changes=True)
        if fault is Fault.THROTTLED:
            raise refused
        if fault is Fault.FAILED:
            raise in_doubt
        answer = do()
        self.after_change()
        if fault is Fault.CRASH_AFTER:
            raise Crash
        if fault is Fault.REPLY_LOST:
            raise in_doubt
        return answer

    def _begin(self, name: str, *, changes: bool) -> Fault | None:
        self.before_each(name)
        fault = self.plan.get(len(self.made))
        self.made.append(Made(name, changes))
        if fault is Fault.CRASH_BEFORE:
            raise Crash
        return fault
