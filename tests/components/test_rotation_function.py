"""What renews an issuer's keys: the function, what it is told, who calls it, and who hears when it does not."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.rotation_function import RotationFunction, RotationFunctionArgs
from components.sweep_alarms import ALARMS
from tenant_keys.settings import Settings, parse
from tests.issuers.described import ANY_ISSUER
from tests.policies.cases import (
    NAMES,
    POLICIES,
    admin_key_policy_of,
    admin_secret_policy_of,
    rotator_policy_of,
    scheduler_trust_of,
)
from tests.recording import Recording, record, stack_settings

if TYPE_CHECKING:
    from tests.components.conftest import RecordComponent

FUNCTION = "aws:lambda/function:Function"
ON_CALL = "arn:aws:sns:ap-northeast-1:111111111111:on-call"
ISSUERS = {
    "sendgrid": {"adapter": "sendgrid", "options": {"scopes": ["mail.send"]}, "concurrency": 10},
    "mint": {"adapter": "http-mint", "baseUrl": "https://api.mint.example", "options": dict(ANY_ISSUER)},
    "pagerduty": {"adapter": "manual"},
}


@pytest.fixture
def settings() -> Settings:
    return parse({**stack_settings("dev"), "issuers": ISSUERS, "alarmTopics": [ON_CALL]}, environment="dev", source="")


def recorded(record_component: "RecordComponent", settings: Settings, issuer: str = "sendgrid") -> Recording:
    return record_component(
        lambda opts: RotationFunction(issuer, RotationFunctionArgs(issuer=issuer, settings=settings), opts)
    )


def deployed(settings: Settings, issuer: str = "sendgrid") -> Recording:
    """The same without a preview: what AWS would answer is known."""
    import pulumi  # noqa: PLC0415 - inside the recorded program
    import pulumi_aws as aws  # noqa: PLC0415 - inside the recorded program

    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dev", region="ap-northeast-1"))
        RotationFunction(issuer, RotationFunctionArgs(issuer=issuer, settings=settings), opts)

    return record(program)


def told(recording: Recording) -> dict[str, Any]:
    return json.loads(recording.only(FUNCTION).inputs["environment"]["variables"]["ROTATION_SETTINGS"])


def test_the_function_is_told_where_its_issuer_and_its_secrets_are(settings: Settings) -> None:
    assert told(deployed(settings)) == {
        "app": "myapp",
        "environment": "dev",
        "issuer": "sendgrid",
        "adapter": "sendgrid",
        "baseUrl": None,
        "options": {"scopes": ["mail.send"]},
        "adminSecret": "arn:aws:mock:ap-northeast-1:000000000000:secret/sendgrid",
        "secretPrefix": "/saas/myapp/tenant-",
        "scheduleGroup": "myapp--sendgrid--rotation",
        "scheduleRole": NAMES.scheduler_role_arn("sendgrid"),
    }


def test_a_generic_issuer_gets_its_host_and_its_options_from_the_settings_alone(settings: Settings) -> None:
    said = told(deployed(settings, "mint"))
    assert said["baseUrl"] == "https://api.mint.example"
    assert said["options"] == ANY_ISSUER


def test_the_function_runs_the_handler_with_room_for_a_sweep(
    record_component: "RecordComponent", settings: Settings
) -> None:
    function = recorded(record_component, settings).only(FUNCTION).inputs
    assert function["name"] == "myapp--sendgrid--rotator"
    assert function["handler"] == "rotation_lambda.handler.handle"
    assert (function["timeout"], function["memorySize"]) == (900, 256)


@pytest.mark.parametrize(("issuer", "reserved"), [("sendgrid", 10), ("mint", -1)])
def test_the_settings_decide_how_many_rotations_run_at_once(
    record_component: "RecordComponent", settings: Settings, issuer: str, reserved: int
) -> None:
    function = recorded(record_component, settings, issuer).only(FUNCTION)
    assert function.inputs["reservedConcurrentExecutions"] == reserved


def test_its_role_has_the_golden_policies(record_component: "RecordComponent", settings: Settings) -> None:
    recording = recorded(record_component, settings)
    roles = {
        each.inputs["name"]: json.loads(each.inputs["assumeRolePolicy"])
        for each in recording.of_type("aws:iam/role:Role")
    }
    assert roles == {
        "myapp--sendgrid--rotator": POLICIES["function-trust"][0],
        "myapp--sendgrid--scheduler": scheduler_trust_of("myapp--sendgrid--rotation"),
    }
    policies = {
        each.inputs["name"]: json.loads(each.inputs["policy"])
        for each in recording.of_type("aws:iam/rolePolicy:RolePolicy")
    }
    assert policies == {"work": rotator_policy_of("sendgrid"), "call-function": POLICIES["scheduler"][0]}


def test_secrets_manager_may_call_it_for_tenants_secrets_of_this_account(
    record_component: "RecordComponent", settings: Settings
) -> None:
    permission = recorded(record_component, settings).only("aws:lambda/permission:Permission").inputs
    assert permission["principal"] == "secretsmanager.amazonaws.com"
    assert permission["sourceAccount"] == "111111111111"
    assert permission["sourceArn"] == NAMES.every_secret_arn_pattern()


def test_nobody_gets_the_function_before_its_permission_and_its_role_stand(settings: Settings) -> None:
    recording = deployed(settings)
    function, permission = recording.only(FUNCTION), recording.only("aws:lambda/permission:Permission")
    policies = recording.of_type("aws:iam/rolePolicy:RolePolicy")
    (work,) = [each.urn for each in policies if each.inputs["name"] == "work"]
    group = recording.only("aws:cloudwatch/logGroup:LogGroup")
    assert work in function.dependencies, "Secrets Manager tries the function at once"
    assert group.urn in function.dependencies, "Lambda would make a log group without an end"
    assert function.urn in permission.dependencies


def test_the_sweep_calls_it_every_hour(settings: Settings) -> None:
    schedule = deployed(settings).only("aws:scheduler/schedule:Schedule").inputs
    assert (schedule["groupName"], schedule["name"]) == ("myapp--sendgrid--rotation", "sweep")
    assert schedule["scheduleExpression"] == "rate(1 hour)"
    assert json.loads(schedule["target"]["input"]) == {"sweep": {}}
    assert schedule["target"]["arn"] == "arn:aws:mock:ap-northeast-1:000000000000:function/sendgrid"


def test_the_schedule_waits_for_the_policy_of_its_role(settings: Settings) -> None:
    recording = deployed(settings)
    (calling,) = [
        each for each in recording.of_type("aws:iam/rolePolicy:RolePolicy") if each.inputs["name"] == "call-function"
    ]
    assert calling.urn in recording.only("aws:scheduler/schedule:Schedule").dependencies


def test_an_event_that_fails_for_good_is_kept_for_two_weeks(settings: Settings) -> None:
    recording = deployed(settings)
    queue = recording.only("aws:sqs/queue:Queue").inputs
    assert queue["messageRetentionSeconds"] == 14 * 86400
    assert queue["sqsManagedSseEnabled"] is True
    invoked = recording.only("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig").inputs
    assert invoked["destinationConfig"]["onFailure"]["destination"].endswith(":queue/sendgrid")
    policy = json.loads(recording.only("aws:sqs/queuePolicy:QueuePolicy").inputs["policy"])
    assert policy == POLICIES["dead-letters"][0]


def test_the_admin_credential_has_a_key_of_its_own_no_value_and_one_reader(settings: Settings) -> None:
    recording = deployed(settings)
    secret = recording.only("aws:secretsmanager/secret:Secret").inputs
    assert secret["name"] == "/saas/myapp/issuer-sendgrid/admin"
    assert secret["kmsKeyId"] == "arn:aws:mock:ap-northeast-1:000000000000:key/sendgrid"
    assert "issuer" not in secret.get("tags", {}), "a sweep would take it for a tenant's key"
    assert recording.only("aws:kms/alias:Alias").inputs["name"] == "alias/saas/myapp/issuer-sendgrid"
    assert json.loads(recording.only("aws:kms/key:Key").inputs["policy"]) == admin_key_policy_of("sendgrid")
    policy = recording.only("aws:secretsmanager/secretPolicy:SecretPolicy").inputs
    assert json.loads(policy["policy"]) == admin_secret_policy_of("sendgrid")
    assert policy["blockPublicPolicy"] is True


def test_an_issuer_without_an_api_has_no_admin_credential(settings: Settings) -> None:
    recording = deployed(settings, "pagerduty")
    assert not recording.of_type("aws:secretsmanager/secret:Secret")
    assert told(recording)["adminSecret"] is None
    policies = [json.loads(each.inputs["policy"]) for each in recording.of_type("aws:iam/rolePolicy:RolePolicy")]
    assert rotator_policy_of("pagerduty", has_api=False) in policies


def test_the_sweeps_findings_and_its_silence_ring(record_component: "RecordComponent", settings: Settings) -> None:
    recording = recorded(record_component, settings)
    swept = {
        each.inputs["metricName"]: each.inputs
        for each in recording.of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
        if each.inputs["namespace"] == "TenantKeys"
    }
    assert set(swept) == {"OverdueRotations", "StuckPending", "Orphans", "UnsweptSecrets"}
    for alarm in swept.values():
        assert alarm["dimensions"] == {"App": "myapp", "Environment": "dev", "Issuer": "sendgrid"}
        assert (alarm["comparisonOperator"], alarm["threshold"]) == ("GreaterThanOrEqualToThreshold", 1)
    silent = {metric for metric, alarm in swept.items() if alarm["treatMissingData"] == "breaching"}
    assert silent == {"UnsweptSecrets"}, "a sweep that never comes finds nothing"
    assert swept["UnsweptSecrets"]["statistic"] == "Minimum", "a sweep that was cut short goes on in the next hour"


def test_an_alarm_tells_the_on_call_when_it_begins_and_when_it_ends(
    record_component: "RecordComponent", settings: Settings
) -> None:
    alarms = recorded(record_component, settings).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    assert len(alarms) == 4 + len(ALARMS)
    for each in alarms:
        assert (each.inputs["alarmActions"], each.inputs["okActions"]) == ([ON_CALL], [ON_CALL])
        assert each.inputs["alarmDescription"], "whoever is woken is told what to do"


def test_a_run_that_takes_most_of_its_time_rings(record_component: "RecordComponent", settings: Settings) -> None:
    alarms = recorded(record_component, settings).of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
    (duration,) = [each.inputs for each in alarms if each.inputs["metricName"] == "Duration"]
    assert (duration["statistic"], duration["threshold"]) == ("Maximum", 720_000), "milliseconds, of 900 s"


@pytest.mark.parametrize(("stack", "days"), [("dev", 30), ("prod", 400)])
def test_logs_are_kept_as_long_as_the_audit_trail(record_component: "RecordComponent", stack: str, days: int) -> None:
    settings = parse(stack_settings(stack), environment=stack, source="")
    group = recorded(record_component, settings).only("aws:cloudwatch/logGroup:LogGroup").inputs
    assert (group["name"], group["retentionInDays"]) == ("/aws/lambda/myapp--sendgrid--rotator", days)


def test_logs_are_kept_for_a_time_that_cloudwatch_knows(record_component: "RecordComponent") -> None:
    for wanted, kept in ((31, 60), (36_500, 3653)):
        settings = parse({**stack_settings("dev"), "auditRetentionDays": wanted}, environment="dev", source="")
        group = recorded(record_component, settings).only("aws:cloudwatch/logGroup:LogGroup").inputs
        assert group["retentionInDays"] == kept
