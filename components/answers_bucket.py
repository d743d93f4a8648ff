"""`AnswersBucket`: where Athena puts what auditors asked for, for some days."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from policies.documents import text
from policies.trail import answers_bucket_policy
from tenant_keys.settings import Settings

# An answer is read at once; the evidence is the log files, from which it can be had again.
ANSWER_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class AnswersBucketArgs:
    """The settings of the environment, and the KMS key that encrypts answers."""

    settings: Settings
    kms_key_arn: pulumi.Input[str]


class AnswersBucket(pulumi.ComponentResource):
    """A private bucket, encrypted and over TLS only, whose objects end by themselves."""

    bucket_name: pulumi.Output[str]

    def __init__(self, name: str, args: AnswersBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("tenantkeys:index:AnswersBucket", name, None, opts)
        names = args.settings.names
        bucket = aws.s3.Bucket(
            name,
            bucket=names.answers_bucket(),
            force_destroy=not args.settings.protect,
            opts=pulumi.ResourceOptions(parent=self),
        )
        public_access = aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=(
                        aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
                            sse_algorithm="aws:kms", kms_master_key_id=args.kms_key_arn
                        )
                    ),
                    bucket_key_enabled=True,
                )
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket.bucket,
            rules=[
                aws.s3.BucketLifecycleConfigurationRuleArgs(
                    id="answers-end",
                    status="Enabled",
                    expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=ANSWER_DAYS),
                    abort_incomplete_multipart_upload=(
                        aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                            days_after_initiation=1
                        )
                    ),
                )
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.s3.BucketPolicy(
            name,
            bucket=bucket.bucket,
            policy=text(answers_bucket_policy(bucket=names.answers_bucket_arn())),
            # S3 refuses two changes of a bucket's access settings at the same time.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[public_access]),
        )
        # whoever writes there waits for nothing else: an answer that precedes a setting is deleted with the others
        self.bucket_name = bucket.bucket
        self.register_outputs({"bucket": self.bucket_name})
