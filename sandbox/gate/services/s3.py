"""S3, path style: the operation follows from the method and the subresource, its action from the table."""

import re
from collections.abc import Iterable

from sandbox.authoriser import PolicyKind
from sandbox.gate.errors import Protocol, unknown_to_the_sandbox
from sandbox.gate.operations import Check, Context, Operation, Questions, Service
from sandbox.gate.stored_policies import check_new_policy
from sandbox.gate.wire import WireRequest

NOT_A_SUBRESOURCE = frozenset({
    "continuation-token", "delimiter", "encoding-type", "fetch-owner", "key-marker", "list-type", "marker", "max-keys",
    "prefix", "start-after", "version-id-marker", "versionId", "x-id", "max-buckets", "bucket-region",
})  # fmt: skip

BUCKET_ACTIONS = {
    "GET": "ListBucket", "HEAD": "ListBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket",
    "GET acl": "GetBucketAcl", "PUT acl": "PutBucketAcl",
    "GET accelerate": "GetAccelerateConfiguration",
    "GET cors": "GetBucketCORS",
    "POST delete": "DeleteObject",
    "GET encryption": "GetEncryptionConfiguration", "PUT encryption": "PutEncryptionConfiguration",
    "DELETE encryption": "PutEncryptionConfiguration",
    "GET lifecycle": "GetLifecycleConfiguration", "PUT lifecycle": "PutLifecycleConfiguration",
    "DELETE lifecycle": "PutLifecycleConfiguration",
    "GET location": "GetBucketLocation",
    "GET logging": "GetBucketLogging", "PUT logging": "PutBucketLogging",
    "GET notification": "GetBucketNotification", "PUT notification": "PutBucketNotification",
    "GET object-lock": "GetBucketObjectLockConfiguration", "PUT object-lock": "PutBucketObjectLockConfiguration",
    "GET ownershipControls": "GetBucketOwnershipControls", "PUT ownershipControls": "PutBucketOwnershipControls",
    "DELETE ownershipControls": "PutBucketOwnershipControls",
    "GET policy": "GetBucketPolicy", "PUT policy": "PutBucketPolicy", "DELETE policy": "DeleteBucketPolicy",
    "GET policyStatus": "GetBucketPolicyStatus",
    "GET publicAccessBlock": "GetBucketPublicAccessBlock", "PUT publicAccessBlock": "PutBucketPublicAccessBlock",
    "DELETE publicAccessBlock": "PutBucketPublicAccessBlock",
    "GET replication": "GetReplicationConfiguration",
    "GET requestPayment": "GetBucketRequestPayment",
    "GET tagging": "GetBucketTagging", "PUT tagging": "PutBucketTagging", "DELETE tagging": "PutBucketTagging",
    "GET versioning": "GetBucketVersioning", "PUT versioning": "PutBucketVersioning",
    "GET versions": "ListBucketVersions",
    "GET website": "GetBucketWebsite",
}  # fmt: skip
OBJECT_ACTIONS = {
    "GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject",
    "GET acl": "GetObjectAcl",
    "GET legal-hold": "GetObjectLegalHold", "PUT legal-hold": "PutObjectLegalHold",
    "GET retention": "GetObjectRetention", "PUT retention": "PutObjectRetention",
    "GET tagging": "GetObjectTagging", "PUT tagging": "PutObjectTagging", "DELETE tagging": "DeleteObjectTagging",
}  # fmt: skip
"""From the "Required permissions" page of the S3 User Guide, where an action is seldom the operation's name."""

_OF_VERSIONS = {"GetObject": "GetObjectVersion", "DeleteObject": "DeleteObjectVersion"}
_ALSO = {
    "x-amz-acl": "PutObjectAcl",
    "x-amz-tagging": "PutObjectTagging",
    "x-amz-object-lock-mode": "PutObjectRetention",
    "x-amz-object-lock-legal-hold": "PutObjectLegalHold",
    "x-amz-bypass-governance-retention": "BypassGovernanceRetention",
}
_ALSO_FOR_BUCKETS = {
    "x-amz-acl": ("PutBucketAcl",),
    "x-amz-bucket-object-lock-enabled": ("PutBucketObjectLockConfiguration", "PutBucketVersioning"),
    "x-amz-object-ownership": ("PutBucketOwnershipControls",),
}
_NOT_WEIGHED = ("x-amz-copy-source", "x-amz-server-side-encryption-customer-algorithm", "x-amz-mfa")


def name_operation(wire: WireRequest) -> str:
    """Name a request by its level, method and subresource: `bucket PUT policy`, `object GET`, `service GET`."""
    _, bucket, key = [*wire.path.split("/", 2), ""][:3]
    subresources = sorted(name for name, _ in wire.query if name not in NOT_A_SUBRESOURCE)
    level = "object" if key else "bucket" if bucket else "service"
    return " ".join([level, wire.method, *subresources])


def _context(operation: Operation) -> dict[str, str | tuple[str, ...]]:
    query, headers = dict(operation.wire.query), operation.wire.headers
    from_query = {n: query[n] for n in ("prefix", "delimiter", "max-keys") if n in query}
    from_headers = {
        name: headers[name]
        for name in ("x-amz-acl", "x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id")
        if name in headers
    }
    context: dict[str, str | tuple[str, ...]] = {f"s3:{k}": v for k, v in (from_query | from_headers).items()}
    return {**context, "s3:TlsVersion": "1.3", **({"s3:versionid": query["versionId"]} if "versionId" in query else {})}


def _check(operation: Operation, action: str, bucket: str, key: str, context: Context) -> Check:
    found = operation.state.bucket(bucket)
    arn = f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
    owner, policy = (found.account, found.policy) if found else (operation.account, "")
    return operation.check(f"s3:{action}", arn, account=owner, policy=policy, context=context)


def _refuse_what_is_not_weighed(operation: Operation) -> None:
    for header in _NOT_WEIGHED:
        if header in operation.wire.headers:
            raise unknown_to_the_sandbox(f"an S3 request with the header {header}")


def _bucket(operation: Operation) -> Iterable[Check]:
    bucket, request = operation.wire.path.strip("/"), operation.name.removeprefix("bucket ")
    action, context = BUCKET_ACTIONS[request], _context(operation)
    if request == "PUT":
        yield operation.check("s3:CreateBucket", f"arn:aws:s3:::{bucket}", context=context)
        for header, actions in _ALSO_FOR_BUCKETS.items():
            for also in actions if header in operation.wire.headers else ():
                yield operation.check(f"s3:{also}", f"arn:aws:s3:::{bucket}", context=context)
    elif request == "POST delete":
        yield from _deletions(operation, bucket, context)
    else:
        yield _check(operation, action, bucket, "", context)


def _deletions(operation: Operation, bucket: str, context: Context) -> Iterable[Check]:
    """Ask for each object of a DeleteObjects request; it is read with the same plain form that boto3 writes."""
    listed = re.findall(r"<Object>(.*?)</Object>", operation.wire.body.decode(), re.DOTALL)
    keys = [re.findall(r"<Key>(.*?)</Key>", item, re.DOTALL) for item in listed]
    if not keys or any(len(found) != 1 or "&" in found[0] for found in keys):
        raise unknown_to_the_sandbox("an S3 deletion whose list of objects it can't read")
    for item, (key,) in zip(listed, keys, strict=True):
        action = "DeleteObjectVersion" if "<VersionId>" in item else "DeleteObject"
        yield _check(operation, action, bucket, key, context)


def _object(operation: Operation) -> Iterable[Check]:
    _refuse_what_is_not_weighed(operation)
    _, bucket, key = operation.wire.path.split("/", 2)
    action, context = OBJECT_ACTIONS[operation.name.removeprefix("object ")], _context(operation)
    if "s3:versionid" in context:
        action = _OF_VERSIONS.get(action, action.replace("Object", "ObjectVersion", 1))
    yield _check(operation, action, bucket, key, context)
    for header, also in _ALSO.items():
        if header in operation.wire.headers and operation.wire.method in ("PUT", "DELETE"):
            yield _check(operation, also, bucket, key, context)


def _list_buckets(operation: Operation) -> Iterable[Check]:
    yield operation.check("s3:ListAllMyBuckets", "*", context=_context(operation))


def _readable_policy(operation: Operation) -> None:
    check_new_policy(operation.wire.body.decode(), "the new bucket policy", PolicyKind.RESOURCE, operation.state)


_OPERATIONS: dict[str, Questions] = {
    "service GET": _list_buckets,
    **{f"bucket {request}": _bucket for request in BUCKET_ACTIONS},
    **{f"object {request}": _object for request in OBJECT_ACTIONS},
}

SERVICE = Service(
    protocol=Protocol.S3,
    event_source="s3.amazonaws.com",
    operations=_OPERATIONS,
    rules={"bucket PUT policy": (_readable_policy,)},
    name_operation=name_operation,
)
