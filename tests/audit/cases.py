"""What the audit's tests share: names, golden records, and log objects as CloudTrail writes them."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tenant_keys.audit.event import AuditEvent
from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.log_sources import FolderLogs, Passed
from tenant_keys.audit.records import events_of
from tenant_keys.audit.report import Report, make_report, question_about, read_into
from tenant_keys.audit.store import EventStore, Subject
from tenant_keys.naming import Names

GOLDEN = Path(__file__).parent.parent / "golden" / "cloudtrail"
NAMES = Names(app="myapp", account="111111111111", region="ap-northeast-1")
YEAR = Period(since=datetime(2026, 1, 1, tzinfo=UTC), until=datetime(2027, 1, 1, tzinfo=UTC))
ALWAYS = Period(since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC))
KMS_KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"


def golden(name: str) -> dict[str, Any]:
    """A record in AWS's documented shape."""
    return json.loads((GOLDEN / f"{name}.json").read_text())


def event(name: str) -> AuditEvent:
    """The one event of a golden record."""
    (only,) = events_of(golden(name), NAMES, "object")
    return only


def written(records: Sequence[Mapping[str, Any]]) -> bytes:
    """A log object as CloudTrail writes it, before compression."""
    return json.dumps({"Records": records}, separators=(",", ":")).encode()


def deliver(
    folder: Path, records: Sequence[Mapping[str, Any]] | bytes, *, day: str = "20260304", unique: str = "a"
) -> Path:
    """Put a log object into a folder, under AWS's key; bytes are taken as they are."""
    content = records if isinstance(records, bytes) else gzip.compress(written(records))
    name = f"111111111111_CloudTrail_ap-northeast-1_{day}T0915Z_{unique}.json.gz"
    path = folder / f"AWSLogs/111111111111/CloudTrail/ap-northeast-1/{day[:4]}/{day[4:6]}/{day[6:]}" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def report_of(folder: Path, subject: Subject, period: Period = YEAR, most_events: int = 10_000) -> Report:
    """What an audit of a folder reports."""
    with EventStore() as store:
        source, passed = FolderLogs(folder), Passed()
        objects = list(source.find(period, None, passed))
        integrity = read_into(store, source, objects, question_about(subject, NAMES), lambda _done: None)
        integrity.passed = passed
        return make_report(store, subject, NAMES, period, integrity, most_events=most_events)
