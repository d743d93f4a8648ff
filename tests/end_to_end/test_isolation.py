"""Who reaches which key: decided by the policies that the program registered, on the deployed stacks."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox import Sandbox
from tenant_keys import naming

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

pytestmark = pytest.mark.engine

ACME, GLOBEX = "/saas/myapp/tenant-acme/external-api-key", "/saas/myapp/tenant-globex/external-api-key"
CANARY = "canary-of-acme"
NAMES = naming.Names(app="myapp", account="111111111111", region="ap-northeast-1")


def assumed(session: boto3.Session, role: str, name: str) -> "SecretsManagerClient":
    """Secrets Manager as `role`, assumed by whoever `session` is."""
    credentials = session.client("sts").assume_role(RoleArn=role, RoleSessionName=name)["Credentials"]
    endpoint = session.client("secretsmanager").meta.endpoint_url
    return boto3.client(
        "secretsmanager",
        region_name="ap-northeast-1",
        endpoint_url=endpoint,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def reader(sandbox: Sandbox, tenant: str) -> "SecretsManagerClient":
    return assumed(sandbox.session("dev-backend"), NAMES.reader_role_arn(tenant), naming.reader_session_name(tenant))


def writer(sandbox: Sandbox) -> "SecretsManagerClient":
    return assumed(sandbox.session("dev-operator"), NAMES.writer_role_arn(), "acme--operator")


@pytest.fixture(scope="module")
def with_value(deployed: Sandbox) -> Sandbox:
    writer(deployed).put_secret_value(SecretId=ACME, SecretString=CANARY)
    writer(deployed).put_secret_value(SecretId=GLOBEX, SecretString="canary-of-globex")
    return deployed


def refusal(call: Any, **arguments: Any) -> str:
    """The code and text with which AWS refused a call."""
    with pytest.raises(ClientError) as refused:
        call(**arguments)
    error = refused.value.response["Error"]
    return f"{error['Code']}: {error['Message']}"


def test_a_reader_reads_its_own_tenants_key(with_value: Sandbox) -> None:
    assert reader(with_value, "acme").get_secret_value(SecretId=ACME)["SecretString"] == CANARY


def test_a_reader_is_refused_another_tenants_key(with_value: Sandbox) -> None:
    said = refusal(reader(with_value, "acme").get_secret_value, SecretId=GLOBEX)
    assert said.startswith("AccessDeniedException")
    assert "GetSecretValue" in said


def test_a_reader_writes_nothing(with_value: Sandbox) -> None:
    said = refusal(reader(with_value, "acme").put_secret_value, SecretId=ACME, SecretString="x")
    assert said.startswith("AccessDeniedException")


def test_the_writer_does_not_read(with_value: Sandbox) -> None:
    assert refusal(writer(with_value).get_secret_value, SecretId=ACME).startswith("AccessDeniedException")


def test_the_deployer_neither_reads_nor_writes_a_value(with_value: Sandbox) -> None:
    secrets = with_value.session("dev-deployer").client("secretsmanager")
    assert refusal(secrets.get_secret_value, SecretId=ACME).startswith("AccessDeniedException")
    assert refusal(secrets.put_secret_value, SecretId=ACME, SecretString="x").startswith("AccessDeniedException")
    said = refusal(secrets.update_secret, SecretId=ACME, SecretString="x")
    assert "Access to KMS is not allowed" in said, "UpdateSecret is the deployer's, and the key policy stops a value"


def test_an_administrator_of_the_account_is_refused_by_the_secrets_policy(with_value: Sandbox) -> None:
    secrets = with_value.session("dev-administrator").client("secretsmanager")
    attempts: list[tuple[Any, dict[str, Any]]] = [
        (secrets.get_secret_value, {}),
        (secrets.put_secret_value, {"SecretString": "x"}),
        (secrets.update_secret, {"SecretString": "x"}),
        (secrets.put_resource_policy, {"ResourcePolicy": json.dumps({"Version": "2012-10-17", "Statement": []})}),
        (secrets.delete_resource_policy, {}),
        (secrets.tag_resource, {"Tags": [{"Key": "tenant", "Value": "globex"}]}),
    ]
    for call, arguments in attempts:
        said = refusal(call, SecretId=ACME, **arguments)
        assert "explicit deny in a resource-based policy" in said, said


def test_an_administrator_of_the_account_is_refused_by_the_key_policy(with_value: Sandbox) -> None:
    kms = with_value.session("dev-administrator").client("kms")
    alias = NAMES.kms_alias("acme")
    context = {"SecretARN": "any", "SecretVersionId": "any"}
    assert refusal(kms.encrypt, KeyId=alias, Plaintext=b"x", EncryptionContext=context).startswith("AccessDenied")
    assert refusal(kms.put_key_policy, KeyId=key_id(kms, alias), PolicyName="default", Policy="{}").startswith(
        "AccessDenied"
    )


def test_the_backend_becomes_a_reader_under_the_tenants_session_name_only(with_value: Sandbox) -> None:
    sts = with_value.session("dev-backend").client("sts")
    for name in ("tenant-globex", "tenant-acme-1", "backend"):
        said = refusal(sts.assume_role, RoleArn=NAMES.reader_role_arn("acme"), RoleSessionName=name)
        assert said.startswith("AccessDenied"), "the audit trail would show another tenant, or none"


def test_nobody_but_the_backend_becomes_a_reader(with_value: Sandbox) -> None:
    for profile in ("dev-operator", "dev-deployer", "dev-administrator", "dev-ci", "prod-backend"):
        sts = with_value.session(profile).client("sts")
        said = refusal(sts.assume_role, RoleArn=NAMES.reader_role_arn("acme"), RoleSessionName="tenant-acme")
        assert said.startswith("AccessDenied"), profile


def test_no_identity_of_dev_reaches_prod(with_value: Sandbox) -> None:
    prod = naming.Names(app="myapp", account="222222222222", region="ap-northeast-1")
    targets = (
        (prod.reader_role_arn("acme"), "tenant-acme"),
        (prod.writer_role_arn(), "acme--operator"),
        ("arn:aws:iam::222222222222:role/tenant-keys-deployer", "pulumi-prod"),
    )
    for profile in ("dev-ci", "dev-deployer", "dev-backend", "dev-operator", "dev-auditor", "dev-administrator"):
        session = with_value.session(profile)
        for role, name in targets:
            said = refusal(session.client("sts").assume_role, RoleArn=role, RoleSessionName=name)
            assert said.startswith("AccessDenied"), f"{profile} becomes {role}"
        arn = secret_arn(with_value.session("prod-deployer"), ACME)
        assert ":222222222222:" in arn
        said = refusal(session.client("secretsmanager").get_secret_value, SecretId=arn)
        assert said.startswith("AccessDenied"), f"{profile} reads prod"


@pytest.fixture
def too_wide_policy(with_value: Sandbox) -> Iterator[None]:
    """What a careless hand could do: acme's reader may read everything, and globex's secret and key admit it."""
    deployer = with_value.session("dev-deployer")
    iam, secrets, kms = deployer.client("iam"), deployer.client("secretsmanager"), deployer.client("kms")
    role, key = NAMES.reader_role("acme"), key_id(kms, NAMES.kms_alias("globex"))
    secret_policy = secrets.get_resource_policy(SecretId=GLOBEX)["ResourcePolicy"]
    key_policy = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    everything = {
        "Sid": "All",
        "Effect": "Allow",
        "Action": ["secretsmanager:GetSecretValue", "kms:Decrypt"],
        "Resource": "*",
    }
    careless = {"Version": "2012-10-17", "Statement": [everything]}
    iam.put_role_policy(RoleName=role, PolicyName="careless", PolicyDocument=json.dumps(careless))
    secrets.put_resource_policy(SecretId=GLOBEX, ResourcePolicy=widen(secret_policy))
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=widen(key_policy))
    yield
    iam.delete_role_policy(RoleName=role, PolicyName="careless")
    secrets.put_resource_policy(SecretId=GLOBEX, ResourcePolicy=secret_policy)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=key_policy)


@pytest.mark.usefixtures("too_wide_policy")
def test_with_too_wide_policies_the_cross_tenant_read_succeeds_so_the_refusals_are_real(with_value: Sandbox) -> None:
    read = reader(with_value, "acme").get_secret_value(SecretId=GLOBEX)
    assert read["SecretString"] == "canary-of-globex"


def widen(policy: str) -> str:
    """Puts acme's reader wherever globex's reader stands."""
    globex, acme = NAMES.reader_role_arn("globex"), NAMES.reader_role_arn("acme")
    document = json.loads(policy)
    for statement in document["Statement"]:
        for keys in statement.get("Condition", {}).values():
            if globex in keys.get("aws:PrincipalArn", ()):
                keys["aws:PrincipalArn"] = [globex, acme]
    return json.dumps(document)


def key_id(kms: Any, alias: str) -> str:
    return next(each["TargetKeyId"] for each in kms.list_aliases()["Aliases"] if each["AliasName"] == alias)


def secret_arn(session: boto3.Session, name: str) -> str:
    return session.client("secretsmanager").describe_secret(SecretId=name)["ARN"]
