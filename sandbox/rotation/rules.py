"""Rotation rules of a secret: what Secrets Manager accepts, and the windows that follow.

`RotationRulesType` in the Secrets Manager API reference and "Schedule expressions in Secrets Manager rotation" in its
User Guide. Within a window AWS chooses the moment; here a rotation begins with its window, so that it can be foretold.
"""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sandbox.expressions import Cron, Expression, ExpressionError, Rate, parse

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHORTEST = timedelta(hours=4)
LONGEST_RATE = timedelta(days=999)
LONGEST_DAYS = 1000
_DURATION = re.compile(r"(\d{1,2})h")
_FIELDS = {"AutomaticallyAfterDays", "Duration", "ScheduleExpression"}


class RulesError(ValueError):
    """Rules that Secrets Manager refuses."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """When a rotation may happen: it begins at `start` and ends before `end`."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules that were accepted; `given` is what DescribeSecret answers."""

    given: Mapping[str, object]
    expression: Expression
    length: timedelta | None

    def next_window(self, after: datetime, last: datetime) -> Window:
        """Return the first window that starts after a moment; `last` is the last rotation, or when it was set up.

        Windows of a rate start at midnight: of the days that it counts from the last rotation, or, for a rate in
        hours, every so many hours of it.
        """
        if isinstance(self.expression, Rate):
            start = self._next_of_rate(self.expression.interval, after, last)
        else:
            found = self.expression.after(after, last)
            if found is None:
                raise RulesError(f"{self.given} has no date after {after:%Y-%m-%d}.")
            start = found
        return Window(start=start, end=start + self.length if self.length else _midnight(start) + DAY)

    def _next_of_rate(self, interval: timedelta, after: datetime, last: datetime) -> datetime:
        first = _midnight(last)
        count = max(1, (after - first) // interval + 1)
        return first + count * interval


def read_rules(given: object) -> Rules:
    """Read `RotationRules`; raises `RulesError`, which says why they are refused."""
    if not isinstance(given, Mapping) or not given:
        raise RulesError("RotationRules must hold AutomaticallyAfterDays or ScheduleExpression.")
    rules = {str(name): value for name, value in given.items() if value is not None}
    if set(rules) - _FIELDS:
        raise RulesError(f"RotationRules has unknown members: {sorted(set(rules) - _FIELDS)}.")
    if ("AutomaticallyAfterDays" in rules) == ("ScheduleExpression" in rules):
        raise RulesError("RotationRules takes AutomaticallyAfterDays or ScheduleExpression, and not both.")
    expression = _after_days(rules) if "AutomaticallyAfterDays" in rules else _scheduled(rules)
    return Rules(given=rules, expression=expression, length=_length(rules, expression))


def _after_days(rules: Mapping[str, object]) -> Expression:
    days = rules["AutomaticallyAfterDays"]
    if not isinstance(days, int) or not 1 <= days <= LONGEST_DAYS:
        raise RulesError(f"RotationRules.AutomaticallyAfterDays must be within 1-{LONGEST_DAYS}; got {days!r}.")
    return Rate(days * DAY)


def _scheduled(rules: Mapping[str, object]) -> Expression:
    text = str(rules["ScheduleExpression"])
    try:
        expression = parse(text)
    except ExpressionError as problem:
        raise RulesError(f"RotationRules.ScheduleExpression: {problem}") from problem
    if isinstance(expression, Cron):
        _check_cron(expression, text)
        return expression
    by_rate = isinstance(expression, Rate) and SHORTEST <= expression.interval <= LONGEST_RATE
    if not by_rate or "minute" in text:
        raise RulesError(
            f"{text!r}: a secret is rotated by cron, or by a rate in hours or days: 4 hours at least, 999 days at most."
        )
    return expression


def _check_cron(expression: Cron, text: str) -> None:
    minute, *_, year = expression.fields
    if (minute, year) != ("0", "*"):
        raise RulesError(f"{text!r}: the minutes of a rotation schedule must be 0, and the year *.")
    hours = expression.hours
    gaps = [(after - before) % 24 or 24 for before, after in zip(hours, hours[1:] + hours[:1], strict=True)]
    if min(gaps) * HOUR < SHORTEST:
        raise RulesError(f"{text!r}: a secret can be rotated every four hours at most.")


def _length(rules: Mapping[str, object], expression: Expression) -> timedelta | None:
    """Return how long a window is; None for one that ends with its UTC day."""
    in_hours = _in_hours(expression)
    if "Duration" not in rules:
        return HOUR if in_hours else None
    duration = _DURATION.fullmatch(str(rules["Duration"]))
    if duration is None or int(duration[1]) == 0:
        raise RulesError(f"RotationRules.Duration is a number of hours, as in `3h`; got {rules['Duration']!r}.")
    length = int(duration[1]) * HOUR
    starts = expression.hours if isinstance(expression, Cron) else [0]
    if starts[-1] * HOUR + length > DAY:
        raise RulesError(f"A window of {rules['Duration']} from {starts[-1]}:00 would extend into the next UTC day.")
    gaps = [(after - before) * HOUR for before, after in itertools.pairwise(starts)]
    if length > min([*gaps, expression.interval if isinstance(expression, Rate) else DAY]):
        raise RulesError(f"A window of {rules['Duration']} would extend into the next one.")
    return length


def _in_hours(expression: Expression) -> bool:
    """Tell whether a schedule is one in hours: its windows close after an hour unless it says otherwise."""
    if isinstance(expression, Rate):
        return expression.interval % DAY != timedelta(0)
    return isinstance(expression, Cron) and len(expression.hours) > 1


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
