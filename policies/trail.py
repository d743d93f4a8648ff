"""The policies of the audit trail's bucket and KMS key. Both precede the trail, so they take its ARN as text."""

from collections.abc import Sequence

from policies.documents import Document, account, allow, deny, document, service
from policies.kms_key import ADMINISTRATION, INSPECTION

CLOUDTRAIL = "cloudtrail.amazonaws.com"


def trail_bucket_policy(*, bucket: str, account_id: str, trail: str) -> Document:
    """The policy of the bucket: one trail delivers to it, and nobody talks to it in the clear.

    Args:
        bucket: ARN of the bucket.
        account_id: The account whose log files it takes.
        trail: ARN of the trail.
    """
    this_trail = {"aws:SourceArn": trail}
    return document(
        allow(
            "TrailChecksBucket",
            ("s3:GetBucketAcl",),
            bucket,
            principal=service(CLOUDTRAIL),
            when={"StringEquals": this_trail},
        ),
        allow(
            "TrailDelivers",
            ("s3:PutObject",),
            f"{bucket}/AWSLogs/{account_id}/*",
            principal=service(CLOUDTRAIL),
            when={"StringEquals": {**this_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
        ),
        deny(
            "OnlyOverTls",
            (
                "s3:DeleteObject",
                "s3:DeleteObjectVersion",
                "s3:GetBucketAcl",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:ListBucket",
                "s3:PutObject",
            ),
            [bucket, f"{bucket}/*"],
            when={"Bool": {"aws:SecureTransport": "false"}},
        ),
    )


def trail_key_policy(
    *, account_root: str, deployer: str, auditors: Sequence[str], trail: str, any_trail: str
) -> Document:
    """The policy of the key that encrypts log files: the trail encrypts, auditors decrypt, the deployer administers.

    Args:
        account_root: ARN of the account's root.
        deployer: ARN of the role that administers the key.
        auditors: ARNs of the roles that may decrypt log files; none leaves them unread until one is named.
        trail: ARN of the trail.
        any_trail: ARN pattern of the account's trails, which is what CloudTrail writes into the encryption context.
    """
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": any_trail}
    statements = [
        allow(
            "DeployerAdministers",
            ADMINISTRATION,
            "*",
            principal=account(account_root),
            when={"StringEquals": {"aws:PrincipalArn": deployer}},
        ),
        allow("AccountInspects", INSPECTION, "*", principal=account(account_root)),
        allow(
            "TrailEncrypts",
            ("kms:GenerateDataKey",),
            "*",
            principal=service(CLOUDTRAIL),
            when={"StringEquals": {"aws:SourceArn": trail}, "StringLike": context},
        ),
        allow(
            "TrailInspects",
            ("kms:DescribeKey",),
            "*",
            principal=service(CLOUDTRAIL),
            when={"StringEquals": {"aws:SourceArn": trail}},
        ),
    ]
    if auditors:
        statements.append(
            allow(
                "AuditorsDecrypt",
                ("kms:Decrypt",),
                "*",
                principal=account(account_root),
                when={"StringEquals": {"aws:PrincipalArn": sorted(auditors)}, "StringLike": context},
            )
        )
    return document(*statements)
