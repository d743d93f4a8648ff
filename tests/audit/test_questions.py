"""The questions in SQL: what they answer on DuckDB, and that Athena's grammar knows them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from tenant_keys.audit.event import COLUMNS
from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.store import EventStore, Subject, question
from tenant_keys.audit.unusual import busy_days
from tests.audit.cases import YEAR, deliver, golden, report_of

QUESTIONS = sorted(
    path.name.removesuffix(".sql")
    for path in (files("tenant_keys.audit") / "questions").iterdir()
    if ".sql" in path.name
)
ACME = Subject(tenant="acme")


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("dialect", ["duckdb", "athena", "trino"])
def test_a_question_is_one_query_in_each_dialect(name: str, dialect: str) -> None:
    (parsed,) = sqlglot.parse(question(name), dialect=dialect)
    assert isinstance(parsed, exp.Select)
    assert not list(parsed.find_all(exp.Command)), "what the grammar does not know becomes a Command"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_means_the_same_in_each_dialect(name: str) -> None:
    """Each function has one name in both, so a translation changes nothing but how the same words are written."""
    for_duckdb = sqlglot.parse_one(question(name), dialect="duckdb")
    for_trino = sqlglot.parse_one(question(name), dialect="trino")
    assert for_duckdb.sql(dialect="trino") == for_trino.sql(dialect="trino")


def test_the_table_of_events_has_every_column_of_the_schema() -> None:
    with EventStore() as store:
        store.ask_about(ACME, YEAR)
        columns = [row[0] for row in store.database.execute("DESCRIBE events").fetchall()]
    assert columns == list(COLUMNS)


def test_totals_are_per_principal_and_day(tmp_path: Path) -> None:
    names = ["get-secret-value", "get-secret-value-refused-other-tenant", "put-secret-value", "put-resource-policy"]
    again = {**golden("get-secret-value"), "eventID": "again", "eventTime": "2026-03-05T00:00:00Z"}
    same_day = {**golden("get-secret-value"), "eventID": "same-day", "eventTime": "2026-03-04T23:59:59Z"}
    deliver(tmp_path, [*map(golden, names), golden("kms-decrypt-for-reader"), again, same_day])
    reader = "arn:aws:sts::111111111111:assumed-role/myapp--acme--reader/tenant-acme"
    totals = {(row["principal"], row["day"]): row for row in report_of(tmp_path, ACME).totals}
    first = totals[reader, date(2026, 3, 4)]
    assert (first["reads"], first["events"]) == (2, 3), "the Decrypt behind a read is no read of its own"
    assert totals[reader, date(2026, 3, 5)]["reads"] == 1
    sums = Counter({name: sum(row[name] for row in totals.values()) for name in ("updates", "changes", "refused")})
    assert sums == {"updates": 1, "changes": 1, "refused": 1}


def test_the_timeline_shows_the_versions_of_a_key_in_their_order(tmp_path: Path) -> None:
    order = ["create-secret", "put-secret-value", "rotate-secret", "update-secret-version-stage", "rotation-succeeded"]
    records = [{**golden(name), "eventTime": f"2026-03-04T10:0{n}:00Z"} for n, name in enumerate(order)]
    deliver(tmp_path, [*reversed(records), golden("get-secret-value")])
    versions = report_of(tmp_path, ACME).versions
    assert [row["event_name"] for row in versions] == [record["eventName"] for record in records]
    assert {row["version_id"] for row in versions} == {"5048a3fd-0ff7-4ed2-8bb9-0d1c5d3e7f10"}


def test_refused_comes_before_unusual_and_newer_before_older(tmp_path: Path) -> None:
    names = ["get-secret-value-by-administrator", "get-secret-value-refused-other-tenant", "put-resource-policy"]
    records = [{**golden(name), "eventTime": f"2026-03-0{n + 1}T00:00:00Z"} for n, name in enumerate(names)]
    deliver(tmp_path, [*records, golden("get-secret-value")])
    report = report_of(tmp_path, ACME)
    assert [row["reasons"] for row in report.marked] == ["cross-tenant", "policy-change", "not-the-reader"]


def test_a_principal_is_asked_for_by_session_by_role_and_by_nothing_less(tmp_path: Path) -> None:
    deliver(tmp_path, [golden("get-secret-value"), golden("put-secret-value"), golden("describe-secret")])
    sessions = {
        "arn:aws:iam::111111111111:role/myapp--acme--reader": 1,
        "arn:aws:sts::111111111111:assumed-role/myapp--acme--reader/tenant-acme": 1,
        "arn:aws:sts::111111111111:assumed-role/myapp--acme--reader": 1,
        "arn:aws:iam::111111111111:role/myapp--writer": 2,
        "arn:aws:iam::111111111111:role/myapp--write": 0,
        "arn:aws:iam::111111111111:role/myapp--acme--reade": 0,
        "arn:aws:sts::111111111111:assumed-role/myapp--acme--reade": 0,
    }
    for arn, expected in sessions.items():
        assert report_of(tmp_path, Subject(principal=arn)).number_of_events == expected, arn


def test_the_list_of_events_is_cut_and_the_sums_are_not(tmp_path: Path) -> None:
    deliver(tmp_path, [{**golden("get-secret-value"), "eventID": f"e{number}"} for number in range(9)])
    report = report_of(tmp_path, ACME, most_events=4)
    assert (len(report.events), report.number_of_events, report.summary["reads"]) == (4, 9, 9)


DAYS = [date(2026, 3, 1) + timedelta(days=number) for number in range(30)]


@pytest.mark.parametrize(
    ("reads", "busy"),
    [
        (dict.fromkeys(DAYS, 100), []),
        ({**dict.fromkeys(DAYS, 100), DAYS[7]: 500}, []),
        ({**dict.fromkeys(DAYS, 100), DAYS[7]: 501}, [DAYS[7]]),
        ({DAYS[7]: 51}, [DAYS[7]]),
        ({DAYS[7]: 50}, []),
        ({}, []),
    ],
    ids=["even", "five-times", "more-than-five-times", "out-of-silence", "few", "none"],
)
def test_a_day_is_busy_beside_the_median_day_of_the_period(reads: dict[date, int], busy: list[date]) -> None:
    assert list(busy_days(reads, len(DAYS))) == busy


def test_a_busy_day_is_reported_with_its_median(tmp_path: Path) -> None:
    records = [{**golden("get-secret-value"), "eventID": f"e{number}"} for number in range(60)]
    deliver(tmp_path, records)
    period = Period(since=datetime(2026, 3, 1, tzinfo=UTC), until=datetime(2026, 3, 11, tzinfo=UTC))
    (busy,) = report_of(tmp_path, ACME, period).busy_days
    assert (busy.tenant, busy.day, busy.reads, busy.median) == ("acme", date(2026, 3, 4), 60, 0)
