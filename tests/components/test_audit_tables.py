"""The tables of the audit: what Athena reads, what it may scan, and where its answers go."""

import json
import re
from typing import TYPE_CHECKING

import boto3
import pytest
import sqlglot

from components.audit_tables import QUERIES
from components.audit_trail import AuditTrail, AuditTrailArgs
from sandbox.athena.tables import read_table
from tenant_keys.audit.athena.table import REGIONS
from tenant_keys.audit.log_objects import log_object
from tenant_keys.settings import parse
from tests.policies.cases import POLICIES
from tests.recording import Recording, stack_settings

if TYPE_CHECKING:
    from tests.components.conftest import RecordComponent

TABLE, ANSWERS = "audit--tables", "audit--tables--answers"
KEY = "AWSLogs/{account}/CloudTrail/{region}/2026/03/04/{account}_CloudTrail_{region}_20260304T0915Z_a.json.gz"


def trail_of(record_component: "RecordComponent", **changes: object) -> Recording:
    settings = parse({**stack_settings("dev"), **changes}, environment="dev", source="")
    return record_component(lambda opts: AuditTrail("audit", AuditTrailArgs(settings=settings), opts))


@pytest.fixture
def recording(record_component: "RecordComponent") -> Recording:
    return trail_of(record_component)


def test_the_table_covers_the_objects_of_every_region_and_of_this_account_alone(recording: Recording) -> None:
    inputs = recording.only("aws:glue/catalogTable:CatalogTable").inputs
    storage = inputs["storageDescriptor"]
    described = {
        "Name": inputs["name"],
        "DatabaseName": inputs["databaseName"],
        "Parameters": inputs["parameters"],
        "PartitionKeys": [{"Name": each["name"], "Type": each["type"]} for each in inputs["partitionKeys"]],
        "StorageDescriptor": {
            "Location": storage["location"],
            "InputFormat": storage["inputFormat"],
            "SerdeInfo": {"SerializationLibrary": storage["serDeInfo"]["serializationLibrary"]},
            "Columns": [{"Name": each["name"], "Type": each["type"]} for each in storage["columns"]],
        },
    }
    addresses = read_table(described).addresses
    for region in boto3.Session().get_available_regions("cloudtrail"):
        key = KEY.format(account="111111111111", region=region)
        assert log_object(key)
        found = addresses.match(f"s3://myapp-audit-111111111111-ap-northeast-1/{key}")
        assert found, f"log files of {region} would be left out"
        assert found.groupdict() == {"account": "111111111111", "region": region, "day": "2026/03/04"}
    stranger = KEY.format(account="222222222222", region="eu-west-1")
    assert not addresses.match(f"s3://myapp-audit-111111111111-ap-northeast-1/{stranger}")


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_the_regions_are_those_that_the_sdk_knows(partition: str) -> None:
    known = boto3.Session().get_available_regions("cloudtrail", partition_name=partition)
    assert set(known) <= set(REGIONS[partition]), "add the new ones to tenant_keys/audit/athena/table.py"


def test_partitions_are_computed_and_never_crawled(recording: Recording) -> None:
    parameters = recording.only("aws:glue/catalogTable:CatalogTable").inputs["parameters"]
    assert parameters["projection.enabled"] == "true"
    assert parameters["projection.day.range"].endswith(",NOW"), "or the log files of tomorrow would be left out"
    assert not [each.urn for each in recording.resources() if "rawler" in each.type]


@pytest.mark.parametrize(("gib", "limit"), [(100, 107_374_182_400), (1, 1_073_741_824)])
def test_a_question_ends_at_the_limit_of_the_stack_file(
    record_component: "RecordComponent", gib: int, limit: int
) -> None:
    workgroup = trail_of(record_component, athenaScanLimitGiB=gib).only("aws:athena/workgroup:Workgroup").inputs
    assert workgroup["configuration"]["bytesScannedCutoffPerQuery"] == limit


def test_nobody_can_send_an_answer_elsewhere_or_in_the_clear(recording: Recording) -> None:
    configuration = recording.only("aws:athena/workgroup:Workgroup").inputs["configuration"]
    results = configuration["resultConfiguration"]
    assert configuration["enforceWorkgroupConfiguration"] is True
    assert results["encryptionConfiguration"]["encryptionOption"] == "SSE_KMS"
    assert results["expectedBucketOwner"] == "111111111111"
    assert (
        json.loads(recording.only("aws:s3/bucketPolicy:BucketPolicy", ANSWERS).inputs["policy"])
        == (POLICIES["answers-bucket"][0])
    )


def test_answers_are_private_encrypted_and_end_by_themselves(recording: Recording) -> None:
    block = recording.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", ANSWERS).inputs
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block[switch] is True for switch in switches)
    token = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    (rule,) = recording.only(token, ANSWERS).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
    token = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
    (rule,) = recording.only(token, ANSWERS).inputs["rules"]
    assert (rule["status"], rule["expiration"]) == ("Enabled", {"days": 7})


@pytest.mark.parametrize("protect", [True, False])
def test_answers_and_history_are_removed_only_where_nothing_is_protected(
    record_component: "RecordComponent",
    protect: bool,  # noqa: FBT001 - parametrized
) -> None:
    recording = trail_of(record_component, protect=protect)
    for removed in (
        recording.only("aws:athena/workgroup:Workgroup", TABLE),
        recording.only("aws:s3/bucket:Bucket", ANSWERS),
    ):
        assert removed.inputs["forceDestroy"] is not protect


def test_named_queries_are_statements_of_athenas_grammar_with_a_place_for_each_parameter(recording: Recording) -> None:
    queries = {each.inputs["name"]: each.inputs for each in recording.of_type("aws:athena/namedQuery:NamedQuery")}
    assert set(queries) == {f"myapp--audit--{end}" for end in QUERIES}
    for name, inputs in queries.items():
        (parsed,) = sqlglot.parse(inputs["query"], dialect="athena")
        assert parsed is not None
        assert len(inputs["query"]) < 262_144, "Athena's longest statement"
        assert '"myapp_audit"."cloudtrail"' in inputs["query"]
        places = len(re.findall(r"\?(?![:P])", re.sub(r"--.*|'[^']*'", "", inputs["query"])))
        told = 7 if "tenant" in name or "principal" in name else 4
        assert places == told, f"{name} is described with another number of parameters"
