"""The archive: the same answers as from the objects, extended by what is new, and compared with what it came from."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tenant_keys.audit.archive import Archive, ArchiveError
from tenant_keys.audit.integrity import Integrity
from tenant_keys.audit.log_sources import FolderLogs
from tenant_keys.audit.report import Report, make_report
from tenant_keys.audit.store import EventStore, Subject
from tests.audit.cases import GOLDEN, NAMES, YEAR, deliver, golden, report_of

ACME = Subject(tenant="acme")


def silent(_done: int, _total: int) -> None:
    """Tells nothing."""


def extend(folder: Path, logs: Path) -> Integrity:
    return Archive(folder, NAMES).extend(FolderLogs(logs), YEAR, None, silent)


def report_from(folder: Path, subject: Subject) -> Report:
    with EventStore() as store:
        integrity = Archive(folder, NAMES).load(store, subject, YEAR)
        return make_report(store, subject, NAMES, YEAR, integrity, most_events=1000)


def answers(report: Report) -> Sequence[Any]:
    return (report.marked, report.totals, report.versions, report.events, report.integrity.digest)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Every golden record, over two months and three objects."""
    records = [golden(path.stem) for path in sorted(GOLDEN.glob("*.json"))]
    folder = tmp_path / "logs"
    for number, day in enumerate(("20260304", "20260305", "20260404")):
        deliver(folder, records[number::3], day=day)
    return folder


@pytest.mark.parametrize(
    "subject",
    [ACME, Subject(tenant="acme-eu"), Subject(), Subject(principal="arn:aws:iam::111111111111:user/alice")],
    ids=["tenant", "other-tenant", "all", "principal"],
)
def test_the_archive_answers_as_its_objects_do(tmp_path: Path, logs: Path, subject: Subject) -> None:
    extend(tmp_path / "archive", logs)
    from_objects, from_archive = report_of(logs, subject), report_from(tmp_path / "archive", subject)
    assert from_archive.number_of_events > 0
    assert answers(from_archive) == answers(from_objects)


def test_the_archive_takes_in_what_is_new_and_nothing_twice(tmp_path: Path, logs: Path) -> None:
    assert len(extend(tmp_path / "archive", logs).objects) == 3
    assert len(extend(tmp_path / "archive", logs).objects) == 0
    deliver(logs, [{**golden("get-secret-value"), "eventID": "new"}], day="20260305", unique="late")
    assert [each.key[-12:] for each in extend(tmp_path / "archive", logs).objects] == ["late.json.gz"]
    assert answers(report_from(tmp_path / "archive", ACME)) == answers(report_of(logs, ACME))
    kept = {path.name[:7] for path in (tmp_path / "archive" / "events").iterdir()}
    assert len(list((tmp_path / "archive" / "events").iterdir())) == len(kept) == 2, "one file a month"


def differences(tmp_path: Path, logs: Path) -> list[str]:
    return list(Archive(tmp_path / "archive", NAMES).verify(FolderLogs(logs), silent))


def test_an_archive_of_unchanged_objects_is_verified(tmp_path: Path, logs: Path) -> None:
    extend(tmp_path / "archive", logs)
    assert differences(tmp_path, logs) == []


def test_an_object_that_changed_or_is_gone_is_told(tmp_path: Path, logs: Path) -> None:
    extend(tmp_path / "archive", logs)
    changed = deliver(logs, [golden("get-secret-value")], day="20260304")
    gone = deliver(logs, [], day="20260404")
    gone.unlink()
    told = differences(tmp_path, logs)
    assert any(changed.name in each and "another object" in each for each in told)
    assert any(gone.name in each and "unreadable" in each for each in told)


def test_an_event_that_was_taken_out_of_the_archive_is_told(tmp_path: Path, logs: Path) -> None:
    extend(tmp_path / "archive", logs)
    archive = Archive(tmp_path / "archive", NAMES)
    victim = tmp_path / "archive" / archive.months["2026-03"].events
    with EventStore() as store:
        store.database.execute(
            "CREATE TABLE kept AS SELECT * FROM read_parquet(?) WHERE outcome <> 'refused'", [str(victim)]
        )
        store.database.execute(f"COPY kept TO '{victim}' (FORMAT parquet)")
    told = differences(tmp_path, logs)
    assert any("not the file that the index names" in each for each in told)
    assert any("in its object and not in the archive" in each for each in told)


@pytest.mark.parametrize("index", ["{", "[]", '{"format": 1}'])
def test_an_index_that_can_not_be_read_is_told(tmp_path: Path, index: str) -> None:
    (tmp_path / "archive.json").write_text(index)
    with pytest.raises(ArchiveError, match="can't be read"):
        Archive(tmp_path, NAMES)


def test_an_archive_of_another_environment_is_refused(tmp_path: Path, logs: Path) -> None:
    extend(tmp_path / "archive", logs)
    with pytest.raises(ArchiveError, match="Give each environment a folder"):
        Archive(tmp_path / "archive", dataclasses.replace(NAMES, account="222222222222"))
