"""The questions that a call raises: which action, on which resource, under whose policies."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sandbox.authoriser import Decision, Effect, Policy, PolicyKind, Request, ResourceRule, decide
from sandbox.gate.callers import Caller, Callers
from sandbox.gate.errors import ApiError, Protocol
from sandbox.gate.moto_state import MotoState
from sandbox.gate.stored_policies import read_policy
from sandbox.gate.wire import WireRequest

Context: TypeAlias = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One question. `refusal` replaces AWS's usual words where a service has its own."""

    request: Request
    resource_policy: Policy | None
    resource_rule: ResourceRule
    refusal: ApiError | None = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """A call that was read and whose caller is known. S3's has no parameters: its table reads `wire`."""

    name: str
    parameters: Mapping[str, object]
    caller: Caller
    state: MotoState
    wire: WireRequest

    @property
    def account(self) -> str:
        """The caller's account."""
        return self.caller.principal.account

    @property
    def region(self) -> str:
        """The region that the request was signed for."""
        return self.wire.region

    def text(self, name: str) -> str:
        """Return a parameter as text; the empty string where it is absent."""
        value = self.parameters.get(name)
        return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

    def check(
        self,
        action: str,
        resource: str,
        *,
        account: str = "",
        policy: str = "",
        rule: ResourceRule = ResourceRule.ORDINARY,
        kind: PolicyKind = PolicyKind.RESOURCE,
        context: Context | None = None,
        refusal: ApiError | None = None,
    ) -> Check:
        """Ask whether the caller may do `action` on `resource`, whose owner is `account` (default: the caller's)."""
        everywhere = {
            "aws:RequestedRegion": self.region,
            "aws:SecureTransport": "true",  # the sandbox stands for AWS's endpoints, which are TLS
            "aws:ViaAWSService": "false",
        }
        request = Request(
            principal=self.caller.principal,
            action=action,
            resource=resource,
            resource_account=account or self.account,
            context={**everywhere, **(context or {})},
        )
        parsed = read_policy(policy, f"the policy of {resource}", kind) if policy else None
        return Check(request=request, resource_policy=parsed, resource_rule=rule, refusal=refusal)


Questions: TypeAlias = Callable[[Operation], Iterable[Check]]
"""What one operation asks. No question at all means that AWS lets everyone with credentials do it."""
Rule: TypeAlias = Callable[[Operation], None]
"""What AWS checks of an authorised call and moto does not; raises `ApiError`."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service's table: what to ask before, what AWS checks that moto does not, what to note afterwards.

    A JSON service has the prefix of its `X-Amz-Target`, a REST service the name of its model in botocore; S3 names its
    operations by `name_operation`. `defaults` are parameters that AWS fills in and moto demands.
    """

    protocol: Protocol
    event_source: str
    operations: Mapping[str, Questions]
    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    afterwards: Mapping[str, Callable[[Operation, Callers], None]] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    target_prefix: str = ""
    model: str = ""
    name_operation: Callable[[WireRequest], str] | None = None


def answer(check: Check, caller: Caller) -> None:
    """Raise AWS's refusal unless the policies allow what was asked."""
    decision = decide(
        check.request,
        identity_policies=caller.policies,
        resource_policy=check.resource_policy,
        resource_rule=check.resource_rule,
    )
    if not decision.allowed:
        raise check.refusal or ApiError("AccessDenied", _denial(check, decision))


def _denial(check: Check, decision: Decision) -> str:
    """Say no in the words of "Troubleshoot access denied error messages" in the IAM User Guide."""
    request = check.request
    said = (
        f"User: {request.principal.arn} is not authorized to perform: {request.action} on resource: {request.resource}"
    )
    kind = decision.decided_by.value
    if decision.effect is Effect.EXPLICIT_DENY:
        article = "an" if decision.decided_by is PolicyKind.IDENTITY else "a"
        return f"{said} with an explicit deny in {article} {kind} policy"
    if decision.decided_by is PolicyKind.TRUST:
        return said
    return f"{said} because no {kind} policy allows the {request.action} action"


_RECORDABLE = frozenset({
    "AliasName", "ClientRequestToken", "KeyId", "KmsKeyId", "MoveToVersionId", "Name", "PendingWindowInDays",
    "PolicyName", "RecoveryWindowInDays", "RemoveFromVersionId", "RoleArn", "RoleName", "RoleSessionName",
    "S3BucketName", "SecretId", "TargetKeyId", "TrailName", "VersionId", "VersionStage",
})  # fmt: skip
"""What a record may hold of a request. A parameter that is not here, a value above all, is left out."""


def recordable(parameters: Mapping[str, object]) -> dict[str, str]:
    """Return the parameters that name things, as text."""
    return {name: str(value) for name, value in parameters.items() if name in _RECORDABLE and value is not None}


def tags_of(raw: object, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """Return the tags of a request as a mapping."""
    listed: list[object] = raw if isinstance(raw, list) else []
    return {str(tag.get(key)): str(tag.get(value)) for tag in listed if isinstance(tag, dict)}


def names_of(raw: object) -> list[str]:
    """Return a list of names in a request: the keys of tags to remove, the names of alarms."""
    return [str(name) for name in raw] if isinstance(raw, list) else []


def request_tags(tags: Mapping[str, str], keys: Iterable[str] = ()) -> dict[str, str | tuple[str, ...]]:
    """Return the context of tags in a request; `keys` are those that it removes."""
    named = (*tags, *keys)
    of_request = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return {**of_request, **({"aws:TagKeys": named} if named else {})}


def resource_tags(tags: Mapping[str, str], *prefixes: str) -> dict[str, str]:
    """Return the context of a resource's own tags, under `aws:` and a service's own prefixes."""
    return {f"{p}:ResourceTag/{key}": value for p in ("aws", *prefixes) for key, value in tags.items()}


TagsOf: TypeAlias = Callable[[str, str, str], Mapping[str, str]]
"""The tags of a resource of an account and a region, by its ARN."""


def check_with_tags(operation: Operation, service: str, arn: str, tags_of_resource: TagsOf) -> Iterable[Check]:
    """Yield the check of a JSON operation that may give `Tags` to what it makes, and then that of tagging it."""
    tags = tags_of(operation.parameters.get("Tags"))
    own = resource_tags(tags_of_resource(operation.account, operation.region, arn))
    context = {**request_tags(tags), **own}
    yield operation.check(f"{service}:{operation.name}", arn, context=context)
    if tags:
        yield operation.check(f"{service}:TagResource", arn, context=context)


def check_of_tagging(operation: Operation, service: str, tags_of_resource: TagsOf) -> Iterable[Check]:
    """Yield the check of a JSON operation on the tags of the resource that `ResourceARN` names."""
    arn = operation.text("ResourceARN")
    own = resource_tags(tags_of_resource(operation.account, operation.region, arn))
    asked = request_tags(tags_of(operation.parameters.get("Tags")), names_of(operation.parameters.get("TagKeys")))
    yield operation.check(f"{service}:{operation.name}", arn, context={**asked, **own})
