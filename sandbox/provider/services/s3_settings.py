"""Amazon S3: the types that set one thing on a bucket. Their id is the bucket's name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.provider.schema import Change, Input, Kind, ResourceType, json_text, length, one_of
from sandbox.provider.services.calls import given
from sandbox.provider.session import Aws
from sandbox.provider.shapes import Field, from_aws, to_aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BUCKET = Input(required=True, replace=True, rule=length(1, 63))
_BLOCKS = {
    "blockPublicAcls": "BlockPublicAcls",
    "blockPublicPolicy": "BlockPublicPolicy",
    "ignorePublicAcls": "IgnorePublicAcls",
    "restrictPublicBuckets": "RestrictPublicBuckets",
}
_VERSIONING = {"status": Field(aws="Status", required=True), "mfaDelete": Field(aws="MFADelete", computed=True)}
_ENCRYPTION_RULE = {
    "applyServerSideEncryptionByDefault": Field(
        aws="ApplyServerSideEncryptionByDefault",
        fields={
            "sseAlgorithm": Field(aws="SSEAlgorithm", required=True),
            "kmsMasterKeyId": Field(aws="KMSMasterKeyID"),
        },
    ),
    "bucketKeyEnabled": Field(aws="BucketKeyEnabled"),
}
_LIFECYCLE_RULE = {
    "id": Field(aws="ID", required=True),
    "status": Field(aws="Status", required=True),
    "abortIncompleteMultipartUpload": Field(
        aws="AbortIncompleteMultipartUpload", fields={"daysAfterInitiation": Field(aws="DaysAfterInitiation")}
    ),
    "expiration": Field(aws="Expiration", fields={"days": Field(aws="Days")}),
    "filter": Field(aws="Filter", fields={"prefix": Field(aws="Prefix")}),
    "noncurrentVersionExpiration": Field(
        aws="NoncurrentVersionExpiration", fields={"noncurrentDays": Field(aws="NoncurrentDays")}
    ),
}
_LOCK_RULE = {
    "defaultRetention": Field(
        aws="DefaultRetention",
        required=True,
        fields={"mode": Field(aws="Mode"), "days": Field(aws="Days"), "years": Field(aws="Years")},
    )
}


def _setting(
    name: str,
    source: str,
    inputs: Mapping[str, Input],
    *,
    missing: str,
    put: Callable[[Any, str, State], object],
    get: Callable[[Any, str], State],
    remove: Callable[[Any, str, State], object],
    unserved: tuple[str, ...] = (),
) -> ResourceType:
    """Make the entry of a setting, for which creating and updating are the same call."""

    def create(aws: Aws, wanted: State) -> str:
        put(aws.client("s3"), wanted["bucket"], wanted)
        return wanted["bucket"]

    def read(aws: Aws, bucket: str, _so_far: State) -> State:
        return {"bucket": bucket, **get(aws.client("s3"), bucket)}

    def update(aws: Aws, bucket: str, change: Change) -> None:
        put(aws.client("s3"), bucket, change.new)

    def delete(aws: Aws, bucket: str, state: State) -> None:
        remove(aws.client("s3"), bucket, state)

    return ResourceType(
        pulumi_type=f"aws:s3/{name[0].lower()}{name[1:]}:{name}",
        source=f"internal/service/s3/{source}.go",
        inputs={"bucket": _BUCKET, **inputs},
        unserved=frozenset({"region", *unserved}),
        gone=frozenset({"NoSuchBucket", missing}),
        create=create,
        read=read,
        update=update,
        delete=delete,
    )


def _put_versioning(s3: "S3Client", bucket: str, wanted: State) -> None:
    configuration: Any = to_aws(_VERSIONING, wanted["versioningConfiguration"])
    if configuration["Status"] != "Disabled":  # means: never versioned, and S3 takes no such word
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=configuration)


def _get_versioning(s3: "S3Client", bucket: str) -> State:
    answer = s3.get_bucket_versioning(Bucket=bucket)
    return {"versioningConfiguration": {"status": "Disabled", **from_aws(_VERSIONING, answer)}}


def _suspend_versioning(s3: "S3Client", bucket: str, state: State) -> None:
    if state["versioningConfiguration"]["status"] == "Disabled":
        return
    try:
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})
    except s3.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") != "InvalidBucketState":  # it has an object lock
            raise


def _put_encryption(s3: "S3Client", bucket: str, wanted: State) -> None:
    rules: Any = [to_aws(_ENCRYPTION_RULE, rule) for rule in wanted["rules"]]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _get_encryption(s3: "S3Client", bucket: str) -> State:
    rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    return {"rules": [from_aws(_ENCRYPTION_RULE, rule) for rule in rules]}


def _put_lifecycle(s3: "S3Client", bucket: str, wanted: State) -> None:
    # S3 takes no rule without a filter; an empty prefix is the whole bucket
    rules: Any = [{"Filter": {"Prefix": ""}, **to_aws(_LIFECYCLE_RULE, rule)} for rule in wanted["rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _get_lifecycle(s3: "S3Client", bucket: str) -> State:
    rules: Any = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {"rules": [from_aws(_LIFECYCLE_RULE, _told_rule(rule)) for rule in rules]}


def _told_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule without what moto adds to one: an expiration has days or a marker, and a filter of nothing is none."""
    expiration = {"Days": rule["Expiration"]["Days"]} if "Days" in rule.get("Expiration", {}) else None
    prefix = rule.get("Filter", {}).get("Prefix")
    return {**rule, "Expiration": expiration, "Filter": {"Prefix": prefix} if prefix else None}


def _put_object_lock(s3: "S3Client", bucket: str, wanted: State) -> None:
    rule = to_aws(_LOCK_RULE, wanted.get("rule", {}))
    configuration: Any = {"ObjectLockEnabled": wanted["objectLockEnabled"], **given(Rule=rule)}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=configuration)


def _get_object_lock(s3: "S3Client", bucket: str) -> State:
    answer = s3.get_object_lock_configuration(Bucket=bucket).get("ObjectLockConfiguration", {})
    retention = answer.get("Rule", {}).get("DefaultRetention", {})
    told = {member: value for member, value in retention.items() if value}  # moto adds Years: 0 to Days
    rule = from_aws(_LOCK_RULE, {"DefaultRetention": told})
    return {"objectLockEnabled": answer.get("ObjectLockEnabled"), "rule": rule or None}


def _drop_default_retention(s3: "S3Client", bucket: str, state: State) -> None:
    """Take off the default retention; the object lock itself can't be taken off a bucket."""
    try:
        _put_object_lock(s3, bucket, {**state, "rule": {}})
    except s3.exceptions.ClientError as error:
        # moto 5.2.5 refuses every change of the lock once the bucket holds objects; S3 does not.
        if error.response.get("Error", {}).get("Code") != "InvalidBucket":
            raise


def _put_access_block(s3: "S3Client", bucket: str, wanted: State) -> None:
    configuration: Any = {member: wanted[name] for name, member in _BLOCKS.items()}
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=configuration)


def _get_access_block(s3: "S3Client", bucket: str) -> State:
    answer = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    return {name: answer.get(member, False) for name, member in _BLOCKS.items()}


RESOURCE_TYPES = (
    _setting(
        "BucketPolicy",
        "bucket_policy",
        {"policy": Input(kind=Kind.POLICY, required=True, rule=json_text)},
        missing="NoSuchBucketPolicy",
        put=lambda s3, bucket, wanted: s3.put_bucket_policy(Bucket=bucket, Policy=wanted["policy"]),
        get=lambda s3, bucket: {"policy": s3.get_bucket_policy(Bucket=bucket)["Policy"]},
        remove=lambda s3, bucket, _: s3.delete_bucket_policy(Bucket=bucket),
    ),
    _setting(
        "BucketVersioning",
        "bucket_versioning",
        {"versioningConfiguration": Input(kind=Kind.BLOCK, required=True, shape=_VERSIONING)},
        missing="NoSuchBucket",
        put=_put_versioning,
        get=_get_versioning,
        remove=_suspend_versioning,
        unserved=("expectedBucketOwner", "mfa"),
    ),
    _setting(
        "BucketServerSideEncryptionConfiguration",
        "bucket_server_side_encryption_configuration",
        {"rules": Input(kind=Kind.BLOCKS, required=True, shape=_ENCRYPTION_RULE)},
        missing="ServerSideEncryptionConfigurationNotFoundError",
        put=_put_encryption,
        get=_get_encryption,
        remove=lambda s3, bucket, _: s3.delete_bucket_encryption(Bucket=bucket),
        unserved=("expectedBucketOwner",),
    ),
    _setting(
        "BucketPublicAccessBlock",
        "bucket_public_access_block",
        {name: Input(kind=Kind.FLAG, default=False) for name in _BLOCKS} | {"skipDestroy": Input(kind=Kind.FLAG)},
        missing="NoSuchPublicAccessBlockConfiguration",
        put=_put_access_block,
        get=_get_access_block,
        remove=lambda s3, bucket, state: (
            None if state.get("skipDestroy") else s3.delete_public_access_block(Bucket=bucket)
        ),
    ),
    _setting(
        "BucketLifecycleConfiguration",
        "bucket_lifecycle_configuration",
        {"rules": Input(kind=Kind.BLOCKS, shape=_LIFECYCLE_RULE)},
        missing="NoSuchLifecycleConfiguration",
        put=_put_lifecycle,
        get=_get_lifecycle,
        remove=lambda s3, bucket, _: s3.delete_bucket_lifecycle(Bucket=bucket),
        unserved=("expectedBucketOwner", "timeouts", "transitionDefaultMinimumObjectSize"),
    ),
    _setting(
        "BucketObjectLockConfiguration",
        "bucket_object_lock_configuration",
        {
            "objectLockEnabled": Input(replace=True, default="Enabled", rule=one_of("Enabled")),
            "rule": Input(kind=Kind.BLOCK, shape=_LOCK_RULE),
        },
        missing="ObjectLockConfigurationNotFoundError",
        put=_put_object_lock,
        get=_get_object_lock,
        remove=_drop_default_retention,
        unserved=("expectedBucketOwner", "token"),
    ),
)
