"""Roles that a service takes on for an account: may it, by the role's trust policy?"""

from sandbox.authoriser import PolicyKind, Principal, PrincipalKind, Request, ResourceRule, decide
from sandbox.gate.errors import ApiError
from sandbox.gate.moto_state import MotoState
from sandbox.gate.operations import Context, Operation
from sandbox.gate.stored_policies import read_policy


def service_principal(name: str) -> Principal:
    """Return a service as a caller."""
    return Principal(account="", arn=name, kind=PrincipalKind.SERVICE)


def may_take_on(state: MotoState, role_arn: str, service: str, context: Context | None = None) -> bool:
    """Tell whether a service may assume a role; a role that does not exist, it may not."""
    role = state.role(role_arn)
    if role is None:
        return False
    request = Request(
        principal=service_principal(service),
        action="sts:AssumeRole",
        resource=role_arn,
        resource_account=role_arn.split(":")[4],
        context=context or {},
    )
    trust = read_policy(role.trust, f"the trust policy of {role_arn}", PolicyKind.TRUST)
    decision = decide(request, identity_policies=(), resource_policy=trust, resource_rule=ResourceRule.MANDATORY)
    return decision.allowed


def check_role(
    operation: Operation, role_arn: str, service: str, *, context: Context | None = None, refusal: ApiError
) -> None:
    """Refuse, in the words of the service, a role that it can't take on, or that another account owns."""
    if role_arn.split(":")[4:5] != [operation.account]:
        raise ApiError("AccessDeniedException", "Cross-account pass role is not allowed.", status=403)
    if not may_take_on(operation.state, role_arn, service, context):
        raise refusal
