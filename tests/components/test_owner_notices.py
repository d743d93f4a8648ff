"""Owners hear of their own keys, from one sender, and nobody else listens."""

import json
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws
import pytest
from moto.events.models import EventPattern

from components.owner_notices import OwnerNotices, OwnerNoticesArgs
from components.owner_subscription import subscribe_owner
from tenant_keys.settings import Settings
from tests.policies.cases import NAMES, NOTICES_POLICY, POLICIES, scheduler_trust_of, secret_arn
from tests.recording import Holder, Recording, record

if TYPE_CHECKING:
    from tests.components.conftest import RecordComponent


def deployed(settings: Settings) -> Recording:
    def program() -> None:
        opts = pulumi.ResourceOptions(provider=aws.Provider("dev", region="ap-northeast-1"))
        OwnerNotices("notices", OwnerNoticesArgs(settings=settings), opts)

    return record(program)


def recorded(record_component: "RecordComponent", settings: Settings) -> Recording:
    return record_component(lambda opts: OwnerNotices("notices", OwnerNoticesArgs(settings=settings), opts))


def test_the_topic_lies_encrypted_under_the_golden_policy(
    record_component: "RecordComponent", settings: Settings
) -> None:
    recording = recorded(record_component, settings)
    topic = recording.only("aws:sns/topic:Topic").inputs
    assert (topic["name"], topic["kmsMasterKeyId"]) == ("myapp--owners", "alias/aws/sns")
    assert json.loads(recording.only("aws:sns/topicPolicy:TopicPolicy").inputs["policy"]) == POLICIES["owner-topic"][0]


def test_the_function_is_told_its_topic_once_the_topics_policy_stands(settings: Settings) -> None:
    recording = deployed(settings)
    function = recording.only("aws:lambda/function:Function")
    assert function.inputs["name"] == "myapp--notices"
    assert function.inputs["handler"] == "rotation_lambda.notices.handle"
    assert json.loads(function.inputs["environment"]["variables"]["NOTICES_SETTINGS"]) == {
        "app": "myapp",
        "environment": "dev",
        "topic": "arn:aws:mock:ap-northeast-1:000000000000:topic/notices",
        "secretPrefix": "/saas/myapp/tenant-",
    }
    assert recording.only("aws:sns/topicPolicy:TopicPolicy").urn in function.dependencies


def test_its_roles_have_the_golden_policies(record_component: "RecordComponent", settings: Settings) -> None:
    recording = recorded(record_component, settings)
    policies = [json.loads(each.inputs["policy"]) for each in recording.of_type("aws:iam/rolePolicy:RolePolicy")]
    assert NOTICES_POLICY in policies
    trusts = {
        each.inputs["name"]: json.loads(each.inputs["assumeRolePolicy"])
        for each in recording.of_type("aws:iam/role:Role")
    }
    assert trusts == {
        "myapp--notices": POLICIES["function-trust"][0],
        "myapp--reminders": scheduler_trust_of("myapp--reminders"),
    }


def rotation_event(name: str, **where: Any) -> dict[str, Any]:
    """An event of Secrets Manager as CloudTrail hands it to EventBridge (user guide, "Log events for rotation")."""
    return {
        "source": "aws.secretsmanager",
        "detail-type": "AWS Service Event via CloudTrail",
        "account": "111111111111",
        "detail": {"eventName": name, "additionalEventData": where},
    }


OURS, ANOTHER_APPS = secret_arn("acme"), secret_arn("acme").replace("/saas/myapp/", "/saas/other/")
ADMIN = NAMES.issuer_admin_secret_arn_pattern("sendgrid").replace("??????", "aB3dE5")


@pytest.mark.parametrize(
    ("event", "passes"),
    [
        (rotation_event("RotationSucceeded", SecretId=OURS), True),
        (rotation_event("RotationFailed", SecretId=OURS), True),
        (rotation_event("RotationAbandoned", SecretId=OURS), True),
        (rotation_event("TestRotationFailed", SecretId=OURS), True),
        (rotation_event("RotationFailed", SecretARN=OURS), True),
        (rotation_event("RotationFailed", aRN=OURS), True),
        (rotation_event("RotationStarted", SecretId=OURS), False),
        (rotation_event("TestRotationSucceeded", SecretId=OURS), False),
        (rotation_event("RotationFailed", SecretId=ANOTHER_APPS), False),
        (rotation_event("RotationFailed", SecretId=ADMIN), False),
        (rotation_event("RotationFailed"), False),
        ({**rotation_event("RotationFailed", SecretId=OURS), "source": "aws.kms"}, False),
    ],
)
def test_the_rule_passes_the_ends_of_rotations_of_this_apps_tenants(
    settings: Settings, event: dict[str, Any], *, passes: bool
) -> None:
    rule = deployed(settings).only("aws:cloudwatch/eventRule:EventRule").inputs
    assert len(rule["eventPattern"]) <= 4096, "EventBridge takes no more"
    pattern: Any = EventPattern.load(rule["eventPattern"])
    assert pattern.matches_event(event) is passes


def test_the_event_reaches_the_function_and_no_other_rule_may_call_it(settings: Settings) -> None:
    recording = deployed(settings)
    target = recording.only("aws:cloudwatch/eventTarget:EventTarget").inputs
    assert target["arn"] == recording.only("aws:lambda/permission:Permission").inputs["function"]
    permission = recording.only("aws:lambda/permission:Permission").inputs
    assert permission["principal"] == "events.amazonaws.com"
    assert permission["sourceArn"].endswith(":eventrule/notices")


def test_owners_are_reminded_daily(settings: Settings) -> None:
    schedule = deployed(settings).only("aws:scheduler/schedule:Schedule").inputs
    assert schedule["scheduleExpression"] == "cron(0 8 * * ? *)"
    assert json.loads(schedule["target"]["input"]) == {"remind": {}}


def test_an_owner_gets_mail_about_their_own_tenant_only(record_component: "RecordComponent") -> None:
    recording = record_component(
        lambda opts: subscribe_owner(
            tenant="acme", owner="security@acme.example", topic=NAMES.owner_topic_arn(), parent=Holder(opts)
        )
    )
    subscription = recording.only("aws:sns/topicSubscription:TopicSubscription").inputs
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "security@acme.example")
    assert json.loads(subscription["filterPolicy"]) == {"tenant": ["acme"]}
    assert subscription["filterPolicyScope"] == "MessageAttributes"
