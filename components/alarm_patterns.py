"""What rings: EventBridge patterns over CloudTrail's records, as pure functions of names.

A pattern can't compare two members of an event, so "another tenant's" is said by a pattern for each tenant, or not at
all. `anything-but` fails where a member is missing; `exists: false` stands beside it where that must ring too. The
list `resources` is left alone: AWS looks into objects in lists, and moto's matcher, which the tests use, does not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tenant_keys.naming import Names

Pattern = Mapping[str, Any]

REFUSED = ["AccessDenied", "AccessDeniedException"]
READS = ["BatchGetSecretValue", "GetSecretValue"]
MISSING = {"exists": False}
SECRETS_MANAGER, KMS, CLOUDTRAIL, S3 = "secretsmanager", "kms", "cloudtrail", "s3"
OF_TRAILS = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"]
OF_LOG_BUCKET = [
    "DeleteBucket",
    "DeleteBucketEncryption",
    "DeleteBucketPolicy",
    "DeleteBucketPublicAccessBlock",
    "PutBucketEncryption",
    "PutBucketLifecycle",
    "PutBucketObjectLockConfiguration",
    "PutBucketPolicy",
    "PutBucketPublicAccessBlock",
    "PutBucketVersioning",
]


def refused_by_reader(names: Names) -> Pattern:
    """A reader was refused a key: another tenant's, or its own, which the mail tells apart."""
    return _refused(names, {"arn": [{"wildcard": names.every_reader_session_arn_pattern()}]})


def refused_read(names: Names) -> Pattern:
    """Anyone but a reader was refused a key."""
    return _refused(names, {"arn": [MISSING, {"anything-but": {"wildcard": names.every_reader_session_arn_pattern()}}]})


def pending_deletion_read(names: Names) -> Pattern:
    """A key was asked for whose deletion is scheduled: its state is what this error of a read means."""
    asked = {"secretId": _secrets(names)}
    return _calls(
        SECRETS_MANAGER,
        {"eventName": READS, "errorCode": ["InvalidRequestException"], "requestParameters": asked},
    )


def key_policy_change(_names: Names) -> Pattern:
    """A key policy or a grant of any KMS key of the account; a record names the key by an id that tells no more.

    Services make grants in the name of whoever uses them, which is not what this is about.
    """
    return _calls(KMS, {"eventName": ["CreateGrant", "PutKeyPolicy"], "userIdentity": {"invokedBy": [MISSING]}})


def secret_policy_change(names: Names) -> Pattern:
    """The resource policy of a secret; `pulumi up` sets one for each secret that it makes."""
    return _on_secrets(names, ["DeleteResourcePolicy", "PutResourcePolicy"])


def secret_deletion(names: Names) -> Pattern:
    """A secret is deleted, or its deletion is scheduled."""
    return _on_secrets(names, ["DeleteSecret"])


def kms_key_loss(_names: Names) -> Pattern:
    """A KMS key of the account is going, or was switched off: what it encrypts can't be read."""
    return _calls(KMS, {"eventName": ["DisableKey", "ScheduleKeyDeletion"]})


def trail_change(names: Names) -> Pattern:
    """The trail, or what keeps the log bucket as it is."""
    trail = [names.trail(), names.trail_arn()]
    of_trail = {"eventSource": ["cloudtrail.amazonaws.com"], "eventName": OF_TRAILS}
    of_bucket = {"eventSource": ["s3.amazonaws.com"], "eventName": OF_LOG_BUCKET}
    return _calls(
        (CLOUDTRAIL, S3),
        {
            "$or": [
                {**of_trail, "requestParameters": {"name": trail}},
                {**of_trail, "requestParameters": {"trailName": trail}},
                {**of_bucket, "requestParameters": {"bucketName": [names.trail_bucket()]}},
            ]
        },
    )


def foreign_read(names: Names, tenant: str) -> Pattern:
    """A tenant's key was read by anyone but its reader in its session, or a rotator; or decrypted by hand.

    Decrypting without Secrets Manager is nobody's right, so it rings whoever does it.
    """
    arn, name = names.secret_prefixes(f"{names.secret_prefix()}{tenant}/")
    expected = [names.reader_session_arn(tenant), names.every_rotator_session_arn_pattern()]
    return _calls(
        (SECRETS_MANAGER, KMS),
        {
            "errorCode": [MISSING],
            "$or": [
                {
                    "eventName": READS,
                    "requestParameters": {"secretId": [{"prefix": arn}, {"prefix": name}]},
                    "userIdentity": {"arn": [MISSING, {"anything-but": {"wildcard": expected}}]},
                },
                {
                    "eventName": ["Decrypt"],
                    "requestParameters": {"encryptionContext": {"SecretARN": [{"prefix": arn}]}},
                    "userIdentity": {"invokedBy": [MISSING]},
                },
            ],
        },
    )


def reads(names: Names) -> Pattern:
    """Reads, refused ones too: what is counted."""
    return _calls(SECRETS_MANAGER, {"eventName": READS, "$or": _namings(names)})


def _refused(names: Names, identity: Pattern) -> Pattern:
    """A refused read, or a refused decryption by hand; one through Secrets Manager is a refused read already."""
    arns, _ = names.secret_prefixes(names.every_secret_prefix())
    by_hand = {
        "eventName": ["Decrypt"],
        "requestParameters": {"encryptionContext": {"SecretARN": [{"prefix": arns}]}},
        "sourceIPAddress": [{"anything-but": "secretsmanager.amazonaws.com"}],
    }
    of_reads = [{"eventName": READS, **naming} for naming in _namings(names)]
    return _calls((SECRETS_MANAGER, KMS), {"errorCode": REFUSED, "userIdentity": identity, "$or": [*of_reads, by_hand]})


def _namings(names: Names) -> list[dict[str, Any]]:
    """Where a read names one of our secrets; a refused one may do so in AWS's answer alone."""
    arns, _ = names.secret_prefixes(names.every_secret_prefix())
    return [
        {"requestParameters": {"secretId": _secrets(names)}},
        {"requestParameters": {"secretIdList": _secrets(names)}},
        {"errorMessage": [{"wildcard": f"*{arns}*"}]},
    ]


def _secrets(names: Names) -> list[dict[str, str]]:
    return [{"prefix": prefix} for prefix in names.secret_prefixes(names.every_secret_prefix())]


def _on_secrets(names: Names, events: Sequence[str]) -> Pattern:
    return _calls(SECRETS_MANAGER, {"eventName": list(events), "requestParameters": {"secretId": _secrets(names)}})


def _calls(services: str | Sequence[str], detail: Mapping[str, Any]) -> Pattern:
    named = [services] if isinstance(services, str) else services
    return {
        "source": [f"aws.{service}" for service in named],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": dict(detail),
    }
