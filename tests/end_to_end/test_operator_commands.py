"""The operator's commands as an operator runs them: in a process of their own, with the operator's credentials."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox import Sandbox
from sandbox.launcher import without_cloud_settings
from tenant_keys.rotation_schedule import rotation_schedule
from tenant_keys.settings import Rotate

pytestmark = pytest.mark.engine

COMMAND = str(Path(sys.executable).with_name("tenant-keys"))
CANARY = "SG.canary-of-an-operator"


def tenant_keys(
    sandbox: Sandbox, *arguments: str, given: str | bytes = "", profile: str = "dev-operator", stack: str = "dev"
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [COMMAND, "--project", str(sandbox.project), "--stack", stack, *arguments],
        env={**without_cloud_settings(os.environ), **sandbox.environment(profile), "COLUMNS": "200"},
        input=given.encode() if isinstance(given, str) else given,
        capture_output=True,
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, stdout=done.stdout.decode(), stderr=done.stderr.decode()
    )


def values(sandbox: Sandbox, tenant: str) -> list[str]:
    secrets = sandbox.session("dev-deployer").client("secretsmanager")
    described = secrets.describe_secret(SecretId=f"/saas/myapp/tenant-{tenant}/external-api-key")
    return sorted(described.get("VersionIdsToStages", {}))


def test_put_key_puts_a_value_in_and_tells_version_and_time_only(deployed: Sandbox) -> None:
    done = tenant_keys(deployed, "put-key", "acme", "--json", given=CANARY)
    assert done.returncode == 0, done.stderr
    written = json.loads(done.stdout)
    assert written["versionId"] in values(deployed, "acme")
    assert abs(datetime.fromisoformat(written["time"]) - datetime.now(UTC)).total_seconds() < 60
    assert CANARY not in done.stdout + done.stderr


def test_put_key_prints_a_sentence_for_a_person(deployed: Sandbox) -> None:
    done = tenant_keys(deployed, "put-key", "acme", given=CANARY)
    assert done.stdout.startswith("Put in external-api-key of acme: version ")
    assert CANARY not in done.stdout


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "the value is empty"),
        ("  \n", "the value is empty"),
        (CANARY + "\n", "ends in a line end"),
        (CANARY + "\r\n", "ends in a line end"),
        (b"\xff\xfe" + CANARY.encode(), "not UTF-8"),
        (CANARY * 3000, "more than 65536 bytes"),
    ],
    ids=["empty", "blank", "newline", "crlf", "bytes", "too-long"],
)
def test_put_key_refuses_a_bad_value_and_writes_nothing(deployed: Sandbox, given: str | bytes, says: str) -> None:
    before = values(deployed, "acme")
    done = tenant_keys(deployed, "put-key", "acme", given=given)
    assert done.returncode == 2
    assert says in done.stderr
    assert "canary" not in done.stdout + done.stderr
    assert values(deployed, "acme") == before


def test_put_key_drops_one_line_end_when_told_to(deployed: Sandbox) -> None:
    assert tenant_keys(deployed, "put-key", "acme", "--strip-newline", given=CANARY + "\r\n").returncode == 0


def test_put_key_takes_no_value_as_an_argument(deployed: Sandbox) -> None:
    done = tenant_keys(deployed, "put-key", "acme", "external-api-key", CANARY)
    assert done.returncode == 2, "command lines are seen by every user of a machine, and kept in histories"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["put-key", "initech"], "tenant 'initech' is not declared in dev. Declared: acme, globex."),
        (["put-key", "acme", "other-key"], "tenant 'acme' has no key 'other-key'. Its keys: external-api-key."),
    ],
)
def test_put_key_refuses_what_the_stack_file_does_not_declare(
    deployed: Sandbox, arguments: list[str], says: str
) -> None:
    done = tenant_keys(deployed, *arguments, given=CANARY)
    assert done.returncode == 2
    assert says in done.stderr


@pytest.mark.parametrize("profile", ["dev-backend", "dev-ci", "dev-auditor", "prod-operator"])
def test_only_an_operator_of_the_environment_puts_a_key_in(deployed: Sandbox, profile: str) -> None:
    before = values(deployed, "acme")
    done = tenant_keys(deployed, "put-key", "acme", given=CANARY, profile=profile)
    assert done.returncode == 1
    assert "may not become the writer" in done.stderr
    assert "Traceback" not in done.stderr
    assert values(deployed, "acme") == before


def test_a_broken_stack_file_is_told_without_a_traceback(deployed: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {tenant-keys:app: My App}")
    environment = {**without_cloud_settings(os.environ), **deployed.environment("dev-operator")}
    done = subprocess.run(
        [COMMAND, "--project", str(tmp_path), "status"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "app: is not an app name (got 'My App')" in done.stderr
    assert "Traceback" not in done.stderr


def test_status_tells_who_has_a_value(deployed: Sandbox) -> None:
    tenant_keys(deployed, "put-key", "acme", given=CANARY)
    done = tenant_keys(deployed, "status", "--json")
    assert done.returncode == 0, done.stderr
    acme, globex = json.loads(done.stdout)
    assert (acme["tenant"], acme["state"], acme["hasValue"], acme["ageDays"]) == ("acme", "ok", True, 0)
    assert acme["owner"] == "security@acme.example"
    assert acme["protected"] is True
    following = datetime.fromisoformat(acme["nextRotation"])
    declared = rotation_schedule(Rotate.MONTHLY, "acme", "external-api-key").expression
    assert declared == f"cron(0 {following.hour} {following.day} * ? *)"
    assert timedelta(0) < following - datetime.now(UTC) < timedelta(days=32)
    assert globex["rotate"] == "manual"
    assert globex["nextRotation"] is None


def test_status_shows_a_table(deployed: Sandbox) -> None:
    done = tenant_keys(deployed, "status")
    assert done.returncode == 0
    for word in ("myapp in dev", "acme", "globex", "external-api-key", "security@acme.example", "manual"):
        assert word in done.stdout


def test_status_tells_a_tenant_that_is_declared_and_not_deployed(sandbox: Sandbox) -> None:
    from sandbox import stack_file  # noqa: PLC0415 - only here
    from sandbox.engine import Engine  # noqa: PLC0415 - only here

    Engine(sandbox, "dev").up()
    stack_file.add_tenant(sandbox.project / "Pulumi.dev.yaml", "initech", {"owner": "it@initech.example"})
    states = {each["tenant"]: each["state"] for each in json.loads(tenant_keys(sandbox, "status", "--json").stdout)}
    assert states == {"acme": "no value", "globex": "no value", "initech": "not deployed"}


def test_deployer_policy_prints_a_document(deployed: Sandbox) -> None:
    document = json.loads(tenant_keys(deployed, "deployer-policy").stdout)
    actions = {action for each in document["Statement"] for action in each["Action"]}
    assert "secretsmanager:CreateSecret" in actions
    assert not actions & {"secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"}
