"""A report: the answers about one subject in one period, and what they rest on."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from tenant_keys.audit.attribution import secret_needle
from tenant_keys.audit.event import Outcome
from tenant_keys.audit.integrity import Integrity
from tenant_keys.audit.log_objects import LogObject, Period
from tenant_keys.audit.log_sources import LogSource
from tenant_keys.audit.reading import Question, read_all
from tenant_keys.audit.scanning import Needles
from tenant_keys.audit.store import EventStore, Row, Subject
from tenant_keys.audit.unusual import Reason, busy_days
from tenant_keys.naming import Names

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class BusyDay:
    """A day with far more reads of a tenant's keys than its daily median in the period."""

    tenant: str
    day: date
    reads: int
    median: float


@dataclass(frozen=True, kw_only=True)
class Report:
    """The answers about a subject. `events` has the newest ones if there are more than were asked for."""

    subject: Subject
    names: Names
    period: Period
    made_at: datetime
    number_of_events: int
    marked: Sequence[Row]
    busy_days: Sequence[BusyDay]
    totals: Sequence[Row]
    versions: Sequence[Row]
    events: Sequence[Row]
    integrity: Integrity

    @property
    def refused(self) -> list[Row]:
        """What was refused, newest first."""
        return [row for row in self.marked if row["outcome"] == Outcome.REFUSED]

    @property
    def unusual(self) -> list[Row]:
        """What was not refused and is unusual, newest first."""
        return [row for row in self.marked if row["outcome"] != Outcome.REFUSED]

    @property
    def summary(self) -> dict[str, int]:
        """Sums over the totals."""
        names = ("reads", "updates", "rotation_steps", "changes", "refused", "events")
        return {name: sum(row[name] for row in self.totals) for name in names}


def question_about(subject: Subject, names: Names) -> Question:
    """What to look for in the log objects."""
    if subject.principal:
        # a role's name stands in each of its sessions' ARNs as well
        needle = subject.principal.rpartition("/")[2]
        return Question(names=names, needles=Needles(needle.encode(), kms_writes=True))
    needle = secret_needle(names, subject.tenant or None)
    return Question(names=names, needles=Needles(needle.encode()), tenant=subject.tenant or None)


def read_into(
    store: EventStore, source: LogSource, objects: Sequence[LogObject], question: Question, progress: Progress
) -> Integrity:
    """Read objects into the store's `records`, and tell what was read."""
    integrity = Integrity(source=source.name)
    for reading in read_all(source, objects, question, progress):
        integrity.objects.append(reading.account)
        store.add(reading.lines)
    store.load()
    return integrity


def make_report(
    store: EventStore, subject: Subject, names: Names, period: Period, integrity: Integrity, *, most_events: int
) -> Report:
    """Ask everything about a subject: the store's `records`, or `asked` where Athena picked the events.

    Args:
        store: Holds the subject's events, and perhaps others.
        subject: Whom it is about.
        names: The environment.
        period: The period.
        integrity: What the events were read from.
        most_events: How many events to list at most; sums and marks are of all of them.
    """
    if integrity.asked_of_athena is None:
        store.ask_about(subject, period)
        integrity.repeated_events = store.number("SELECT count(*) FROM records") - store.number(
            "SELECT count(*) FROM events"
        )
    totals = store.ask("totals")
    number = sum(row["events"] for row in totals)
    return Report(
        subject=subject,
        names=names,
        period=period,
        made_at=datetime.now(UTC),
        number_of_events=number,
        marked=store.ask("marked"),
        busy_days=find_busy_days(totals, period),
        totals=totals,
        versions=store.ask("versions"),
        events=store.ask("newest", min(most_events, number)),
        integrity=integrity,
    )


def find_busy_days(totals: Sequence[Row], period: Period) -> list[BusyDay]:
    """The days whose reads stand out, tenant by tenant."""
    reads: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for row in totals:
        if row["reads"]:
            reads[row["tenant"]][row["day"]] += row["reads"]
    return [
        BusyDay(tenant=tenant, day=day, reads=days[day], median=usual)
        for tenant, days in sorted(reads.items())
        for day, usual in busy_days(days, period.days).items()
    ]


def reasons_of(row: Row) -> list[Reason]:
    """Why an event is unusual."""
    return [Reason(word) for word in row["reasons"].split()]
