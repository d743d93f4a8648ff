"""An `up` that is killed half-way, `tenant-keys recover`, and an `up` that completes: nothing twice, nothing lost."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest

from sandbox import Sandbox, stack_file
from sandbox.engine import Engine, EngineError
from sandbox.launcher import without_cloud_settings
from tenant_keys import naming
from tenant_keys.reader import ApiKeyReader
from tests.end_to_end.held_call import HeldCall

pytestmark = pytest.mark.engine

COMMAND = str(Path(sys.executable).with_name("tenant-keys"))
NAMES = naming.Names(app="myapp", account="111111111111", region="ap-northeast-1")
CANARY = "SG.canary-of-a-survivor"
RESOURCES_OF_THREE_TENANTS = 161


def tenant_keys(
    sandbox: Sandbox, *arguments: str, given: str = "", profile: str = "dev-ci"
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "--project", str(sandbox.project), "--stack", "dev", *arguments],
        env={**without_cloud_settings(os.environ), **sandbox.environment(profile), "COLUMNS": "250"},
        input=given,
        text=True,
        capture_output=True,
        check=False,
    )


def recover(sandbox: Sandbox) -> dict[str, Any]:
    """What `recover --yes` did; it must succeed."""
    done = tenant_keys(sandbox, "recover", "--yes", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def exists(sandbox: Sandbox) -> dict[str, set[str]]:
    """Everything in the account that the program could have made, by type, as ids."""
    administrator = sandbox.session("dev-administrator")
    kms, secrets = administrator.client("kms"), administrator.client("secretsmanager")
    roles = administrator.client("iam").list_roles()["Roles"]
    return {
        "aws:kms/key:Key": {
            key["KeyId"]
            for key in kms.list_keys()["Keys"]
            if kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"] != "PendingDeletion"
        },
        "aws:kms/alias:Alias": set(aliases(administrator)),
        "aws:secretsmanager/secret:Secret": {secret["ARN"] for secret in secrets.list_secrets()["SecretList"]},
        "aws:iam/role:Role": {role["RoleName"] for role in roles if naming.SEPARATOR in role["RoleName"]},
        "aws:s3/bucket:Bucket": {bucket["Name"] for bucket in administrator.client("s3").list_buckets()["Buckets"]},
        "aws:cloudtrail/trail:Trail": {
            trail["TrailARN"] for trail in administrator.client("cloudtrail").describe_trails()["trailList"]
        },
    }


def aliases(session: boto3.Session) -> dict[str, str]:
    listed = session.client("kms").list_aliases()["Aliases"]
    return {each["AliasName"]: each["TargetKeyId"] for each in listed if not each["AliasName"].startswith("alias/aws/")}


def in_state(engine: Engine) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for each in engine.state()["deployment"]["resources"]:
        found.setdefault(each["type"], set()).add(each.get("id", ""))
    return found


def assert_nothing_is_twice_or_missing(sandbox: Sandbox, engine: Engine, tenants: int) -> None:
    """The account has what the state has, and of everything as many as there are tenants."""
    state, account = in_state(engine), exists(sandbox)
    assert account == {type_: state[type_] for type_ in account}, "twice in AWS, or missing from the state"
    assert len(account["aws:kms/key:Key"]) == tenants + 3, "one for each, for the trail, the alarms and the issuer"
    assert set(aliases(sandbox.session("dev-administrator")).values()) == account["aws:kms/key:Key"]
    assert "pending_operations" not in engine.state()["deployment"]


def value_of_acme(sandbox: Sandbox) -> str:
    backend = sandbox.session("dev-backend")
    return ApiKeyReader(app="myapp", account=NAMES.account, region=NAMES.region, session=backend).get("acme")


@dataclass
class Survivor:
    """A stack whose first `up` was killed twice; what there was after each kill, and what was done about it."""

    sandbox: Sandbox
    engine: Engine
    existed: list[dict[str, set[str]]] = field(default_factory=list)
    reports: list[dict[str, Any]] = field(default_factory=list)
    known: list[dict[str, set[str]]] = field(default_factory=list)


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survivor]:
    with Sandbox(tmp_path_factory.mktemp("survivor") / "sandbox") as sandbox:
        survivor = Survivor(sandbox, Engine(sandbox, "dev"))
        survivor.engine.create_stack()
        for operation in ("CreateKey", "CreateTrail"):
            with HeldCall(survivor.engine, sandbox, operation):
                pass
            with pytest.raises(EngineError, match="currently locked"):
                survivor.engine.up()
            survivor.existed.append(exists(sandbox))
            survivor.reports.append(recover(sandbox))
            survivor.known.append(in_state(survivor.engine))
        survivor.engine.up()
        put = tenant_keys(sandbox, "put-key", "acme", given=CANARY, profile="dev-operator")
        assert put.returncode == 0, put.stderr
        yield survivor


def test_a_recovery_takes_over_what_was_made_when_the_reply_was_lost(survivor: Survivor) -> None:
    lost = ("aws:kms/key:Key", "aws:cloudtrail/trail:Trail")
    for type_, existed, report, known in zip(lost, survivor.existed, survivor.reports, survivor.known, strict=True):
        actions = {each["action"] for each in report["operations"] if each["urn"].split("::")[2].endswith(type_)}
        assert "import" in actions
        assert known[type_] == existed[type_]
        assert len(report["releasedLocks"]) == 1
    roles = [seen[1]["aws:iam/role:Role"] for seen in (survivor.existed, survivor.known)]
    assert roles[0] == roles[1]
    assert len(roles[0]) == 7, "everything that does not wait for the trail was in flight as well"


def test_a_first_up_that_was_killed_twice_completes(survivor: Survivor) -> None:
    assert_nothing_is_twice_or_missing(survivor.sandbox, survivor.engine, tenants=2)


def test_a_killed_onboarding_completes_and_the_others_keys_are_served_throughout(survivor: Survivor) -> None:
    sandbox, engine = survivor.sandbox, survivor.engine
    stack_file.add_tenant(sandbox.project / "Pulumi.dev.yaml", "initech", {"owner": "it@initech.example"})
    with HeldCall(engine, sandbox, "CreateSecret", takes_effect=False):
        running = tenant_keys(sandbox, "recover", "--yes")
        assert running.returncode == 1, "what a living run is making would be made twice"
        assert "that process is running" in running.stderr
    assert value_of_acme(sandbox) == CANARY

    state = engine.state()
    shown = tenant_keys(sandbox, "recover")
    assert shown.returncode == 0, shown.stderr
    assert "initech--external-api-key" in shown.stdout
    assert "Nothing was changed" in shown.stdout
    assert engine.state() == state, "without --yes it is a look"

    report = recover(sandbox)
    (secret,) = [each for each in report["operations"] if each["urn"].endswith(":Secret::initech--external-api-key")]
    assert secret["action"] == "clear", "it never reached AWS"
    engine.up()
    assert_nothing_is_twice_or_missing(sandbox, engine, tenants=3)
    assert engine.changes() == {"same": RESOURCES_OF_THREE_TENANTS}
    assert value_of_acme(sandbox) == CANARY


def test_attributes_of_a_state_that_a_kill_tore_are_told_from_a_lost_state(sandbox: Sandbox) -> None:
    ours = sandbox.environment("dev-ci")
    with_attributes = ours["PULUMI_BACKEND_URL"].removesuffix("?metadata=skip")
    plain = {**without_cloud_settings(os.environ), **ours, "PULUMI_BACKEND_URL": with_attributes}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=plain, cwd=sandbox.project, text=True, capture_output=True, check=False)

    assert run("pulumi", "stack", "export", "--file", "before.json", "--stack", "dev").returncode == 0
    assert run("pulumi", "stack", "import", "--file", "before.json", "--stack", "dev").returncode == 0
    (attributes,) = (sandbox.folder / "state").glob(".pulumi/stacks/*/dev.json.attrs")
    attributes.write_bytes(b"")
    torn = run(COMMAND, "--stack", "dev", "recover")
    assert torn.returncode == 1
    assert "Delete each empty file whose name ends in .attrs" in torn.stderr
    attributes.unlink()
    assert "No operation is pending" in run(COMMAND, "--stack", "dev", "recover").stdout


def test_a_second_kms_key_is_named_until_its_deletion_is_scheduled(survivor: Survivor) -> None:
    kms = survivor.sandbox.session("dev-deployer").client("kms")
    tags = {**naming.tags(app="myapp", environment="dev"), **naming.tenant_tags("acme")}
    policy = kms.get_key_policy(KeyId=aliases(survivor.sandbox.session("dev-administrator"))[NAMES.kms_alias("acme")])
    second = kms.create_key(
        Policy=policy["Policy"], Tags=[{"TagKey": name, "TagValue": text} for name, text in tags.items()]
    )["KeyMetadata"]["KeyId"]
    told = tenant_keys(survivor.sandbox, "recover")
    assert f"aws kms schedule-key-deletion --key-id {second}" in told.stdout
    kms.schedule_key_deletion(KeyId=second, PendingWindowInDays=7)
    again = recover(survivor.sandbox)
    assert (again["operations"], again["unclaimedKmsKeys"], again["releasedLocks"]) == ([], [], [])
