"""Glue and Athena behind the gate: who may ask, and what Athena may touch in the name of whoever asks.

Service Authorization Reference for both services; "Access to workgroups and tables" in the Athena User Guide.
"""

import gzip
import json
import random
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.sandbox.athena.test_execution import DESCRIBED, RECORD
from tests.sandbox.gate.cloud import REGION, A, Cloud, Login, allow, document, refused

LOCATION = {"LocationConstraint": REGION}
WORKGROUP = f"arn:aws:athena:{REGION}:{A}:workgroup/audit"
GLUE = [f"arn:aws:glue:{REGION}:{A}:{part}" for part in ("catalog", "database/d", "table/d/t")]
ASKING = ["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"]
# What Athena needs in the caller's name, by the name that a test leaves out.
NEEDED: Mapping[str, dict[str, Any]] = {
    "table": allow("glue:GetTable", GLUE),
    "listing": allow("s3:ListBucket", "arn:aws:s3:::logs"),
    "logs": allow("s3:GetObject", "arn:aws:s3:::logs/*"),
    "place": allow("s3:GetBucketLocation", "arn:aws:s3:::answers"),
    "writing": allow("s3:PutObject", "arn:aws:s3:::answers/*"),
    "reading": allow("s3:GetObject", "arn:aws:s3:::answers/*"),
    "key": allow(["kms:GenerateDataKey", "kms:Decrypt"]),
}


@pytest.fixture(scope="module", autouse=True)
def _made(cloud: Cloud) -> None:
    """Logs, a table over them, and a workgroup whose answers are encrypted."""
    login = cloud.administrator()
    s3, glue = login.client("s3"), login.client("glue")
    for bucket in ("logs", "answers"):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=LOCATION)
    body = gzip.compress(json.dumps({"Records": [RECORD] * 3}).encode())
    s3.put_object(Bucket="logs", Key="AWSLogs/eu-west-1/2026/03/04/a.json.gz", Body=body)
    glue.create_database(DatabaseInput={"Name": "d"})
    glue.create_table(DatabaseName="d", TableInput={k: v for k, v in DESCRIBED.items() if k != "DatabaseName"})
    through = {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}
    root = {"AWS": f"arn:aws:iam::{A}:root"}
    policy = document(
        {**allow(["kms:GenerateDataKey", "kms:Decrypt"]), "Principal": root, "Condition": through},
        {**allow(["kms:DescribeKey", "kms:PutKeyPolicy"]), "Principal": root},
    )
    key = login.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    results = {
        "OutputLocation": "s3://answers/",
        "EncryptionConfiguration": {"EncryptionOption": "SSE_KMS", "KmsKey": key},
    }
    login.client("athena").create_work_group(Name="audit", Configuration={"ResultConfiguration": results})


def auditor(cloud: Cloud, *statements: Mapping[str, Any]) -> Login:
    arn = cloud.role(f"auditor-{uuid.uuid4().hex[:8]}", allow(ASKING, WORKGROUP), *statements)
    return cloud.administrator().assume(arn)


def ended(login: Login, statement: str, parameters: Sequence[str] = ()) -> dict[str, Any]:
    """How a statement ended."""
    athena = login.client("athena")
    more = {"ExecutionParameters": list(parameters)} if parameters else {}
    started = athena.start_query_execution(QueryString=statement, WorkGroup="audit", **more)
    return athena.get_query_execution(QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]


def test_who_may_do_all_of_it_gets_an_answer_page_by_page(cloud: Cloud) -> None:
    login = auditor(cloud, *NEEDED.values())
    execution = ended(login, "SELECT eventname, region FROM d.t WHERE region = ?", ["'eu-west-1'"])
    assert execution["Status"]["State"] == "SUCCEEDED", execution
    assert execution["Statistics"]["DataScannedInBytes"] > 0
    athena, query = login.client("athena"), execution["QueryExecutionId"]
    pages = [athena.get_query_results(QueryExecutionId=query, MaxResults=3)]
    pages.append(athena.get_query_results(QueryExecutionId=query, MaxResults=3, NextToken=pages[0]["NextToken"]))
    rows = [[d["VarCharValue"] for d in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]
    assert rows == [["eventname", "region"], *[["Get'Secret", "eu-west-1"]] * 3]
    assert "NextToken" not in pages[1]
    written = cloud.administrator().client("s3").get_object(Bucket="answers", Key=f"{query}.csv")["Body"].read()
    assert written.decode().splitlines()[0] == '"eventname","region"'


@pytest.mark.parametrize("missing", NEEDED)
def test_what_the_caller_may_not_athena_may_not_in_the_callers_name(cloud: Cloud, missing: str) -> None:
    login = auditor(cloud, *(statement for name, statement in NEEDED.items() if name != missing))
    execution = ended(login, "SELECT eventname FROM d.t")
    assert execution["Status"]["State"] == "FAILED"
    assert "Access denied" in execution["Status"]["StateChangeReason"]
    refused(
        login.client("athena").get_query_results,
        code="InvalidRequestException",
        QueryExecutionId=execution["QueryExecutionId"],
    )


def test_whoever_may_not_use_the_workgroup_starts_and_sees_nothing(cloud: Cloud) -> None:
    asked = ended(auditor(cloud, *NEEDED.values()), "SELECT eventname FROM d.t")["QueryExecutionId"]
    other = cloud.role(f"other-{uuid.uuid4().hex[:8]}", allow(ASKING, f"{WORKGROUP}-of-others"), *NEEDED.values())
    athena = cloud.administrator().assume(other).client("athena")
    refused(athena.start_query_execution, code="AccessDeniedException", QueryString="SELECT 1", WorkGroup="audit")
    refused(athena.start_query_execution, code="AccessDeniedException", QueryString="SELECT 1")
    refused(athena.get_query_execution, code="AccessDeniedException", QueryExecutionId=asked)
    refused(athena.get_query_results, code="AccessDeniedException", QueryExecutionId=asked)


def test_a_statement_that_scans_too_much_ends_without_an_answer(cloud: Cloud) -> None:
    limit, key = 10_000_000, "AWSLogs/us-east-1/2026/03/04/large.json.gz"
    incompressible = [{"eventName": random.Random(n).randbytes(1_500_000).hex()} for n in range(7)]  # noqa: S311 - filler
    body = gzip.compress(json.dumps({"Records": incompressible}).encode(), 1)
    assert len(body) > limit
    administrator = cloud.administrator()
    administrator.client("s3").put_object(Bucket="logs", Key=key, Body=body)
    athena = administrator.client("athena")
    athena.update_work_group(WorkGroup="audit", ConfigurationUpdates={"BytesScannedCutoffPerQuery": limit})
    try:
        execution = ended(auditor(cloud, *NEEDED.values()), "SELECT count(*) FROM d.t")
    finally:
        administrator.client("s3").delete_object(Bucket="logs", Key=key)
        athena.update_work_group(WorkGroup="audit", ConfigurationUpdates={"RemoveBytesScannedCutoffPerQuery": True})
    assert "Bytes scanned limit was exceeded" in execution["Status"]["StateChangeReason"]


def test_a_table_that_is_not_there_is_the_statements_failure(cloud: Cloud) -> None:
    reason = ended(cloud.administrator(), "SELECT * FROM d.nothing")["Status"]["StateChangeReason"]
    assert reason == "TABLE_NOT_FOUND: Table 'awsdatacatalog.d.nothing' does not exist"


def test_the_workgroups_place_for_answers_can_not_be_left(cloud: Cloud) -> None:
    athena = cloud.administrator().client("athena")
    elsewhere = {"OutputLocation": "s3://logs/"}
    refused(
        athena.start_query_execution,
        code="NotImplemented",
        QueryString="SELECT 1",
        WorkGroup="audit",
        ResultConfiguration=elsewhere,
    )


@pytest.mark.parametrize("left_out", range(3), ids=["catalog", "database", "table"])
def test_a_table_takes_the_permission_from_the_catalog_down(cloud: Cloud, left_out: int) -> None:
    allowed = [arn for number, arn in enumerate(GLUE) if number != left_out]
    glue = auditor(cloud, allow("glue:GetTable", allowed)).client("glue")
    message = refused(glue.get_table, code="AccessDeniedException", DatabaseName="d", Name="t")
    assert GLUE[left_out] in message
    assert auditor(cloud, NEEDED["table"]).client("glue").get_table(DatabaseName="d", Name="t")["Table"]["Name"] == "t"


def test_deleting_a_database_takes_the_permission_for_all_that_may_be_in_it(cloud: Cloud) -> None:
    cloud.administrator().client("glue").create_database(DatabaseInput={"Name": "gone"}, Tags={"a": "b"})
    arns = [f"arn:aws:glue:{REGION}:{A}:{part}" for part in ("catalog", "database/gone", "table/gone/*")]
    glue = auditor(cloud, allow("glue:DeleteDatabase", arns)).client("glue")
    assert "userDefinedFunction/gone/*" in refused(glue.delete_database, code="AccessDeniedException", Name="gone")
    arns.append(f"arn:aws:glue:{REGION}:{A}:userDefinedFunction/gone/*")
    auditor(cloud, allow("glue:DeleteDatabase", arns)).client("glue").delete_database(Name="gone")


def test_named_queries_belong_to_their_workgroup(cloud: Cloud) -> None:
    administrator = cloud.administrator().client("athena")
    made = administrator.create_named_query(Name="q", Database="d", QueryString="SELECT 1", WorkGroup="audit")
    query = made["NamedQueryId"]
    refused(auditor(cloud).client("athena").get_named_query, code="AccessDeniedException", NamedQueryId=query)
    may = auditor(cloud, allow("athena:GetNamedQuery", WORKGROUP)).client("athena")
    assert may.get_named_query(NamedQueryId=query)["NamedQuery"]["WorkGroup"] == "audit"
    administrator.delete_named_query(NamedQueryId=query)
    refused(administrator.get_named_query, code="InvalidRequestException", NamedQueryId=query)


def test_tags_decide_as_on_other_services(cloud: Cloud) -> None:
    own = {"StringEquals": {"aws:ResourceTag/team": "audit"}}
    administrator = cloud.administrator().client("athena")
    for name, team in (("tagged", "audit"), ("foreign", "x")):
        administrator.create_work_group(Name=f"{name}-group", Configuration={}, Tags=[{"Key": "team", "Value": team}])
    athena = auditor(cloud, allow("athena:GetWorkGroup", Condition=own)).client("athena")
    assert athena.get_work_group(WorkGroup="tagged-group")["WorkGroup"]["Name"] == "tagged-group"
    refused(athena.get_work_group, code="AccessDeniedException", WorkGroup="foreign-group")
