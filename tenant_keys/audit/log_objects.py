"""AWS's layout of a trail's bucket, and which of its objects a question needs.

A log object is `AWSLogs/{account}/CloudTrail/{region}/{year}/{month}/{day}/{name}.json.gz`, and its name tells account,
region and time once more ("CloudTrail log file name format" in the CloudTrail User Guide). Here the name alone is read,
so a folder to which someone copied objects flat is as good as a mirror of the bucket.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LOG = re.compile(
    r"(?P<account>\d{12})_CloudTrail_(?P<region>[a-z0-9-]+)_(?P<day>\d{8})T(?P<time>\d{4})Z_[A-Za-z0-9]+\.json\.gz"
)
_DIGEST_OR_INSIGHT = re.compile(r"_CloudTrail-(Digest|Insight)_|/CloudTrail-(Digest|Insight)/")
# An object holds the events of the minutes before it; CloudTrail delivers in about five minutes on average and promises
# no limit, so objects of a whole day after the period are looked into, and of a day before it where clocks differ.
_MARGIN = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `since`, included, to `until`, excluded; both in UTC."""

    since: datetime
    until: datetime

    @property
    def days(self) -> int:
        """Days that the period touches."""
        last = (self.until - timedelta(microseconds=1)).date()
        return max((last - self.since.date()).days + 1, 1)

    @property
    def first_object_day(self) -> date:
        """The first day whose objects may hold events of the period."""
        return _shifted(self.since, -_MARGIN).date()

    @property
    def last_object_day(self) -> date:
        """The last day whose objects may hold events of the period."""
        return _shifted(self.until, _MARGIN).date()


@dataclass(frozen=True, kw_only=True, order=True)
class LogObject:
    """A log object: its key in the bucket or its path in the folder, and what its name tells."""

    key: str
    account: str
    region: str
    day: date


def log_object(key: str) -> LogObject | None:
    """What a key names; None for anything but a log object."""
    found = _LOG.fullmatch(key.rpartition("/")[2])
    if found is None or is_digest(key):
        return None
    try:
        day = datetime.strptime(found["day"], "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return LogObject(key=key, account=found["account"], region=found["region"], day=day)


def is_digest(key: str) -> bool:
    """Whether a key names a digest file or an insight file, which hold no events."""
    return _DIGEST_OR_INSIGHT.search(key) is not None


def is_wanted(found: LogObject, period: Period, regions: frozenset[str] | None) -> bool:
    """Whether an object may hold events of the period; `regions` None means all of them."""
    return period.first_object_day <= found.day <= period.last_object_day and (
        regions is None or found.region in regions
    )


def _shifted(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:  # the first or the last day that Python knows
        return moment
