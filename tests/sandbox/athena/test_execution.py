"""The sandbox's Athena by itself: types, partitions, statements, and what it refuses instead of guessing."""

import gzip
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from sandbox.athena.columns import TypeNotKnownError, duckdb_type, fitted, read_type
from sandbox.athena.execution import execute, tables_in
from sandbox.athena.results import Result, StatementError
from sandbox.athena.tables import Table, TableNotKnownError, read_table

DESCRIBED: dict[str, Any] = {
    "Name": "t",
    "DatabaseName": "d",
    "Parameters": {
        "projection.enabled": "true",
        "projection.region.type": "enum",
        "projection.region.values": "eu-west-1,us-east-1",
        "projection.day.type": "date",
        "projection.day.format": "yyyy/MM/dd",
        "storage.location.template": "s3://logs/AWSLogs/${region}/${day}/",
    },
    "PartitionKeys": [{"Name": "region", "Type": "string"}, {"Name": "day", "Type": "string"}],
    "StorageDescriptor": {
        "Location": "s3://logs/AWSLogs/",
        "InputFormat": "com.amazon.emr.cloudtrail.CloudTrailInputFormat",
        "SerdeInfo": {"SerializationLibrary": "org.apache.hive.hcatalog.data.JsonSerDe"},
        "Columns": [
            {"Name": "eventname", "Type": "string"},
            {"Name": "requestparameters", "Type": "string"},
            {"Name": "useridentity", "Type": "struct<arn:string>"},
            {"Name": "resources", "Type": "array<struct<arn:string>>"},
        ],
    },
}
RECORD = {
    "eventName": "Get'Secret",
    "requestParameters": {"secretId": "a"},
    "userIdentity": {"ARN": "me", "other": 1},
    "resources": [{"ARN": "one"}, {"ARN": "two"}],
}


def objects(_table: Table) -> Iterator[tuple[str, bytes]]:
    yield "s3://logs/AWSLogs/eu-west-1/2026/03/04/a.json.gz", gzip.compress(json.dumps({"Records": [RECORD]}).encode())


def run(statement: str, *parameters: str) -> Result:
    return execute(statement, parameters, [read_table(DESCRIBED)], objects)


@pytest.mark.parametrize(
    ("hive", "duckdb"),
    [
        ("string", "VARCHAR"),
        ("array<string>", "VARCHAR[]"),
        ("struct<a:string,b:array<struct<c:string>>>", "STRUCT(a VARCHAR, b STRUCT(c VARCHAR)[])"),
    ],
)
def test_a_type_is_read(hive: str, duckdb: str) -> None:
    assert duckdb_type(read_type(hive)) == duckdb


@pytest.mark.parametrize(
    "hive", ["int", "struct<a>", "struct<a:string", "array<string>>", "map<string,string>", "", "a b"]
)
def test_a_type_that_is_not_known_is_no_text(hive: str) -> None:
    with pytest.raises(TypeNotKnownError):
        read_type(hive)


@pytest.mark.parametrize(
    ("value", "hive", "fits"),
    [
        ({"a": [1, None]}, "string", '{"a":[1,null]}'),
        (True, "string", "true"),
        (None, "string", None),
        ("x", "struct<a:string>", None),
        ({"A": "x"}, "struct<a:string,b:string>", {"a": "x", "b": None}),
        ("x", "array<string>", None),
    ],
)
def test_a_value_is_made_to_fit_as_the_serde_does(value: object, hive: str, fits: object) -> None:
    assert fitted(value, read_type(hive)) == fits


def test_a_statement_sees_columns_partitions_and_the_path() -> None:
    result = run(
        """SELECT json_extract_scalar(requestparameters, '$.secretId') AS secret, useridentity.arn, region, day,
        "$path", cardinality(resources) AS n, from_iso8601_timestamp('2026-03-04T00:00:00+09:00') IS NULL AS missing
        FROM d.t WHERE eventname = ? AND day BETWEEN ? AND ?""",
        "'Get''Secret'",
        "'2026/03/04'",
        "'2026/03/04'",
    )
    assert result.rows == [
        ["a", "me", "eu-west-1", "2026/03/04", "s3://logs/AWSLogs/eu-west-1/2026/03/04/a.json.gz", "2", "false"]
    ]
    assert [kind for _, kind in result.columns] == [*["varchar"] * 5, "bigint", "boolean"]
    assert result.scanned > 0


def test_values_are_written_as_athena_writes_them() -> None:
    result = run("SELECT TIMESTAMP '2026-03-04 01:02:03' AS t, DATE '2026-03-04' AS d, NULL AS n, 1.5e0 AS f FROM d.t")
    assert result.rows == [["2026-03-04 01:02:03.000", "2026-03-04", None, "1.5"]]


@pytest.mark.parametrize(
    ("statement", "parameters", "says"),
    [
        ("SELECT 1; SELECT 2", (), "one SELECT and nothing else"),
        ("DROP TABLE d.t", (), "one SELECT and nothing else"),
        ("SELEC 1", (), "SYNTAX_ERROR"),
        ("SELECT (", (), "SYNTAX_ERROR"),
        ("SELECT ?", (), "expected 1, found 0"),
        ("SELECT 1", ("1",), "expected 0, found 1"),
        ("SELECT ?", ("eventname",), "is not a literal"),
        ("SELECT ?", ("1); DROP TABLE t --",), "is not a literal"),
        ("SELECT nothing FROM d.t", (), "GENERIC_USER_ERROR"),
        ("SELECT * FROM read_text('/etc/hostname')", (), "GENERIC_USER_ERROR"),
        ("SELECT resources FROM d.t", (), "no column of the type"),
    ],
)
def test_a_statement_that_is_not_known_fails_with_a_reason(
    statement: str, parameters: tuple[str, ...], says: str
) -> None:
    with pytest.raises(StatementError, match=says):
        run(statement, *parameters)


def test_the_tables_of_a_statement_are_those_that_it_does_not_define() -> None:
    assert tables_in("WITH a AS (SELECT * FROM d.t) SELECT * FROM a JOIN u ON true", "own") == [
        ("d", "t"),
        ("own", "u"),
    ]


def without(part: str, member: str) -> Mapping[str, Any]:
    return {**DESCRIBED, part: {k: v for k, v in DESCRIBED[part].items() if k != member}}


@pytest.mark.parametrize(
    ("described", "says"),
    [
        (without("StorageDescriptor", "InputFormat"), "of the form"),
        (without("Parameters", "projection.enabled"), "projects none"),
        (without("Parameters", "projection.day.format"), "projection date of day"),
        (without("Parameters", "projection.region.type"), "projection None of region"),
        ({**DESCRIBED, "PartitionKeys": DESCRIBED["PartitionKeys"][:1]}, "differ in day"),
    ],
)
def test_a_table_that_the_sandbox_can_not_read_is_refused(described: Mapping[str, Any], says: str) -> None:
    with pytest.raises(TableNotKnownError, match=says):
        read_table(described)


def test_what_no_partition_covers_is_not_seen_as_on_aws() -> None:
    addresses = read_table(DESCRIBED).addresses
    assert addresses.match("s3://logs/AWSLogs/us-east-1/2026/03/04/x.json.gz")
    assert not addresses.match("s3://logs/AWSLogs/ap-south-1/2026/03/04/x.json.gz")
    assert not addresses.match("s3://logs/AWSLogs/us-east-1/2026-03-04/x.json.gz")
