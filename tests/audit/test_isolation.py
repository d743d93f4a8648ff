"""A tenant's report is handed to that tenant: it holds that tenant's events, all of them, and no other's."""

import copy
import json
import tempfile
from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenant_keys.audit.hand_out import without_other_tenants
from tenant_keys.audit.html_page import html_page
from tenant_keys.audit.store import Subject
from tenant_keys.audit.words import WORDS as PAGE_WORDS
from tenant_keys.audit.words import Language
from tenant_keys.naming import is_key_name, is_tenant_id
from tests.audit.cases import deliver, golden, report_of

# Words that are prefixes and suffixes of each other, joined by a hyphen, make ids that collide wherever one is cut.
WORDS = st.sampled_from(["acme", "acm", "eu", "eu1", "tenant", "a1b2c3", "acmeeu"])
IDS = st.lists(WORDS, min_size=1, max_size=3).map("-".join).filter(is_tenant_id)
KEYS = st.sampled_from(["external-api-key", "external", "api-key", "external-api-key-2"]).filter(is_key_name)
TEMPLATES = st.sampled_from(
    [
        "get-secret-value",
        "get-secret-value-by-name",
        "get-secret-value-refused-other-tenant",
        "put-secret-value",
        "put-resource-policy",
        "rotation-succeeded",
        "kms-decrypt-for-reader",
        "kms-decrypt-direct",
        "delete-secret-old-spelling",
    ]
)


def of_tenant(value: Any, tenant: str, key: str) -> Any:
    """A golden record that is about another tenant's key."""
    if isinstance(value, dict):
        return {name: of_tenant(each, tenant, key) for name, each in value.items()}
    if isinstance(value, list):
        return [of_tenant(each, tenant, key) for each in value]
    if isinstance(value, str):
        return value.replace("/tenant-acme/external-api-key", f"/tenant-{tenant}/{key}")
    return value


@st.composite
def logs(draw: st.DrawFn) -> list[tuple[str, dict[str, Any]]]:
    """Records in any order, each with the tenant that it was made for."""
    made = draw(st.lists(st.tuples(IDS, KEYS, TEMPLATES), min_size=1, max_size=12))
    found = []
    for number, (tenant, key, template) in enumerate(made):
        record = of_tenant(copy.deepcopy(golden(template)), tenant, key)
        found.append((tenant, {**record, "eventID": f"event-{number}", "eventTime": f"2026-03-04T09:12:{number:02}Z"}))
    return draw(st.permutations(found))


def ids_of_report(records: Sequence[dict[str, Any]], subject: Subject) -> set[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        half = len(records) // 2
        deliver(Path(folder), records[:half], unique="a")
        deliver(Path(folder), records[half:], unique="b")
        report = report_of(Path(folder), subject)
    listed = {(row["tenant"], row["event_id"]) for row in report.events}
    assert {row["tenant"] for rows in (report.totals, report.versions, report.marked) for row in rows} <= {
        tenant for tenant, _ in listed
    }
    return listed


@settings(max_examples=25, deadline=None)
@given(logs())
def test_a_tenants_report_holds_exactly_the_events_made_for_it(made: list[tuple[str, dict[str, Any]]]) -> None:
    records = [record for _, record in made]
    for tenant in {tenant for tenant, _ in made}:
        expected = {(tenant, record["eventID"]) for owner, record in made if owner == tenant}
        assert ids_of_report(records, Subject(tenant=tenant)) == expected


@settings(max_examples=10, deadline=None)
@given(logs())
def test_the_report_of_all_tenants_holds_every_event_under_its_tenant(made: list[tuple[str, dict[str, Any]]]) -> None:
    expected = {(tenant, record["eventID"]) for tenant, record in made}
    assert ids_of_report([record for _, record in made], Subject()) == expected


@given(IDS, IDS)
def test_what_is_looked_for_of_one_tenant_is_in_no_other_tenants_secret(one: str, other: str) -> None:
    from tenant_keys.audit.attribution import secret_needle  # noqa: PLC0415 - only here
    from tests.audit.cases import NAMES  # noqa: PLC0415 - only here

    assert (secret_needle(NAMES, one) in NAMES.secret(other, "external-api-key")) == (one == other)


@pytest.mark.parametrize(
    "attempt",
    [golden("kms-decrypt-direct"), golden("kms-decrypt-refused"), {**golden("kms-decrypt-direct"), "errorCode": None}],
    ids=["refused", "refused through Secrets Manager", "direct"],
)
def test_an_attempt_with_anothers_kms_key_gives_that_key_to_nobody(tmp_path: Path, attempt: dict[str, Any]) -> None:
    """Else an attempt on acme would put what happens to globex's KMS key into acme's report."""
    deliver(tmp_path, [attempt, golden("kms-put-key-policy")])
    report = report_of(tmp_path, Subject(tenant="acme"))
    assert [row["event_name"] for row in report.events] == ["Decrypt"]


def test_a_change_of_a_tenants_kms_key_is_the_tenants(tmp_path: Path) -> None:
    deliver(tmp_path, [golden("kms-put-key-policy"), golden("kms-schedule-key-deletion")], unique="a")
    deliver(tmp_path, [golden("kms-create-alias")], unique="b")
    report = report_of(tmp_path, Subject(tenant="acme"))
    assert {row["event_name"] for row in report.events} == {"PutKeyPolicy", "ScheduleKeyDeletion", "CreateAlias"}
    assert {row["reasons"] for row in report.unusual} == {"policy-change", "deletion"}
    assert report_of(tmp_path, Subject(tenant="globex")).number_of_events == 0


def test_one_key_of_a_tenant_is_reported_without_the_others(tmp_path: Path) -> None:
    second = of_tenant(golden("get-secret-value"), "acme", "second-key")
    deliver(tmp_path, [golden("get-secret-value"), {**second, "eventID": "second"}])
    report = report_of(tmp_path, Subject(tenant="acme", key="second-key"))
    assert [row["event_id"] for row in report.events] == ["second"]


@settings(max_examples=10, deadline=None)
@given(logs(), st.sampled_from(Language))
def test_what_is_handed_out_names_no_other_tenant(made: list[tuple[str, dict[str, Any]]], language: Language) -> None:
    """Though each tenant's reader was refused each other tenant's key."""
    tenants = {tenant for tenant, _ in made}
    records = [record for _, record in made]
    for owner, other in permutations(sorted(tenants), 2):
        refused = json.dumps(golden("get-secret-value-refused-other-tenant")).replace("globex", other)
        of_owner = of_tenant(json.loads(refused), owner, "external-api-key")
        records.append({**of_owner, "eventID": f"refused-{len(records)}"})
    for tenant in tenants:
        with tempfile.TemporaryDirectory() as folder:
            deliver(Path(folder), records)
            page = html_page(report_of(Path(folder), Subject(tenant=tenant)), language)
        for other in tenants - {tenant}:
            assert f"--{other}--reader" not in page
            assert f"/tenant-{other}<" not in page
            assert f"/tenant-{other}/" not in page
        assert len(tenants) == 1 or PAGE_WORDS[language]["of_another_tenant"] in page


def test_what_is_handed_out_still_tells_whose_own_reader_read(tmp_path: Path) -> None:
    deliver(tmp_path, [golden("get-secret-value"), golden("get-secret-value-refused-other-tenant")])
    report = report_of(tmp_path, Subject(tenant="acme"))
    assert "myapp--globex--reader" in str(report.refused), "whoever runs the environment has to know"
    handed_out = without_other_tenants(report, "somebody")
    assert "globex" not in str(handed_out)
    assert "myapp--acme--reader/tenant-acme" in str(handed_out.events)
