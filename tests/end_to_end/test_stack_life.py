"""A stack from its first `up` to its `destroy`, by the real engine."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import Sandbox, stack_file
from sandbox.engine import Engine, EngineError
from tenant_keys import naming
from tenant_keys.code_archive import build, zip_bytes
from tests.recording import ROOT, SECRET_SIGNATURE

pytestmark = pytest.mark.engine

NAMES = naming.Names(app="myapp", account="111111111111", region="ap-northeast-1")
SECRET = NAMES.secret("acme", "external-api-key")
RESOURCES_OF_TWO_TENANTS = 148
# Initech's key is put in by a person: four components and nine resources.
RESOURCES_OF_ONE_MORE_TENANT = 13


def stack_file_of(sandbox: Sandbox, stack: str = "dev") -> Path:
    return sandbox.project / f"Pulumi.{stack}.yaml"


def test_a_second_up_of_either_environment_changes_nothing(deployed: Sandbox) -> None:
    for stack in ("dev", "prod"):
        assert Engine(deployed, stack).changes() == {"same": RESOURCES_OF_TWO_TENANTS}
        assert Engine(deployed, stack).changes("--refresh") == {"same": RESOURCES_OF_TWO_TENANTS}, "AWS agrees as well"


def test_the_stack_exports_where_things_are_and_nothing_secret(deployed: Sandbox) -> None:
    outputs = Engine(deployed, "dev").outputs()
    assert outputs["writerRoleArn"] == NAMES.writer_role_arn()
    assert outputs["ownerTopicArn"] == NAMES.owner_topic_arn()
    assert outputs["rotators"]["sendgrid"]["functionArn"] == NAMES.rotator_function_arn("sendgrid")
    acme = outputs["tenants"]["acme"]
    assert acme["readerRoleArn"] == NAMES.reader_role_arn("acme")
    assert acme["kmsKeyArn"].startswith("arn:aws:kms:ap-northeast-1:111111111111:key/")
    (arn,) = acme["secretArns"].values()
    assert arn.startswith(f"arn:aws:secretsmanager:ap-northeast-1:111111111111:secret:{SECRET}-")


def test_the_states_hold_no_value_and_no_secret(deployed: Sandbox) -> None:
    for stack in ("dev", "prod"):
        state = json.dumps(Engine(deployed, stack).state())
        assert SECRET_SIGNATURE not in state, "the mark of a secret value"
        assert "secretVersion" not in state
        assert "AKIA" not in state, "no access key either"
        assert state.count("stackTrace") <= 1, "the SDK's for the stack itself, made before the program begins"


def test_prod_lives_in_its_own_account(deployed: Sandbox) -> None:
    state = json.dumps(Engine(deployed, "prod").state()["deployment"]["resources"])
    assert "222222222222" in state
    assert "111111111111" not in state


def test_prod_settings_of_devs_account_are_refused_before_anything_is_registered(sandbox: Sandbox) -> None:
    prod = Engine(sandbox, "prod")
    prod.create_stack()
    stack_file.put(stack_file_of(sandbox, "prod"), "account", "111111111111")
    with pytest.raises(EngineError) as refused:
        prod.up()
    assert "111111111111 is the account of dev too" in str(refused.value)
    assert "environment's account is 111111111111" in str(refused.value)
    assert "222222222222" in str(refused.value), "both account ids stand in the message"
    assert registered(prod) == []


def test_credentials_of_dev_are_refused_for_prod_before_anything_is_registered(sandbox: Sandbox) -> None:
    Engine(sandbox, "prod").create_stack()
    with_devs_credentials = Engine(sandbox, "prod", profile="dev-ci")
    with pytest.raises(EngineError) as refused:
        with_devs_credentials.up()
    assert "The credentials belong to account 111111111111" in str(refused.value)
    assert "stack is for account 222222222222" in str(refused.value)
    assert "Traceback" not in str(refused.value)
    assert registered(with_devs_credentials) == []


def test_one_more_tenant_is_created_and_nothing_else_changes(sandbox: Sandbox) -> None:
    engine = Engine(sandbox, "dev")
    engine.up()
    stack_file.add_tenant(stack_file_of(sandbox), "initech", {"owner": "it@initech.example"})
    assert engine.changes() == {"create": RESOURCES_OF_ONE_MORE_TENANT, "same": RESOURCES_OF_TWO_TENANTS}
    engine.up()
    assert engine.changes() == {"same": RESOURCES_OF_TWO_TENANTS + RESOURCES_OF_ONE_MORE_TENANT}


def test_drift_is_repaired(sandbox: Sandbox) -> None:
    engine = Engine(sandbox, "dev")
    engine.up()
    deployer = sandbox.session("dev-deployer")
    secrets, iam = deployer.client("secretsmanager"), deployer.client("iam")
    tagged = {"Key": "tenant", "Value": "globex"}
    policy = secrets.get_resource_policy(SecretId=SECRET)["ResourcePolicy"]
    trust = iam.get_role(RoleName=NAMES.reader_role("acme"))["Role"]["AssumeRolePolicyDocument"]

    secrets.tag_resource(SecretId=SECRET, Tags=[tagged])
    weaker = json.loads(policy)
    weaker["Statement"] = weaker["Statement"][1:]
    secrets.put_resource_policy(SecretId=SECRET, ResourcePolicy=json.dumps(weaker))
    opened = json.loads(json.dumps(trust).replace("tenant-acme", "anyone"))
    iam.update_assume_role_policy(RoleName=NAMES.reader_role("acme"), PolicyDocument=json.dumps(opened))
    assert engine.changes("--refresh")["update"] == 3
    engine.up("--refresh")

    tags = {each["Key"]: each["Value"] for each in secrets.describe_secret(SecretId=SECRET)["Tags"]}
    assert tags["tenant"] == "acme"
    assert json.loads(secrets.get_resource_policy(SecretId=SECRET)["ResourcePolicy"]) == json.loads(policy)
    assert iam.get_role(RoleName=NAMES.reader_role("acme"))["Role"]["AssumeRolePolicyDocument"] == trust


def test_a_rotators_code_that_was_changed_in_aws_is_put_right(sandbox: Sandbox, tmp_path: Path) -> None:
    engine = Engine(sandbox, "dev")
    engine.up()
    functions, name = sandbox.session("dev-administrator").client("lambda"), NAMES.rotator_function("sendgrid")
    deployed = functions.get_function(FunctionName=name)["Configuration"]["CodeSha256"]
    assert deployed == build(ROOT / "rotation_lambda", tmp_path / "code.zip"), "what runs is what was reviewed"
    functions.update_function_code(FunctionName=name, ZipFile=zip_bytes({"rotation_lambda/handler.py": b"steal()"}))
    assert engine.changes("--refresh")["update"] == 1
    engine.up("--refresh")
    assert functions.get_function(FunctionName=name)["Configuration"]["CodeSha256"] == deployed


def test_a_removed_tenant_is_refused_by_name_and_nothing_is_lost(sandbox: Sandbox) -> None:
    engine = Engine(sandbox, "dev")
    engine.up()
    before = registered(engine)
    stack_file.remove_tenant(stack_file_of(sandbox), "acme")
    for attempt in (engine.changes, engine.up):
        with pytest.raises(EngineError, match=r"acme.*cannot be deleted\s+because it is protected"):
            attempt()
        assert registered(engine) == before
    deployer = sandbox.session("dev-deployer")
    assert deployer.client("iam").get_role(RoleName=NAMES.reader_role("acme")), "the reader is still there too"
    assert "DeletedDate" not in deployer.client("secretsmanager").describe_secret(SecretId=SECRET)


def test_a_tenant_that_leaves_is_unprotected_then_removed_and_its_id_kept(sandbox: Sandbox) -> None:
    engine = Engine(sandbox, "dev")
    engine.up()
    leaving = [urn for urn in registered(engine) if urn.rsplit("::", 1)[-1].split("--")[0] == "acme"]
    engine.run("state", "unprotect", "--yes", *leaving)
    stack_file.remove_tenant(stack_file_of(sandbox), "acme")
    stack_file.put(stack_file_of(sandbox), "retiredTenants", ["acme"])
    assert engine.changes() == {"delete": len(leaving), "same": RESOURCES_OF_TWO_TENANTS - len(leaving)}
    engine.up()

    secret = sandbox.session("dev-deployer").client("secretsmanager").describe_secret(SecretId=SECRET)
    assert secret["DeletedDate"], "within the recovery window it can be restored"
    stack_file.add_tenant(stack_file_of(sandbox), "acme", {"owner": "it@acme.example"})
    with pytest.raises(EngineError, match="is the id of a tenant that has left"):
        engine.changes()


@pytest.fixture
def unprotected(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose accounts were set up for a `dev` that may be destroyed."""
    project = tmp_path / "repository"
    project.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"):
        shutil.copy(ROOT / name, project)
    stack_file.put(project / "Pulumi.dev.yaml", "protect", value=False)
    with Sandbox(tmp_path / "sandbox", project) as own:
        Engine(own, "dev").create_stack()
        yield own


def test_a_dev_stack_without_protection_is_destroyed_with_the_logs_in_it(unprotected: Sandbox) -> None:
    sandbox = unprotected
    engine = Engine(sandbox, "dev")
    engine.up()
    bucket = engine.outputs()["auditTrail"]["bucket"]
    sandbox.session("dev-administrator").client("s3").put_object(Bucket=bucket, Key="log", Body=b"a log file")
    engine.run("destroy", "--yes", "--skip-preview")

    assert registered(engine) == []
    deployer = sandbox.session("dev-deployer")
    assert deployer.client("secretsmanager").describe_secret(SecretId=SECRET)["DeletedDate"], "it can be restored yet"
    administrator = sandbox.session("dev-administrator")
    assert not [each for each in administrator.client("iam").list_roles()["Roles"] if "--" in each["RoleName"]]
    assert not administrator.client("s3").list_buckets()["Buckets"]
    assert not administrator.client("cloudtrail").describe_trails()["trailList"]
    assert not administrator.client("lambda").list_functions()["Functions"]
    assert not administrator.client("sns").list_topics()["Topics"]
    assert not administrator.client("logs").describe_log_groups()["logGroups"]


def test_a_protected_stack_is_not_destroyed(sandbox: Sandbox) -> None:
    engine = Engine(sandbox, "dev")
    engine.up()
    before = registered(engine)
    with pytest.raises(EngineError, match="protected"):
        engine.run("destroy", "--yes", "--skip-preview")
    assert registered(engine) == before
    assert "DeletedDate" not in sandbox.session("dev-deployer").client("secretsmanager").describe_secret(
        SecretId=SECRET
    )


def registered(engine: Engine) -> list[str]:
    """The URNs in the state, without the stack's own."""
    resources: list[dict[str, Any]] = engine.state()["deployment"].get("resources", [])
    return sorted(each["urn"] for each in resources if each["type"] != "pulumi:pulumi:Stack")
