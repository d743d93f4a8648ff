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
# Under which heading each sum stands where eighty columns are all there is.
_SUMS = {"reads": "reads", "updates": "puts", "rotation_steps": "rotation", "changes": "changes", "refused": "refused"}
_MOST_ROWS = 50
_NARROW = frozenset({"day", "time", "outcome", *_SUMS.values()})
_COLOURS = {Outcome.DONE: "green", Outcome.REFUSED: "red", Outcome.FAILED: "yellow"}


def print_report(report: Report, console: Console) -> None:
    """Print a report."""
    period = f"{report.period.since:%Y-%m-%d %H:%M} to {report.period.until:%Y-%m-%d %H:%M} UTC"
    console.print(Text(f"{_title(report)}, {period}", style="bold"))
    if not report.number_of_events:
        console.print(Text(_WORDS["none"]))
    many = not report.subject.tenant
    for table in (_marked(report, many=many), _totals(report, many=many), _versions(report), _events(report)):
        if table.row_count:
            console.print(table)
    console.print(Text(_foundation(report), style="dim"))


def _title(report: Report) -> str:
    subject = report.subject
    if subject.tenant:
        return f"{subject.tenant}{f' {subject.key}' if subject.key else ''} of {report.names.app}"
    return plain(subject.principal) if subject.principal else f"All tenants of {report.names.app}"


def _marked(report: Report, *, many: bool) -> Table:
    shown, title = _newest("Refused and unusual", report.marked, len(report.marked))
    table = _table(title, ("time", *_tenant(many), "event", "outcome", "who", "from", "why"))
    for row in shown:
        why = "; ".join(_WORDS[reason] for reason in reasons_of(row)) or row["error_code"]
        tenant = (row["tenant"],) if many else ()
        _add(table, (_moment(row), *tenant, row["event_name"], _outcome(row), _who(row), row["source_address"], why))
    for busy in report.busy_days:
        told = _WORDS["busy"].format(day=busy.day, reads=busy.reads, median=busy.median)
        _add(table, (busy.day.isoformat(), *((busy.tenant,) if many else ()), "", "unusual", "", "", told))
    return table


def _totals(report: Report, *, many: bool) -> Table:
    newest = report.totals[::-1]
    shown, title = _newest(_WORDS["totals_title"], newest, len(newest))
    table = _table(title, ("day", *_tenant(many), "who", *_SUMS.values()))
    for row in shown:
        tenant = (row["tenant"],) if many else ()
        _add(table, (row["day"].isoformat(), *tenant, _who(row), *(str(row[name] or "-") for name in _SUMS)))
    return table


def _versions(report: Report) -> Table:
    newest = report.versions[::-1]
    shown, title = _newest(_WORDS["versions_title"], newest, len(newest))
    table = _table(title, ("time", "key", "version", "event", "outcome", "who"))
    for row in shown:
        _add(table, (_moment(row), _key(row), row["version_id"], row["event_name"], _outcome(row), _who(row)))
    return table


def _events(report: Report) -> Table:
    shown, title = _newest(_WORDS["events_title"], report.events, report.number_of_events)
    table = _table(title, ("time", "key", "event", "outcome", "who", "from", "client"))
    for row in shown:
        client = row["user_agent"].partition(" ")[0]
        cells = (_moment(row), _key(row), row["event_name"], _outcome(row), _who(row), row["source_address"], client)
        _add(table, cells)
    return table


def _foundation(report: Report) -> str:
    integrity = report.integrity
    if asked := integrity.asked_of_athena:
        return (
            f"Athena read {integrity.source} and scanned {asked.scanned:,} bytes (question {asked.execution}); the log "
            "objects were not hashed"
        )
    parts = [
        f"{len(integrity.objects)} log objects of {integrity.source}, {integrity.size:,} bytes",
        f"SHA-256 of their list {integrity.digest}",
        f"{integrity.repeated_events} repeated events counted once" if integrity.repeated_events else "",
        f"{len(integrity.problems)} objects not wholly read" if integrity.problems else "",
    ]
    return "; ".join(part for part in parts if part)


def _newest(title: str, rows: Sequence[Row], number: int) -> tuple[Sequence[Row], str]:
    """The rows that a terminal gets, and a title that says so where others are left out."""
    shown = rows[:_MOST_ROWS]
    return shown, title if len(shown) == number else f"{title}: {len(shown)} of {number}; --json has all"


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in columns:
        narrow = column in _NARROW
        table.add_column(
            column,
            overflow="fold",
            no_wrap=narrow and column != "time",
            min_width=10 if column in {"day", "time"} else None,
        )
    return table


def _add(table: Table, cells: Iterable[str | Text]) -> None:
    table.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in cells))


def _tenant(many: bool) -> tuple[str, ...]:  # noqa: FBT001 - one question, asked by three tables
    return ("tenant",) if many else ()


def _key(row: Row) -> str:
    return f"{row['tenant']} {row['key_name']}"


def _moment(row: Row) -> str:
    return f"{row['event_time']:%Y-%m-%d %H:%M:%S}"


def _outcome(row: Row) -> Text:
    return Text(row["outcome"], style=_COLOURS[row["outcome"]])


def _who(row: Row) -> str:
    who = short_arn(row["principal"]).removeprefix("assumed-role/")
    return f"{who} ({row['source_identity']})" if row.get("source_identity") else who
