"""The policies of the audit trail's bucket and KMS key. Both precede the trail, so they take its ARN as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from policies.documents import Document, Statement, account, allow, document, only_over_tls, service
from policies.kms_key import ENCRYPTION, administered_by

Condition: TypeAlias = Mapping[str, str | Sequence[str]]

CLOUDTRAIL = "cloudtrail.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class Auditors:
    """Who may read log files.

    Attributes:
        roles: ARNs of their roles; none leaves the log files unread until one is named.
        roots: ARNs of the roots of these roles' accounts.
    """

    roles: Sequence[str] = ()
    roots: Sequence[str] = ()

    def may(
        self,
        sid: str,
        actions: Sequence[str],
        resources: str | Sequence[str],
        *,
        equals: Condition | None = None,
        like: Condition | None = None,
    ) -> Statement:
        """The statement that lets them, under more conditions where there are any."""
        when = {"StringEquals": {"aws:PrincipalArn": sorted(self.roles), **(equals or {})}}
        return allow(
            sid,
            actions,
            resources,
            principal=account(*self.roots),
            when={**when, "StringLike": like} if like else when,
        )


def trail_bucket_policy(*, bucket: str, account_id: str, trail: str, auditors: Auditors | None = None) -> Document:
    """The policy of the bucket: one trail delivers to it, and nobody talks to it in the clear.

    Args:
        bucket: ARN of the bucket.
        account_id: The account whose log files it takes.
        trail: ARN of the trail.
        auditors: Who reads it from another account than the bucket's; in its own, their IAM policies are enough.
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
        *(
            [auditors.may("AuditorsRead", ("s3:GetObject", "s3:ListBucket"), [bucket, f"{bucket}/*"])]
            if auditors and auditors.roles
            else []
        ),
        only_over_tls(
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
        ),
    )


def answers_bucket_policy(*, bucket: str) -> Document:
    """The policy of the bucket that takes Athena's answers: nobody talks to it in the clear; it allows nothing.

    Args:
        bucket: ARN of the bucket.
    """
    actions = ("s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject")
    return document(only_over_tls(actions, [bucket, f"{bucket}/*"]))


def trail_key_policy(
    *, account_root: str, deployer: str, auditors: Auditors, trail: str, any_trail: str, answers: str, region: str
) -> Document:
    """The policy of the key that encrypts log files: the trail encrypts, auditors decrypt, the deployer administers.

    The same key encrypts what Athena answers to auditors, for an answer tells what the logs tell.

    Args:
        account_root: ARN of the root of the key's account.
        deployer: ARN of the role that administers the key.
        auditors: Who may decrypt log files.
        trail: ARN of the trail.
        any_trail: ARN pattern of the recorded account's trails, which CloudTrail writes into the encryption context.
        answers: ARN of the bucket that takes Athena's answers.
        region: The region of it.
    """
    context = {"kms:EncryptionContext:aws:cloudtrail:arn": any_trail}
    from_trail = {"aws:SourceArn": trail}
    statements = [
        *administered_by(deployer, account_root),
        allow(
            "TrailEncrypts",
            ("kms:GenerateDataKey",),
            "*",
            principal=service(CLOUDTRAIL),
            when={"StringEquals": from_trail, "StringLike": context},
        ),
        allow(
            "TrailInspects", ("kms:DescribeKey",), "*", principal=service(CLOUDTRAIL), when={"StringEquals": from_trail}
        ),
    ]
    if auditors.roles:
        # Athena writes and reads answers with the credentials of whoever asks. With a bucket key, S3 names the bucket
        # as the context, without one the object (S3 user guide, "Encryption context").
        statements += [
            auditors.may("AuditorsDecrypt", ("kms:Decrypt",), "*", like=context),
            auditors.may(
                "AuditorsKeepAnswers",
                ENCRYPTION,
                "*",
                equals={"kms:ViaService": f"s3.{region}.amazonaws.com"},
                like={"kms:EncryptionContext:aws:s3:arn": [answers, f"{answers}/*"]},
            ),
        ]
    return document(*statements)
