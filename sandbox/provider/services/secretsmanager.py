"""AWS Secrets Manager: secrets without a value, and their resource policies."""

import re
from typing import TYPE_CHECKING

from sandbox.provider.schema import AutoName, Change, Input, Kind, ResourceType, between, json_text
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_GONE = frozenset({"ResourceNotFoundException"})


def _create_secret(aws: Aws, wanted: State) -> str:
    client: SecretsManagerClient = aws.client("secretsmanager")
    return client.create_secret(
        Name=wanted["name"],
        **given(
            Description=wanted.get("description"),
            KmsKeyId=wanted.get("kmsKeyId"),
            ForceOverwriteReplicaSecret=wanted["forceOverwriteReplicaSecret"],
            Tags=tag_list(wanted["tagsAll"]),
        ),
    )["ARN"]


def _read_secret(aws: Aws, arn: str, _so_far: State) -> State | None:
    client: SecretsManagerClient = aws.client("secretsmanager")
    secret = client.describe_secret(SecretId=arn)
    if secret.get("DeletedDate"):
        return None
    return {
        "arn": secret["ARN"],
        "description": secret.get("Description"),
        "kmsKeyId": secret.get("KmsKeyId"),
        "name": secret["Name"],
        "tagsAll": tag_map(secret.get("Tags", [])),
    }


def _update_secret(aws: Aws, arn: str, change: Change) -> None:
    client: SecretsManagerClient = aws.client("secretsmanager")
    if change.names & {"description", "kmsKeyId"}:
        client.update_secret(
            SecretId=arn,
            Description=change.new.get("description", ""),
            **given(KmsKeyId=change.new.get("kmsKeyId")),
        )
    if change.removed_tags:
        client.untag_resource(SecretId=arn, TagKeys=change.removed_tags)
    if "tagsAll" in change.names and change.new["tagsAll"]:
        client.tag_resource(SecretId=arn, Tags=tag_list(change.new["tagsAll"]))


def _delete_secret(aws: Aws, arn: str, state: State) -> None:
    client: SecretsManagerClient = aws.client("secretsmanager")
    window = state.get("recoveryWindowInDays", 30)
    if window == 0:
        client.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    else:
        client.delete_secret(SecretId=arn, RecoveryWindowInDays=window)


def _put_policy(aws: Aws, wanted: State) -> str:
    client: SecretsManagerClient = aws.client("secretsmanager")
    return client.put_resource_policy(
        SecretId=wanted["secretArn"],
        ResourcePolicy=wanted["policy"],
        **given(BlockPublicPolicy=wanted.get("blockPublicPolicy")),
    )["ARN"]


def _read_policy(aws: Aws, arn: str, _so_far: State) -> State:
    client: SecretsManagerClient = aws.client("secretsmanager")
    answer = client.get_resource_policy(SecretId=arn)
    return {"policy": answer.get("ResourcePolicy", ""), "secretArn": arn}


def _update_policy(aws: Aws, _arn: str, change: Change) -> None:
    _put_policy(aws, change.new)


def _delete_policy(aws: Aws, arn: str, _state: State) -> None:
    client: SecretsManagerClient = aws.client("secretsmanager")
    client.delete_resource_policy(SecretId=arn)


def _secret_name(value: object) -> str | None:
    """Take what the provider takes (validSecretName in validate.go)."""
    if re.fullmatch(r"[\w/+=.@-]{1,512}", str(value), re.ASCII):
        return None
    return f"must be 1 to 512 characters out of letters, digits and /_+=.@-, got {value!r}"


SECRET = ResourceType(
    pulumi_type="aws:secretsmanager/secret:Secret",
    source="internal/service/secretsmanager/secret.go",
    inputs={
        "description": Input(),
        "forceOverwriteReplicaSecret": Input(kind=Kind.FLAG, default=False),
        "kmsKeyId": Input(),
        "name": Input(replace=True, computed=True, rule=_secret_name),
        "recoveryWindowInDays": Input(kind=Kind.NUMBER, default=30, rule=between(7, 30, 0)),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn",),
    unserved=frozenset({"namePrefix", "policy", "region", "replicas", "type"}),
    auto_name=AutoName(limit=512),
    gone=_GONE,
    create=_create_secret,
    read=_read_secret,
    update=_update_secret,
    delete=_delete_secret,
)

SECRET_POLICY = ResourceType(
    pulumi_type="aws:secretsmanager/secretPolicy:SecretPolicy",
    source="internal/service/secretsmanager/secret_policy.go",
    inputs={
        "blockPublicPolicy": Input(kind=Kind.FLAG),
        "policy": Input(kind=Kind.POLICY, required=True, rule=json_text),
        "secretArn": Input(required=True, replace=True),
    },
    unserved=frozenset({"region"}),
    gone=_GONE,
    create=_put_policy,
    read=_read_policy,
    update=_update_policy,
    delete=_delete_policy,
)

RESOURCE_TYPES = (SECRET, SECRET_POLICY)
