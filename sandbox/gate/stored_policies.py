"""Policies as they come out of moto or out of a request: parsed once, with AWS's and the sandbox's refusals."""

from functools import lru_cache

from sandbox.authoriser import Policy, PolicyKind, UnknownPolicyElementError, parse_policy
from sandbox.gate.errors import ApiError
from sandbox.gate.moto_state import MotoState


@lru_cache(maxsize=4096)
def read_policy(document: str, name: str, kind: PolicyKind) -> Policy:
    """Parse a policy; one that the evaluator does not know in full is a refusal of the whole call."""
    try:
        return parse_policy(document, name=name, kind=kind)
    except UnknownPolicyElementError as unknown:
        raise ApiError("NotImplemented", str(unknown), status=501) from unknown
    except ValueError as broken:
        raise ApiError("MalformedPolicyDocument", f"{name} is not valid JSON: {broken}", status=400) from broken


def check_new_policy(document: object, name: str, kind: PolicyKind, state: MotoState) -> Policy:
    """Refuse a policy that a call wants to store, if it can't be evaluated or names someone who does not exist."""
    policy = read_policy(str(document), name, kind)
    for statement in policy.statements:
        for principal in statement.aws_principals:
            if not _exists(principal, state):
                raise ApiError(
                    "MalformedPolicyDocument",
                    f"Policy contains a statement with one or more invalid principals: {principal}",
                    status=400,
                )
    return policy


def _exists(principal: str, state: MotoState) -> bool:
    if principal == "*" or principal in state.accounts:
        return True
    account, _, resource = principal.removeprefix("arn:aws:iam::").removeprefix("arn:aws:sts::").partition(":")
    kind, _, name = resource.partition("/")
    if account not in state.accounts:
        return False
    if kind == "user":
        return state.user_arn(account, name.rpartition("/")[2]) == principal
    if kind == "role":
        return state.role(principal) is not None
    return True
