"""The deployer: the identity that `pulumi up` assumes. It administers everything here and reaches no value.

The program can't create the role that runs it: `tenant-keys deployer-policy` prints this document for the one who sets
the account up.
"""

from dataclasses import dataclass

from policies import kms_key
from policies.documents import Document, allow, document

SECRETS = (
    "secretsmanager:CreateSecret",
    "secretsmanager:DeleteResourcePolicy",
    "secretsmanager:DeleteSecret",
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetResourcePolicy",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:RestoreSecret",
    "secretsmanager:TagResource",
    "secretsmanager:UntagResource",
    "secretsmanager:UpdateSecret",
    "secretsmanager:ValidateResourcePolicy",
)

ROLES = (
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
    "iam:ListRoleTags",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
)

TRAIL_BUCKET = (
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:GetAccelerateConfiguration",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLocation",
    "s3:GetBucketLogging",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketRequestPayment",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListBucket",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketTagging",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
)

TRAIL = (
    "cloudtrail:AddTags",
    "cloudtrail:CreateTrail",
    "cloudtrail:DeleteTrail",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:GetInsightSelectors",
    "cloudtrail:GetTrail",
    "cloudtrail:GetTrailStatus",
    "cloudtrail:ListTags",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:RemoveTags",
    "cloudtrail:StartLogging",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
)

# An unprotected environment may be destroyed with its logs in it. Nobody has these where things are protected, as
# production always is: whoever deploys must not be able to delete the record of it.
EMPTYING_BUCKET = ("s3:ListBucketVersions",)
EMPTYING_OBJECTS = ("s3:BypassGovernanceRetention", "s3:DeleteObject", "s3:DeleteObjectVersion")

# Calls that AWS authorises without naming a resource (Service authorization reference).
WITHOUT_RESOURCE = ("cloudtrail:DescribeTrails", "kms:CreateKey", "kms:ListAliases", "kms:ListKeys")


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What the deployer may touch, as ARNs or ARN patterns."""

    secrets: str
    roles: str
    kms_keys: str
    kms_aliases: str
    trail: str
    trail_bucket: str
    region: str


def deployer_policy(reach: Reach, *, empties_log_bucket: bool = False) -> Document:
    """What the deployer may do within `reach`.

    Args:
        reach: What it may touch.
        empties_log_bucket: Whether it may delete log files, so that a throw-away environment can be destroyed.
    """
    emptying = [
        allow("EmptyTrailBucket", EMPTYING_BUCKET, reach.trail_bucket),
        allow("DeleteLogFiles", EMPTYING_OBJECTS, f"{reach.trail_bucket}/*"),
    ]
    return document(
        allow("Secrets", SECRETS, reach.secrets),
        allow("KmsKeys", kms_key.ADMINISTRATION, [reach.kms_keys, reach.kms_aliases]),
        allow(
            "SecretsManagerTriesKeys",
            ("kms:Decrypt", "kms:GenerateDataKey"),
            reach.kms_keys,
            when={
                "StringEquals": {
                    "kms:ViaService": kms_key.via_secrets_manager(reach.region),
                    "kms:EncryptionContext:SecretVersionId": kms_key.KEY_CHECK_VERSION,
                }
            },
        ),
        allow("Roles", ROLES, reach.roles),
        allow("Trail", TRAIL, reach.trail),
        allow("TrailBucket", TRAIL_BUCKET, reach.trail_bucket),
        allow("WithoutResource", WITHOUT_RESOURCE, "*"),
        *(emptying if empties_log_bucket else []),
    )
