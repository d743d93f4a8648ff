"""What holds for every resource of the whole program, so that a new component is covered on the day it is written."""

import json
import re
from pathlib import Path

import pytest

from tenant_keys.code_archive import build
from tests.recording import ROOT, SECRET_SIGNATURE, STACK_TYPE, Recording, Registration, record_program, stack_settings

# Types of which the real provider has no `tags` (pulumi_aws, the classes' arguments).
UNTAGGABLE = {
    "aws:athena/namedQuery:NamedQuery",
    "aws:cloudwatch/dashboard:Dashboard",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
    "aws:glue/catalogTable:CatalogTable",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:kms/alias:Alias",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    "aws:lambda/permission:Permission",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:scheduler/schedule:Schedule",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:secretsmanager/secretRotation:SecretRotation",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
    "aws:sqs/queuePolicy:QueuePolicy",
}
FUNCTION = "aws:lambda/function:Function"


@pytest.fixture(params=["dev", "prod"])
def stack(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=[True, False], ids=["preview", "update"])
def program(request: pytest.FixtureRequest, stack: str) -> Recording:
    return record_program(stack, preview=request.param)


def test_the_program_registers_what_these_contracts_are_about(program: Recording) -> None:
    assert len(list(program.resources())) == 119
    assert len(list(program.components())) == 27


def test_every_resource_has_a_component_as_parent(program: Recording) -> None:
    components = {each.urn for each in program.components()}
    orphans = [each.urn for each in program.resources() if each.parent not in components]
    assert not orphans


def test_every_resource_uses_the_environments_provider(program: Recording) -> None:
    provider = program.only("pulumi:providers:aws")
    strangers = [each.urn for each in program.resources() if not each.provider.startswith(provider.urn)]
    assert not strangers, "another provider could act in another account"


def test_every_resource_is_protected(program: Recording) -> None:
    bare = [each.urn for each in program.resources() if not each.protect]
    assert not bare, "one removed line would delete it, be it a secret, its policy or its reader"


def test_without_protection_everything_can_be_deleted() -> None:
    program = record_program("dev", config={**stack_settings("dev"), "protect": False})
    assert not [each.urn for each in program.registrations if each.protect]


def test_every_component_registers_its_outputs(program: Recording) -> None:
    silent = [each.urn for each in program.components() if each.urn not in program.registered_outputs]
    assert not silent


def test_every_resource_that_has_tags_carries_app_environment_and_tenant(program: Recording, stack: str) -> None:
    default_tags = json.loads(program.only("pulumi:providers:aws").inputs["defaultTags"])["tags"]
    assert default_tags == {"app": "myapp", "environment": stack, "managed-by": "tenant-keys"}
    for each in program.resources():
        if each.type in UNTAGGABLE:
            continue
        tenant = tenant_of(each)
        assert each.inputs.get("tags", {}).get("tenant") == tenant, each.urn


def test_the_untaggable_types_have_no_tags_in_the_provider() -> None:
    import pulumi_aws as aws  # noqa: PLC0415 - the SDK is the authority here

    for token in UNTAGGABLE:
        _, module, _, class_name = re.split(r"[:/]", token)
        of_module = getattr(aws, {"lambda": "lambda_"}.get(module, module))
        assert not hasattr(getattr(of_module, class_name), "tags"), token


def test_no_value_ever_passes_through(program: Recording) -> None:
    for each in program.registrations:
        assert "secretVersion" not in each.type, "its value would stand in the state"
        assert SECRET_SIGNATURE not in each.wire, f"{each.urn} carries a secret"
        assert "secretString" not in each.wire


def test_no_policy_has_a_wildcard_action(program: Recording) -> None:
    documents = [
        (each.urn, json.loads(each.inputs[name]))
        for each in program.resources()
        for name in ("policy", "assumeRolePolicy")
        if isinstance(each.inputs.get(name), str)  # in a preview the reader's policy is not known yet
    ]
    assert documents
    for urn, document in documents:
        actions = [action for statement in document["Statement"] for action in statement["Action"]]
        assert not [action for action in actions if "*" in action], urn


def test_names_with_a_limit_keep_to_it(program: Recording) -> None:
    limits = {
        "aws:iam/role:Role": 64,
        FUNCTION: 64,
        "aws:sqs/queue:Queue": 80,
        "aws:cloudwatch/eventRule:EventRule": 64,
    }
    for each in program.resources():
        if each.type in limits:
            assert len(each.inputs["name"]) <= limits[each.type], each.urn


def test_every_function_has_logs_that_end_failed_events_that_stay_and_alarms(program: Recording) -> None:
    functions = {each.inputs["name"]: each for each in program.of_type(FUNCTION)}
    assert functions
    groups = {each.inputs["name"]: each.inputs for each in program.of_type("aws:cloudwatch/logGroup:LogGroup")}
    invoked = {each.name for each in program.of_type("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig")}
    alarms = [each.inputs for each in program.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")]
    for name, function in functions.items():
        assert groups[f"/aws/lambda/{name}"]["retentionInDays"] > 0, "or its logs stay for ever"
        assert function.name in invoked, "an asynchronous event that fails would be lost"
        watched = {each["metricName"] for each in alarms if each.get("dimensions", {}).get("FunctionName") == name}
        assert watched == {"Errors", "Throttles", "Duration"}
        queues = {each.get("dimensions", {}).get("QueueName") for each in alarms}
        assert f"{name}--dead-letters" in queues


def test_every_function_runs_the_same_pinned_code(program: Recording, tmp_path: Path) -> None:
    pinned = {
        (each.inputs["runtime"], *each.inputs["architectures"], each.inputs["codeSha256"])
        for each in program.of_type(FUNCTION)
    }
    assert pinned == {("python3.13", "arm64", build(ROOT / "rotation_lambda", tmp_path / "code.zip"))}
    for each in program.of_type(FUNCTION):
        assert each.inputs["code"] == "build/rotation_lambda.zip", "a path of this machine would be in the state"


def test_nobody_may_call_a_function_for_another_account_or_for_something_else(program: Recording, stack: str) -> None:
    account = stack_settings(stack)["account"]
    permissions = program.of_type("aws:lambda/permission:Permission")
    assert permissions
    for each in permissions:
        assert each.inputs["sourceAccount"] == account, "a confused deputy could call for anyone"
        assert each.inputs["sourceArn"], each.urn


def test_no_rotation_starts_because_of_an_up(program: Recording) -> None:
    rotations = program.of_type("aws:secretsmanager/secretRotation:SecretRotation")
    assert rotations
    assert not [each.urn for each in rotations if each.inputs["rotateImmediately"] is not False]


def test_no_key_names_a_function_before_secrets_manager_may_call_it(program: Recording) -> None:
    permissions = {each.name: each.urn for each in program.of_type("aws:lambda/permission:Permission")}
    for each in program.of_type("aws:secretsmanager/secretRotation:SecretRotation"):
        assert permissions["sendgrid"] in each.dependencies, "it is tried at once"


def test_what_functions_are_told_is_not_secret(program: Recording) -> None:
    for each in program.of_type(FUNCTION):
        variables = each.inputs["environment"]["variables"]
        assert set(variables) <= {"NOTICES_SETTINGS", "ROTATION_SETTINGS"}


def test_names_of_resources_start_with_their_tenants(program: Recording) -> None:
    for each in program.resources():
        if (tenant := tenant_of(each)) is not None:
            assert each.name == tenant or each.name.startswith(f"{tenant}--"), each.urn


def test_a_stack_of_one_environment_names_no_account_of_the_other(program: Recording, stack: str) -> None:
    other = {"dev": "222222222222", "prod": "111111111111"}[stack]
    touched = [each.urn for each in program.registrations if other in json.dumps(each.inputs, default=str)]
    assert not touched


def tenant_of(registration: Registration) -> str | None:
    """The tenant whose component holds a resource, read off the type chain of its URN."""
    if "tenantkeys:index:Tenant$" not in registration.urn or registration.type == STACK_TYPE:
        return None
    return registration.name.split("--")[0]
