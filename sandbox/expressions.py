"""Schedule expressions: `cron(...)`, `rate(...)` and `at(...)`, all in UTC, and when they come due.

EventBridge Scheduler User Guide, "Schedule types": six fields in a cron expression, one of its days a question mark; a
rate counts from the schedule's creation; a one-time schedule comes due once.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from aws_croniter import AwsCroniter
from aws_croniter.exceptions import (
    AwsCroniterExpressionDayOfMonthError,
    AwsCroniterExpressionDayOfWeekError,
    AwsCroniterExpressionError,
    AwsCroniterExpressionHourError,
    AwsCroniterExpressionMinuteError,
    AwsCroniterExpressionMonthError,
    AwsCroniterExpressionYearError,
)

_CRON_ERRORS = (
    AwsCroniterExpressionDayOfMonthError,
    AwsCroniterExpressionDayOfWeekError,
    AwsCroniterExpressionError,
    AwsCroniterExpressionHourError,
    AwsCroniterExpressionMinuteError,
    AwsCroniterExpressionMonthError,
    AwsCroniterExpressionYearError,
    ValueError,
)
_FORM = re.compile(r"(?P<kind>cron|rate|at)\((?P<inside>[^()]+)\)")
_RATE = re.compile(r"(?P<count>[1-9]\d*) (?P<unit>minute|hour|day)(?P<plural>s?)")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")


class ExpressionError(ValueError):
    """An expression that is none."""


class Expression(Protocol):
    """When something comes due."""

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        """Return when it comes due next, strictly after `moment`; `start` is when the schedule was made."""
        ...


@dataclass(frozen=True)
class Cron:
    """A calendar rule; `fields` are the six between the brackets."""

    fields: tuple[str, ...]

    @property
    def hours(self) -> list[int]:
        """The hours of a day at which it comes due."""
        hours: Any = AwsCroniter(" ".join(self.fields)).hours
        return list(hours)

    def after(self, moment: datetime, start: datetime) -> datetime | None:  # noqa: ARG002 - a cron has no start
        """Return the next minute that the rule names; None if there is none within the library's reach."""
        return AwsCroniter(" ".join(self.fields)).get_next(moment.astimezone(UTC))[0]


@dataclass(frozen=True)
class Rate:
    """An interval."""

    interval: timedelta

    def after(self, moment: datetime, start: datetime) -> datetime:
        """Return the next multiple of the interval since the start, the start itself among them."""
        if moment < start:
            return start
        return start + (1 + (moment - start) // self.interval) * self.interval


@dataclass(frozen=True)
class At:
    """One moment."""

    moment: datetime

    def after(self, moment: datetime, start: datetime) -> datetime | None:
        """Return the moment, or the start of a schedule that was made too late for it; None once that is past."""
        due = max(self.moment, start)
        return due if due > moment else None


def parse(text: str) -> Expression:
    """Read an expression; raises `ExpressionError`, which says what is wrong with it."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise ExpressionError(f"{text!r} is no cron(...), rate(...) or at(...) expression.")
    match form["kind"]:
        case "cron":
            return _cron(text, form["inside"])
        case "rate":
            return _rate(text, form["inside"])
        case _:
            return _at(text, form["inside"])


def _cron(text: str, inside: str) -> Cron:
    fields = tuple(inside.split())
    try:
        AwsCroniter(" ".join(fields))
    except _CRON_ERRORS as problem:
        raise ExpressionError(f"{text!r}: {problem}") from problem
    return Cron(fields)


def _rate(text: str, inside: str) -> Rate:
    found = _RATE.fullmatch(inside)
    if found is None or (found["count"] == "1") == bool(found["plural"]):
        raise ExpressionError(f"{text!r}: a rate is a whole number and a unit, as in `1 hour` or `2 hours`.")
    return Rate(timedelta(**{f"{found['unit']}s": int(found["count"])}))


def _at(text: str, inside: str) -> At:
    try:
        if not _AT.fullmatch(inside):
            raise ExpressionError(f"{text!r}: a moment is written as 2026-01-31T12:00:00, without a zone.")
        return At(datetime.fromisoformat(inside).replace(tzinfo=UTC))
    except ValueError as problem:
        raise ExpressionError(f"{text!r}: {problem}") from problem
