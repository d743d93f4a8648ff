"""The period of an audit, as a person says it."""

import re
from datetime import UTC, date, datetime, timedelta

from tenant_keys.audit.log_objects import Period
from tenant_keys.cli.errors import CommandError

_DAYS = re.compile(r"(?P<number>\d{1,5})d")


def period_of(since: str, until: str | None, now: datetime) -> Period:
    """The period between two days or moments; a day given as `until` belongs to it.

    Args:
        since: `2026-03-01`, `2026-03-01T09:30`, or `30d` for thirty days before the end.
        until: The same without the last form; None for `now`.
        now: UTC.

    Raises:
        CommandError: One of them is no time, or nothing lies between them.
    """
    end = now if until is None else _moment(until, "--until", end_of_day=True)
    back = _DAYS.fullmatch(since)
    try:
        begin = end - timedelta(days=int(back["number"])) if back else _moment(since, "--since", end_of_day=False)
    except OverflowError:
        raise CommandError(f"--since {since} reaches back before the year 1.") from None
    if begin >= end:
        raise CommandError(f"nothing lies between --since {begin:%Y-%m-%d %H:%M} and --until {end:%Y-%m-%d %H:%M} UTC.")
    return Period(since=begin, until=end)


def _moment(said: str, option: str, *, end_of_day: bool) -> datetime:
    try:
        day = date.fromisoformat(said)
    except ValueError:
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            raise CommandError(
                f"{option} {said!r} is neither a day nor a moment. Write 2026-03-01 or 2026-03-01T09:30; the time is "
                "UTC unless it says otherwise, as in 2026-03-01T09:30+09:00."
            ) from None
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start + timedelta(days=1) if end_of_day else start
