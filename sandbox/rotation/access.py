"""May a service, or a role that a service took on, do what it is about to do? The policies that are there decide."""

from collections.abc import Mapping

from sandbox.authoriser import PolicyKind, Principal, PrincipalKind, Request, ResourceRule, decide
from sandbox.gate.callers import policies_of
from sandbox.gate.moto_state import MotoState
from sandbox.gate.moto_targets import Target
from sandbox.gate.operations import Context
from sandbox.gate.service_roles import service_principal
from sandbox.gate.stored_policies import read_policy

_EVERYWHERE: Mapping[str, str] = {"aws:SecureTransport": "true"}


def service_may(service: str, action: str, target: Target, context: Context) -> bool:
    """Tell whether a target's own policy lets a service in: nothing else speaks for a service."""
    request = Request(
        principal=service_principal(service),
        action=action,
        resource=target.arn,
        resource_account=target.account,
        context={**_EVERYWHERE, **context},
    )
    policy = read_policy(target.policy, f"the policy of {target.arn}", PolicyKind.RESOURCE) if target.policy else None
    return decide(request, identity_policies=(), resource_policy=policy, resource_rule=ResourceRule.ORDINARY).allowed


def service_may_use_key(state: MotoState, service: str, key_id: str, account: str, region: str) -> bool:
    """Tell whether a KMS key lets a service encrypt with it: by its policy alone, so AWS's own keys do not."""
    key = state.kms_key(account, region, key_id)
    if key is None:
        return False
    target = Target(arn=key.arn, account=key.account, policy=key.policy, tags=key.tags)
    return all(service_may(service, action, target, {}) for action in ("kms:GenerateDataKey", "kms:Decrypt"))


def role_may(state: MotoState, role_arn: str, session: str, action: str, target: Target) -> bool:
    """Tell whether a session of a role may act on a target, by the role's policies and the target's own."""
    role = state.role(role_arn)
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    principal = Principal(
        account=account,
        arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session}",
        kind=PrincipalKind.SESSION,
        principal_arn=role_arn,
        tags=role.tags if role else {},
    )
    request = Request(
        principal=principal,
        action=action,
        resource=target.arn,
        resource_account=target.account,
        context=_EVERYWHERE,
    )
    policy = read_policy(target.policy, f"the policy of {target.arn}", PolicyKind.RESOURCE) if target.policy else None
    decision = decide(
        request,
        identity_policies=policies_of(role),
        resource_policy=policy,
        resource_rule=ResourceRule.ORDINARY,
    )
    return decision.allowed
