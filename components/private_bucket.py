"""How a bucket looks here: nothing of it is public, a KMS key of ours encrypts it, and what is in it ends by itself."""

import pulumi
import pulumi_aws as aws


def keep_private(name: str, bucket: pulumi.Input[str], opts: pulumi.ResourceOptions) -> aws.s3.BucketPublicAccessBlock:
    """Shuts a bucket to the public, whatever a policy or an access list says."""
    return aws.s3.BucketPublicAccessBlock(
        name,
        bucket=bucket,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=opts,
    )


def encrypt_with(
    key: pulumi.Input[str], name: str, bucket: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> aws.s3.BucketServerSideEncryptionConfiguration:
    """Encrypts what comes into a bucket with a KMS key, given by its ARN."""
    return aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        bucket=bucket,
        rules=[
            aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                apply_server_side_encryption_by_default=(
                    aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                        sse_algorithm="aws:kms", kms_master_key_id=key
                    )
                ),
                bucket_key_enabled=True,
            )
        ],
        opts=opts,
    )


def end_after(
    days: int,
    rule: str,
    name: str,
    bucket: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    *,
    versioned: bool = False,
) -> None:
    """Lets objects end after some days, and unfinished uploads after one.

    Args:
        days: The days.
        rule: The name of the rule.
        name: The resource's name.
        bucket: The bucket's name.
        opts: The resource's options.
        versioned: Whether the bucket keeps versions: an object that ends is only hidden then, and gone a day later.
    """
    hidden = aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(noncurrent_days=1)
    aws.s3.BucketLifecycleConfiguration(
        name,
        bucket=bucket,
        rules=[
            aws.s3.BucketLifecycleConfigurationRuleArgs(
                id=rule,
                status="Enabled",
                expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
                noncurrent_version_expiration=hidden if versioned else None,
                abort_incomplete_multipart_upload=(
                    aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(days_after_initiation=1)
                ),
            )
        ],
        opts=opts,
    )
