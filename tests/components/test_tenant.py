import json
from typing import TYPE_CHECKING

import pulumi
import pytest

from components.event_alarm import AlarmTarget
from components.tenant import Shared, Tenant, TenantArgs
from tenant_keys.rotation_schedule import rotation_schedule
from tenant_keys.settings import Rotate, Settings, parse
from tests.policies.cases import NAMES, key_policy_of, reader_trust_of, secret_policy_of
from tests.recording import Recording, record, stack_settings

if TYPE_CHECKING:
    from tests.components.conftest import RecordComponent


TOPIC, ROTATOR = "arn:aws:sns:ap-northeast-1:111111111111:myapp--owners", NAMES.rotator_function_arn("sendgrid")


def acme(settings: Settings, opts: pulumi.ResourceOptions) -> Tenant:
    return Tenant(
        "acme",
        TenantArgs(
            tenant="acme",
            settings=settings,
            shared=Shared(
                rotators={"sendgrid": pulumi.Output.from_input(ROTATOR)},
                owner_topic=pulumi.Output.from_input(TOPIC),
                alarms=AlarmTarget(
                    topic=pulumi.Output.from_input(NAMES.security_topic_arn()),
                    dead_letters=pulumi.Output.from_input(NAMES.dead_letters_arn(NAMES.security_topic())),
                ),
            ),
        ),
        opts,
    )


def recorded(record_component: "RecordComponent", settings: Settings) -> Recording:
    return record_component(lambda opts: acme(settings, opts))


def test_a_tenant_is_a_kms_key_a_secret_that_is_renewed_a_reader_an_owner_and_an_alarm(
    record_component: "RecordComponent", settings: Settings
) -> None:
    made = sorted(each.type for each in recorded(record_component, settings).resources())
    assert made == [
        "aws:cloudwatch/eventRule:EventRule",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:kms/alias:Alias",
        "aws:kms/key:Key",
        "aws:secretsmanager/secret:Secret",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        "aws:secretsmanager/secretRotation:SecretRotation",
        "aws:sns/topicSubscription:TopicSubscription",
    ]


def test_the_kms_key_rotates_waits_before_it_is_deleted_and_has_the_tenants_policy(
    record_component: "RecordComponent", settings: Settings
) -> None:
    key = recorded(record_component, settings).only("aws:kms/key:Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == settings.kms_deletion_days
    assert json.loads(key.inputs["policy"]) == key_policy_of("acme", issuers={"sendgrid": ["external-api-key"]})


def test_the_secret_has_no_value_and_lies_under_the_tenants_kms_key(settings: Settings) -> None:
    recording = record(lambda: acme(settings, opts()))
    secret = recording.only("aws:secretsmanager/secret:Secret")
    assert secret.inputs["name"] == "/saas/myapp/tenant-acme/external-api-key"
    assert secret.inputs["kmsKeyId"] == "arn:aws:mock:ap-northeast-1:000000000000:key/acme"
    assert secret.inputs["recoveryWindowInDays"] == settings.secret_recovery_days
    assert not {"secretString", "secretBinary"} & secret.inputs.keys()


def test_the_secrets_policy_can_not_be_public(record_component: "RecordComponent", settings: Settings) -> None:
    policy = recorded(record_component, settings).only("aws:secretsmanager/secretPolicy:SecretPolicy")
    assert policy.inputs["blockPublicPolicy"] is True
    assert json.loads(policy.inputs["policy"]) == secret_policy_of("acme", "sendgrid")


def test_the_reader_reads_the_exact_secrets_and_waits_for_their_policies(settings: Settings) -> None:
    recording = record(lambda: acme(settings, opts()))
    policy = recording.only("aws:iam/rolePolicy:RolePolicy")
    read = json.loads(policy.inputs["policy"])["Statement"][0]
    assert read["Resource"] == ["arn:aws:mock:ap-northeast-1:000000000000:secret/acme--external-api-key"]
    secret_policy = recording.only("aws:secretsmanager/secretPolicy:SecretPolicy")
    assert secret_policy.urn in policy.dependencies, "nobody is let in before the secret's policy stands"


def test_only_the_backend_becomes_the_reader(record_component: "RecordComponent", settings: Settings) -> None:
    role = recorded(record_component, settings).only("aws:iam/role:Role")
    assert role.inputs["name"] == NAMES.reader_role("acme")
    assert json.loads(role.inputs["assumeRolePolicy"]) == reader_trust_of("acme")


def test_a_key_is_renewed_at_its_hour_and_not_because_of_an_up(settings: Settings) -> None:
    recording = record(lambda: acme(settings, opts()))
    rotation = recording.only("aws:secretsmanager/secretRotation:SecretRotation")
    assert rotation.inputs["rotateImmediately"] is False, "or one `up` would renew the keys of all tenants"
    assert rotation.inputs["rotationLambdaArn"] == ROTATOR
    expected = rotation_schedule(Rotate.MONTHLY, "acme", "external-api-key")
    assert rotation.inputs["rotationRules"] == {
        "scheduleExpression": expected.expression,
        "duration": expected.duration,
    }
    assert recording.only("aws:secretsmanager/secretPolicy:SecretPolicy").urn in rotation.dependencies


def with_key(**key: object) -> Settings:
    raw = stack_settings("dev")
    raw["tenants"]["acme"]["keys"] = {"external-api-key": key}
    return parse(raw, environment="dev", source="")


def test_a_key_that_is_renewed_on_request_gets_its_function_and_the_farthest_schedule() -> None:
    settings = with_key(issuer="sendgrid", rotate="on-request")
    rotation = record(lambda: acme(settings, opts())).only("aws:secretsmanager/secretRotation:SecretRotation")
    assert rotation.inputs["rotationRules"] == {"scheduleExpression": "rate(999 days)"}


@pytest.mark.parametrize("settings", [with_key(), with_key(issuer="sendgrid", rotate="manual")])
def test_no_function_is_in_the_policies_of_a_key_that_a_person_renews(
    record_component: "RecordComponent", settings: Settings
) -> None:
    recording = recorded(record_component, settings)
    assert not recording.of_type("aws:secretsmanager/secretRotation:SecretRotation")
    policy = recording.only("aws:secretsmanager/secretPolicy:SecretPolicy").inputs["policy"]
    assert json.loads(policy) == secret_policy_of("acme")
    assert json.loads(recording.only("aws:kms/key:Key").inputs["policy"]) == key_policy_of("acme")


def test_the_secrets_tags_tell_its_rotation_what_it_must_know(record_component: "RecordComponent") -> None:
    settings = with_key(issuer="sendgrid", account="subuser-7", rotate="quarterly", grace="2d")
    secret = recorded(record_component, settings).only("aws:secretsmanager/secret:Secret")
    assert secret.inputs["tags"] == {
        "tenant": "acme",
        "key": "external-api-key",
        "issuer": "sendgrid",
        "issuer-account": "subuser-7",
        "rotate": "quarterly",
        "grace-hours": "48",
    }


def test_the_owner_of_the_declaration_is_subscribed(record_component: "RecordComponent", settings: Settings) -> None:
    subscription = recorded(record_component, settings).only("aws:sns/topicSubscription:TopicSubscription").inputs
    assert (subscription["topic"], subscription["endpoint"]) == (TOPIC, "security@acme.example")


def test_each_key_of_a_tenant_has_a_secret_of_its_own(record_component: "RecordComponent") -> None:
    raw = stack_settings("dev")
    raw["tenants"]["acme"]["keys"] = {"mail-api": {}, "sms-gateway": {}}
    settings = parse(raw, environment="dev", source="")
    recording = recorded(record_component, settings)
    names = {each.inputs["name"] for each in recording.of_type("aws:secretsmanager/secret:Secret")}
    assert names == {"/saas/myapp/tenant-acme/mail-api", "/saas/myapp/tenant-acme/sms-gateway"}
    assert len(recording.of_type("aws:kms/key:Key")) == 1, "one KMS key a tenant, not one a key"


def opts() -> pulumi.ResourceOptions:
    import pulumi_aws as aws  # noqa: PLC0415 - inside the recorded program

    return pulumi.ResourceOptions(provider=aws.Provider("dev", region="ap-northeast-1"))
