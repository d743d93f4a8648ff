"""The audit question, asked of the sandbox's own history by the real engine's deployment."""

import gzip
import json
import os
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sandbox import Sandbox
from sandbox.engine import Engine
from sandbox.launcher import without_cloud_settings
from tenant_keys.reader import ApiKeyReader
from tests.end_to_end.test_isolation import ACME, reader, refusal
from tests.end_to_end.test_operator_commands import COMMAND, tenant_keys

pytestmark = pytest.mark.engine

CANARY = "SG.canary-of-an-audit"
PATIENCE = 20.0  # delivery takes half a second; a loaded machine takes longer


def audited(sandbox: Sandbox, *arguments: str, until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What `audit` tells the auditor, asked again until the log objects that `until` waits for are delivered."""
    deadline = time.monotonic() + PATIENCE
    while True:
        done = tenant_keys(sandbox, "audit", *arguments, "--json", profile="dev-auditor")
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        if until(report) or time.monotonic() > deadline:
            return report
        time.sleep(0.3)


def told(report: dict[str, Any], service: str = "secretsmanager.amazonaws.com") -> list[tuple[str, str, str]]:
    """Who did what with which outcome; sorted, since a record's time has whole seconds."""
    return sorted(
        (event["principal"].split(":")[-1], event["event_name"], event["outcome"])
        for event in report["events"]
        if event["service"] == service
    )


def test_audit_of_a_tenant_shows_its_put_its_read_and_the_refused_attempt_and_nothing_else(sandbox: Sandbox) -> None:
    Engine(sandbox, "dev").up()
    time.sleep(1.1)  # records have whole seconds
    since = datetime.now(UTC).isoformat(timespec="seconds")
    for tenant in ("acme", "globex"):
        assert tenant_keys(sandbox, "put-key", tenant, given=CANARY).returncode == 0
    reader(sandbox, "acme").get_secret_value(SecretId=ACME)
    time.sleep(1.1)  # or the order of the two is left to their ids
    assert refusal(reader(sandbox, "globex").get_secret_value, SecretId=ACME).startswith("AccessDeniedException")
    report = audited(sandbox, "acme", "--since", since, until=lambda r: len(told(r)) >= 3)
    assert told(report) == [
        ("assumed-role/myapp--acme--reader/tenant-acme", "GetSecretValue", "done"),
        ("assumed-role/myapp--globex--reader/tenant-globex", "GetSecretValue", "refused"),
        ("assumed-role/myapp--writer/acme--operator", "PutSecretValue", "done"),
    ]
    assert [event["reasons"] for event in report["refused"]] == ["cross-tenant"]
    assert report["unusual"] == [], "a put by the writer and a read by the reader are what these roles are for"
    assert ("assumed-role/myapp--acme--reader/tenant-acme", "Decrypt", "done") in told(report, "kms.amazonaws.com")
    assert {event["tenant"] for event in report["events"]} == {"acme"}
    assert CANARY not in json.dumps(report)
    put = next(event for event in report["versions"] if event["event_name"] == "PutSecretValue")
    assert put["version_id"] in reader(sandbox, "acme").describe_secret(SecretId=ACME)["VersionIdsToStages"]


def test_athena_tells_what_this_machine_tells(deployed: Sandbox) -> None:
    tenant_keys(deployed, "put-key", "acme", given=CANARY)
    assert refusal(reader(deployed, "globex").get_secret_value, SecretId=ACME)
    audited(deployed, "acme", until=lambda r: bool(r["refused"]) and r["summary"]["updates"] > 0)
    until = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}"  # what comes later would be in one of the reports alone
    time.sleep(1.5)
    own: dict[str, Any] = {}
    for asked in (["acme"], ["acme", "--key", "external-api-key"], ["--all"], ["acme", "--region", "eu-west-1"]):
        own = audited(deployed, *asked, "--until", until, until=bool)
        athenas = audited(deployed, *asked, "--until", until, "--engine", "athena", until=bool)
        told_of_athena, told_of_own = athenas.pop("integrity"), own.pop("integrity")
        assert own.pop("madeAt") < athenas.pop("madeAt")
        assert athenas == own
        assert (told_of_own["engine"], told_of_athena["engine"]) == ("duckdb", "athena")
        assert told_of_athena["bytesScanned"] > 0
        assert (told_of_athena["objects"], told_of_athena["digest"]) == ([], None), "Athena hashes nothing"
    assert own["events"] == [], "no call was made in that region"


def test_no_record_of_the_sandbox_holds_a_value(deployed: Sandbox) -> None:
    tenant_keys(deployed, "put-key", "acme", given=CANARY)
    audited(deployed, "acme", until=lambda r: any(e["event_name"] == "PutSecretValue" for e in r["events"]))
    bucket = deployed.settings["dev"].names.trail_bucket()
    s3 = deployed.session("dev-auditor").client("s3")
    keys = [
        each["Key"] for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket) for each in page["Contents"]
    ]
    contents = b"".join(gzip.decompress(s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys)
    assert b"PutSecretValue" in contents
    assert CANARY.encode() not in contents


def test_audit_shows_a_person_the_refused_attempt_first(deployed: Sandbox) -> None:
    assert refusal(reader(deployed, "globex").get_secret_value, SecretId=ACME)
    audited(deployed, "acme", until=lambda r: bool(r["refused"]))
    shown = tenant_keys(deployed, "audit", "acme", profile="dev-auditor").stdout
    assert shown.index("refused: an identity of another tenant") < shown.index("Per principal and day")


def test_a_change_of_policies_shows_as_the_deployers(deployed: Sandbox) -> None:
    tenant_keys(deployed, "put-key", "acme", given=CANARY)  # its records tell whose the KMS key is
    deployer = deployed.session("dev-deployer")
    manager, kms, secret = deployer.client("secretsmanager"), deployer.client("kms"), ACME
    manager.put_resource_policy(
        SecretId=secret, ResourcePolicy=manager.get_resource_policy(SecretId=secret)["ResourcePolicy"]
    )
    key = manager.describe_secret(SecretId=secret)["KmsKeyId"]
    kms.put_key_policy(KeyId=key, Policy=kms.get_key_policy(KeyId=key)["Policy"])
    expected = {"PutResourcePolicy", "PutKeyPolicy"}
    report = audited(deployed, "acme", until=lambda r: expected <= {e["event_name"] for e in r["unusual"]})
    changes = [event for event in report["unusual"] if event["reasons"] == "policy-change"]
    assert {event["event_name"] for event in changes} >= expected
    assert {event["role_arn"] for event in changes} == {deployed.settings["dev"].deploy_role}


def test_audit_of_a_principal_tells_what_it_saw(deployed: Sandbox) -> None:
    tenant_keys(deployed, "put-key", "acme", given=CANARY)
    session, names = deployed.session("dev-backend"), deployed.settings["dev"].names
    keys = ApiKeyReader(
        app=names.app, account=names.account, region=names.region, session=session, caller="billing-worker"
    )
    assert keys.get("acme") == CANARY
    role = deployed.settings["dev"].names.reader_role_arn("acme")
    report = audited(deployed, "principal", role, until=lambda r: r["summary"]["reads"] > 0)
    assert {event["role_arn"] for event in report["events"]} == {role}
    assert report["summary"]["reads"] > 0
    assert "billing-worker" in {event["source_identity"] for event in report["events"]}


@pytest.mark.parametrize("profile", ["dev-operator", "dev-backend", "dev-deployer", "prod-auditor"])
def test_only_an_auditor_of_the_environment_reads_its_trail(deployed: Sandbox, profile: str) -> None:
    done = tenant_keys(deployed, "audit", "acme", profile=profile)
    assert done.returncode == 1
    assert "was not read: AccessDenied" in done.stderr
    assert "arn:aws:iam::111111111111:role/" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_trail_that_is_stopped_records_that_and_no_more(sandbox: Sandbox) -> None:
    Engine(sandbox, "dev").up()
    sandbox.advance(seconds=0)  # the test of the new rotation leaves records too
    time.sleep(1.1)  # the bucket has whole seconds
    administrator = sandbox.session("dev-administrator").client("cloudtrail")
    names = sandbox.settings["dev"].names
    administrator.stop_logging(Name=names.trail_arn())
    tenant_keys(sandbox, "put-key", "acme", given=CANARY)
    time.sleep(1.5)
    environment = {**without_cloud_settings(os.environ), **sandbox.environment("dev-auditor")}
    done = subprocess.run(
        [COMMAND, "--project", str(sandbox.project), "audit", "acme", "--json"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not any(event["event_name"] == "PutSecretValue" for event in json.loads(done.stdout)["events"])
    s3 = sandbox.session("dev-auditor").client("s3")
    listed = s3.list_objects_v2(Bucket=names.trail_bucket())["Contents"]
    contents = [s3.get_object(Bucket=names.trail_bucket(), Key=each["Key"])["Body"].read() for each in listed]
    records = [record for content in contents for record in json.loads(gzip.decompress(content))["Records"]]
    (stopped,) = [record["eventTime"] for record in records if record["eventName"] == "StopLogging"]
    assert max(record["eventTime"] for record in records) == stopped
