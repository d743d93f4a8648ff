"""A report for machines: all of it as JSON, its events as CSV."""

import csv
import io
from datetime import datetime

import orjson

from tenant_keys.audit.event import COLUMNS
from tenant_keys.audit.plain import plain_cell
from tenant_keys.audit.report import Report
from tenant_keys.audit.store import Row

# Times are UTC, with or without their zone, and records have whole seconds.
_JSON = orjson.OPT_INDENT_2 | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_OMIT_MICROSECONDS


def as_json(report: Report) -> str:
    """Everything that the report says; event fields as they were recorded, times in ISO 8601."""
    integrity = report.integrity
    asked = integrity.asked_of_athena
    whole = {
        "tenant": report.subject.tenant,
        "key": report.subject.key,
        "principal": report.subject.principal,
        "app": report.names.app,
        "account": report.names.account,
        "since": report.period.since,
        "until": report.period.until,
        "madeAt": report.made_at,
        "summary": report.summary,
        "refused": report.refused,
        "unusual": report.unusual,
        "busyDays": [
            {"tenant": busy.tenant, "day": busy.day, "reads": busy.reads, "median": busy.median}
            for busy in report.busy_days
        ],
        "totals": report.totals,
        "versions": report.versions,
        "events": report.events,
        "integrity": {
            "source": integrity.source,
            "engine": "athena" if asked else "duckdb",
            "queryExecutionId": asked.execution if asked else None,
            "bytesScanned": asked.scanned if asked else None,
            "digest": None if asked else integrity.digest,
            "repeatedEvents": None if asked else integrity.repeated_events,
            "digestFilesSkipped": integrity.passed.digests,
            "strangers": integrity.passed.strangers,
            "repeatedObjects": integrity.repeated_objects,
            "objects": [
                {"key": each.key, "sha256": each.sha256, "size": each.size, "problem": each.problem}
                for each in integrity.objects
            ],
        },
    }
    return orjson.dumps(whole, option=_JSON).decode()


def as_csv(report: Report) -> str:
    """The events, newest first, one a line; no cell is a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row, column) for column in COLUMNS] for row in report.events)
    return lines.getvalue()


def _cell(row: Row, column: str) -> str:
    value = row[column]
    if isinstance(value, datetime):
        return f"{value.replace(tzinfo=None).isoformat(timespec='seconds')}Z"
    return plain_cell(str(value))
