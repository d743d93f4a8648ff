"""Decides a request the way AWS does: identity policies, resource policies, conditions.

Standard library only, and no knowledge of moto: whoever calls it brings the policies and the request's
context. A policy element that the evaluator does not know is an `UnknownPolicyElementError`, never an allow.

Sources: the IAM User Guide's "Policy evaluation logic", "Cross-account policy evaluation logic", "IAM JSON
policy elements" and "Single-valued vs. multivalued context keys"; the KMS Developer Guide's "Key policies".
"""

from sandbox.authoriser.decision import (
    Decision,
    Effect,
    Principal,
    PrincipalKind,
    Request,
    ResourceRule,
    decide,
)
from sandbox.authoriser.documents import (
    Policy,
    PolicyKind,
    Statement,
    UnknownPolicyElementError,
    parse_policy,
)

__all__ = [
    "Decision",
    "Effect",
    "Policy",
    "PolicyKind",
    "Principal",
    "PrincipalKind",
    "Request",
    "ResourceRule",
    "Statement",
    "UnknownPolicyElementError",
    "decide",
    "parse_policy",
]
