"""Who may do what with a secret and its key, through the real process."""

import json

import pytest

from tests.sandbox.gate.cloud import ANYTHING, VALUE, A, B, Cloud, Tenant, allow, document, refused, role_arn

CURRENT = {"VersionStage": "AWSCURRENT"}


@pytest.fixture(scope="module")
def acme(cloud: Cloud) -> Tenant:
    tenant = Tenant(cloud).make()
    tenant.as_writer().put_secret_value(SecretId=tenant.secret_arn, SecretString=VALUE)
    return tenant


@pytest.fixture(scope="module")
def globex(cloud: Cloud) -> Tenant:
    tenant = Tenant(cloud).make()
    tenant.as_writer().put_secret_value(SecretId=tenant.secret_arn, SecretString=VALUE)
    return tenant


def test_a_reader_reads_its_own_secret(acme: Tenant) -> None:
    assert acme.as_reader().get_secret_value(SecretId=acme.secret_arn, **CURRENT)["SecretString"] == VALUE


def test_a_reader_of_one_tenant_cannot_read_another(acme: Tenant, globex: Tenant) -> None:
    message = refused(
        acme.as_reader().get_secret_value, code="AccessDeniedException", SecretId=globex.secret_arn, **CURRENT
    )
    session = f"arn:aws:sts::{A}:assumed-role/reader-{acme.name}/backend-{acme.name}"
    assert message == (
        f"User: {session} is not authorized to perform: secretsmanager:GetSecretValue on resource: {globex.secret_arn} "
        "with an explicit deny in a resource-based policy"
    )


def test_a_writer_puts_a_value_and_cannot_read_it(acme: Tenant) -> None:
    writer = acme.as_writer()
    assert writer.put_secret_value(SecretId=acme.secret_arn, SecretString=VALUE)["VersionId"]
    refused(writer.get_secret_value, code="AccessDeniedException", SecretId=acme.secret_arn)


def test_a_batch_read_asks_for_each_secret(acme: Tenant, globex: Tenant, cloud: Cloud) -> None:
    iam = cloud.administrator().client("iam")
    statement = allow("secretsmanager:BatchGetSecretValue")
    iam.put_role_policy(
        RoleName=f"reader-{acme.name}", PolicyName="batch", PolicyDocument=json.dumps(document(statement))
    )
    reader = acme.as_reader()
    got = reader.batch_get_secret_value(SecretIdList=[acme.secret_arn])["SecretValues"]
    assert [item["SecretString"] for item in got] == [VALUE]
    both = [acme.secret_arn, globex.secret_arn]
    refused(reader.batch_get_secret_value, code="AccessDeniedException", SecretIdList=both)


def test_a_batch_read_is_not_a_way_round_the_permission_to_read(cloud: Cloud) -> None:
    arn = cloud.role("only-batches", allow("secretsmanager:BatchGetSecretValue"))
    cloud.administrator().client("secretsmanager").create_secret(Name="/batched", SecretString=VALUE)
    batch = cloud.administrator().assume(arn).client("secretsmanager").batch_get_secret_value
    message = refused(batch, code="AccessDeniedException", SecretIdList=["/batched"])
    assert message.endswith("allows the secretsmanager:GetSecretValue action")


def test_moving_a_value_to_another_key_needs_the_old_one(cloud: Cloud) -> None:
    admin = cloud.administrator()
    old, new = (admin.client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    arn = cloud.role("mover", allow("secretsmanager:UpdateSecret"), allow("kms:*", new))
    manager = admin.client("secretsmanager")
    move = admin.assume(arn).client("secretsmanager").update_secret
    manager.create_secret(Name="/without-value", KmsKeyId=old)
    assert move(SecretId="/without-value", KmsKeyId=new)["ARN"]
    manager.create_secret(Name="/with-value", KmsKeyId=old, SecretString=VALUE)
    refused(move, code="AccessDeniedException", SecretId="/with-value", KmsKeyId=new)


def test_putting_a_value_needs_the_key(cloud: Cloud) -> None:
    admin = cloud.administrator()
    key = admin.client("kms").create_key()["KeyMetadata"]["Arn"]
    admin.client("secretsmanager").create_secret(Name="/needs-key", KmsKeyId=key)
    arn = cloud.role("keyless", allow("secretsmanager:PutSecretValue"))
    put = admin.assume(arn).client("secretsmanager").put_secret_value
    message = refused(put, code="AccessDeniedException", SecretId="/needs-key", SecretString=VALUE)
    assert message == "Access to KMS is not allowed"


def test_an_administrator_is_refused_by_the_secrets_own_policy(acme: Tenant, cloud: Cloud) -> None:
    message = refused(
        cloud.administrator().client("secretsmanager").get_secret_value,
        code="AccessDeniedException",
        SecretId=acme.secret_arn,
    )
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_an_administrator_who_removes_the_secrets_policy_is_refused_by_the_key(cloud: Cloud) -> None:
    tenant = Tenant(cloud).make()
    tenant.as_writer().put_secret_value(SecretId=tenant.secret_arn, SecretString=VALUE)
    manager = cloud.administrator().client("secretsmanager")
    manager.delete_resource_policy(SecretId=tenant.secret_arn)
    message = refused(manager.get_secret_value, code="AccessDeniedException", SecretId=tenant.secret_arn)
    assert message == "Access to KMS is not allowed"


def test_an_administrator_cannot_replace_the_key_policy(acme: Tenant, cloud: Cloud) -> None:
    refused(
        cloud.administrator().client("kms").put_key_policy,
        code="AccessDeniedException",
        KeyId=acme.key_arn,
        Policy=json.dumps(document({**ANYTHING, "Principal": "*"})),
    )


def test_the_deployer_neither_reads_nor_writes_a_value(acme: Tenant, cloud: Cloud) -> None:
    manager = cloud.deployer().client("secretsmanager")
    refused(manager.get_secret_value, code="AccessDeniedException", SecretId=acme.secret_arn)
    refused(manager.put_secret_value, code="AccessDeniedException", SecretId=acme.secret_arn, SecretString="x")
    message = refused(manager.update_secret, code="AccessDeniedException", SecretId=acme.secret_arn, SecretString="x")
    assert message == "Access to KMS is not allowed", "only the key's policy stands between UpdateSecret and a value"


def test_the_deployer_cannot_create_a_secret_with_a_value(acme: Tenant, cloud: Cloud) -> None:
    refused(
        cloud.deployer().client("secretsmanager").create_secret,
        code="AccessDeniedException",
        Name=f"{acme.secret_name}-2",
        KmsKeyId=acme.key_arn,
        SecretString="x",
    )


def test_a_secret_cannot_be_made_with_a_key_that_the_caller_may_not_use(acme: Tenant, cloud: Cloud) -> None:
    message = refused(
        cloud.administrator().client("secretsmanager").create_secret,
        code="AccessDeniedException",
        Name="/elsewhere",
        KmsKeyId=acme.key_arn,
    )
    assert message == "Access to KMS is not allowed"


def test_a_key_cannot_be_used_beside_secrets_manager(acme: Tenant, cloud: Cloud) -> None:
    login = cloud.administrator().assume(acme.reader, f"backend-{acme.name}")
    refused(login.client("kms").generate_data_key, code="AccessDeniedException", KeyId=acme.key_arn, KeySpec="AES_256")


def test_a_second_account_cannot_reach_the_first(acme: Tenant, cloud: Cloud) -> None:
    other = cloud.administrator(B)
    refused(other.client("secretsmanager").get_secret_value, code="AccessDeniedException", SecretId=acme.secret_arn)
    refused(other.client("kms").describe_key, code="AccessDeniedException", KeyId=acme.key_arn)
    refused(other.assume, code="AccessDenied", arn=role_arn("deployer"))


def test_another_accounts_secret_is_not_found_by_its_name(acme: Tenant, cloud: Cloud) -> None:
    manager = cloud.administrator(B).client("secretsmanager")
    refused(manager.describe_secret, code="ResourceNotFoundException", SecretId=acme.secret_name)


def test_a_second_account_reads_where_secret_key_and_identity_all_allow(cloud: Cloud) -> None:
    """The cross-account path is open in principle, so that its refusals mean something."""
    admin, other = cloud.administrator(), f"arn:aws:iam::{B}:root"
    policy = document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{A}:root"}, "Action": "kms:*", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": other}, "Action": "kms:Decrypt", "Resource": "*"},
    )
    key = admin.client("kms").create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    manager = admin.client("secretsmanager")
    arn = manager.create_secret(Name="/shared/with-b", KmsKeyId=key, SecretString=VALUE)["ARN"]
    get = cloud.administrator(B).client("secretsmanager").get_secret_value
    refused(get, code="AccessDeniedException", SecretId=arn)
    shared = allow("secretsmanager:GetSecretValue", Principal={"AWS": other})
    manager.put_resource_policy(SecretId=arn, ResourcePolicy=json.dumps(document(shared)))
    assert get(SecretId=arn)["SecretString"] == VALUE


def test_planted_policies_that_are_too_wide_let_the_cross_tenant_read_through(cloud: Cloud) -> None:
    """The refusals come from the policies: with wide ones the same read succeeds, so the check can fail."""
    acme, globex = Tenant(cloud).make(), Tenant(cloud).make()
    globex.as_writer().put_secret_value(SecretId=globex.secret_arn, SecretString=VALUE)
    get = acme.as_reader().get_secret_value
    refused(get, code="AccessDeniedException", SecretId=globex.secret_arn)
    deployer = cloud.deployer()
    cloud.administrator().client("iam").put_role_policy(
        RoleName=f"reader-{acme.name}", PolicyName="wide", PolicyDocument=json.dumps(document(ANYTHING))
    )
    refused(get, code="AccessDeniedException", SecretId=globex.secret_arn)
    wide = allow("secretsmanager:*", Principal={"AWS": A})
    deployer.client("secretsmanager").put_resource_policy(
        SecretId=globex.secret_arn, ResourcePolicy=json.dumps(document(wide))
    )
    assert refused(get, code="AccessDeniedException", SecretId=globex.secret_arn) == "Access to KMS is not allowed"
    deployer.client("kms").put_key_policy(
        KeyId=globex.key_arn, Policy=json.dumps(document(allow("kms:*", Principal={"AWS": A})))
    )
    assert get(SecretId=globex.secret_arn)["SecretString"] == VALUE


def test_a_public_policy_is_blocked_where_that_is_asked_for(acme: Tenant, cloud: Cloud) -> None:
    public = json.dumps(document(allow("secretsmanager:GetSecretValue", Principal="*")))
    put = cloud.deployer().client("secretsmanager").put_resource_policy
    refused(put, code="PublicPolicyException", SecretId=acme.secret_arn, ResourcePolicy=public, BlockPublicPolicy=True)


def test_a_name_that_waits_for_its_deletion_cannot_be_taken(cloud: Cloud) -> None:
    manager = cloud.administrator().client("secretsmanager")
    manager.create_secret(Name="/going")
    manager.delete_secret(SecretId="/going", RecoveryWindowInDays=7)
    message = refused(manager.create_secret, code="InvalidRequestException", Name="/going")
    assert "already scheduled for deletion" in message


def test_a_disabled_key_cannot_read(cloud: Cloud) -> None:
    admin = cloud.administrator()
    key = admin.client("kms").create_key()["KeyMetadata"]["KeyId"]
    manager = admin.client("secretsmanager")
    manager.create_secret(Name="/frozen", KmsKeyId=key, SecretString=VALUE)
    admin.client("kms").disable_key(KeyId=key)
    refused(manager.get_secret_value, code="DecryptionFailure", SecretId="/frozen")


def test_a_secret_without_a_value_is_told_from_a_missing_one(cloud: Cloud) -> None:
    manager = cloud.administrator().client("secretsmanager")
    manager.create_secret(Name="/empty")
    stages: list[dict[str, str]] = [{}, {"VersionStage": "AWSCURRENT"}]
    for stage in stages:
        said = refused(manager.get_secret_value, code="ResourceNotFoundException", SecretId="/empty", **stage)
        assert said.endswith("for staging label: AWSCURRENT")
    said = refused(manager.get_secret_value, code="ResourceNotFoundException", SecretId="/missing")
    assert "staging label" not in said


def test_tags_of_the_secret_and_of_the_caller_are_seen(cloud: Cloud) -> None:
    matches = {"StringEquals": {"aws:ResourceTag/tenant": "${aws:PrincipalTag/tenant}"}}
    arn = cloud.role("tagged", allow("secretsmanager:GetSecretValue", Condition=matches))
    manager = cloud.administrator().client("secretsmanager")
    manager.create_secret(Name="/tagged", SecretString=VALUE, Tags=[{"Key": "tenant", "Value": "acme"}])

    def read_as(tenant: str) -> object:
        tags = [{"Key": "tenant", "Value": tenant}]
        session = cloud.administrator().assume(arn, Tags=tags).client("secretsmanager")
        return session.get_secret_value(SecretId="/tagged")["SecretString"]

    assert read_as("acme") == VALUE
    refused(read_as, code="AccessDeniedException", tenant="globex")
