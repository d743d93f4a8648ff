"""Each alarm's pattern against records that must ring it and all the others, which must not.

The matcher is moto's `EventPattern`. It lacks two things of EventBridge that no pattern here uses: it does not look
into objects in lists (`resources`), and takes a filter that it does not know for one that lets everything through,
which the sandbox's gate refuses. `anything-but` with `wildcard` means the same to both, and so does a missing member.
"""

import json
from typing import Any

import pytest
from moto.events.models import EventPattern

from components import alarm_patterns as patterns
from components.security_alarms import ALARMS
from tenant_keys import naming
from tests.recording import ROOT

NAMES = naming.Names(app="myapp", account="111111111111", region="ap-northeast-1")
RECORDS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text())
    for folder in ("alarms", "cloudtrail")
    for path in sorted((ROOT / "tests" / "golden" / folder).glob("*.json"))
}
REFUSED_BY_READER = {
    "get-secret-value-refused-other-tenant",
    "get-secret-value-refused-own-reader",
    "get-secret-value-refused-without-parameters",
}
REFUSED_READ = {
    "batch-get-secret-value-refused",
    "get-secret-value-cross-account",
    "get-secret-value-of-admin-refused",
    "get-secret-value-refused-console",
    "kms-decrypt-direct",
}
RINGS: dict[str, set[str]] = {
    "refused-by-reader": REFUSED_BY_READER,
    "refused-read": REFUSED_READ,
    "pending-deletion-read": {"get-secret-value-pending-deletion"},
    "key-policy": {"kms-create-grant", "kms-put-key-policy"},
    "secret-policy": {"delete-resource-policy", "put-resource-policy", "put-resource-policy-of-admin"},
    "secret-deletion": {"delete-secret", "delete-secret-by-name"},
    "kms-key-loss": {"kms-disable-key", "kms-disable-key-refused", "kms-schedule-key-deletion"},
    "trail-change": {
        "delete-bucket-policy",
        "delete-trail",
        "put-bucket-object-lock",
        "put-bucket-policy",
        "put-event-selectors",
        "stop-logging",
        "stop-logging-by-name",
        "update-trail",
    },
}
FOREIGN = {
    "get-secret-value-by-administrator",
    "get-secret-value-foreign-session",
    "kms-decrypt-direct-allowed",
}
READS = {
    name
    for name, record in RECORDS.items()
    if record["eventName"] in patterns.READS
    and name not in {"get-secret-value-refused-other-app", "other-app", "other-environment"}
}


def event(name: str) -> Any:
    """A record as EventBridge hands it on."""
    record = RECORDS[name]
    kind = "Service Event" if record.get("eventType") == "AwsServiceEvent" else "API Call"
    return {
        "version": "0",
        "source": f"aws.{record['eventSource'].partition('.')[0]}",
        "detail-type": f"AWS {kind} via CloudTrail",
        "account": "111111111111",
        "detail": record,
    }


def ringing(pattern: patterns.Pattern) -> set[str]:
    loaded = EventPattern.load(json.dumps(pattern))
    return {name for name in RECORDS if loaded.matches_event(event(name))}


@pytest.mark.parametrize(("alarm", "pattern"), ALARMS, ids=lambda each: getattr(each, "about", ""))
def test_an_alarm_rings_for_its_records_and_for_no_other(alarm: Any, pattern: Any) -> None:
    assert ringing(pattern(NAMES)) == RINGS[alarm.about]


def test_a_tenants_alarm_rings_for_reads_of_its_own_keys_by_anyone_else() -> None:
    assert ringing(patterns.foreign_read(NAMES, "acme")) == FOREIGN


def test_a_tenants_alarm_knows_its_neighbours_reads_from_its_own() -> None:
    assert ringing(patterns.foreign_read(NAMES, "acme-eu")) == {"get-secret-value-neighbour"}


def test_a_read_by_a_reader_rings_for_every_tenant_but_its_own() -> None:
    of_globex = {**RECORDS["get-secret-value"]}
    named = of_globex["requestParameters"]["secretId"].replace("tenant-acme", "tenant-globex")
    by_acme: Any = {**event("get-secret-value"), "detail": {**of_globex, "requestParameters": {"secretId": named}}}
    loaded = EventPattern.load(json.dumps(patterns.foreign_read(NAMES, "globex")))
    assert loaded.matches_event(by_acme)


def test_what_is_counted_are_the_reads_of_this_apps_secrets() -> None:
    assert ringing(patterns.reads(NAMES)) == READS


def test_one_refused_read_rings_one_alarm() -> None:
    assert not REFUSED_BY_READER & REFUSED_READ


def test_the_patterns_fit_the_quota_of_eventbridge_under_the_longest_names() -> None:
    """2,048 characters, unless AWS was asked for more ("EventBridge quotas")."""
    names = naming.Names(app="a" * 20, account="1" * 12, region="ap-southeast-1")
    of_environment = [pattern(names) for _, pattern in ALARMS]
    for each in (*of_environment, patterns.reads(names), patterns.foreign_read(names, "t" * 34)):
        assert len(json.dumps(each, separators=(",", ":"))) <= 2048


def test_no_pattern_uses_what_the_matchers_understand_differently() -> None:
    texts = [json.dumps(pattern(NAMES)) for _, pattern in ALARMS]
    texts += [json.dumps(patterns.reads(NAMES)), json.dumps(patterns.foreign_read(NAMES, "acme"))]
    filters = {"anything-but", "exists", "prefix", "wildcard"}
    for text in texts:
        assert '"resources"' not in text
        assert _filters(json.loads(text)) <= filters


def _filters(pattern: Any) -> set[str]:
    """The names of the filters: the keys of objects in lists, but for the alternatives of an `$or`."""
    found: set[str] = set()
    for name, value in pattern.items() if isinstance(pattern, dict) else ():
        for each in value if isinstance(value, list) else [value]:
            found |= (
                _filters(each)
                if name == "$or" or not isinstance(value, list)
                else set(each if isinstance(each, dict) else ())
            )
    return found
