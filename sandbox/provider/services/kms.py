"""AWS KMS: keys and aliases."""

from typing import TYPE_CHECKING

from sandbox.provider.schema import (
    AutoName,
    Change,
    Input,
    Kind,
    ResourceType,
    between,
    json_text,
    length,
    one_of,
)
from sandbox.provider.services.calls import given
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_GONE = frozenset({"NotFoundException"})


def _create_key(aws: Aws, wanted: State) -> str:
    kms: KMSClient = aws.client("kms")
    answer = kms.create_key(
        **given(
            Policy=wanted.get("policy"),
            Description=wanted.get("description"),
            KeySpec=wanted["customerMasterKeySpec"],
            KeyUsage=wanted["keyUsage"],
            MultiRegion=wanted.get("multiRegion"),
            BypassPolicyLockoutSafetyCheck=wanted["bypassPolicyLockoutSafetyCheck"],
            Tags=[{"TagKey": key, "TagValue": text} for key, text in wanted["tagsAll"].items()],
        )
    )
    return answer["KeyMetadata"]["KeyId"]


def _complete_key(aws: Aws, key_id: str, wanted: State) -> None:
    if wanted["enableKeyRotation"]:
        _set_rotation(aws, key_id, wanted)
    if not wanted["isEnabled"]:
        kms: KMSClient = aws.client("kms")
        kms.disable_key(KeyId=key_id)


def _set_rotation(aws: Aws, key_id: str, wanted: State) -> None:
    kms: KMSClient = aws.client("kms")
    if wanted["enableKeyRotation"]:
        kms.enable_key_rotation(KeyId=key_id, **given(RotationPeriodInDays=wanted.get("rotationPeriodInDays")))
    else:
        kms.disable_key_rotation(KeyId=key_id)


def _read_key(aws: Aws, key_id: str, so_far: State) -> State | None:
    kms: KMSClient = aws.client("kms")
    key = kms.describe_key(KeyId=key_id)["KeyMetadata"]
    if key.get("KeyState") in ("PendingDeletion", "PendingReplicaDeletion"):
        return None
    rotation = kms.get_key_rotation_status(KeyId=key_id)
    tags = kms.list_resource_tags(KeyId=key_id)["Tags"]
    return {
        "arn": key.get("Arn"),
        "keyId": key["KeyId"],
        "customerMasterKeySpec": key.get("KeySpec"),
        "description": key.get("Description"),
        "enableKeyRotation": rotation["KeyRotationEnabled"],
        # moto 5.2.5 does not tell the period that it was given: https://github.com/getmoto/moto
        "rotationPeriodInDays": rotation.get("RotationPeriodInDays", so_far.get("rotationPeriodInDays")),
        "isEnabled": key.get("Enabled"),
        "keyUsage": key.get("KeyUsage"),
        "multiRegion": key.get("MultiRegion"),
        "policy": kms.get_key_policy(KeyId=key_id, PolicyName="default")["Policy"],
        "tagsAll": {tag["TagKey"]: tag["TagValue"] for tag in tags},
    }


def _update_key(aws: Aws, key_id: str, change: Change) -> None:
    """Enable first and disable last, because a disabled key can't be changed."""
    kms: KMSClient = aws.client("kms")
    new, names = change.new, change.names
    if "isEnabled" in names and new["isEnabled"]:
        kms.enable_key(KeyId=key_id)
    if names & {"enableKeyRotation", "rotationPeriodInDays"}:
        _set_rotation(aws, key_id, new)
    if "description" in names:
        kms.update_key_description(KeyId=key_id, Description=new.get("description", ""))
    if "policy" in names:
        bypass = given(BypassPolicyLockoutSafetyCheck=new["bypassPolicyLockoutSafetyCheck"])
        kms.put_key_policy(KeyId=key_id, PolicyName="default", Policy=new["policy"], **bypass)
    if change.removed_tags:
        kms.untag_resource(KeyId=key_id, TagKeys=change.removed_tags)
    if "tagsAll" in names and new["tagsAll"]:
        tags = [{"TagKey": key, "TagValue": text} for key, text in new["tagsAll"].items()]
        kms.tag_resource(KeyId=key_id, Tags=tags)
    if "isEnabled" in names and not new["isEnabled"]:
        kms.disable_key(KeyId=key_id)


def _delete_key(aws: Aws, key_id: str, state: State) -> None:
    kms: KMSClient = aws.client("kms")
    try:
        kms.schedule_key_deletion(KeyId=key_id, **given(PendingWindowInDays=state.get("deletionWindowInDays")))
    except kms.exceptions.KMSInvalidStateException as error:
        if "pending deletion" not in str(error):
            raise


def _create_alias(aws: Aws, wanted: State) -> str:
    kms: KMSClient = aws.client("kms")
    kms.create_alias(AliasName=wanted["name"], TargetKeyId=wanted["targetKeyId"])
    return wanted["name"]


def _read_alias(aws: Aws, name: str, _so_far: State) -> State | None:
    kms: KMSClient = aws.client("kms")
    for page in kms.get_paginator("list_aliases").paginate():
        for alias in page["Aliases"]:
            if alias.get("AliasName") == name:
                arn, key_id = alias.get("AliasArn", ""), alias.get("TargetKeyId", "")
                key_arn = f"{arn.rsplit(':', 1)[0]}:key/{key_id}"
                return {"arn": arn, "name": name, "targetKeyArn": key_arn, "targetKeyId": key_id}
    return None


def _update_alias(aws: Aws, name: str, change: Change) -> None:
    kms: KMSClient = aws.client("kms")
    kms.update_alias(AliasName=name, TargetKeyId=change.new["targetKeyId"])


def _delete_alias(aws: Aws, name: str, _state: State) -> None:
    kms: KMSClient = aws.client("kms")
    kms.delete_alias(AliasName=name)


def _alias_name(value: object) -> str | None:
    """Take what KMS takes (CreateAlias, AliasName)."""
    if not str(value).startswith("alias/") or str(value).startswith("alias/aws/"):
        return f"must start with 'alias/' and not with 'alias/aws/', got {value!r}"
    return length(7, 256)(value)


def _same_key(one: str, other: str) -> bool:
    return one.rsplit("/", 1)[-1] == other.rsplit("/", 1)[-1]


KEY = ResourceType(
    pulumi_type="aws:kms/key:Key",
    source="internal/service/kms/key.go",
    inputs={
        "bypassPolicyLockoutSafetyCheck": Input(kind=Kind.FLAG, default=False),
        "customerMasterKeySpec": Input(replace=True, default="SYMMETRIC_DEFAULT"),
        "deletionWindowInDays": Input(kind=Kind.NUMBER, rule=between(7, 30)),
        "description": Input(computed=True, rule=length(0, 8192)),
        "enableKeyRotation": Input(kind=Kind.FLAG, default=False),
        "isEnabled": Input(kind=Kind.FLAG, default=True),
        "keyUsage": Input(
            replace=True,
            default="ENCRYPT_DECRYPT",
            rule=one_of("ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"),
        ),
        "multiRegion": Input(kind=Kind.FLAG, computed=True, replace=True),
        "policy": Input(kind=Kind.POLICY, computed=True, rule=json_text),
        "rotationPeriodInDays": Input(kind=Kind.NUMBER, computed=True, rule=between(90, 2560)),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn", "keyId"),
    unserved=frozenset({"customKeyStoreId", "xksKeyId", "region"}),
    gone=_GONE,
    create=_create_key,
    complete=_complete_key,
    read=_read_key,
    update=_update_key,
    delete=_delete_key,
)

ALIAS = ResourceType(
    pulumi_type="aws:kms/alias:Alias",
    source="internal/service/kms/alias.go",
    inputs={
        "name": Input(replace=True, computed=True, rule=_alias_name),
        "targetKeyId": Input(required=True, same=_same_key),
    },
    outputs=("arn", "targetKeyArn"),
    unserved=frozenset({"namePrefix", "region"}),
    auto_name=AutoName(limit=256, pattern="alias/{}"),
    gone=_GONE,
    create=_create_alias,
    read=_read_alias,
    update=_update_alias,
    delete=_delete_alias,
)

RESOURCE_TYPES = (KEY, ALIAS)
