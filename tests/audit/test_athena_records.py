"""What the SQL for Athena makes of records, beside what the Python parser makes of them: row by row the same.

Nothing here is Athena itself. The statement is parsed by sqlglot's grammar of Athena, translated to DuckDB's, and
executed there, on rows as the Glue table's SerDe makes them.
"""

import dataclasses
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlglot
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from benchmarks.synthetic_trail import SyntheticTrail, events_of_object
from sandbox.athena.columns import read_type
from sandbox.athena.execution import execute
from sandbox.athena.results import StatementError
from sandbox.athena.tables import Table
from tenant_keys.audit.asking import Subject
from tenant_keys.audit.athena.statements import parameters, statement
from tenant_keys.audit.athena.table import COLUMNS, PARTITIONS
from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.records import events_of
from tests.audit.cases import GOLDEN, NAMES, golden, written

KEY = "AWSLogs/111111111111/CloudTrail/ap-northeast-1/2026/03/04/111111111111_CloudTrail_ap-northeast-1_a.json.gz"
ALWAYS = Period(since=datetime(2000, 1, 1, tzinfo=UTC), until=datetime(2100, 1, 1, tzinfo=UTC))
EVERYONE = Subject()
TABLE = Table(
    database=NAMES.audit_database(),
    name=NAMES.audit_table(),
    columns={name: read_type(kind) for name, kind in COLUMNS.items()},
    partitions=PARTITIONS,
    bucket=NAMES.trail_bucket(),
    addresses=re.compile(
        rf"s3://{NAMES.trail_bucket()}/AWSLogs/(?P<account>\d+)/CloudTrail/(?P<region>[a-z0-9-]+)/(?P<day>\d+/\d\d/\d\d)/"
    ),
)
Row = tuple[object, ...]


def by_sql(records: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The table `records` as the SQL makes it."""

    def objects(_table: Table) -> Iterator[tuple[str, bytes]]:
        yield f"s3://{NAMES.trail_bucket()}/{KEY}", gzip.compress(written(records))

    text = statement(NAMES, "about_all", "all_events")
    only_records = text[: text.index("events AS (")].rstrip().removesuffix(",") + " SELECT * FROM records"  # noqa: S608 - our own
    answer = execute(only_records, parameters(EVERYONE, ALWAYS)[:2], [TABLE], objects)
    return sorted((datetime.fromisoformat(str(row[0])), *row[1:]) for row in answer.rows)


def by_python(records: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The same as the parser makes it."""
    events = [event for record in records for event in events_of(json.loads(json.dumps(record)), NAMES, KEY)]
    rows = [dataclasses.astuple(event) for event in events]
    return sorted((row[0].replace(tzinfo=None), *map(str, row[1:])) for row in rows)


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_a_golden_record_gives_the_same_events_by_sql_and_by_python(name: str) -> None:
    assert by_sql([golden(name)]) == by_python([golden(name)])


def test_all_golden_records_together_do_too() -> None:
    records = [golden(path.stem) for path in sorted(GOLDEN.glob("*.json"))]
    assert len(by_python(records)) > 30
    assert by_sql([*records, *records]) == by_python([*records, *records])


def test_the_records_of_a_synthetic_trail_give_the_same_events() -> None:
    trail = SyntheticTrail(names=NAMES, events=3_000, tenants=30)
    records = [json.loads(text) for text in events_of_object(trail, 1, 0)]
    expected = by_python(records)
    assert len(expected) > 1_000
    assert by_sql(records) == expected


def test_a_secret_that_is_named_twice_goes_by_its_first_arn_or_its_last_name() -> None:
    name, arns = (
        "/saas/myapp/tenant-acme/k",
        [f"{SECRET.format(account=111111111111, name='/saas/myapp/tenant-acme/k')}-aB3dE{n}" for n in (1, 2)],
    )
    request = {"secretId": arns[1], "name": name, "secretIdList": [f"{name}"]}
    base = {**golden("get-secret-value"), "resources": None}
    by_arn = {**base, "additionalEventData": {"SecretId": arns[0]}, "requestParameters": request}
    assert [row[3] for row in by_sql([by_arn])] == [row[3] for row in by_python([by_arn])] == [arns[0]]


def test_a_refusal_of_ones_own_reader_crosses_no_tenants() -> None:
    refused = {**golden("get-secret-value"), "errorCode": "AccessDenied"}
    assert [row[-1] for row in by_sql([refused])] == [row[-1] for row in by_python([refused])] == ["refused-read"]


SECRET = "arn:aws:secretsmanager:ap-northeast-1:{account}:secret:{name}"
NAMES_OF_SECRETS = [
    "/saas/myapp/tenant-acme/external-api-key",
    "/saas/myapp/tenant-acme-eu/external-api-key",
    "/saas/myapp/tenant-acme--eu/key",
    "/saas/myapp/tenant-ab/key",
    "/saas/myapp/tenant-ABC/key",
    "/saas/myapp/tenant-acme",
    "/saas/myapp/tenant-acme/",
    "/saas/myapp/tenant-acme/a/b\nc",
    "/saas/other/tenant-acme/key",
    "x/saas/myapp/tenant-acme/key",
    "",
]


def arn_of(name: str, account: str, end: str) -> str:
    return SECRET.format(account=account, name=name) + end


def both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {**one, **other}


def resource(arn: str) -> dict[str, str]:
    return {"ARN": arn, "accountId": "1"}


NAMED = st.one_of(
    st.sampled_from(NAMES_OF_SECRETS),
    st.builds(
        arn_of,
        st.sampled_from(NAMES_OF_SECRETS),
        st.sampled_from(["111111111111", "222222222222"]),
        st.sampled_from(["-aB3dE5", "", "-aB3d"]),
    ),
)
KMS = st.sampled_from(
    [
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "arn:aws:kms:ap-northeast-1:111111111111:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        "arn:aws:kms:ap-northeast-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "alias/saas/myapp/tenant-acme",
        "",
    ]
)
ROLES = st.sampled_from(
    [
        "myapp--acme--reader",
        "myapp--acme-eu--reader",
        "myapp--sendgrid--rotator",
        "myapp----reader",
        "myapp--a---reader",
        "myapp--acme--reader--x",
        "other--acme--reader",
        "myapp--writer",
    ]
)
SESSIONS = st.sampled_from(["tenant-acme", "tenant-acme-eu", "tenant-", "alice", "a/b"])


def users() -> st.SearchStrategy[dict[str, Any]]:
    def session(role: str, name: str, kind: str, account: str, told: bool) -> dict[str, Any]:  # noqa: FBT001 - drawn
        issuer = {"sessionContext": {"sessionIssuer": {"arn": f"arn:aws:iam::{account}:role/{role}"}}} if told else {}
        arn = {"arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}"} if kind == "AssumedRole" else {}
        return {"type": kind, "principalId": f"AROA1:{name}", "accountId": account, **arn, **issuer}

    sessions = st.builds(
        session,
        ROLES,
        SESSIONS,
        st.sampled_from(["AssumedRole", "AWSAccount", "IAMUser"]),
        st.sampled_from(["111111111111", "222222222222"]),
        st.booleans(),
    )
    services: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [{"invokedBy": "secretsmanager.amazonaws.com"}, {"type": "Root"}, {"type": ""}]
    )
    return sessions | services | st.builds(both, sessions, services)


def some(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any] | None]:
    """An object with some of these members, or null."""
    return st.none() | st.fixed_dictionaries({}, optional=fields)


RECORDS = st.fixed_dictionaries(
    {
        "eventVersion": st.just("1.09"),
        "eventTime": st.sampled_from(["2026-03-04T09:12:13Z", "2026-03-04T09:12:13+09:00"]),
        "eventSource": st.sampled_from(["secretsmanager.amazonaws.com", "kms.amazonaws.com", "s3.amazonaws.com"]),
        "eventName": st.sampled_from(
            ["GetSecretValue", "PutSecretValue", "Decrypt", "ReEncrypt", "CreateAlias", "PutKeyPolicy", "DeleteSecret",
             "PutResourcePolicy", "DisableKey", "RotationSucceeded", "DescribeKey", "ListSecrets"]
        ),
        "userIdentity": users(),
        "eventID": st.sampled_from(["a", "b"]),
        "recipientAccountId": st.sampled_from(["111111111111", "222222222222", ""]),
        "requestParameters": some(
            secretId=NAMED,
            name=NAMED,
            secretIdList=st.lists(NAMED, max_size=3),
            encryptionContext=some(
                SecretARN=NAMED, SecretVersionId=st.sampled_from(["v1", "RequestToValidateKeyAccess"])
            ),
            aliasName=st.sampled_from(["alias/saas/myapp/tenant-acme", "alias/saas/myapp/tenant-a--b", "alias/x"]),
            targetKeyId=KMS,
            keyId=KMS,
            versionId=st.sampled_from(["v2", ""]),
            moveToVersionId=st.just("v3"),
            clientRequestToken=st.just("v4"),
            versionStage=st.just("AWSCURRENT"),
        ),
        "responseElements": some(
            arn=NAMED, aRN=NAMED, ARN=NAMED, versionId=st.just("v5"), keyMetadata=some(keyId=KMS)
        ),
        "additionalEventData": some(SecretId=NAMED),
    },
    optional={
        "serviceEventDetails": some(secretId=NAMED),
        "resources": st.none() | st.lists(st.builds(resource, NAMED | KMS), max_size=3),
        "errorCode": st.sampled_from(["AccessDenied", "Client.UnauthorizedOperation", "ResourceNotFoundException", ""]),
        "errorMessage": st.sampled_from(["no", ""]),
        "sharedEventID": st.sampled_from(["shared", ""]),
        "requestID": st.sampled_from([f"Rotation-{SECRET}-5048a3fd-0ff7-4ed2-8bb9-0d1c5d3e7f10", "x"]),
        "userAgent": st.sampled_from(["it's", None]),
    },
)  # fmt: skip


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])  # to shrink takes minutes
@given(st.lists(RECORDS, min_size=5, max_size=15))
def test_any_records_give_the_same_events(records: list[dict[str, Any]]) -> None:
    assert by_sql(records) == by_python(records)


def test_a_record_without_a_readable_time_fails_the_statement_and_is_not_left_out() -> None:
    with pytest.raises(StatementError, match="not a time"):
        by_sql([{**golden("get-secret-value"), "eventTime": "not a time"}])


@pytest.mark.parametrize("dialect", ["athena", "trino"])
@pytest.mark.parametrize("about", ["about_all", "about_principal", "about_tenant"])
@pytest.mark.parametrize("then", ["all_events", "marked", "newest", "totals", "versions"])
def test_every_statement_is_one_query_in_athenas_grammar(about: str, then: str, dialect: str) -> None:
    (parsed,) = sqlglot.parse(statement(NAMES, about, then, ["eu-west-1"]), dialect=dialect)
    assert isinstance(parsed, exp.Select)
    assert not list(parsed.find_all(exp.Command)), "what the grammar does not know becomes a Command"
    unknown = {each.name.lower() for each in parsed.find_all(exp.Anonymous)}
    assert unknown <= {"element_at", "from_iso8601_timestamp"}, "Trino's functions, which sqlglot has no class for"


def test_nothing_that_a_person_says_stands_in_a_statement() -> None:
    harm = "x' OR '1'='1"
    told = parameters(Subject(tenant="acme", key=harm), ALWAYS)
    assert told[3] == "'x'' OR ''1''=''1'"
    regions = statement(NAMES, "about_all", "totals", [harm])
    assert "region IN ('x'' OR ''1''=''1')" in regions
