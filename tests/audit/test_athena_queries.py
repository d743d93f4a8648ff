"""How a statement is put to Athena, and what its end is told as; Athena is played by a few lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from tenant_keys.audit.athena.queries import AthenaError, Queries
from tenant_keys.audit.athena.reading import AthenaLogs
from tenant_keys.audit.event import COLUMNS
from tenant_keys.audit.html_page import html_page
from tenant_keys.audit.report import Report, make_report
from tenant_keys.audit.store import EventStore, Row, Subject
from tenant_keys.audit.words import Language
from tenant_keys.cli.audit_tables import print_report
from tests.audit.cases import NAMES, YEAR, deliver, golden, report_of
from tests.audit.test_athena_records import by_sql

ACME = Subject(tenant="acme")


def datum(value: str | None) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": value}


@dataclass
class Athena:
    """Athena for one statement: its states in turn, why it ended, and the pages of its answer."""

    states: list[str] = field(default_factory=lambda: ["QUEUED", "RUNNING", "SUCCEEDED"])
    reason: str = ""
    pages: list[list[list[str | None]]] = field(default_factory=lambda: [[["a", "b"], ["1", None]], [["2", "x"]]])
    started: dict[str, Any] = field(default_factory=dict)
    stopped: list[str] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)

    def start_query_execution(self, **arguments: Any) -> dict[str, str]:
        self.started = arguments
        return {"QueryExecutionId": "q-1"}

    def get_query_execution(self, **_arguments: Any) -> dict[str, Any]:
        state = self.states.pop(0)
        status = {"State": state, **({"StateChangeReason": self.reason} if self.reason else {})}
        return {"QueryExecution": {"Status": status, "Statistics": {"DataScannedInBytes": 7}}}

    def stop_query_execution(self, **arguments: Any) -> None:
        self.stopped.append(arguments["QueryExecutionId"])

    def get_paginator(self, operation: str) -> "Athena":
        assert operation == "get_query_results"
        return self

    def paginate(self, **_arguments: Any) -> Iterator[Mapping[str, Any]]:
        for page in self.pages:
            rows = [{"Data": [datum(value) for value in row]} for row in page]
            yield {"ResultSet": {"Rows": rows}}

    def queries(self) -> Queries:
        return Queries(cast("Any", self), "myapp--audit", "myapp_audit", self.paused.append)


@dataclass
class Bucket:
    """The regions of which a bucket holds log objects."""

    found: list[str]
    name: str = "s3://bucket"

    def regions(self) -> list[str]:
        return self.found


def logs_of(athena: Athena, *regions: str) -> AthenaLogs:
    return AthenaLogs(athena.queries(), cast("Any", Bucket(list(regions or ["eu-west-1"]))), NAMES)


def quiet(_state: str, _scanned: int) -> None:
    """Shows nobody the progress."""


def test_a_statement_runs_in_the_workgroup_and_is_waited_for_ever_longer() -> None:
    athena = Athena(states=["QUEUED", *["RUNNING"] * 9, "SUCCEEDED"])
    told: list[tuple[str, int]] = []
    run = athena.queries().run("SELECT ?", ["'x'"], lambda state, scanned: told.append((state, scanned)))
    assert (run.execution, run.scanned) == ("q-1", 7)
    assert athena.started == {
        "QueryString": "SELECT ?",
        "ExecutionParameters": ["'x'"],
        "QueryExecutionContext": {"Database": "myapp_audit"},
        "WorkGroup": "myapp--audit",
    }
    assert athena.paused == sorted(athena.paused)
    assert athena.paused[-1] == 3.0
    assert told[-1] == ("SUCCEEDED", 7)
    assert not athena.stopped


def test_all_pages_are_read_and_the_heading_once() -> None:
    queries = Athena().queries()
    rows = list(queries.rows(queries.run("SELECT 1", [], quiet)))
    assert rows == [{"a": "1", "b": None}, {"a": "2", "b": "x"}]


@pytest.mark.parametrize(
    ("state", "reason", "says"),
    [
        ("CANCELLED", "Query cancelled! : Bytes scanned limit was exceeded", "'athenaScanLimitGiB'"),
        ("FAILED", "TABLE_NOT_FOUND: line 1:1: Table 'x' does not exist", "`pulumi up` makes the table"),
        ("FAILED", "SCHEMA_NOT_FOUND: Schema 'x' does not exist", "`pulumi up` makes the table"),
        ("FAILED", "Access denied when writing output to url", "docs/audit.md lists the actions"),
        ("FAILED", "Insufficient permissions: User x is not authorized to perform: glue:GetTable", "docs/audit.md"),
        ("FAILED", "INVALID_FUNCTION_ARGUMENT: not a time", "did not answer: INVALID_FUNCTION_ARGUMENT: not a time"),
        ("CANCELLED", "", "it gave no reason"),
    ],
)
def test_a_statement_that_failed_is_told_as_a_sentence(state: str, reason: str, says: str) -> None:
    athena = Athena(states=[state], reason=reason)
    with pytest.raises(AthenaError) as failed:
        athena.queries().run("SELECT 1", [], quiet)
    assert says in str(failed.value)
    assert "q-1" in str(failed.value), "with the id, the console shows more"


def test_whoever_interrupts_stops_athena_as_well() -> None:
    athena = Athena()

    def interrupt(_state: str, _scanned: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        athena.queries().run("SELECT 1", [], interrupt)
    assert athena.stopped == ["q-1"], "or it would scan on, and be paid for"


def test_log_files_that_the_table_would_not_cover_are_no_silent_gap() -> None:
    athena = Athena()
    with pytest.raises(AthenaError, match="does not cover xx-new-1"), EventStore() as store:
        logs_of(athena, "eu-west-1", "xx-new-1").load(store, ACME, YEAR, None, quiet)
    assert not athena.started, "nothing is paid for an answer with a gap"


def athenas_report(records: list[dict[str, Any]]) -> Report:
    rows: list[list[str | None]] = [list(COLUMNS), *([str(value) for value in row] for row in by_sql(records))]
    athena = Athena(pages=[rows])
    with EventStore() as store:
        integrity = logs_of(athena).load(store, ACME, YEAR, None, quiet)
        return make_report(store, ACME, NAMES, YEAR, integrity, most_events=100)


def test_the_report_of_athenas_rows_is_the_one_of_the_objects(tmp_path: Path) -> None:
    records = [golden("get-secret-value"), golden("put-secret-value"), golden("get-secret-value-refused-other-tenant")]
    deliver(tmp_path, records)
    own, athenas = report_of(tmp_path, ACME), athenas_report(records)
    for part in ("totals", "versions", "busy_days", "summary", "number_of_events"):
        assert getattr(athenas, part) == getattr(own, part)
    assert without_objects(athenas.marked) == without_objects(own.marked)
    assert without_objects(athenas.events) == without_objects(own.events)


def without_objects(rows: Sequence[Row]) -> list[Row]:
    """Rows without what the two readers name differently here: the object that a record lay in."""
    return [{name: value for name, value in row.items() if name != "source_object"} for row in rows]


def test_a_report_of_athenas_says_that_nothing_was_hashed_in_both_languages() -> None:
    report = athenas_report([golden("get-secret-value")])
    for language, words in ((Language.EN, "were not hashed"), (Language.JA, "ハッシュは計算していない")):
        page = html_page(report, language)
        assert words in page
        assert report.integrity.digest not in page, "the hash of an empty list would look like proof"
    console = Console(record=True, width=200)
    print_report(report, console)
    assert "the log objects were not hashed" in console.export_text()
