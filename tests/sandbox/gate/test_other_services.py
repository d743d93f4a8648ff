"""S3, IAM and CloudTrail behind the gate."""

import json

import pytest

from tests.sandbox.gate.cloud import ANYTHING, REGION, VALUE, A, B, Cloud, allow, document, refused, trust

LOCATION = {"LocationConstraint": REGION}


def _bucket(cloud: Cloud, name: str) -> str:
    s3 = cloud.administrator().client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=LOCATION)
    s3.put_object(Bucket=name, Key="a/x", Body=VALUE.encode())
    s3.put_object(Bucket=name, Key="b/x", Body=VALUE.encode())
    return name


class TestS3:
    def test_objects_are_authorised_one_by_one(self, cloud: Cloud) -> None:
        bucket = _bucket(cloud, "one-by-one")
        arn = cloud.role("a-only", allow(["s3:GetObject", "s3:DeleteObject"], f"arn:aws:s3:::{bucket}/a/*"))
        s3 = cloud.administrator().assume(arn).client("s3")
        assert s3.get_object(Bucket=bucket, Key="a/x")["Body"].read().decode() == VALUE
        refused(s3.get_object, code="AccessDenied", Bucket=bucket, Key="b/x")
        refused(s3.put_object, code="AccessDenied", Bucket=bucket, Key="a/x", Body=b"")
        refused(s3.list_objects_v2, code="AccessDenied", Bucket=bucket)
        both = {"Objects": [{"Key": "a/x"}, {"Key": "b/x"}]}
        refused(s3.delete_objects, code="AccessDenied", Bucket=bucket, Delete=both)

    def test_a_listing_is_bound_to_its_prefix(self, cloud: Cloud) -> None:
        bucket = _bucket(cloud, "by-prefix")
        prefix = {"StringEquals": {"s3:prefix": "a/"}}
        arn = cloud.role("lister", allow("s3:ListBucket", f"arn:aws:s3:::{bucket}", Condition=prefix))
        s3 = cloud.administrator().assume(arn).client("s3")
        assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix="a/")["Contents"]] == ["a/x"]
        refused(s3.list_objects_v2, code="AccessDenied", Bucket=bucket)

    def test_a_bucket_policy_denies_what_the_identity_may(self, cloud: Cloud) -> None:
        bucket = _bucket(cloud, "denied")
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
        s3 = cloud.administrator().client("s3")
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document(deny)))
        message = refused(s3.get_object, code="AccessDenied", Bucket=bucket, Key="a/x")
        assert message.endswith("with an explicit deny in a resource-based policy")
        assert json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"]) == document(deny)

    def test_a_deny_of_plain_http_does_not_hit_the_sandbox(self, cloud: Cloud) -> None:
        bucket = _bucket(cloud, "tls-only")
        insecure = {"Bool": {"aws:SecureTransport": "false"}}
        deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Condition": insecure}
        s3 = cloud.administrator().client("s3")
        resources = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document({**deny, "Resource": resources})))
        assert s3.get_object(Bucket=bucket, Key="a/x")["Body"].read().decode() == VALUE

    def test_another_account_cannot_read_a_bucket(self, cloud: Cloud) -> None:
        bucket = _bucket(cloud, "of-a")
        refused(cloud.administrator(B).client("s3").get_object, code="AccessDenied", Bucket=bucket, Key="a/x")

    def test_a_trail_buckets_settings_go_through(self, cloud: Cloud) -> None:
        """What a log bucket needs: Object Lock, versioning, encryption, public access block, lifecycle, tags."""
        s3, bucket = cloud.administrator().client("s3"), "log-bucket"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=LOCATION, ObjectLockEnabledForBucket=True)
        blocked = {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        }
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=blocked)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        retention = {"Mode": "COMPLIANCE", "Days": 1}
        lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}}
        s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=lock)
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "app", "Value": "myapp"}]})
        kept = s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]["Rule"]
        assert kept["DefaultRetention"]["Mode"] == "COMPLIANCE"
        assert s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == blocked
        assert s3.head_bucket(Bucket=bucket)["ResponseMetadata"]["HTTPStatusCode"] == 200

    def test_a_copy_is_refused_since_its_source_is_not_weighed(self, cloud: Cloud) -> None:
        bucket = _bucket(cloud, "copies")
        s3 = cloud.administrator().client("s3")
        source = {"Bucket": bucket, "Key": "a/x"}
        refused(s3.copy_object, code="NotImplemented", Bucket=bucket, Key="c", CopySource=source)


class TestIam:
    def test_a_role_is_managed_where_its_arn_is_allowed(self, cloud: Cloud) -> None:
        arn = cloud.role("iam-manager", allow("iam:*", f"arn:aws:iam::{A}:role/app-*"))
        iam = cloud.administrator().assume(arn).client("iam")
        made = iam.create_role(RoleName="app-one", AssumeRolePolicyDocument=json.dumps(trust(A)))
        assert made["Role"]["Arn"] == f"arn:aws:iam::{A}:role/app-one"
        assert iam.get_role(RoleName="app-one")["Role"]["RoleName"] == "app-one"
        other = json.dumps(trust(A))
        refused(iam.create_role, code="AccessDenied", RoleName="other", AssumeRolePolicyDocument=other)
        refused(iam.list_roles, code="AccessDenied")

    def test_tags_on_creation_need_the_permission_to_tag(self, cloud: Cloud) -> None:
        arn = cloud.role("creator", allow("iam:CreateRole"))
        iam = cloud.administrator().assume(arn).client("iam")
        more = {"AssumeRolePolicyDocument": json.dumps(trust(A)), "Tags": [{"Key": "a", "Value": "b"}]}
        message = refused(iam.create_role, code="AccessDenied", RoleName="with-tags", **more)
        assert "iam:TagRole" in message

    def test_a_permissions_boundary_is_refused_rather_than_ignored(self, cloud: Cloud) -> None:
        boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        refused(cloud.role, code="NotImplemented", name="bounded", PermissionsBoundary=boundary)

    def test_a_managed_policy_counts_as_an_identity_policy(self, cloud: Cloud) -> None:
        iam = cloud.administrator().client("iam")
        policy = iam.create_policy(PolicyName="managed", PolicyDocument=json.dumps(document(allow("kms:ListAliases"))))
        arn = cloud.role("with-managed", allow("kms:ListKeys"))
        session = cloud.administrator().assume(arn).client("kms")
        refused(session.list_aliases, code="AccessDeniedException")
        iam.attach_role_policy(RoleName="with-managed", PolicyArn=policy["Policy"]["Arn"])
        assert session.list_aliases()["Aliases"] is not None

    def test_tags_can_be_restricted_by_their_keys(self, cloud: Cloud) -> None:
        only_app = {"ForAllValues:StringEquals": {"aws:TagKeys": ["app"]}}
        arn = cloud.role("tagger", allow("iam:TagRole", Condition=only_app))
        iam = cloud.administrator().assume(arn).client("iam")
        iam.tag_role(RoleName="tagger", Tags=[{"Key": "app", "Value": "x"}])
        refused(iam.tag_role, code="AccessDenied", RoleName="tagger", Tags=[{"Key": "tenant", "Value": "x"}])


SERVICE, TRAIL = {"Service": "cloudtrail.amazonaws.com"}, f"arn:aws:cloudtrail:{REGION}:{A}:trail/audit"


def _log_bucket(cloud: Cloud, name: str, source: str) -> str:
    _bucket(cloud, name)
    ours = {"StringEquals": {"aws:SourceArn": source}}
    sealed = {"StringEquals": {"aws:SourceArn": source, "s3:x-amz-acl": "bucket-owner-full-control"}}
    policy = document(
        allow("s3:GetBucketAcl", f"arn:aws:s3:::{name}", Principal=SERVICE, Condition=ours),
        allow("s3:PutObject", f"arn:aws:s3:::{name}/AWSLogs/{A}/*", Principal=SERVICE, Condition=sealed),
    )
    cloud.administrator().client("s3").put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    return name


class TestCloudTrail:
    def test_a_trail_is_made_and_described(self, cloud: Cloud) -> None:
        bucket = _log_bucket(cloud, "trail-logs", TRAIL)
        context = {"StringEquals": {"kms:EncryptionContext:aws:cloudtrail:arn": TRAIL, "aws:SourceArn": TRAIL}}
        root = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{A}:root"})
        kms, trail = cloud.administrator().client("kms"), cloud.administrator().client("cloudtrail")
        key = kms.create_key(Policy=json.dumps(document(root)))["KeyMetadata"]["Arn"]
        more = {"Name": "audit", "S3BucketName": bucket, "KmsKeyId": key, "TagsList": [{"Key": "app", "Value": "x"}]}
        refused(trail.create_trail, code="InsufficientEncryptionPolicyException", **more)
        encrypt = allow("kms:GenerateDataKey*", Principal=SERVICE, Condition=context)
        kms.put_key_policy(KeyId=key, Policy=json.dumps(document(root, encrypt)))
        arn = trail.create_trail(**more)["TrailARN"]
        trail.start_logging(Name="audit")
        assert trail.get_trail_status(Name=arn)["IsLogging"]

    @pytest.mark.parametrize("source", [TRAIL.replace(A, B), TRAIL + "-2"])
    def test_a_bucket_that_expects_another_trail_is_refused(self, cloud: Cloud, source: str) -> None:
        bucket = _log_bucket(cloud, f"trail-logs-{len(source)}", source)
        create = cloud.administrator().client("cloudtrail").create_trail
        refused(create, code="InsufficientS3BucketPolicyException", Name="audit", S3BucketName=bucket)

    def test_stopping_a_trail_can_be_denied_to_everyone(self, cloud: Cloud) -> None:
        deny = {"Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": f"arn:aws:cloudtrail:*:{A}:trail/*"}
        arn = cloud.role("no-stop", ANYTHING, deny)
        session = cloud.administrator().assume(arn).client("cloudtrail")
        message = refused(session.stop_logging, code="AccessDeniedException", Name="audit")
        assert message.endswith("with an explicit deny in an identity-based policy")


@pytest.mark.parametrize("method", ["put_object", "get_object"])
def test_a_key_with_odd_characters_arrives_as_it_is(cloud: Cloud, method: str) -> None:
    s3 = cloud.administrator().client("s3")
    if method == "put_object":
        _bucket(cloud, "odd-keys")
        s3.put_object(Bucket="odd-keys", Key="a b/ü+&=.txt", Body=VALUE.encode())
    else:
        assert s3.get_object(Bucket="odd-keys", Key="a b/ü+&=.txt")["Body"].read().decode() == VALUE
