"""What tests and the demo tell a fake issuer: which calls go wrong, and how slowly its changes reach all places."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sandbox.issuers.wire import Role


class Fault(StrEnum):
    """How a call goes wrong."""

    DROPPED = "dropped"  # the connection is reset, nothing was done
    SLOW = "slow"  # it is done, and the answer comes after the client's patience
    TRICKLE = "trickle"  # it is done, and the answer comes byte by byte
    RESET = "reset"  # it is done, and the connection is reset instead of an answer
    FAILED = "500"  # it is done, and the answer is 500
    BUSY = "429"  # nothing was done; Retry-After in seconds
    BUSY_UNTIL = "429-date"  # nothing was done; Retry-After as a date
    UNAVAILABLE = "503"  # nothing was done
    TRUNCATED = "truncated"  # it is done; the connection ends in the middle of the answer
    CUT = "cut"  # it is done; the answer is whole, its JSON is not
    HTML = "html"  # it is done; the answer is a page
    ERROR_IN_200 = "error-in-200"  # nothing was done; the answer says so with status 200
    REDIRECT = "redirect"  # nothing was done; the answer names another host
    HUGE = "huge"  # it is done; the answer is longer than any answer should be


NOT_DONE = frozenset(
    {Fault.DROPPED, Fault.BUSY, Fault.BUSY_UNTIL, Fault.UNAVAILABLE, Fault.ERROR_IN_200, Fault.REDIRECT}
)


@dataclass(kw_only=True)
class _Due:
    fault: Fault
    role: Role | None
    times: int


@dataclass(kw_only=True)
class Control:
    """The knobs of one fake.

    Attributes:
        delay: Seconds that a slow answer takes.
        retry_after: Seconds that a busy issuer asks to wait.
        cap: The most keys of one account; None for the documented number.
        not_yet: How often a key is refused before it works, for keys made from now on.
        lag: Whether keys made from now on are missing in lists, until it is False again.
        calls: The role of each call so far.
        values: Every credential that was handed out or brought in, so that a test can look for leaks.
    """

    delay: float = 1.0
    retry_after: int = 7
    cap: int | None = None
    not_yet: int = 0
    lag: bool = False
    calls: list[Role] = field(default_factory=list)
    values: set[str] = field(default_factory=set, repr=False)
    stopping: threading.Event = field(default_factory=threading.Event)
    _offset: timedelta = timedelta(0)
    _due: list[_Due] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def fail(self, fault: Fault, role: Role | None = None, times: int = 1) -> None:
        """Makes the next calls go wrong: of `role`, or of any role."""
        with self._lock:
            self._due.append(_Due(fault=fault, role=role, times=times))

    def heal(self) -> None:
        """Forgets the faults that have not happened yet."""
        with self._lock:
            self._due.clear()

    def next_fault(self, role: Role) -> Fault | None:
        """Counts a call, and says what goes wrong with it."""
        with self._lock:
            self.calls.append(role)
            due = next((each for each in self._due if each.role in {None, role}), None)
            if due is None:
                return None
            due.times -= 1
            if due.times < 1:
                self._due.remove(due)
            return due.fault

    def now(self) -> datetime:
        """The issuer's own clock, to the second."""
        return (datetime.now(UTC) + self._offset).replace(microsecond=0)

    def advance(self, seconds: float) -> None:
        """Sets the issuer's clock forward, or with a negative number back."""
        self._offset += timedelta(seconds=seconds)

    def apply(self, wish: Mapping[str, object]) -> None:
        """Does what `{"next": "500", "role": "mint", "times": 1}` asks for; `{"next": null}` heals.

        Raises:
            ValueError: No such fault or role.
        """
        if wish.get("next") is None:
            self.heal()
            return
        role, times = wish.get("role"), wish.get("times", 1)
        self.fail(Fault(str(wish.get("next"))), role=Role(str(role)) if role else None, times=int(str(times)))
