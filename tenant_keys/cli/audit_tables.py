"""A report on a terminal: refused and unusual first, then sums, the keys' versions, and the newest events."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tenant_keys.audit.event import Outcome
from tenant_keys.audit.plain import plain, short_arn
from tenant_keys.audit.report import Report, reasons_of
from tenant_keys.audit.store import Row
from tenant_keys.audit.words import WORDS, Language

_WORDS = WORDS[Language.EN]
_SUMS = ("reads", "updates", "rotation_steps", "changes", "refused")


def print_report(report: Report, console: Console) -> None:
    """Print a report."""
    period = f"{report.period.since:%Y-%m-%d %H:%M} to {report.period.until:%Y-%m-%d %H:%M} UTC"
    console.print(Text(f"{_title(report)}, {period}", style="bold"))
    if not report.number_of_events:
        console.print(Text(_WORDS["none"]))
    if report.marked or report.busy_days:
        _print_marked(report, console)
    if report.totals:
        console.print(_totals(report.totals))
    if report.versions:
        console.print(_versions(report.versions))
    if report.events:
        console.print(_events(report))
    console.print(Text(_foundation(report), style="dim"))


def _title(report: Report) -> str:
    subject = report.subject
    if subject.tenant:
        return f"{subject.tenant}{f' {subject.key}' if subject.key else ''} of {report.names.app}"
    return plain(subject.principal) if subject.principal else f"All tenants of {report.names.app}"


def _print_marked(report: Report, console: Console) -> None:
    rows = [
        (
            _moment(row),
            row["tenant"],
            row["event_name"],
            _outcome(row),
            short_arn(row["principal"]),
            row["source_address"],
            Text("; ".join(_WORDS[reason] for reason in reasons_of(row))),
        )
        for row in report.marked
    ]
    table = _table("Refused and unusual", ("time", "tenant", "event", "outcome", "who", "from", "why"), rows)
    for busy in report.busy_days:
        why = f"{_WORDS['volume']}: {busy.reads}, and {busy.median:g} on the median day"
        table.add_row(busy.day.isoformat(), busy.tenant, "", Text("unusual", style="yellow"), "", "", why)
    console.print(table)


def _totals(totals: Sequence[Row]) -> Table:
    rows = [
        (row["day"].isoformat(), row["tenant"], short_arn(row["principal"]), *(str(row[name] or "-") for name in _SUMS))
        for row in totals
    ]
    return _table(_WORDS["totals_title"], ("day", "tenant", "who", *(_WORDS[name] for name in _SUMS)), rows)


def _versions(versions: Sequence[Row]) -> Table:
    rows = [
        (
            _moment(row),
            f"{row['tenant']} {row['key_name']}",
            row["version_id"],
            row["event_name"],
            _outcome(row),
            short_arn(row["principal"]),
        )
        for row in versions
    ]
    return _table(_WORDS["versions_title"], ("time", "key", "version", "event", "outcome", "who"), rows)


def _events(report: Report) -> Table:
    rows = [
        (
            _moment(row),
            f"{row['tenant']} {row['key_name']}",
            row["event_name"],
            _outcome(row),
            short_arn(row["principal"]),
            row["source_address"],
            row["user_agent"].partition(" ")[0],
        )
        for row in report.events
    ]
    shown = f"Newest {len(rows)} of {report.number_of_events} events; --json and --csv have all of them"
    title = "Events" if len(rows) == report.number_of_events else shown
    return _table(title, ("time", "key", "event", "outcome", "who", "from", "client"), rows)


def _foundation(report: Report) -> str:
    integrity = report.integrity
    parts = [
        f"{len(integrity.objects)} log objects of {integrity.source}, {integrity.size:,} bytes",
        f"SHA-256 of their list {integrity.digest}",
        f"{integrity.repeated_events} repeated events counted once" if integrity.repeated_events else "",
        f"{len(integrity.problems)} objects not wholly read" if integrity.problems else "",
    ]
    return "; ".join(part for part in parts if part)


def _table(title: str, columns: Iterable[str], rows: Iterable[Sequence[str | Text]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"day", "outcome"})
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    return table


def _moment(row: Row) -> str:
    return f"{row['event_time']:%Y-%m-%d %H:%M:%S}"


def _outcome(row: Row) -> Text:
    colours = {Outcome.DONE: "green", Outcome.REFUSED: "red", Outcome.FAILED: "yellow"}
    return Text(row["outcome"], style=colours[row["outcome"]])
