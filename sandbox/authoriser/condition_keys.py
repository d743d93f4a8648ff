"""The condition keys that requests of the sandbox carry.

A key that is not here is refused when a policy is read: it would otherwise count as missing from every
request, and a missing key turns a negated condition true.
"""

SINGLE_VALUED = frozenset(
    key.lower()
    for key in (
        "aws:PrincipalAccount",
        "aws:PrincipalArn",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalServiceName",
        "aws:PrincipalType",
        "aws:RequestedRegion",
        "aws:ResourceAccount",
        "aws:SecureTransport",
        "aws:SourceAccount",
        "aws:SourceArn",
        "aws:SourceOwner",
        "aws:ViaAWSService",
        "aws:username",
        "cloudwatch:namespace",
        "iam:PassedToService",
        "iam:PolicyARN",
        "kms:BypassPolicyLockoutSafetyCheck",
        "kms:CallerAccount",
        "kms:KeyOrigin",
        "kms:KeySpec",
        "kms:KeyUsage",
        "kms:MultiRegion",
        "kms:RequestAlias",
        "kms:ScheduleKeyDeletionPendingWindowInDays",
        "kms:ViaService",
        "lambda:Principal",
        "s3:TlsVersion",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:versionid",
        "s3:x-amz-acl",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "secretsmanager:BlockPublicPolicy",
        "secretsmanager:Description",
        "secretsmanager:ForceDeleteWithoutRecovery",
        "secretsmanager:KmsKeyArn",
        "secretsmanager:KmsKeyId",
        "secretsmanager:ModifyRotationRules",
        "secretsmanager:Name",
        "secretsmanager:RecoveryWindowInDays",
        "secretsmanager:RotationLambdaARN",
        "secretsmanager:SecretId",
        "secretsmanager:VersionId",
        "secretsmanager:VersionStage",
        "secretsmanager:resource/AllowRotationLambdaArn",
        "sns:Endpoint",
        "sns:Protocol",
        "sts:ExternalId",
        "sts:RoleSessionName",
    )
)

MULTI_VALUED = frozenset(
    key.lower()
    for key in (
        "aws:TagKeys",
        "events:TargetArn",
        "kms:EncryptionContextKeys",
        "kms:ResourceAliases",
        "sts:TransitiveTagKeys",
    )
)

PREFIXES = tuple(
    key.lower()
    for key in (
        "aws:PrincipalTag/",
        "aws:RequestTag/",
        "aws:ResourceTag/",
        "iam:ResourceTag/",
        "kms:EncryptionContext:",
        "secretsmanager:ResourceTag/",
    )
)
"""Keys whose name goes on with the caller's own word: a tag's key, a part of an encryption context."""


def is_known(key: str) -> bool:
    """Tell whether requests of the sandbox may carry this key; the case of letters does not matter."""
    name = key.lower()
    by_prefix = any(name.startswith(prefix) and len(name) > len(prefix) for prefix in PREFIXES)
    return name in SINGLE_VALUED or name in MULTI_VALUED or by_prefix


def is_multivalued(key: str) -> bool:
    """Tell whether a request may carry several values of this key, so that a set operator is needed."""
    return key.lower() in MULTI_VALUED
