"""KMS: which policies are asked for each operation, for direct use and for services that act for the caller."""

import base64
from collections.abc import Iterable, Mapping

from sandbox.authoriser import PolicyKind, ResourceRule, decide, parse_policy
from sandbox.gate.errors import ApiError, Protocol
from sandbox.gate.moto_state import KmsKey
from sandbox.gate.operations import Check, Context, Operation, Questions, Service, request_tags, resource_tags, tags_of
from sandbox.gate.stored_policies import check_new_policy

KEY_ID_LENGTH = 36
"""moto's ciphertexts begin with the id of their key."""
_ANYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}


def key_check(
    operation: Operation, action: str, key: KmsKey, *, context: Context | None = None, refusal: ApiError | None = None
) -> Check:
    """Ask whether the caller may do `action` on a key, by the key's policy."""
    own: dict[str, str | tuple[str, ...]] = {
        "kms:CallerAccount": operation.account,
        "kms:KeySpec": key.spec,
        "kms:KeyUsage": key.usage,
        "kms:KeyOrigin": key.origin,
        "kms:MultiRegion": str(key.multi_region).lower(),
        **({"kms:ResourceAliases": key.aliases} if key.aliases else {}),
    }
    return operation.check(
        action,
        key.arn,
        account=key.account,
        policy=key.policy,
        rule=ResourceRule.MANDATORY,
        context={**own, **resource_tags(key.tags), **(context or {})},
        refusal=refusal,
    )


def encryption_context(pairs: object) -> dict[str, str | tuple[str, ...]]:
    """Return the condition keys of an encryption context."""
    named: Mapping[object, object] = pairs if isinstance(pairs, dict) else {}
    found: dict[str, str | tuple[str, ...]] = {f"kms:EncryptionContext:{k}": str(v) for k, v in named.items()}
    if named:
        found["kms:EncryptionContextKeys"] = tuple(str(name) for name in named)
    return found


def through_service(
    operation: Operation, service: str, actions: Iterable[str], *, key_id: str, account: str, pairs: Mapping[str, str]
) -> Iterable[Check]:
    """Ask for KMS calls that a service makes in the caller's name ("kms:ViaService" in the KMS Developer Guide)."""
    refused = ApiError("AccessDenied", "Access to KMS is not allowed")
    key = operation.state.kms_key(account, operation.region, key_id)
    if key is None:
        raise refused
    context: Context = {
        "kms:ViaService": f"{service}.{operation.region}.amazonaws.com",
        "aws:ViaAWSService": "true",
        **encryption_context(dict(pairs)),
    }
    for action in actions:
        yield key_check(operation, f"kms:{action}", key, context=context, refusal=refused)


def _on_key(
    operation: Operation, parameter: str = "KeyId", *, action: str = "", pairs: str = "EncryptionContext"
) -> Check:
    decrypts = operation.name == "Decrypt" or action == "ReEncryptFrom"
    key_id = operation.text(parameter)
    if decrypts and (not key_id or action):
        key_id = _key_of_ciphertext(operation)  # moto's ReEncrypt does not look at SourceKeyId
    key = operation.state.kms_key(operation.account, operation.region, key_id)
    action = f"kms:{action or operation.name}"
    if key is None:
        raise ApiError("NotFoundException", f"Key {key_id!r} does not exist", status=400)
    alias = key_id.split(":")[-1]
    context = {
        **encryption_context(operation.parameters.get(pairs)),
        **request_tags(*_tags(operation)),
        **({"kms:RequestAlias": alias} if alias.startswith("alias/") else {}),
        **_lockout_flag(operation),
    }
    if operation.name == "ScheduleKeyDeletion":
        context["kms:ScheduleKeyDeletionPendingWindowInDays"] = operation.text("PendingWindowInDays") or "30"
    return key_check(operation, action, key, context=context)


def _key_of_ciphertext(operation: Operation) -> str:
    try:
        return base64.b64decode(operation.text("CiphertextBlob"))[:KEY_ID_LENGTH].decode("ascii")
    except ValueError:
        raise ApiError("InvalidCiphertextException", "The ciphertext is not one of KMS.", status=400) from None


def _tags(operation: Operation) -> tuple[dict[str, str], list[str]]:
    removed = operation.parameters.get("TagKeys")
    keys: list[object] = removed if isinstance(removed, list) else []
    return tags_of(operation.parameters.get("Tags"), "TagKey", "TagValue"), [str(key) for key in keys]


def _lockout_flag(operation: Operation) -> dict[str, str]:
    flag = operation.text("BypassPolicyLockoutSafetyCheck")
    return {"kms:BypassPolicyLockoutSafetyCheck": flag} if flag else {}


def _key(operation: Operation) -> Iterable[Check]:
    yield _on_key(operation)


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"kms:{operation.name}", "*", context={"kms:CallerAccount": operation.account})


def _create_key(operation: Operation) -> Iterable[Check]:
    tags = tags_of(operation.parameters.get("Tags"), "TagKey", "TagValue")
    context = {
        "kms:CallerAccount": operation.account,
        "kms:KeySpec": operation.text("KeySpec") or "SYMMETRIC_DEFAULT",
        "kms:KeyUsage": operation.text("KeyUsage") or "ENCRYPT_DECRYPT",
        "kms:KeyOrigin": operation.text("Origin") or "AWS_KMS",
        "kms:MultiRegion": operation.text("MultiRegion") or "false",
        **_lockout_flag(operation),
        **request_tags(tags),
    }
    yield operation.check("kms:CreateKey", "*", context=context)
    if tags:
        # The key has no ARN yet; policies grant tagging on keys (KMS developer guide, "Controlling access to tags").
        yield operation.check(
            "kms:TagResource", f"arn:aws:kms:{operation.region}:{operation.account}:key/new", context=context
        )


def _alias(operation: Operation) -> Iterable[Check]:
    """Ask for the alias, and for each key that it points to before and afterwards."""
    name = operation.text("AliasName")
    alias = f"arn:aws:kms:{operation.region}:{operation.account}:{name}"
    yield operation.check(f"kms:{operation.name}", alias, context={"kms:CallerAccount": operation.account})
    if operation.name != "DeleteAlias":
        yield _on_key(operation, "TargetKeyId")
    if operation.name != "CreateAlias" and operation.state.kms_key(operation.account, operation.region, name):
        yield _on_key(operation, "AliasName")


def _re_encrypt(operation: Operation) -> Iterable[Check]:
    yield _on_key(operation, "SourceKeyId", action="ReEncryptFrom", pairs="SourceEncryptionContext")
    yield _on_key(operation, "DestinationKeyId", action="ReEncryptTo", pairs="DestinationEncryptionContext")


def _keep_key_administrable(operation: Operation) -> None:
    """Refuse a policy that the caller could not replace: the lock-out safety check of CreateKey and PutKeyPolicy.

    Only the key policy is asked: whether identity policies use what it delegates is not part of AWS's check.
    """
    document = operation.parameters.get("Policy")
    if document is None:
        return
    policy = check_new_policy(document, "the new key policy", PolicyKind.RESOURCE, operation.state)
    asked = operation.check(
        "kms:PutKeyPolicy",
        f"arn:aws:kms:{operation.region}:{operation.account}:key/new",
        rule=ResourceRule.MANDATORY,
        context={"kms:CallerAccount": operation.account},
    )
    decision = decide(
        asked.request,
        identity_policies=[parse_policy(_ANYTHING, name="any identity policy", kind=PolicyKind.IDENTITY)],
        resource_policy=policy,
        resource_rule=ResourceRule.MANDATORY,
    )
    if not decision.allowed and operation.parameters.get("BypassPolicyLockoutSafetyCheck") is not True:
        raise ApiError(
            "MalformedPolicyDocument",
            "The new key policy will not allow you to update the key policy in the future.",
            status=400,
        )


_KEY_OPERATIONS = (
    "CancelKeyDeletion", "Decrypt", "DescribeKey", "DisableKey", "DisableKeyRotation", "EnableKey", "EnableKeyRotation",
    "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "GetKeyPolicy", "GetKeyRotationStatus",
    "ListGrants", "ListKeyPolicies", "ListKeyRotations", "ListResourceTags", "PutKeyPolicy", "RotateKeyOnDemand",
    "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateKeyDescription",
)  # fmt: skip

_OPERATIONS: dict[str, Questions] = {
    **dict.fromkeys(_KEY_OPERATIONS, _key),
    **dict.fromkeys(("GenerateRandom", "ListAliases", "ListKeys"), _account_wide),
    **dict.fromkeys(("CreateAlias", "DeleteAlias", "UpdateAlias"), _alias),
    "CreateKey": _create_key,
    "ReEncrypt": _re_encrypt,
}
"""Grants are not here: the evaluator does not weigh them, so none can be made."""

SERVICE = Service(
    protocol=Protocol.JSON,
    event_source="kms.amazonaws.com",
    target_prefix="TrentService",
    operations=_OPERATIONS,
    defaults={"GetKeyPolicy": {"PolicyName": "default"}, "PutKeyPolicy": {"PolicyName": "default"}},
    rules={"CreateKey": (_keep_key_administrable,), "PutKeyPolicy": (_keep_key_administrable,)},
)
