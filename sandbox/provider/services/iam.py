"""AWS IAM: roles and their inline policies."""

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sandbox.provider.schema import (
    AutoName,
    Change,
    Input,
    Kind,
    ResourceType,
    Rule,
    between,
    json_text,
    length,
)
from sandbox.provider.services.calls import given, tag_list, tag_map
from sandbox.provider.session import Aws
from sandbox.provider.values import State

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

_GONE = frozenset({"NoSuchEntity"})


def _document(value: object) -> str:
    """Return the text of a policy, which boto3 gives decoded and the wire gives percent-encoded."""
    return unquote(value) if isinstance(value, str) else json.dumps(value)


def _create_role(aws: Aws, wanted: State) -> str:
    iam: IAMClient = aws.client("iam")
    return iam.create_role(
        RoleName=wanted["name"],
        AssumeRolePolicyDocument=wanted["assumeRolePolicy"],
        Path=wanted["path"],
        MaxSessionDuration=wanted["maxSessionDuration"],
        **given(
            Description=wanted.get("description"),
            PermissionsBoundary=wanted.get("permissionsBoundary"),
            Tags=tag_list(wanted["tagsAll"]),
        ),
    )["Role"]["RoleName"]


def _read_role(aws: Aws, name: str, _so_far: State) -> State:
    iam: IAMClient = aws.client("iam")
    role = iam.get_role(RoleName=name)["Role"]
    return {
        "arn": role["Arn"],
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "uniqueId": role["RoleId"],
        "assumeRolePolicy": _document(role.get("AssumeRolePolicyDocument")),
        "description": role.get("Description"),
        "maxSessionDuration": role.get("MaxSessionDuration"),
        "name": role["RoleName"],
        "path": role["Path"],
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"),
        "tagsAll": tag_map(role.get("Tags", [])),
    }


def _update_role(aws: Aws, name: str, change: Change) -> None:
    iam: IAMClient = aws.client("iam")
    new, names = change.new, change.names
    if "assumeRolePolicy" in names:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=new["assumeRolePolicy"])
    if names & {"description", "maxSessionDuration"}:
        iam.update_role(
            RoleName=name,
            Description=new.get("description", ""),
            MaxSessionDuration=new["maxSessionDuration"],
        )
    if "permissionsBoundary" in names:
        boundary = new.get("permissionsBoundary")
        if boundary:
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
        else:
            iam.delete_role_permissions_boundary(RoleName=name)
    if change.removed_tags:
        iam.untag_role(RoleName=name, TagKeys=change.removed_tags)
    if "tagsAll" in names and new["tagsAll"]:
        iam.tag_role(RoleName=name, Tags=tag_list(new["tagsAll"]))


def _delete_role(aws: Aws, name: str, state: State) -> None:
    iam: IAMClient = aws.client("iam")
    if state.get("forceDetachPolicies"):
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=attached.get("PolicyArn", ""))
    iam.delete_role(RoleName=name)


def _put_role_policy(aws: Aws, wanted: State) -> str:
    iam: IAMClient = aws.client("iam")
    iam.put_role_policy(RoleName=wanted["role"], PolicyName=wanted["name"], PolicyDocument=wanted["policy"])
    return f"{wanted['role']}:{wanted['name']}"


def _read_role_policy(aws: Aws, resource_id: str, _so_far: State) -> State:
    iam: IAMClient = aws.client("iam")
    role, _, name = resource_id.partition(":")
    answer = iam.get_role_policy(RoleName=role, PolicyName=name)
    return {"name": name, "role": role, "policy": _document(answer["PolicyDocument"])}


def _update_role_policy(aws: Aws, _resource_id: str, change: Change) -> None:
    _put_role_policy(aws, change.new)


def _delete_role_policy(aws: Aws, resource_id: str, _state: State) -> None:
    iam: IAMClient = aws.client("iam")
    role, _, name = resource_id.partition(":")
    iam.delete_role_policy(RoleName=role, PolicyName=name)


def _name(longest: int) -> Rule:
    """Take what the provider takes (validResourceName in validate.go)."""

    def wrong(value: object) -> str | None:
        if not re.fullmatch(r"[\w+=,.@-]+", str(value), re.ASCII):
            return f"may hold letters, digits and +=,.@-_ only, got {value!r}"
        return length(1, longest)(value)

    return wrong


ROLE = ResourceType(
    pulumi_type="aws:iam/role:Role",
    source="internal/service/iam/role.go",
    inputs={
        "assumeRolePolicy": Input(kind=Kind.POLICY, required=True, rule=json_text),
        "description": Input(rule=length(0, 1000)),
        "forceDetachPolicies": Input(kind=Kind.FLAG, default=False),
        "maxSessionDuration": Input(kind=Kind.NUMBER, default=3600, rule=between(3600, 43200)),
        "name": Input(replace=True, computed=True, rule=_name(64)),
        "path": Input(replace=True, default="/", rule=length(0, 512)),
        "permissionsBoundary": Input(),
        "tags": Input(kind=Kind.TAGS),
    },
    outputs=("arn", "createDate", "uniqueId"),
    unserved=frozenset({"inlinePolicies", "managedPolicyArns", "namePrefix"}),
    auto_name=AutoName(limit=64),
    gone=_GONE,
    regional=False,
    create=_create_role,
    read=_read_role,
    update=_update_role,
    delete=_delete_role,
)

ROLE_POLICY = ResourceType(
    pulumi_type="aws:iam/rolePolicy:RolePolicy",
    source="internal/service/iam/role_policy.go",
    inputs={
        "name": Input(replace=True, computed=True, rule=_name(128)),
        "policy": Input(kind=Kind.POLICY, required=True, rule=json_text),
        "role": Input(required=True, replace=True),
    },
    unserved=frozenset({"namePrefix"}),
    auto_name=AutoName(limit=128),
    gone=_GONE,
    regional=False,
    create=_put_role_policy,
    read=_read_role_policy,
    update=_update_role_policy,
    delete=_delete_role_policy,
)

RESOURCE_TYPES = (ROLE, ROLE_POLICY)
