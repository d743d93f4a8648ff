"""Secrets Manager: the secret's own policies, and the KMS calls that it makes in the caller's name."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sandbox.authoriser import PolicyKind
from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.moto_state import AWS_MANAGED_KEY, Secret
from sandbox.gate.operations import Check, Operation, Questions, Service, request_tags, resource_tags, tags_of
from sandbox.gate.services import functions, kms
from sandbox.gate.stored_policies import check_new_policy

NEW_SUFFIX = "-XXXXXX"
"""Stands for the six characters that AWS adds to a name; nobody knows them before the secret exists."""
VALIDATION = "RequestToValidateKeyAccess"
"""The version id of the KMS calls with which Secrets Manager tries out a new key."""
_READ, _WRITE = ("Decrypt",), ("GenerateDataKey", "Decrypt")

_CONTEXT_OF_PARAMETERS = {
    "SecretId": "secretsmanager:SecretId",
    "VersionId": "secretsmanager:VersionId",
    "VersionStage": "secretsmanager:VersionStage",
    "Name": "secretsmanager:Name",
    "Description": "secretsmanager:Description",
    "KmsKeyId": "secretsmanager:KmsKeyId",
    "BlockPublicPolicy": "secretsmanager:BlockPublicPolicy",
    "ForceDeleteWithoutRecovery": "secretsmanager:ForceDeleteWithoutRecovery",
    "RecoveryWindowInDays": "secretsmanager:RecoveryWindowInDays",
    "RotationLambdaARN": "secretsmanager:RotationLambdaARN",
}


def _find(operation: Operation, secret_id: str = "") -> Secret | None:
    return operation.state.secret(operation.account, operation.region, secret_id or operation.text("SecretId"))


def _arn_of_name(operation: Operation, name: str) -> str:
    if name.startswith("arn:"):
        return name
    return f"arn:aws:secretsmanager:{operation.region}:{operation.account}:secret:{name}{NEW_SUFFIX}"


def _context(operation: Operation, secret: Secret | None) -> dict[str, str | tuple[str, ...]]:
    removed = operation.parameters.get("TagKeys")
    keys: list[object] = removed if isinstance(removed, list) else []
    context: dict[str, str | tuple[str, ...]] = {
        key: operation.text(name) for name, key in _CONTEXT_OF_PARAMETERS.items() if operation.text(name)
    }
    context |= request_tags(tags_of(operation.parameters.get("Tags")), [str(key) for key in keys])
    key = operation.state.kms_key(operation.account, operation.region, operation.text("KmsKeyId"))
    if key is not None:
        context["secretsmanager:KmsKeyArn"] = key.arn
    if secret is not None:
        context["secretsmanager:SecretId"] = secret.arn
        context |= resource_tags(secret.tags, "secretsmanager")
        if secret.rotation_function:
            context["secretsmanager:resource/AllowRotationLambdaArn"] = secret.rotation_function
    return context


def _on_secret(operation: Operation, action: str = "", secret_id: str = "") -> Check:
    secret = _find(operation, secret_id)
    return operation.check(
        f"secretsmanager:{action or operation.name}",
        secret.arn if secret else _arn_of_name(operation, secret_id or operation.text("SecretId")),
        account=secret.account if secret else _owner(operation, secret_id or operation.text("SecretId")),
        policy=secret.policy if secret else "",
        context=_context(operation, secret),
    )


def _owner(operation: Operation, secret_id: str) -> str:
    parts = secret_id.split(":")
    return parts[4] if secret_id.startswith("arn:") and len(parts) > 4 else operation.account  # noqa: PLR2004 - an ARN's account


def _kms_calls(operation: Operation, secret: Secret, key: str, actions: Iterable[str], version: str) -> Iterable[Check]:
    """Ask for KMS calls with the encryption context that Secrets Manager sets; AWS's own key needs no asking."""
    if not key or key.endswith(AWS_MANAGED_KEY):
        return
    pairs = {"SecretARN": secret.arn, "SecretVersionId": version}
    yield from kms.through_service(
        operation, "secretsmanager", actions, key_id=key, account=secret.account, pairs=pairs
    )


def _secret(operation: Operation) -> Iterable[Check]:
    yield _on_secret(operation)


def _rotate(operation: Operation) -> Iterable[Check]:
    """Ask to rotate: the caller must be allowed to invoke the rotation function as well (RotateSecret, API reference).

    The policy keys say whether the call changes the function or the schedule.
    """
    secret = _find(operation)
    asked = _on_secret(operation)
    changes = "true" if operation.parameters.get("RotationRules") else "false"
    context = {**asked.request.context, "secretsmanager:ModifyRotationRules": changes}
    yield replace(asked, request=replace(asked.request, context=context))
    function = operation.text("RotationLambdaARN") or (secret.rotation_function if secret else "")
    if function:
        yield functions.invocation(operation, function)


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"secretsmanager:{operation.name}", "*")


def _has_value(operation: Operation) -> bool:
    return operation.parameters.get("SecretString") is not None or operation.parameters.get("SecretBinary") is not None


def _version_read(operation: Operation, secret: Secret) -> str:
    """Return the version that a read means, or nothing where there is none: moto then says so."""
    if operation.text("VersionId"):
        return operation.text("VersionId")
    stage = operation.text("VersionStage") or "AWSCURRENT"
    return next((version for version, stages in secret.versions.items() if stage in stages), "")


def _get_value(operation: Operation) -> Iterable[Check]:
    yield _on_secret(operation)
    yield from _decrypt(operation, _find(operation))


def _decrypt(operation: Operation, secret: Secret | None) -> Iterable[Check]:
    if secret is not None and _version_read(operation, secret) in secret.versions:
        yield from _kms_calls(operation, secret, secret.kms_key, _READ, _version_read(operation, secret))


def _batch_get(operation: Operation) -> Iterable[Check]:
    yield from _account_wide(operation)
    listed = operation.parameters.get("SecretIdList")
    names: list[object] = listed if isinstance(listed, list) else []
    if operation.parameters.get("Filters") or not names:
        raise unknown_to_the_sandbox("secretsmanager:BatchGetSecretValue without a SecretIdList")
    for name in names:
        yield _on_secret(operation, "GetSecretValue", str(name))
        yield from _decrypt(operation, _find(operation, str(name)))


def _put_value(operation: Operation) -> Iterable[Check]:
    yield _on_secret(operation)
    secret = _find(operation)
    if secret is not None:
        yield from _kms_calls(operation, secret, secret.kms_key, _WRITE, operation.text("ClientRequestToken"))


def _create(operation: Operation) -> Iterable[Check]:
    arn = _arn_of_name(operation, operation.text("Name"))
    context = _context(operation, None)
    yield operation.check("secretsmanager:CreateSecret", arn, context=context)
    if operation.parameters.get("Tags"):
        yield operation.check("secretsmanager:TagResource", arn, context=context)
    if operation.parameters.get("AddReplicaRegions"):
        raise unknown_to_the_sandbox("secretsmanager:CreateSecret with replicas")
    new = Secret(
        arn=arn, account=operation.account, kms_key="", policy="", tags={}, deleted=False, rotation_function=""
    )
    yield from _new_key_and_value(operation, new, operation.text("KmsKeyId"))


def _update(operation: Operation) -> Iterable[Check]:
    """Ask for an update; moving values to another key is also reading them with the old one."""
    yield _on_secret(operation)
    secret = _find(operation)
    if secret is None:
        return
    yield from _new_key_and_value(operation, secret, operation.text("KmsKeyId"))
    if operation.text("KmsKeyId"):
        for version in (version for version, stages in secret.versions.items() if stages):
            yield from _kms_calls(operation, secret, secret.kms_key, _READ, version)


def _new_key_and_value(operation: Operation, secret: Secret, new_key: str) -> Iterable[Check]:
    if new_key:
        yield from _kms_calls(operation, secret, new_key, _WRITE, VALIDATION)
    if _has_value(operation):
        token = operation.text("ClientRequestToken")
        yield from _kms_calls(operation, secret, new_key or secret.kms_key, _WRITE, token)


def _refuse_pending_deletion(operation: Operation) -> None:
    secret = operation.state.secret(operation.account, operation.region, operation.text("Name"))
    if secret is not None and secret.deleted:
        message = "You can't create this secret because a secret with this name is already scheduled for deletion."
        raise ApiError("InvalidRequestException", message, status=400)


def _refuse_public_policy(operation: Operation) -> None:
    policy = check_new_policy(
        operation.parameters.get("ResourcePolicy"), "the new resource policy", PolicyKind.RESOURCE, operation.state
    )
    public = any(s.allow and "*" in s.aws_principals and not s.conditions for s in policy.statements)
    if public and operation.parameters.get("BlockPublicPolicy") is True:
        message = "You can't add the resource policy because it allows broad access to the secret."
        raise ApiError("PublicPolicyException", message, status=400)


def _refuse_unusable_key(operation: Operation) -> None:
    secret = _find(operation)
    key = (
        operation.state.kms_key(secret.account, operation.region, secret.kms_key) if secret and secret.kms_key else None
    )
    if key is not None and not key.enabled:
        failure = "DecryptionFailure" if operation.name == "GetSecretValue" else "EncryptionFailure"
        raise ApiError(failure, f"Secrets Manager can't use the KMS key {key.arn}: it is not enabled.", status=400)


def _tell_missing_value(operation: Operation) -> None:
    """Answer for a stage that no version has; moto says of it that the secret is missing."""
    secret = _find(operation)
    if secret is not None and not secret.deleted and not _version_read(operation, secret):
        stage = operation.text("VersionStage") or "AWSCURRENT"
        message = f"Secrets Manager can't find the specified secret value for staging label: {stage}"
        raise ApiError("ResourceNotFoundException", message, status=400)


_SECRET_OPERATIONS = (
    "CancelRotateSecret", "DeleteResourcePolicy", "DeleteSecret", "DescribeSecret", "GetResourcePolicy",
    "ListSecretVersionIds", "PutResourcePolicy", "RestoreSecret", "TagResource", "UntagResource",
    "UpdateSecretVersionStage",
)  # fmt: skip

_OPERATIONS: Mapping[str, Questions] = {
    **dict.fromkeys(_SECRET_OPERATIONS, _secret),
    **dict.fromkeys(("GetRandomPassword", "ListSecrets"), _account_wide),
    "BatchGetSecretValue": _batch_get,
    "CreateSecret": _create,
    "GetSecretValue": _get_value,
    "PutSecretValue": _put_value,
    "RotateSecret": _rotate,
    "UpdateSecret": _update,
}

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="secretsmanager.amazonaws.com",
    target_prefix="secretsmanager",
    operations=_OPERATIONS,
    rules={
        "CreateSecret": (_refuse_pending_deletion,),
        "GetSecretValue": (_refuse_unusable_key, _tell_missing_value),
        "PutResourcePolicy": (_refuse_public_policy,),
        "PutSecretValue": (_refuse_unusable_key,),
    },
)
