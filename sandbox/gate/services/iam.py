"""IAM: every operation is an action of the same name on a role, a user, a policy, or on the account."""

from collections.abc import Iterable

from sandbox.authoriser import PolicyKind
from sandbox.gate.errors import ApiError, Protocol, unknown_to_the_sandbox
from sandbox.gate.operations import Check, Operation, Questions, Rule, Service, request_tags, resource_tags
from sandbox.gate.services.sts import members, tags_in
from sandbox.gate.stored_policies import check_new_policy


def _arn(operation: Operation, kind: str, name: str) -> str:
    """Return the ARN of something that is about to be created, or that does not exist."""
    return f"arn:aws:iam::{operation.account}:{kind}{operation.text('Path') or '/'}{name}"


def _ask(operation: Operation, arn: str, tags: dict[str, str]) -> Check:
    if "PermissionsBoundary" in operation.parameters:
        raise unknown_to_the_sandbox(f"iam:{operation.name} with a permissions boundary")
    policy = operation.text("PolicyArn")
    context = {
        **request_tags(tags_in(operation), members(operation, "TagKeys")),
        **resource_tags(tags, "iam"),
        **({"iam:PolicyARN": policy} if policy else {}),
    }
    return operation.check(f"iam:{operation.name}", arn, context=context)


def _role(operation: Operation) -> Iterable[Check]:
    role = operation.state.role_named(operation.account, operation.text("RoleName"))
    arn = role.arn if role else _arn(operation, "role", operation.text("RoleName"))
    yield _ask(operation, arn, dict(role.tags) if role else {})
    if operation.name == "CreateRole" and tags_in(operation):
        yield operation.check("iam:TagRole", arn, context=request_tags(tags_in(operation)))


def _user(operation: Operation) -> Iterable[Check]:
    """Ask about the user that is named, or about the caller: several operations default to it."""
    name = operation.text("UserName")
    if not name and operation.wire.session_token:
        raise ApiError("ValidationError", "Must specify userName when calling with non-User credentials", status=400)
    if not name:
        yield _ask(operation, operation.caller.principal.arn, {})
        return
    yield _ask(operation, operation.state.user_arn(operation.account, name) or _arn(operation, "user", name), {})
    if operation.name == "CreateUser" and tags_in(operation):
        arn = _arn(operation, "user", name)
        yield operation.check("iam:TagUser", arn, context=request_tags(tags_in(operation)))


def _policy(operation: Operation) -> Iterable[Check]:
    arn = operation.text("PolicyArn") or _arn(operation, "policy", operation.text("PolicyName"))
    yield _ask(operation, arn, {})
    if operation.name == "CreatePolicy" and tags_in(operation):
        yield operation.check("iam:TagPolicy", arn, context=request_tags(tags_in(operation)))


def _account_wide(operation: Operation) -> Iterable[Check]:
    yield operation.check(f"iam:{operation.name}", "*")


def _readable(parameter: str, kind: PolicyKind) -> tuple[Rule]:
    """Return the rule that refuses a policy which could not be evaluated later."""

    def rule(operation: Operation) -> None:
        check_new_policy(operation.text(parameter), f"the new {kind.value} policy", kind, operation.state)

    return (rule,)


_OPERATIONS_ON: dict[Questions, tuple[str, ...]] = {
    _role: (
        "AttachRolePolicy", "CreateRole", "DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "GetRole",
        "GetRolePolicy", "ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies",
        "ListRoleTags", "PutRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole",
        "UpdateRoleDescription",
    ),
    _user: (
        "AttachUserPolicy", "CreateAccessKey", "CreateUser", "DeleteAccessKey", "DeleteUser", "DeleteUserPolicy",
        "DetachUserPolicy", "GetUser", "GetUserPolicy", "ListAccessKeys", "ListAttachedUserPolicies",
        "ListGroupsForUser", "ListUserPolicies", "ListUserTags", "PutUserPolicy", "TagUser", "UntagUser",
    ),
    _policy: (
        "CreatePolicy", "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy",
        "GetPolicyVersion", "ListEntitiesForPolicy", "ListPolicyTags", "ListPolicyVersions",
        "SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy",
    ),
    _account_wide: ("GetAccountSummary", "ListAccountAliases", "ListPolicies", "ListRoles", "ListUsers"),
}  # fmt: skip

SERVICE = Service(
    protocol=Protocol.QUERY,
    event_source="iam.amazonaws.com",
    operations={name: questions for questions, names in _OPERATIONS_ON.items() for name in names},
    rules={
        "CreateRole": _readable("AssumeRolePolicyDocument", PolicyKind.TRUST),
        "UpdateAssumeRolePolicy": _readable("PolicyDocument", PolicyKind.TRUST),
        **dict.fromkeys(
            ("CreatePolicy", "CreatePolicyVersion", "PutRolePolicy", "PutUserPolicy"),
            _readable("PolicyDocument", PolicyKind.IDENTITY),
        ),
    },
)
