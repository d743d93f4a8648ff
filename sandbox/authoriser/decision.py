"""The decision itself: which statements apply, and which of them are enough.

Same account: an Allow in an identity policy or in the resource policy will do, unless the resource demands
its own word (KMS keys, roles). Other account: both must allow. An explicit Deny anywhere wins. An Allow for the
account root speaks for the account, not for anyone in it: it lets identity policies decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from sandbox.authoriser.conditions import holds
from sandbox.authoriser.documents import Policy, PolicyKind, Statement
from sandbox.authoriser.matching import Context, action_matches, resource_matches


class PrincipalKind(Enum):
    """What makes a call."""

    ROOT = "Account"
    USER = "User"
    SESSION = "AssumedRole"
    SERVICE = "Service"


class ResourceRule(Enum):
    """How much a resource's own policy is asked."""

    ORDINARY = "ordinary"
    """Secrets, buckets, and all that has no policy: in the same account either side may allow."""
    MANDATORY = "mandatory"
    """KMS keys and roles: their policy must allow, whatever identity policies say."""


class Effect(Enum):
    """The three results of an evaluation."""

    ALLOW = "allow"
    EXPLICIT_DENY = "explicit-deny"
    IMPLICIT_DENY = "implicit-deny"


class _Grant(Enum):
    """How far a resource policy goes for a principal."""

    NOTHING = 0
    DELEGATES = 1
    NAMES = 2


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who calls. `arn` is the caller's; `principal_arn` is the role's, with its path, for a role's session.

    A service is `arn="cloudtrail.amazonaws.com"` with an empty account.
    """

    account: str
    arn: str
    kind: PrincipalKind
    principal_arn: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Request:
    """One action on one resource. The keys of `context` are condition keys, in any case of letters."""

    principal: Principal
    action: str
    resource: str
    resource_account: str
    context: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The result. `reason` names the policy and Sid that decided; `decided_by` is the side they are on."""

    effect: Effect
    reason: str
    decided_by: PolicyKind

    @property
    def allowed(self) -> bool:
        """Whether the call may go on."""
        return self.effect is Effect.ALLOW


def decide(
    request: Request,
    *,
    identity_policies: Iterable[Policy],
    resource_policy: Policy | None = None,
    resource_rule: ResourceRule,
) -> Decision:
    """Decide by the caller's identity policies and by the resource's own policy (None: it has none)."""
    context = _context_of(request)
    policies = [*identity_policies, *([resource_policy] if resource_policy else [])]
    applying = [(p, s) for p in policies for s in p.statements if _applies(s, p.kind, request, context)]
    for policy, statement in applying:
        if not statement.allow:
            return Decision(
                effect=Effect.EXPLICIT_DENY,
                reason=f"{policy.name}, {statement.sid}, denies {request.action} on {request.resource}.",
                decided_by=policy.kind,
            )
    return _weigh(request, applying, resource_rule, resource_policy.kind if resource_policy else PolicyKind.RESOURCE)


def _weigh(
    request: Request, allows: list[tuple[Policy, Statement]], rule: ResourceRule, resource_side: PolicyKind
) -> Decision:
    """Decide by the Allow statements alone."""
    identity = [(p, s) for p, s in allows if p.kind is PolicyKind.IDENTITY]
    grants = [(_grant(s, request.principal), p, s) for p, s in allows if p.kind is not PolicyKind.IDENTITY]
    best = max((grant for grant, _, _ in grants), key=lambda grant: grant.value, default=_Grant.NOTHING)
    same_account = request.principal.account == request.resource_account
    is_service = request.principal.kind is PrincipalKind.SERVICE
    is_root = request.principal.kind is PrincipalKind.ROOT
    by_identity = bool(identity) or is_root
    resource_decides = rule is ResourceRule.MANDATORY or is_service or not same_account

    if best is _Grant.NAMES and (same_account or is_service):
        policy, statement = next((p, s) for grant, p, s in grants if grant is best)
        return _allowed(request, policy.name, statement.sid, policy.kind)
    if resource_decides and best is _Grant.NOTHING:
        return _refused(request, resource_side)
    if not by_identity:
        return _refused(request, PolicyKind.IDENTITY)
    name, sid = (identity[0][0].name, identity[0][1].sid) if identity else ("the account root", "by its nature")
    return _allowed(request, name, sid, PolicyKind.IDENTITY)


def _allowed(request: Request, policy: str, sid: str, kind: PolicyKind) -> Decision:
    reason = f"{policy}, {sid}, allows {request.action} on {request.resource}."
    return Decision(effect=Effect.ALLOW, reason=reason, decided_by=kind)


def _refused(request: Request, kind: PolicyKind) -> Decision:
    reason = f"No {kind.value} policy allows {request.action} on {request.resource}."
    return Decision(effect=Effect.IMPLICIT_DENY, reason=reason, decided_by=kind)


def _context_of(request: Request) -> Context:
    """Return the context with what follows from the principal and the resource; keys in lower case."""
    principal = request.principal
    given: dict[str, str | tuple[str, ...]] = {
        **{key.lower(): value for key, value in request.context.items()},
        **{f"aws:principaltag/{key.lower()}": value for key, value in principal.tags.items()},
        "aws:resourceaccount": request.resource_account,
        "aws:principalisawsservice": str(principal.kind is PrincipalKind.SERVICE).lower(),
    }
    if principal.kind is PrincipalKind.SERVICE:
        given["aws:principalservicename"] = principal.arn
    else:
        given["aws:principalarn"] = principal.principal_arn or principal.arn
        given["aws:principalaccount"] = principal.account
        given["aws:principaltype"] = principal.kind.value
    if principal.kind is PrincipalKind.USER:
        given["aws:username"] = principal.arn.rpartition("/")[2]
    return {key: (value,) if isinstance(value, str) else value for key, value in given.items()}


def _applies(statement: Statement, kind: PolicyKind, request: Request, context: Context) -> bool:
    named = any(action_matches(pattern, request.action) for pattern in statement.actions)
    covered = any(resource_matches(pattern, request.resource, context) for pattern in statement.resources)
    return (
        named is not statement.not_actions
        and covered is not statement.not_resources
        and (kind is PolicyKind.IDENTITY or _grant(statement, request.principal) is not _Grant.NOTHING)
        and all(holds(condition, context) for condition in statement.conditions)
    )


def _grant(statement: Statement, principal: Principal) -> _Grant:
    """Tell whether a statement's Principal names the caller, only its account, or neither."""
    account = (principal.account, f"arn:aws:iam::{principal.account}:root")
    if "*" in statement.aws_principals or principal.arn in statement.service_principals:
        return _Grant.NAMES
    if principal.kind is PrincipalKind.SERVICE:
        return _Grant.NOTHING
    if {principal.arn, principal.principal_arn} & set(statement.aws_principals):
        return _Grant.NAMES
    return _Grant.DELEGATES if set(account) & set(statement.aws_principals) else _Grant.NOTHING
