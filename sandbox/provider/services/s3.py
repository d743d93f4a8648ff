"""Amazon S3: buckets. What is set on a bucket has types of its own, in `s3_settings`."""

import re
from typing import TYPE_CHECKING, Any, cast

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_NO_LOCATION = "us-east-1"
"""The region that CreateBucket takes no location constraint for."""


def _create(aws: Aws, wanted: State) -> str:
    s3: S3Client = aws.client("s3")
    place: dict[str, Any] = {}
    if aws.region != _NO_LOCATION:
        place = {"CreateBucketConfiguration": {"LocationConstraint": aws.region}}
    s3.create_bucket(
        Bucket=wanted["bucket"],
        **place,
        **given(ObjectLockEnabledForBucket=wanted.get("objectLockEnabled")),
    )
    return wanted["bucket"]


def _tag(aws: Aws, bucket: str, wanted: State) -> None:
    s3: S3Client = aws.client("s3")
    if wanted["tagsAll"]:
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_list(wanted["tagsAll"])})
    else:
        s3.delete_bucket_tagging(Bucket=bucket)


def _read(aws: Aws, bucket: str, _so_far: State) -> State:
    s3: S3Client = aws.client("s3")
    s3.head_bucket(Bucket=bucket)
    region = s3.get_bucket_location(Bucket=bucket).get("LocationConstraint") or _NO_LOCATION
    return {
        "arn": f"arn:aws:s3:::{bucket}",
        "bucket": bucket,
        "bucketDomainName": f"{bucket}.s3.amazonaws.com",
        "bucketRegion": region,
        "bucketRegionalDomainName": f"{bucket}.s3.{region}.amazonaws.com",
        "objectLockEnabled": _has_object_lock(s3, bucket),
        "tagsAll": _tags(s3, bucket),
    }


def _has_object_lock(s3: "S3Client", bucket: str) -> bool:
    try:
        answer = s3.get_object_lock_configuration(Bucket=bucket)
    except s3.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ObjectLockConfigurationNotFoundError":
            return False
        raise
    return answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"


def _tags(s3: "S3Client", bucket: str) -> dict[str, str]:
    try:
        return tag_map(s3.get_bucket_tagging(Bucket=bucket)["TagSet"])
    except s3.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") == "NoSuchTagSet":
            return {}
        raise


def _update(aws: Aws, bucket: str, change: Change) -> None:
    if "tagsAll" in change.names:
        _tag(aws, bucket, change.new)


def _delete(aws: Aws, bucket: str, state: State) -> None:
    s3: S3Client = aws.client("s3")
    if state.get("forceDestroy"):
        _empty(s3, bucket, bypass=bool(state.get("objectLockEnabled")))
    s3.delete_bucket(Bucket=bucket)


def _empty(s3: "S3Client", bucket: str, *, bypass: bool) -> None:
    """Delete every version and delete marker; `bypass` overrides governance-mode retention."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
    for page in pages:
        listed = cast("list[dict[str, Any]]", [*page.get("Versions", []), *page.get("DeleteMarkers", [])])
        versions: list[Any] = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in listed]
        if not versions:
            continue
        answer = s3.delete_objects(
            Bucket=bucket,
            Delete={"Objects": versions, "Quiet": True},
            **given(BypassGovernanceRetention=bypass),
        )
        for error in answer.get("Errors", [])[:1]:
            raise s3.exceptions.ClientError({"Error": cast("Any", error)}, "DeleteObjects")


def _bucket_name(value: object) -> str | None:
    """Take what S3 takes (validBucketName in internal/service/s3/validate.go)."""
    if re.fullmatch(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", str(value)):
        return None
    return f"must be 3 to 63 lower-case letters, digits, dots and hyphens, got {value!r}"


BUCKET = ResourceType(
    pulumi_type="aws:s3/bucket:Bucket",
    source="internal/service/s3/bucket.go",
    inputs={
        "bucket": Input(replace=True, computed=True, rule=_bucket_name),
        "forceDestroy": Input(kind=Kind.FLAG, default=False),
        "objectLockEnabled": Input(kind=Kind.FLAG, computed=True, replace=True),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn", "bucketDomainName", "bucketRegion", "bucketRegionalDomainName"),
    unserved=frozenset(
        {
            "accelerationStatus",
            "acl",
            "bucketNamespace",
            "bucketPrefix",
            "corsRules",
            "grants",
            "lifecycleRules",
            "logging",
            "objectLockConfiguration",
            "policy",
            "region",
            "replicationConfiguration",
            "requestPayer",
            "serverSideEncryptionConfiguration",
            "versioning",
            "website",
        }
    ),
    auto_name=AutoName(input="bucket", limit=63, lower=True),
    gone=frozenset({"NoSuchBucket", "404"}),
    create=_create,
    complete=_tag,
    read=_read,
    update=_update,
    delete=_delete,
)

RESOURCE_TYPES = (BUCKET,)
