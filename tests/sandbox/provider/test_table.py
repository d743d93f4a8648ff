"""The table against the SDK that the program uses, and against the real provider's schema."""

import importlib
import inspect
import re
from typing import Any

import pytest
from pulumi.runtime.rpc import UNKNOWN

from sandbox.provider.schema import Kind
from sandbox.provider.services import RESOURCE_TYPES
from tenant_keys import account_guard
from tests.program.conftest import accept
from tests.recording import ROOT, record_program
from tests.sandbox.provider.driver import TYPES, Plugin, make, urn_of

REPLACED_BY = {
    "Key": {"customerMasterKeySpec", "keyUsage", "multiRegion"},
    "Alias": {"name"},
    "Secret": {"name"},
    "SecretPolicy": {"secretArn"},
    "Role": {"name", "path"},
    "RolePolicy": {"name", "role"},
    "Bucket": {"bucket", "objectLockEnabled"},
    "BucketPolicy": {"bucket"},
    "BucketVersioning": {"bucket"},
    "BucketServerSideEncryptionConfiguration": {"bucket"},
    "BucketPublicAccessBlock": {"bucket"},
    "BucketObjectLockConfiguration": {"bucket", "objectLockEnabled"},
    "Trail": {"name"},
    "Function": {"name"},
    "Permission": {"action", "function", "principal", "sourceAccount", "sourceArn", "statementId"},
    "FunctionEventInvokeConfig": {"functionName"},
    "LogGroup": {"name"},
    "LogResourcePolicy": {"policyName"},
    "MetricAlarm": {"name"},
    "ContributorInsightRule": set(),
    "Dashboard": {"dashboardName"},
    "EventRule": {"eventBusName", "name"},
    "EventTarget": {"eventBusName", "rule", "targetId"},
    "ScheduleGroup": {"name"},
    "Schedule": {"groupName", "name"},
    "Topic": {"name"},
    "TopicPolicy": {"arn"},
    "TopicSubscription": {"endpoint", "protocol", "topic"},
    "Queue": {"name"},
    "QueuePolicy": {"queueUrl"},
    "SecretRotation": {"secretId"},
    "BucketLifecycleConfiguration": {"bucket"},
    "CatalogDatabase": {"catalogId", "name"},
    "CatalogTable": {"catalogId", "databaseName", "name"},
    "Workgroup": {"name"},
    "NamedQuery": {"database", "description", "name", "query", "workgroup"},
}
"""ForceNew in hashicorp/terraform-provider-aws, by class; read in the file that each entry names."""

FILLED_IN = {
    "Key": {
        "bypassPolicyLockoutSafetyCheck": False,
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "enableKeyRotation": False,
        "isEnabled": True,
        "keyUsage": "ENCRYPT_DECRYPT",
    },
    "Secret": {"forceOverwriteReplicaSecret": False, "recoveryWindowInDays": 30},
    "Role": {"forceDetachPolicies": False, "maxSessionDuration": 3600, "path": "/"},
    "Bucket": {"forceDestroy": False},
    "BucketPublicAccessBlock": {
        "blockPublicAcls": False,
        "blockPublicPolicy": False,
        "ignorePublicAcls": False,
        "restrictPublicBuckets": False,
    },
    "BucketObjectLockConfiguration": {"objectLockEnabled": "Enabled"},
    "Trail": {
        "enableLogFileValidation": False,
        "enableLogging": True,
        "includeGlobalServiceEvents": True,
        "isMultiRegionTrail": False,
    },
    "Function": {"memorySize": 128, "reservedConcurrentExecutions": -1, "timeout": 3},
    "FunctionEventInvokeConfig": {"maximumRetryAttempts": 2},
    "LogGroup": {"retentionInDays": 0},
    "MetricAlarm": {"actionsEnabled": True, "treatMissingData": "missing"},
    "EventRule": {"eventBusName": "default", "forceDestroy": False},
    "EventTarget": {"eventBusName": "default", "forceDestroy": False},
    "Schedule": {"scheduleExpressionTimezone": "UTC", "state": "ENABLED"},
    "TopicSubscription": {
        "confirmationTimeoutInMinutes": 1,
        "endpointAutoConfirms": False,
        "rawMessageDelivery": False,
    },
    "Queue": {"messageRetentionSeconds": 345_600},
    "SecretRotation": {"rotateImmediately": True},
    "Workgroup": {"forceDestroy": False, "state": "ENABLED"},
    "NamedQuery": {"workgroup": "primary"},
}
"""Default in the same files."""


def name_of(pulumi_type: str) -> str:
    return pulumi_type.rpartition(":")[2]


def sdk_class(pulumi_type: str) -> Any:
    module = pulumi_type.split(":")[1].split("/", maxsplit=1)[0].replace("lambda", "lambda_")
    return getattr(importlib.import_module(f"pulumi_aws.{module}"), name_of(pulumi_type))


def sdk_inputs(pulumi_type: str) -> dict[str, bool]:
    """Input name in Pulumi's spelling -> whether it is required, as the SDK's own class declares it."""
    cls = sdk_class(pulumi_type)
    module = inspect.getmodule(cls)
    args = getattr(module, f"{cls.__name__}Args", None)
    if args is None or args.__module__.endswith("_inputs"):  # a nested argument has taken the name
        args = getattr(module, f"{cls.__name__}InitArgs")
    parameters = list(inspect.signature(args.__init__).parameters.values())[1:]
    return {camel(one.name): one.default is inspect.Parameter.empty for one in parameters}


def camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def test_the_table_serves_exactly_what_the_program_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(account_guard, "refuse_wrong_account", accept)
    registered = {each.type for stack in ("dev", "prod") for each in record_program(stack).resources()}
    assert set(RESOURCE_TYPES) == registered


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_the_sdk_sends_exactly_this_type_token(pulumi_type: str) -> None:
    cls = sdk_class(pulumi_type)
    assert cls.pulumi_type == pulumi_type


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_every_input_of_the_sdk_is_either_served_or_named_as_unserved(pulumi_type: str) -> None:
    entry = RESOURCE_TYPES[pulumi_type]
    assert set(entry.inputs) | entry.unserved == set(sdk_inputs(pulumi_type))
    assert not set(entry.inputs) & entry.unserved


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_every_output_is_one_of_the_sdk(pulumi_type: str) -> None:
    cls, entry = sdk_class(pulumi_type), RESOURCE_TYPES[pulumi_type]
    known = {camel(name) for name, member in vars(cls).items() if isinstance(member, property)}
    tags = {"tagsAll"} if entry.tagged else set()
    region = {"region"} if entry.regional else set()
    assert {*entry.inputs, *entry.outputs, *tags, *region} <= known
    assert ("region" in known) == entry.regional


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_required_inputs_are_those_of_the_sdk(pulumi_type: str) -> None:
    required = {name for name, item in RESOURCE_TYPES[pulumi_type].inputs.items() if item.required}
    assert required == {name for name, must in sdk_inputs(pulumi_type).items() if must}


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_each_entry_says_where_its_schema_was_read(pulumi_type: str) -> None:
    assert re.fullmatch(r"internal/service/[a-z0-9]+/[a-z_]+\.go", RESOURCE_TYPES[pulumi_type].source)


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_the_inputs_that_replace_are_those_of_the_real_provider(pulumi_type: str) -> None:
    replacing = {name for name, item in RESOURCE_TYPES[pulumi_type].inputs.items() if item.replace}
    assert replacing == REPLACED_BY[name_of(pulumi_type)]


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_the_defaults_are_those_of_the_real_provider(pulumi_type: str) -> None:
    filled = {
        name: item.default for name, item in RESOURCE_TYPES[pulumi_type].inputs.items() if item.default is not None
    }
    assert filled == FILLED_IN.get(name_of(pulumi_type), {})


@pytest.mark.parametrize("pulumi_type", TYPES)
def test_a_change_of_any_input_replaces_exactly_when_the_table_says_so(plugin: Plugin, pulumi_type: str) -> None:
    _, state, inputs = make(plugin, pulumi_type)
    for name, item in RESOURCE_TYPES[pulumi_type].inputs.items():
        if item.kind is Kind.ARCHIVE:
            continue  # told by its digest
        answer = plugin.diff(urn_of(pulumi_type), state, {**inputs, name: UNKNOWN})
        expected = [name] if name in REPLACED_BY[name_of(pulumi_type)] else []
        assert (answer.changes, answer.replaces) == (True, expected), "unknown counts as different"
        assert answer.detailed_diff[name].kind.name.endswith("_REPLACE") == bool(expected)
