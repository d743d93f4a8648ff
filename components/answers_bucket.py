"""`AnswersBucket`: where Athena puts what auditors asked for, for some days."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.private_bucket import encrypt_with, end_after, keep_private
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
        names, inside = args.settings.names, pulumi.ResourceOptions(parent=self)
        bucket = aws.s3.Bucket(
            name, bucket=names.answers_bucket(), force_destroy=not args.settings.protect, opts=inside
        )
        public_access = keep_private(name, bucket.bucket, inside)
        encrypt_with(args.kms_key_arn, name, bucket.bucket, inside)
        end_after(ANSWER_DAYS, "answers-end", name, bucket.bucket, inside)
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
