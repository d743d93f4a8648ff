import json
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws
import pytest

from components.audit_trail import AuditTrail, AuditTrailArgs
from components.environment import Environment, EnvironmentArgs
from components.key_intake import KeyIntake, KeyIntakeArgs
from tenant_keys.settings import Settings, parse
from tests.policies.cases import POLICIES, WRITER_POLICY
from tests.recording import Recording, record, stack_settings

if TYPE_CHECKING:
    from tests.components.conftest import RecordComponent


ARCHIVE = {"account": "333333333333", "deployRole": "arn:aws:iam::333333333333:role/log-archive"}


def with_archive(stack: str = "dev") -> Settings:
    return parse({**stack_settings(stack), "logArchive": ARCHIVE}, environment=stack, source="")


def test_the_provider_is_bound_to_one_account_and_its_deploy_role(settings: Settings) -> None:
    recording = record(lambda: Environment("dev", EnvironmentArgs(settings=settings)))
    provider = recording.only("pulumi:providers:aws")
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["111111111111"]
    assert json.loads(provider.inputs["assumeRoles"]) == [
        {"roleArn": settings.deploy_role, "sessionName": "pulumi-dev"}
    ], "in snake_case the role would be ignored, and the run would act as whoever is logged in"
    assert json.loads(provider.inputs["defaultTags"]) == {
        "tags": {"app": "myapp", "environment": "dev", "managed-by": "tenant-keys"}
    }
    assert provider.inputs["region"] == "ap-northeast-1"


def test_a_log_archive_has_a_provider_of_its_own_account() -> None:
    recording = record(lambda: Environment("dev", EnvironmentArgs(settings=with_archive())))
    provider = recording.only("pulumi:providers:aws", "dev--logs")
    assert json.loads(provider.inputs["allowedAccountIds"]) == ["333333333333"]
    assert json.loads(provider.inputs["assumeRoles"])[0]["roleArn"] == ARCHIVE["deployRole"]


def test_in_a_log_archive_lie_bucket_and_key_and_nothing_else() -> None:
    def program() -> None:
        environment = Environment("dev", EnvironmentArgs(settings=with_archive()))
        args = AuditTrailArgs(settings=with_archive(), log_provider=environment.log_provider)
        AuditTrail("audit", args, pulumi.ResourceOptions(provider=environment.provider))

    recording = record(program)
    archived = {each.urn for each in recording.resources() if "dev--logs" in each.provider}
    assert archived == {
        each.urn
        for each in recording.resources()
        if "AuditTrail$aws:s3/" in each.urn or "AuditTrail$aws:kms/" in each.urn
    }
    assert "dev--logs" not in recording.only("aws:cloudtrail/trail:Trail").provider


def test_the_policies_of_a_log_archive_let_the_environments_auditors_in() -> None:
    settings = with_archive()
    recording = record(
        lambda: AuditTrail(
            "audit",
            AuditTrailArgs(settings=settings),
            pulumi.ResourceOptions(provider=aws.Provider("dev", region="ap-northeast-1")),
        )
    )
    bucket_policy = json.loads(recording.only("aws:s3/bucketPolicy:BucketPolicy", "audit").inputs["policy"])
    assert bucket_policy == POLICIES["archive-bucket"][0]
    (key,) = [each for each in recording.of_type("aws:kms/key:Key") if each.inputs["tags"]["purpose"] == "audit"]
    statements = {each["Sid"]: each for each in json.loads(key.inputs["policy"])["Statement"]}
    administers, decrypt = statements["DeployerAdministers"], statements["AuditorsDecrypt"]
    assert administers["Principal"] == {"AWS": "arn:aws:iam::333333333333:root"}
    assert administers["Condition"]["StringEquals"]["aws:PrincipalArn"] == ARCHIVE["deployRole"]
    assert decrypt["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}


def test_the_writer_puts_keys_of_all_tenants(record_component: "RecordComponent", settings: Settings) -> None:
    recording = record_component(lambda opts: KeyIntake("intake", KeyIntakeArgs(settings=settings), opts))
    assert json.loads(recording.only("aws:iam/rolePolicy:RolePolicy").inputs["policy"]) == WRITER_POLICY
    trust = json.loads(recording.only("aws:iam/role:Role").inputs["assumeRolePolicy"])
    assert trust == POLICIES["writer-trust"][0]


def trail_of(record_component: "RecordComponent", stack: str) -> Recording:
    settings = parse(stack_settings(stack), environment=stack, source="")
    return record_component(lambda opts: AuditTrail("audit", AuditTrailArgs(settings=settings), opts))


def test_the_trail_records_reads_and_kms_calls_of_every_region(record_component: "RecordComponent") -> None:
    trail = trail_of(record_component, "dev").only("aws:cloudtrail/trail:Trail").inputs
    (selector,) = trail["eventSelectors"]
    assert selector == {"includeManagementEvents": True, "readWriteType": "All"}, "or reading a key leaves no record"
    assert trail["isMultiRegionTrail"] is True
    assert trail["enableLogFileValidation"] is True
    assert trail["includeGlobalServiceEvents"] is True


def test_the_trail_waits_for_the_policy_of_its_bucket(record_component: "RecordComponent") -> None:
    recording = trail_of(record_component, "dev")
    policy = recording.only("aws:s3/bucketPolicy:BucketPolicy", "audit")
    trail = recording.only("aws:cloudtrail/trail:Trail")
    assert policy.urn in trail.dependencies, "AWS refuses a trail whose bucket does not admit it"


@pytest.mark.parametrize(("stack", "mode", "days"), [("dev", "GOVERNANCE", 30), ("prod", "COMPLIANCE", 400)])
def test_log_files_are_locked_for_their_retention(
    record_component: "RecordComponent", stack: str, mode: str, days: int
) -> None:
    recording = trail_of(record_component, stack)
    lock = recording.only("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration").inputs
    assert lock["rule"]["defaultRetention"] == {"mode": mode, "days": days}
    assert recording.only("aws:s3/bucket:Bucket", "audit").inputs["objectLockEnabled"] is True
    (rule,) = recording.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "audit").inputs[
        "rules"
    ]
    assert rule["expiration"] == {"days": days}, "no file is kept for longer than anyone decided"
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 1}, "a file that only expires is hidden, not gone"


def test_the_log_bucket_is_private_versioned_and_encrypted(record_component: "RecordComponent") -> None:
    recording = trail_of(record_component, "dev")
    block = recording.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "audit").inputs
    switches = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert all(block[switch] is True for switch in switches)
    versioning = recording.only("aws:s3/bucketVersioning:BucketVersioning").inputs
    assert versioning["versioningConfiguration"] == {"status": "Enabled"}
    encryption = recording.only(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", "audit"
    ).inputs
    assert encryption["rules"][0]["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"


def test_the_trails_policies_are_the_golden_ones(record_component: "RecordComponent") -> None:
    recording = trail_of(record_component, "dev")
    bucket_policy = recording.only("aws:s3/bucketPolicy:BucketPolicy", "audit").inputs["policy"]
    assert json.loads(bucket_policy) == POLICIES["trail-bucket"][0]
    policies = {
        each.inputs["tags"]["purpose"]: json.loads(each.inputs["policy"])
        for each in recording.of_type("aws:kms/key:Key")
    }
    assert policies == {"audit": POLICIES["trail-key"][0], "security": POLICIES["security-key"][0]}


@pytest.mark.parametrize(("stack", "changes"), [("dev", {"protect": False}), ("dev", {}), ("prod", {})])
def test_the_log_bucket_is_emptied_on_deletion_only_where_nothing_is_protected(
    record_component: "RecordComponent", stack: str, changes: dict[str, object]
) -> None:
    settings = parse({**stack_settings(stack), **changes}, environment=stack, source="")
    recording = record_component(lambda opts: AuditTrail("audit", AuditTrailArgs(settings=settings), opts))
    bucket = recording.only("aws:s3/bucket:Bucket", "audit")
    assert bucket.inputs["forceDestroy"] is not settings.protect
