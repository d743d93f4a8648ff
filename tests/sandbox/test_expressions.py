"""When an expression comes due: EventBridge Scheduler User Guide, "Schedule types"."""

import calendar
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.expressions import ExpressionError, parse

START = datetime(2026, 1, 15, 10, 30, 20, tzinfo=UTC)
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
"""In AWS's order, from 1 on."""


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "moment", "expected"),
    [
        ("cron(0 3 1 * ? *)", "2026-01-15T10:30:20", "2026-02-01T03:00:00"),
        ("cron(0 3 1 * ? *)", "2026-02-01T03:00:00", "2026-03-01T03:00:00"),
        ("cron(0 3 1 * ? *)", "2026-02-01T02:59:59", "2026-02-01T03:00:00"),
        ("cron(0 3 1 */3 ? *)", "2026-02-01T00:00:00", "2026-04-01T03:00:00"),
        ("cron(0 3 1 1,4,7,10 ? *)", "2026-10-02T00:00:00", "2027-01-01T03:00:00"),
        ("cron(30 8 ? * MON *)", "2026-01-15T00:00:00", "2026-01-19T08:30:00"),
        ("cron(30 8 ? * 2 *)", "2026-01-15T00:00:00", "2026-01-19T08:30:00"),
        ("cron(0 0 L * ? *)", "2026-02-01T00:00:00", "2026-02-28T00:00:00"),
        ("cron(0 0 31 * ? *)", "2026-02-01T00:00:00", "2026-03-31T00:00:00"),
        ("cron(0 0 29 2 ? *)", "2026-03-01T00:00:00", "2028-02-29T00:00:00"),
        ("cron(0 0 ? * 2#1 *)", "2026-01-15T00:00:00", "2026-02-02T00:00:00"),
        ("cron(*/15 * * * ? *)", "2026-01-15T10:30:20", "2026-01-15T10:45:00"),
        ("rate(1 hour)", "2026-01-15T10:30:20", "2026-01-15T11:30:20"),
        ("rate(1 hour)", "2026-01-15T12:00:00", "2026-01-15T12:30:20"),
        ("rate(5 minutes)", "2026-01-15T10:00:00", "2026-01-15T10:30:20"),
        ("rate(2 days)", "2026-01-15T10:30:21", "2026-01-17T10:30:20"),
        ("at(2026-02-01T12:00:00)", "2026-01-15T10:30:20", "2026-02-01T12:00:00"),
        ("at(2020-02-01T12:00:00)", "2026-01-15T10:30:19", "2026-01-15T10:30:20"),
    ],
)
def test_the_next_date_is_as_documented(expression: str, moment: str, expected: str) -> None:
    assert parse(expression).after(_at(moment), START) == _at(expected)


@pytest.mark.parametrize(
    ("expression", "moment"),
    [("at(2026-02-01T12:00:00)", "2026-02-01T12:00:00"), ("cron(0 0 1 1 ? 2020)", "2026-01-01T00:00:00")],
)
def test_what_is_past_comes_due_no_more(expression: str, moment: str) -> None:
    assert parse(expression).after(_at(moment), START) is None


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "0 3 1 * ? *",
        "cron(0 3 1 * *)",
        "cron(0 3 1 * * *)",
        "cron(0 3 ? * ? *)",
        "cron(60 3 1 * ? *)",
        "cron(0 24 1 * ? *)",
        "cron(0 3 32 * ? *)",
        "cron(0 3 1 13 ? *)",
        "cron(0 3 ? * 8 *)",
        "rate(0 hours)",
        "rate(1 hours)",
        "rate(2 hour)",
        "rate(1.5 hours)",
        "rate(1 week)",
        "at(2026-02-30T12:00:00)",
        "at(2026-02-01T12:00:00Z)",
        "at(2026-02-01)",
        "every(1 hour)",
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ExpressionError):
        parse(expression)


def _day_matches(day: datetime, of_month: str, of_week: str) -> bool:
    """Tell, by the calendar of the standard library, whether a day is one that the two day fields name."""
    if of_week != "?":
        return DAYS[(day.weekday() + 1) % 7] == of_week
    last = calendar.monthrange(day.year, day.month)[1]
    return day.day == (last if of_month == "L" else int(of_month))


@settings(max_examples=150)
@given(
    hour=st.integers(0, 23),
    days=st.one_of(
        st.tuples(st.integers(1, 31).map(str), st.just("?")),
        st.tuples(st.just("L"), st.just("?")),
        st.tuples(st.just("?"), st.sampled_from(DAYS)),
    ),
    months=st.sets(st.integers(1, 12), min_size=1),
    moment=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
)
def test_a_cron_comes_due_on_the_first_day_of_the_calendar_that_it_names(
    hour: int, days: tuple[str, str], months: set[int], moment: datetime
) -> None:
    of_month, of_week = days
    listed = ",".join(map(str, sorted(months)))
    due = parse(f"cron(0 {hour} {of_month} {listed} {of_week} *)").after(moment, START)
    day = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    expected = None
    for _ in range(400):
        if day > moment and day.month in months and _day_matches(day, of_month, of_week):
            expected = day
            break
        day += timedelta(days=1)
    if expected is not None:
        assert due == expected
    else:
        assert due is None or due > moment + timedelta(days=398)


@given(
    count=st.integers(1, 500),
    unit=st.sampled_from(["minute", "hour", "day"]),
    since=st.timedeltas(timedelta(0), timedelta(days=900)),
)
def test_a_rate_comes_due_at_multiples_of_itself(count: int, unit: str, since: timedelta) -> None:
    interval = timedelta(**{f"{unit}s": count})
    moment = START + since
    due = parse(f"rate({count} {unit}{'s' if count > 1 else ''})").after(moment, START)
    assert due is not None
    assert timedelta(0) < due - moment <= interval
    assert (due - START) % interval == timedelta(0)
