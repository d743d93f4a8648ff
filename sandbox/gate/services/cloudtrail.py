"""CloudTrail: every operation is an action of the same name, on a trail or on the account.

A trail is refused, as AWS does, unless its bucket's and its key's policies already let CloudTrail write.
"""

from collections.abc import Iterable

from sandbox.authoriser import PolicyKind, Principal, PrincipalKind, Request, ResourceRule, decide
from sandbox.gate.errors import ApiError, Protocol
from sandbox.gate.operations import Check, Context, Operation, Questions, Service, request_tags, tags_of
from sandbox.gate.stored_policies import read_policy

_CLOUDTRAIL = Principal(account="", arn="cloudtrail.amazonaws.com", kind=PrincipalKind.SERVICE)

_ON_TRAILS = (
    "CreateTrail", "DeleteTrail", "GetEventSelectors", "GetInsightSelectors", "GetTrail", "GetTrailStatus",
    "PutEventSelectors", "PutInsightSelectors", "StartLogging", "StopLogging", "UpdateTrail",
)  # fmt: skip
_ON_ACCOUNT = ("DescribeTrails", "ListTrails")


def _arn(operation: Operation, name: str) -> str:
    return (
        name if name.startswith("arn:") else f"arn:aws:cloudtrail:{operation.region}:{operation.account}:trail/{name}"
    )


def _trail(operation: Operation) -> Iterable[Check]:
    arn = _arn(operation, operation.text("TrailName") or operation.text("Name"))
    tags = tags_of(operation.parameters.get("TagsList"))
    yield operation.check(f"cloudtrail:{operation.name}", arn, context=request_tags(tags))
    if tags:
        yield operation.check("cloudtrail:AddTags", arn, context=request_tags(tags))
    if operation.text("CloudWatchLogsRoleArn"):
        context = {"iam:PassedToService": "cloudtrail.amazonaws.com"}
        yield operation.check("iam:PassRole", operation.text("CloudWatchLogsRoleArn"), context=context)


def _tags(operation: Operation) -> Iterable[Check]:
    tags = tags_of(operation.parameters.get("TagsList"))
    listed = operation.parameters.get("ResourceIdList")
    names: list[object] = listed if isinstance(listed, list) else [operation.text("ResourceId")]
    for name in names:
        yield operation.check(f"cloudtrail:{operation.name}", _arn(operation, str(name)), context=request_tags(tags))


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"cloudtrail:{operation.name}", "*")


def _may(operation: Operation, action: str, resource: str, policy: str, context: Context) -> bool:
    """Tell whether a resource's policy lets CloudTrail itself do something for the trail of this call.

    The resource may be of another account: a service has no identity policies, so its policy alone decides.
    """
    arn = _arn(operation, operation.text("Name"))
    request = Request(
        principal=_CLOUDTRAIL,
        action=action,
        resource=resource,
        resource_account=operation.account,
        context={
            "aws:SourceArn": arn,
            "aws:SourceAccount": operation.account,
            "aws:SecureTransport": "true",
            **context,
        },
    )
    parsed = read_policy(policy, f"the policy of {resource}", PolicyKind.RESOURCE) if policy else None
    decision = decide(request, identity_policies=(), resource_policy=parsed, resource_rule=ResourceRule.MANDATORY)
    return decision.allowed


def _refuse_unwritable_bucket(operation: Operation) -> None:
    """Refuse a bucket whose policy does not let CloudTrail in ("Amazon S3 bucket policy for CloudTrail")."""
    name = operation.text("S3BucketName")
    bucket = operation.state.bucket(name)
    if bucket is None:  # not named in an update, or not there: moto says which
        return
    prefix = f"{operation.text('S3KeyPrefix')}/" if operation.text("S3KeyPrefix") else ""
    log = f"arn:aws:s3:::{name}/{prefix}AWSLogs/{operation.account}/CloudTrail/log"
    acl = {"s3:x-amz-acl": "bucket-owner-full-control"}
    if not (
        _may(operation, "s3:GetBucketAcl", f"arn:aws:s3:::{name}", bucket.policy, {})
        and _may(operation, "s3:PutObject", log, bucket.policy, acl)
    ):
        message = f"Incorrect S3 bucket policy is detected for bucket: {name}"
        raise ApiError("InsufficientS3BucketPolicyException", message, status=400)


def _refuse_unusable_key(operation: Operation) -> None:
    """Refuse a key whose policy does not let CloudTrail encrypt ("Configure AWS KMS key policies for CloudTrail")."""
    key_id = operation.text("KmsKeyId")
    account = key_id.split(":")[4] if key_id.startswith("arn:") else operation.account
    key = operation.state.kms_key(account, operation.region, key_id)
    trail = _arn(operation, operation.text("Name"))
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": trail}
    if key_id and (key is None or not _may(operation, "kms:GenerateDataKey", key.arn, key.policy, context)):
        bucket = operation.text("S3BucketName")
        message = f"Insufficient permissions to access S3 bucket {bucket} or KMS key {key_id}."
        raise ApiError("InsufficientEncryptionPolicyException", message, status=400)


_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_ON_TRAILS, _trail),
    **dict.fromkeys(_ON_ACCOUNT, _account_wide),
    **dict.fromkeys(("AddTags", "ListTags", "RemoveTags"), _tags),
}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="cloudtrail.amazonaws.com",
    target_prefix="com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
    operations=_OPERATIONS,
    rules=dict.fromkeys(("CreateTrail", "UpdateTrail"), (_refuse_unwritable_bucket, _refuse_unusable_key)),
)
