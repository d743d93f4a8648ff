"""For each served type: inputs as a program sends them, an update of them, and what must exist beforehand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Needs = Mapping[str, tuple[str, str]]
"""Input name -> (type, output) of the resource that it points at."""


def policy(effect: str, action: str, principal: object = None) -> str:
    who = {} if principal is None else {"Principal": principal}
    statement = {"Effect": effect, "Action": action, "Resource": "*", **who}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(account: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Example:
    inputs: Mapping[str, Any]
    change: Mapping[str, Any]
    needs: Needs = field(default_factory=dict)
    change_needs: Needs = field(default_factory=dict)
    gone_after_delete: bool = True
    deletes_twice: bool = True


_ON_A_BUCKET = {"bucket": ("aws:s3/bucket:Bucket", "bucket")}

EXAMPLES: dict[str, Example] = {
    "aws:kms/key:Key": Example(
        {
            "description": "acme",
            "enableKeyRotation": True,
            "rotationPeriodInDays": 180,
            "deletionWindowInDays": 30,
            "policy": policy("Allow", "kms:*", {"AWS": "arn:aws:iam::123456789012:root"}),
            "tags": {"tenant": "acme"},
        },
        {
            "description": "acme's key",
            "rotationPeriodInDays": 365,
            "deletionWindowInDays": 7,
            "policy": policy("Allow", "kms:Describe*", {"AWS": "arn:aws:iam::123456789012:root"}),
            "isEnabled": False,
            "tags": {"owner": "security"},
        },
    ),
    "aws:kms/alias:Alias": Example(
        {"name": "alias/myapp/acme"},
        {},
        needs={"targetKeyId": ("aws:kms/key:Key", "keyId")},
        change_needs={"targetKeyId": ("aws:kms/key:Key", "keyId")},
    ),
    "aws:secretsmanager/secret:Secret": Example(
        {"name": "/saas/myapp/tenant-acme/external-api-key", "tags": {"tenant": "acme"}},
        {"description": "acme", "recoveryWindowInDays": 7, "tags": {"owner": "security"}},
        {"kmsKeyId": ("aws:kms/key:Key", "arn")},
        deletes_twice=False,  # neither does Secrets Manager, within the recovery window
    ),
    "aws:secretsmanager/secretPolicy:SecretPolicy": Example(
        {"policy": policy("Deny", "secretsmanager:PutSecretValue", "*"), "blockPublicPolicy": True},
        {"policy": policy("Deny", "secretsmanager:GetSecretValue", "*")},
        {"secretArn": ("aws:secretsmanager/secret:Secret", "arn")},
        gone_after_delete=False,
    ),
    "aws:iam/role:Role": Example(
        {"name": "reader-acme", "assumeRolePolicy": trust("123456789012"), "tags": {"tenant": "acme"}},
        {
            "assumeRolePolicy": trust("210987654321"),
            "description": "reads",
            "maxSessionDuration": 7200,
            "permissionsBoundary": "arn:aws:iam::aws:policy/ReadOnlyAccess",
            "tags": {"owner": "security"},
        },
    ),
    "aws:iam/rolePolicy:RolePolicy": Example(
        {"name": "read", "policy": policy("Allow", "secretsmanager:GetSecretValue")},
        {"policy": policy("Allow", "secretsmanager:DescribeSecret")},
        {"role": ("aws:iam/role:Role", "name")},
    ),
    "aws:s3/bucket:Bucket": Example(
        {"bucket": "myapp-audit-log", "objectLockEnabled": True, "tags": {"purpose": "audit"}},
        {"forceDestroy": True, "tags": {"owner": "security"}},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": Example(
        {"policy": policy("Allow", "s3:PutObject", {"Service": "cloudtrail.amazonaws.com"})},
        {"policy": policy("Deny", "s3:DeleteObject", "*")},
        _ON_A_BUCKET,
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Example(
        {"versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
        _ON_A_BUCKET,
        gone_after_delete=False,
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Example(
        {
            "rules": [
                {
                    "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "a"},
                    "bucketKeyEnabled": True,
                }
            ]
        },
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        _ON_A_BUCKET,
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Example(
        {"blockPublicAcls": True, "blockPublicPolicy": True},
        {"ignorePublicAcls": True, "restrictPublicBuckets": True},
        _ON_A_BUCKET,
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": Example(
        {"rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}},
        {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "years": 1}}},
        _ON_A_BUCKET,
        gone_after_delete=False,
    ),
    "aws:cloudtrail/trail:Trail": Example(
        {
            "name": "audit",
            "isMultiRegionTrail": True,
            "enableLogFileValidation": True,
            "eventSelectors": [{"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::"]}]}],
            "tags": {"purpose": "audit"},
        },
        {
            "enableLogging": False,
            "eventSelectors": [{"readWriteType": "WriteOnly"}],
            "s3KeyPrefix": "trail",
            "tags": {"owner": "security"},
        },
        {"s3BucketName": ("aws:s3/bucket:Bucket", "bucket")},
    ),
}
