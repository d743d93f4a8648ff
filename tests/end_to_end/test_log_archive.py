"""An environment whose audit log files lie in an account of their own."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from sandbox import Sandbox, stack_file
from sandbox.engine import Engine, EngineError
from tests.end_to_end.held_call import HeldCall
from tests.end_to_end.test_audit import audited, told
from tests.end_to_end.test_isolation import ACME, reader, refusal
from tests.end_to_end.test_operator_commands import tenant_keys

pytestmark = pytest.mark.engine

ROOT = Path(__file__).parent.parent.parent
ARCHIVE = "333333333333"
BUCKET = "myapp-audit-111111111111-ap-northeast-1"
CANARY = "SG.canary-of-an-archive"


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A staging environment with a log archive, whose first `up` was killed while it made the log files' key."""
    project = tmp_path_factory.mktemp("archived")
    for path in ROOT.glob("Pulumi*.yaml"):
        shutil.copy(path, project)
    role = f"arn:aws:iam::{ARCHIVE}:role/log-archive"
    stack_file.put(project / "Pulumi.dev.yaml", "logArchive", {"account": ARCHIVE, "deployRole": role})
    with Sandbox(project / "sandbox", project) as sandbox:
        engine = Engine(sandbox, "dev")
        engine.create_stack()
        with HeldCall(engine, sandbox, "PUT ?object-lock"):
            pass
        recovered = tenant_keys(sandbox, "recover", "--yes", "--json", profile="dev-ci")
        assert recovered.returncode == 0, recovered.stdout + recovered.stderr
        engine.up()
        yield sandbox


def test_what_a_killed_run_made_in_the_archive_is_found_there_and_not_made_twice(archived: Sandbox) -> None:
    kms = archived.session("dev-log-archive-administrator").client("kms")
    buckets = archived.session("dev-log-archive-administrator").client("s3").list_buckets()["Buckets"]
    assert [each["Name"] for each in buckets] == [BUCKET]
    assert len(kms.list_keys()["Keys"]) == 1
    assert Engine(archived, "dev").changes().keys() == {"same"}


def test_the_environments_account_holds_no_log_file(archived: Sandbox) -> None:
    buckets = archived.session("dev-administrator").client("s3").list_buckets()["Buckets"]
    assert [each["Name"] for each in buckets] == ["myapp-audit-answers-111111111111-ap-northeast-1"]


def test_the_environments_auditor_reads_what_the_archive_keeps(archived: Sandbox) -> None:
    assert tenant_keys(archived, "put-key", "acme", given=CANARY).returncode == 0
    assert refusal(reader(archived, "globex").get_secret_value, SecretId=ACME).startswith("AccessDenied")
    report = audited(archived, "acme", until=lambda r: len(r["refused"]) > 0)
    assert ("assumed-role/myapp--writer/acme--operator", "PutSecretValue", "done") in told(report)


@pytest.mark.parametrize("profile", ["dev-administrator", "dev-deployer", "dev-backend"])
def test_nobody_else_of_the_environment_reads_or_deletes_log_files(archived: Sandbox, profile: str) -> None:
    s3 = archived.session(profile).client("s3")
    for call in (s3.list_objects_v2, s3.delete_bucket, s3.delete_bucket_policy):
        with pytest.raises(ClientError, match="AccessDenied"):
            call(Bucket=BUCKET)


def test_the_policy_of_the_archives_deployer_is_printed(archived: Sandbox) -> None:
    printed = tenant_keys(archived, "deployer-policy", "--log-archive", profile="dev-ci").stdout
    statements = {each["Sid"]: each for each in json.loads(printed)["Statement"]}
    assert statements["TrailBucket"]["Resource"] == f"arn:aws:s3:::{BUCKET}"
    assert all(f":{ARCHIVE}:" in each for each in statements["KmsKeys"]["Resource"])
    without = tenant_keys(archived, "deployer-policy", "--log-archive", stack="prod", profile="prod-ci")
    assert without.returncode == 2
    assert "names no 'logArchive'" in without.stderr


def test_credentials_that_reach_no_archive_are_refused_before_anything_is_registered(archived: Sandbox) -> None:
    elsewhere = archived.project / "Pulumi.dev.yaml"
    kept = elsewhere.read_text()
    role = f"arn:aws:iam::{ARCHIVE}:role/somebody-else"
    stack_file.put(elsewhere, "logArchive", {"account": ARCHIVE, "deployRole": role})
    with pytest.raises(EngineError, match=f"they may not assume {role}"):
        Engine(archived, "dev").changes()
    elsewhere.write_text(kept)
