"""What each operation and each service event of Secrets Manager and KMS does to a tenant's key.

The lists are those of "CloudTrail entries for Secrets Manager" in the Secrets Manager User Guide and of "Logging KMS
API calls with CloudTrail" in the KMS Developer Guide. Whatever is not here is `other`.
"""

from collections.abc import Mapping

from tenant_keys.audit.event import Action

SECRETS_MANAGER = "secretsmanager.amazonaws.com"
KMS = "kms.amazonaws.com"

OF_SECRETS: Mapping[str, Action] = {
    **dict.fromkeys(("BatchGetSecretValue", "GetSecretValue"), Action.READ),
    **dict.fromkeys(
        (
            "CreateSecret",
            "PutSecretValue",
            "RemoveRegionsFromReplication",
            "ReplicateSecretToRegions",
            "RestoreSecret",
            "StopReplicationToReplica",
            "TagResource",
            "UntagResource",
            "UpdateSecret",
            "CancelSecretVersionDelete",
        ),
        Action.UPDATE,
    ),
    **dict.fromkeys(("DeleteSecret", "EndSecretVersionDelete", "StartSecretVersionDelete"), Action.DELETE),
    **dict.fromkeys(("DeleteResourcePolicy", "PutResourcePolicy"), Action.POLICY_CHANGE),
    **dict.fromkeys(
        (
            "CancelRotateSecret",
            "RotateSecret",
            "RotationAbandoned",
            "RotationFailed",
            "RotationStarted",
            "RotationSucceeded",
            "TestRotationFailed",
            "TestRotationStarted",
            "TestRotationSucceeded",
            "UpdateSecretVersionStage",
        ),
        Action.ROTATION_STEP,
    ),
}
OF_KMS_KEYS: Mapping[str, Action] = {
    **dict.fromkeys(("CreateGrant", "PutKeyPolicy", "RetireGrant", "RevokeGrant"), Action.POLICY_CHANGE),
    **dict.fromkeys(("DeleteKey", "DisableKey", "ScheduleKeyDeletion"), Action.DELETE),
    **dict.fromkeys(
        (
            "CancelKeyDeletion",
            "CreateAlias",
            "CreateKey",
            "DeleteAlias",
            "DisableKeyRotation",
            "EnableKey",
            "EnableKeyRotation",
            "RotateKey",
            "RotateKeyOnDemand",
            "UpdateAlias",
        ),
        Action.UPDATE,
    ),
}


def action_of(service: str, event_name: str, invoked_by: str) -> Action:
    """What an event does.

    A read of a secret leaves two records: the call of Secrets Manager, and the Decrypt that Secrets Manager makes in
    the caller's name. The first is the read; the second is `other`, so that nothing is counted twice. A Decrypt by
    anybody else is a read.
    """
    if service == SECRETS_MANAGER:
        return OF_SECRETS.get(event_name, Action.OTHER)
    if event_name in ("Decrypt", "ReEncrypt") and invoked_by != SECRETS_MANAGER:
        return Action.READ
    return OF_KMS_KEYS.get(event_name, Action.OTHER)


def changes_kms_key(service: str, event_name: str) -> bool:
    """Whether an event changes a KMS key as a whole, or what leads to it."""
    return service == KMS and event_name in OF_KMS_KEYS
