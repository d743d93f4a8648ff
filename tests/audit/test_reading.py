"""Log objects as they really come: late, twice, cut off, damaged, and written in other ways than CloudTrail's."""

import gzip
import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenant_keys.audit.log_objects import Period, log_object
from tenant_keys.audit.log_sources import FolderLogs, Passed
from tenant_keys.audit.reading import read_all
from tenant_keys.audit.report import question_about
from tenant_keys.audit.scanning import Needles, NotALogError, matching_records
from tenant_keys.audit.store import Subject
from tests.audit.cases import ALWAYS, NAMES, YEAR, deliver, golden, report_of, written

ACME = Subject(tenant="acme")
NEEDLES = Needles(b"/saas/myapp/tenant-acme/")


def numbered(count: int, name: str = "get-secret-value") -> list[dict[str, Any]]:
    return [{**golden(name), "eventID": f"event-{number}"} for number in range(count)]


def test_an_object_that_was_cut_off_is_told_and_read_up_to_the_cut(tmp_path: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - noise that does not compress, so that the cut falls inside a record
    records = [{**record, "requestID": f"{chance.getrandbits(4096):x}"} for record in numbered(20)]
    whole = gzip.compress(written(records))
    deliver(tmp_path, whole[: len(whole) // 2])
    report = report_of(tmp_path, ACME)
    assert 5 <= report.number_of_events < 15
    (problem,) = report.integrity.problems
    assert problem.problem.startswith("cut off")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cut off"),
        (b"plain text", "not gzip"),
        (gzip.compress(b"no json"), "not JSON"),
        (gzip.compress(b""), "not JSON"),
        (gzip.compress(b'{"digestEndTime":"2026"}'), "JSON without a list of records"),
        (gzip.compress(b"[]"), "JSON without a list of records"),
    ],
    ids=["empty", "not-gzip", "not-json", "nothing", "digest", "list"],
)
def test_a_damaged_object_is_told_and_the_others_are_read(tmp_path: Path, content: bytes, says: str) -> None:
    deliver(tmp_path, content, unique="a")
    deliver(tmp_path, numbered(2), unique="b")
    report = report_of(tmp_path, ACME)
    assert report.number_of_events == 2
    (problem,) = report.integrity.problems
    assert says in problem.problem


def test_an_object_that_nobody_may_open_is_told(tmp_path: Path) -> None:
    deliver(tmp_path, numbered(1), unique="a")
    deliver(tmp_path, numbered(1), unique="b").unlink()
    (tmp_path / "AWSLogs/111111111111/CloudTrail/ap-northeast-1/2026/03/04").joinpath(
        "111111111111_CloudTrail_ap-northeast-1_20260304T0915Z_b.json.gz"
    ).mkdir()
    assert [each.problem for each in report_of(tmp_path, ACME).integrity.problems] == ["unreadable: Is a directory"]


def test_a_record_without_a_time_costs_that_record_alone(tmp_path: Path) -> None:
    deliver(tmp_path, [*numbered(2), {**golden("get-secret-value"), "eventTime": "soon"}])
    report = report_of(tmp_path, ACME)
    assert report.number_of_events == 2
    assert "eventTime is 'soon'" in report.integrity.problems[0].problem


def test_an_event_that_was_delivered_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    deliver(tmp_path, numbered(3), unique="a")
    deliver(tmp_path, numbered(3), unique="b")
    deliver(tmp_path, numbered(4), unique="c")
    report = report_of(tmp_path, ACME)
    assert report.number_of_events == 4
    assert report.integrity.repeated_events == 6
    ((repeated, first),) = report.integrity.repeated_objects
    assert repeated.endswith("_b.json.gz")
    assert first.endswith("_a.json.gz")


def test_one_call_that_two_accounts_recorded_counts_once(tmp_path: Path) -> None:
    shared = {**golden("get-secret-value"), "sharedEventID": "shared"}
    deliver(tmp_path, [shared, {**shared, "eventID": "other"}])
    assert report_of(tmp_path, ACME).number_of_events == 1


def test_digest_files_are_passed_over(tmp_path: Path) -> None:
    deliver(tmp_path, numbered(1))
    digest = "111111111111_CloudTrail-Digest_ap-northeast-1_audit_ap-northeast-1_20260304T091500Z.json.gz"
    folder = tmp_path / "AWSLogs/111111111111/CloudTrail-Digest/ap-northeast-1/2026/03/04"
    folder.mkdir(parents=True)
    (folder / digest).write_bytes(b"whatever")
    report = report_of(tmp_path, ACME)
    assert (report.integrity.passed.digests, len(report.integrity.objects)) == (1, 1)


def test_events_are_listed_by_their_time_whatever_their_order_and_their_object(tmp_path: Path) -> None:
    for unique, minutes in (("a", (9, 1)), ("b", (5, 3))):
        times = [{**golden("get-secret-value"), "eventTime": f"2026-03-04T09:{m:02}:00Z"} for m in minutes]
        deliver(tmp_path, [{**each, "eventID": each["eventTime"]} for each in times], unique=unique)
    assert [row["event_time"].minute for row in report_of(tmp_path, ACME).events] == [9, 5, 3, 1]


def test_the_period_is_by_the_events_time_and_not_by_the_objects(tmp_path: Path) -> None:
    late = [{**golden("get-secret-value"), "eventTime": "2026-03-03T23:59:58Z", "eventID": "before"}]
    deliver(tmp_path, [*late, *numbered(1)], day="20260304")
    march_third = Period(since=datetime(2026, 3, 3, tzinfo=UTC), until=datetime(2026, 3, 3, 23, 59, 59, tzinfo=UTC))
    assert [row["event_id"] for row in report_of(tmp_path, ACME, march_third).events] == ["before"]


def test_objects_of_other_days_and_regions_are_not_read(tmp_path: Path) -> None:
    for day in ("20260301", "20260304", "20260401"):
        deliver(tmp_path, numbered(1), day=day)
    period = Period(since=datetime(2026, 3, 3, tzinfo=UTC), until=datetime(2026, 3, 10, tzinfo=UTC))
    source = FolderLogs(tmp_path)
    assert [found.day for found in source.find(period, None, Passed())] == [date(2026, 3, 4)]
    assert list(source.find(ALWAYS, frozenset({"us-east-1"}), Passed())) == []


@pytest.mark.parametrize(
    "key",
    [
        "notes.json.gz",
        "111111111111_CloudTrail_ap-northeast-1_20269999T0915Z_a.json.gz",
        "111111111111_CloudTrail_ap-northeast-1_20260304T0915Z_a.json",
        "111111111111_CloudTrail-Insight_ap-northeast-1_20260304T0915Z_a.json.gz",
    ],
)
def test_a_name_that_is_no_log_objects_is_none(key: str) -> None:
    assert log_object(key) is None


def test_many_objects_are_read_by_several_processes_in_their_order(tmp_path: Path) -> None:
    for number in range(40):
        deliver(tmp_path, [{**golden("get-secret-value"), "eventID": f"e{number}"}], unique=f"{number:02}")
    source, done = FolderLogs(tmp_path), list[int]()
    objects = list(source.find(YEAR, None, Passed()))
    readings = list(read_all(source, objects, question_about(ACME, NAMES), done.append))
    assert [reading.account.key for reading in readings] == [found.key for found in objects]
    assert [json.loads(reading.lines)["event_id"] for reading in readings] == [f"e{number}" for number in range(40)]
    assert sum(done) == 40


def with_spaces(records: list[dict[str, Any]]) -> bytes:
    return json.dumps({"Records": records}, indent=1).encode()


def with_escaped_slashes(records: list[dict[str, Any]]) -> bytes:
    return written(records).replace(b"/", b"\\/")


def with_coded_slashes(records: list[dict[str, Any]]) -> bytes:
    return written(records).replace(b"/", b"\\u002f")


def with_sorted_members(records: list[dict[str, Any]]) -> bytes:
    return written([dict(sorted(record.items())) for record in records])


def with_a_member_before(records: list[dict[str, Any]]) -> bytes:
    return b'{"Note":1,' + written(records)[1:]


def with_a_line_end(records: list[dict[str, Any]]) -> bytes:
    return written(records) + b"\n"


OTHER_WRITERS = [
    with_spaces,
    with_escaped_slashes,
    with_coded_slashes,
    with_sorted_members,
    with_a_member_before,
    with_a_line_end,
]


@pytest.mark.parametrize("writer", OTHER_WRITERS)
def test_the_same_records_are_found_however_they_are_written(
    tmp_path: Path, writer: Callable[[list[dict[str, Any]]], bytes]
) -> None:
    records = [*numbered(3), golden("other-service"), golden("kms-put-key-policy"), golden("kms-create-alias")]
    deliver(tmp_path, gzip.compress(writer(records)))
    assert report_of(tmp_path, ACME).number_of_events == 5


NESTED = {**golden("get-secret-value"), "eventID": "nested"}
BESIDE = golden("other-app")


@pytest.mark.parametrize(
    "inside",
    [
        NESTED,
        [NESTED],
        [NESTED, NESTED],
        [NESTED, NESTED, NESTED],
        [NESTED, BESIDE, BESIDE],
        [BESIDE, BESIDE, NESTED],
        [{"note": 1}, NESTED],
        {"eventVersion": "1"},
    ],
    ids=["object", "one", "two", "three", "first", "last", "second", "version"],
)
def test_a_record_inside_a_records_parameters_is_not_one(inside: object) -> None:
    records = [golden("get-secret-value"), {**golden("other-service"), "requestParameters": {"nested": inside}}]
    found = list(matching_records(written(records), NEEDLES))
    assert golden("get-secret-value") in found
    assert all(each in records for each in found)


@given(st.text(), st.integers(0, 3))
def test_no_text_in_a_record_hides_or_makes_a_record(text: str, position: int) -> None:
    records = numbered(4)
    records[position]["userAgent"] = f'{text}{{"eventVersion":"{text}"}},{{"eventVersion":]}}'
    found = list(matching_records(written(records), NEEDLES))
    assert found == records


def test_a_record_without_the_needle_is_not_parsed() -> None:
    content = written([golden("get-secret-value"), golden("other-app")])
    spoiled = content.replace(b"/saas/myapp-eu/", b'/saas/myapp-eu/ " no JSON ')
    assert spoiled != content
    assert list(matching_records(spoiled, NEEDLES)) == [golden("get-secret-value")]


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(NotALogError, match="not JSON"):
        list(matching_records(b'{"Records":[{"eventVersion":"1", "tenant-acme', Needles(b"tenant-acme")))
