"""The audit command on a folder of logs: how it is asked, and what it shows of what others wrote."""

import csv
import io
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenant_keys.audit.plain import plain, plain_cell, short_arn
from tenant_keys.cli.app import app
from tenant_keys.cli.audit_period import period_of
from tenant_keys.cli.errors import CommandError
from tests.audit.cases import deliver, golden
from tests.recording import ROOT

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def audit(logs: Path, *arguments: str) -> str:
    """What `audit` prints of a folder, for the whole of 2026."""
    span = ("--since", "2026-01-01", "--until", "2026-12-31", "--logs", str(logs))
    result = CliRunner().invoke(
        app, ["--project", str(ROOT), "audit", *arguments, *span], env={"COLUMNS": "240"}, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.stdout


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        CliRunner().invoke(app, ["--project", str(ROOT), "audit", *arguments], catch_exceptions=False)
    return str(refused.value)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A read, a refused one, and a user agent that would do harm."""
    harm = {**golden("put-secret-value"), "userAgent": "\x1b]0;owned\x07[red]=cmd()", "sourceIPAddress": "=1+1"}
    deliver(tmp_path, [golden("get-secret-value"), golden("get-secret-value-refused-other-tenant"), harm])
    return tmp_path


def test_json_has_everything(logs: Path) -> None:
    report = json.loads(audit(logs, "acme", "--json"))
    assert (report["tenant"], report["summary"]["reads"], report["summary"]["refused"]) == ("acme", 1, 1)
    assert report["events"][0]["event_time"] == "2026-03-04T09:12:13Z"
    assert len(report["integrity"]["objects"][0]["sha256"]) == 64


def test_csv_has_a_line_an_event_and_no_formula(logs: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(audit(logs, "acme", "--csv"))))
    assert len(rows) == 3
    assert {row["source_address"] for row in rows} == {"192.0.2.10", "'=1+1"}


def test_a_terminal_is_sent_no_control_characters_of_others(logs: Path) -> None:
    shown = audit(logs, "acme")
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[red]=cmd()" in shown, "brackets are shown as they are, not taken for a colour"


def test_the_page_and_the_manifest_are_written(logs: Path, tmp_path: Path) -> None:
    page, manifest = tmp_path / "acme.html", tmp_path / "acme.sha256"
    audit(logs, "acme", "--html", str(page), "--language", "ja", "--manifest", str(manifest))
    assert '<html lang="ja">' in page.read_text()
    check = subprocess.run(
        ["sha256sum", "--check", str(manifest)], cwd=logs, capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr
    assert check.stdout.count(": OK") == 1


def test_all_and_principal_are_asked_beside_a_tenant(logs: Path) -> None:
    role = "arn:aws:iam::111111111111:role/myapp--globex--reader"
    assert json.loads(audit(logs, "--all", "--json"))["summary"]["events"] == 3
    (seen,) = json.loads(audit(logs, "principal", role, "--json"))["events"]
    assert (seen["tenant"], seen["outcome"]) == ("acme", "refused")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "whom is it about?"),
        (("acme", "--all"), "whom is it about?"),
        (("acme", "arn:aws:iam::111111111111:user/x"), "was not expected"),
        (("principal", "alice"), "is not an ARN"),
        (("Acme Corp",), "is not a tenant's id"),
        (("--all", "--key", "external-api-key"), "--key names one key"),
        (("acme", "--logs", "/no/such/folder"), "is no folder"),
        (("acme", "--engine", "athena", "--logs", "/tmp"), "neither --logs nor --archive"),  # noqa: S108 - never read
        (("acme", "--engine", "athena", "--archive", "a"), "neither --logs nor --archive"),
        (("acme", "--engine", "athena", "--manifest", "m"), "no --manifest to write"),
        (("acme", "--since", "last week"), "neither a day nor a moment"),
        (("acme", "--since", "2026-03-02", "--until", "2026-03-01"), "nothing lies between"),
    ],
)
def test_a_question_that_can_not_be_meant_is_refused(arguments: tuple[str, ...], says: str) -> None:
    assert says in refusal(*arguments)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-03-01", "2026-03-02", (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))),
        (
            "2026-03-01T09:30",
            "2026-03-01T10:00",
            (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ),
        ("2026-03-01T09:30+09:00", None, (datetime(2026, 3, 1, 0, 30, tzinfo=UTC), NOW)),
        ("7d", None, (NOW - timedelta(days=7), NOW)),
        ("1d", "2026-03-02", (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))),
    ],
)
def test_a_period_is_said_in_days_and_moments(
    since: str, until: str | None, expected: tuple[datetime, datetime]
) -> None:
    period = period_of(since, until, NOW)
    assert (period.since, period.until) == expected


@pytest.mark.parametrize("hidden", ["\x1b[31m", "\u202e", "\u2028", "\x00", "\n", "\U000e0001"])
def test_hidden_characters_are_shown_as_replaced(hidden: str) -> None:
    assert plain(f"a{hidden[0]}b") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@sum"])
def test_a_cell_is_no_formula(formula: str) -> None:
    assert plain_cell(formula) == f"'{formula}"


def test_an_arn_is_shortened_to_what_names_somebody() -> None:
    assert short_arn("arn:aws:sts::111111111111:assumed-role/a/b:c") == "assumed-role/a/b:c"
    assert short_arn("secretsmanager.amazonaws.com") == "secretsmanager.amazonaws.com"
