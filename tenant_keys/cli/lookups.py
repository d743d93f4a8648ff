"""What exists in AWS under the name of a resource whose creation was interrupted: one small function per type.

A type that is not in `LOOKUPS` is left to a person, and a test demands an entry for each type that the program uses.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from tenant_keys.cli.audit_lookups import AUDIT_LOOKUPS
from tenant_keys.cli.rotation_lookups import ROTATION_LOOKUPS
from tenant_keys.naming import Names
from tenant_keys.recovery import KMS_KEY, Existing

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_kms import KMSClient

Inputs = Mapping[str, Any]
# Two calls a key, far under the 2,000 a second of DescribeKey (KMS quotas).
_THREADS = 8
_MISSING = frozenset(
    {
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NoSuchBucketPolicy",
        "EntityNotFoundException",
        "NoSuchEntity",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NotFound",
        "NotFoundException",
        "ObjectLockConfigurationNotFoundError",
        "QueueDoesNotExist",
        "ResourceNotFound",
        "ResourceNotFoundException",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)


@dataclass(frozen=True)
class Cloud:
    """One account and region, seen by the deployer."""

    session: "boto3.Session"
    names: Names

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The key id behind each alias of the account; an alias without a key is not among them."""
        pages = self.session.client("kms").get_paginator("list_aliases").paginate()
        listed = [alias for page in pages for alias in page["Aliases"]]
        return {alias["AliasName"]: alias["TargetKeyId"] for alias in listed if "TargetKeyId" in alias}

    @cached_property
    def kms_keys(self) -> tuple[Existing, ...]:
        """The keys that no other app has named, without those whose deletion is scheduled."""
        kms = self.session.client("kms")
        named = {key_id: name for name, key_id in self.aliases.items()}
        ids = [key["KeyId"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]]
        ours = self.names.kms_alias_prefix()
        candidates = [key_id for key_id in ids if named.get(key_id, ours).startswith(ours)]
        with ThreadPoolExecutor(_THREADS) as threads:
            found = list(threads.map(partial(_kms_key, kms), candidates, map(named.get, candidates)))
        return tuple(key for key in found if key is not None)

    def find(self, type_: str, inputs: Inputs) -> tuple[Existing, ...] | None:
        """What a create of these inputs may have made; None where there is no way to look."""
        lookup = LOOKUPS.get(type_)
        if lookup is None:
            return None
        try:
            return tuple(lookup(self, inputs))
        except ClientError as error:
            if _code(error) in _MISSING:
                return ()
            raise


def _kms_key(kms: "KMSClient", key_id: str, alias: str | None) -> Existing | None:
    try:
        if kms.describe_key(KeyId=key_id)["KeyMetadata"].get("KeyState") == "PendingDeletion":
            return None
        tags = kms.list_resource_tags(KeyId=key_id)["Tags"]
    except ClientError as error:
        if _code(error) in {"AccessDeniedException", *_MISSING}:  # its policy shuts the deployer out: it is not ours
            return None
        raise
    return Existing(id=key_id, tags={tag["TagKey"]: tag["TagValue"] for tag in tags}, alias=alias)


def _keys(cloud: Cloud, _inputs: Inputs) -> Iterator[Existing]:
    yield from cloud.kms_keys


def _alias(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
    if inputs["name"] in cloud.aliases:
        yield Existing(id=inputs["name"])


def _secret(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
    secret = cloud.session.client("secretsmanager").describe_secret(SecretId=inputs["name"])
    deleted = secret.get("DeletedDate")
    yield Existing(
        id=secret["ARN"],
        tags={tag.get("Key", ""): tag.get("Value", "") for tag in secret.get("Tags", [])},
        obstacle=(
            f"its deletion was scheduled on {deleted:%Y-%m-%d}, and a secret of that name can't be made before it is "
            f"gone. `aws secretsmanager restore-secret --secret-id {inputs['name']}`, then run this again"
            if deleted
            else None
        ),
    )


def _secret_policy(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
    arn = inputs["secretArn"]
    if cloud.session.client("secretsmanager").get_resource_policy(SecretId=arn).get("ResourcePolicy"):
        yield Existing(id=arn)


def _role(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
    role = cloud.session.client("iam").get_role(RoleName=inputs["name"])["Role"]
    yield Existing(id=role["RoleName"], tags={tag["Key"]: tag["Value"] for tag in role.get("Tags", [])})


def _role_policy(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
    cloud.session.client("iam").get_role_policy(RoleName=inputs["role"], PolicyName=inputs["name"])
    yield Existing(id=f"{inputs['role']}:{inputs['name']}")


def _trail(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
    listed = cloud.session.client("cloudtrail").describe_trails(trailNameList=[inputs["name"]])["trailList"]
    yield from (Existing(id=trail["TrailARN"]) for trail in listed if trail.get("Name") == inputs["name"])


def _bucket(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
    cloud.session.client("s3").head_bucket(Bucket=inputs["bucket"])  # refused if another account has the name
    yield Existing(id=inputs["bucket"])


def _bucket_setting(operation: str, present: str | None = None) -> Callable[[Cloud, Inputs], Iterator[Existing]]:
    """Looks for what is set on a bucket; `present` is the member without which nothing is set."""

    def look(cloud: Cloud, inputs: Inputs) -> Iterator[Existing]:
        answer = getattr(cloud.session.client("s3"), operation)(Bucket=inputs["bucket"])
        if present is None or present in answer:
            yield Existing(id=inputs["bucket"])

    return look


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


LOOKUPS: Mapping[str, Callable[[Cloud, Inputs], Iterator[Existing]]] = {
    KMS_KEY: _keys,
    "aws:kms/alias:Alias": _alias,
    "aws:secretsmanager/secret:Secret": _secret,
    "aws:secretsmanager/secretPolicy:SecretPolicy": _secret_policy,
    "aws:iam/role:Role": _role,
    "aws:iam/rolePolicy:RolePolicy": _role_policy,
    "aws:cloudtrail/trail:Trail": _trail,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketPolicy:BucketPolicy": _bucket_setting("get_bucket_policy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _bucket_setting("get_public_access_block"),
    "aws:s3/bucketVersioning:BucketVersioning": _bucket_setting("get_bucket_versioning", "Status"),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": _bucket_setting(
        "get_object_lock_configuration"
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _bucket_setting(
        "get_bucket_encryption"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _bucket_setting(
        "get_bucket_lifecycle_configuration"
    ),
    **AUDIT_LOOKUPS,
    **ROTATION_LOOKUPS,
}
