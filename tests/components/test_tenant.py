import json
from typing import TYPE_CHECKING

import pulumi

from components.tenant import Tenant, TenantArgs
from tenant_keys.settings import Settings, parse
from tests.policies.cases import NAMES, key_policy_of, reader_trust_of, secret_policy_of
from tests.recording import Recording, record, stack_settings

if TYPE_CHECKING:
    from tests.components.conftest import RecordComponent


def acme(settings: Settings, opts: pulumi.ResourceOptions) -> Tenant:
    return Tenant("acme", TenantArgs(tenant="acme", settings=settings), opts)


def recorded(record_component: "RecordComponent", settings: Settings) -> Recording:
    return record_component(lambda opts: acme(settings, opts))


def test_a_tenant_is_a_kms_key_a_secret_with_its_policy_and_a_reader(
    record_component: "RecordComponent", settings: Settings
) -> None:
    made = sorted(each.type for each in recorded(record_component, settings).resources())
    assert made == [
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:kms/alias:Alias",
        "aws:kms/key:Key",
        "aws:secretsmanager/secret:Secret",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
    ]


def test_the_kms_key_rotates_waits_before_it_is_deleted_and_has_the_tenants_policy(
    record_component: "RecordComponent", settings: Settings
) -> None:
    key = recorded(record_component, settings).only("aws:kms/key:Key")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == settings.kms_deletion_days
    assert json.loads(key.inputs["policy"]) == key_policy_of("acme")


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
    assert json.loads(policy.inputs["policy"]) == secret_policy_of("acme")


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
