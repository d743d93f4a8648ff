"""How a recovery looks up what a create may have made: an entry for every type that the program registers."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from tenant_keys import account_guard, naming
from tenant_keys.cli.lookups import LOOKUPS, Cloud
from tenant_keys.recovery import KMS_KEY
from tests.program.conftest import accept
from tests.recording import ROOT, record_program

NAMES = naming.Names(app="myapp", account="111111111111", region="ap-northeast-1")
PREFIX = NAMES.kms_alias_prefix()


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with mock_aws():
        session = boto3.Session("AKIDEXAMPLE", "secret", region_name="ap-northeast-1")
        yield Cloud(session, NAMES)


def test_every_type_that_the_program_registers_can_be_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(account_guard, "refuse_wrong_account", accept)
    used = {each.type for each in record_program("dev").resources()}
    assert used
    assert used <= set(LOOKUPS), "a killed create of the others would be left to a person"


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        ("aws:kms/alias:Alias", {"name": f"{PREFIX}tenant-acme"}),
        ("aws:secretsmanager/secret:Secret", {"name": "/saas/myapp/tenant-acme/external-api-key"}),
        ("aws:iam/role:Role", {"name": "myapp--acme--reader"}),
        ("aws:iam/rolePolicy:RolePolicy", {"role": "myapp--acme--reader", "name": "read-tenant-keys"}),
        ("aws:s3/bucket:Bucket", {"bucket": "myapp-audit"}),
        ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "myapp-audit"}),
        ("aws:cloudtrail/trail:Trail", {"name": "myapp--audit"}),
    ],
)
def test_what_was_never_made_is_found_missing(cloud: Cloud, type_: str, inputs: dict[str, str]) -> None:
    assert cloud.find(type_, inputs) == ()


def test_a_type_without_an_entry_is_told_from_one_that_is_missing(cloud: Cloud) -> None:
    assert cloud.find("aws:new/thing:Thing", {}) is None


def test_a_secret_is_found_with_its_tags_and_with_its_scheduled_deletion(cloud: Cloud) -> None:
    secrets = cloud.session.client("secretsmanager")
    arn = secrets.create_secret(Name="/s", Tags=[{"Key": "tenant", "Value": "acme"}])["ARN"]
    (found,) = cloud.find("aws:secretsmanager/secret:Secret", {"name": "/s"}) or ()
    assert (found.id, found.tags, found.obstacle) == (arn, {"tenant": "acme"}, None)
    secrets.delete_secret(SecretId=arn, RecoveryWindowInDays=7)
    (found,) = cloud.find("aws:secretsmanager/secret:Secret", {"name": "/s"}) or ()
    assert "restore-secret --secret-id /s" in (found.obstacle or "")


def test_a_bucket_without_a_setting_is_told_from_one_with_it(cloud: Cloud) -> None:
    s3 = cloud.session.client("s3")
    s3.create_bucket(Bucket="myapp-audit", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    versioning = "aws:s3/bucketVersioning:BucketVersioning"
    assert cloud.find(versioning, {"bucket": "myapp-audit"}) == ()
    s3.put_bucket_versioning(Bucket="myapp-audit", VersioningConfiguration={"Status": "Enabled"})
    (found,) = cloud.find(versioning, {"bucket": "myapp-audit"}) or ()
    assert found.id == "myapp-audit"


def test_kms_keys_of_other_apps_and_those_that_are_going_are_left_out(cloud: Cloud) -> None:
    kms = cloud.session.client("kms")
    ours, bare, foreign, going = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(4))
    kms.create_alias(AliasName=f"{PREFIX}tenant-acme", TargetKeyId=ours)
    kms.create_alias(AliasName="alias/saas/other/tenant-acme", TargetKeyId=foreign)
    kms.schedule_key_deletion(KeyId=going, PendingWindowInDays=7)
    found = cloud.find(KMS_KEY, {}) or ()
    assert {key.id: key.alias for key in found} == {ours: f"{PREFIX}tenant-acme", bare: None}
