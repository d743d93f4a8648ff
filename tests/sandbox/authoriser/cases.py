"""Short words for writing down decisions: principals, statements, and one row of the table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.authoriser import (
    Decision,
    Effect,
    PolicyKind,
    Principal,
    PrincipalKind,
    Request,
    ResourceRule,
    decide,
    parse_policy,
)

A, B = "111111111111", "222222222222"
ROOT_A, ROOT_B = f"arn:aws:iam::{A}:root", f"arn:aws:iam::{B}:root"
ROLE = f"arn:aws:iam::{A}:role/backend"
SESSION = f"arn:aws:sts::{A}:assumed-role/backend/one"
USER = f"arn:aws:iam::{A}:user/alice"
SECRET = f"arn:aws:secretsmanager:eu-west-1:{A}:secret:/saas/app/tenant-acme/key-AbCdEf"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234"
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{A}:trail/audit"
LOGS = "arn:aws:s3:::logs/AWSLogs/x"
GET = "secretsmanager:GetSecretValue"

ALICE = Principal(account=A, arn=USER, kind=PrincipalKind.USER, principal_arn=USER, tags={"tenant": "acme"})
BACKEND = Principal(account=A, arn=SESSION, kind=PrincipalKind.SESSION, principal_arn=ROLE, tags={"tenant": "acme"})
FOREIGN = Principal(
    account=B,
    arn=f"arn:aws:sts::{B}:assumed-role/backend/one",
    kind=PrincipalKind.SESSION,
    principal_arn=f"arn:aws:iam::{B}:role/backend",
)
ROOT = Principal(account=A, arn=ROOT_A, kind=PrincipalKind.ROOT, principal_arn=ROOT_A)
CLOUDTRAIL = Principal(account="", arn="cloudtrail.amazonaws.com", kind=PrincipalKind.SERVICE)

ALLOWED, IMPLICITLY_DENIED, DENIED = Effect.ALLOW, Effect.IMPLICIT_DENY, Effect.EXPLICIT_DENY

Document = Mapping[str, Any]


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}


def to(*principals: str) -> dict[str, Any]:
    return {"AWS": list(principals)}


def when(operator: str, key: str, *values: Any) -> dict[str, Any]:
    return {operator: {key: list(values) if len(values) != 1 else values[0]}}


def policy(statements: Any, kind: PolicyKind, version: str = "2012-10-17") -> Any:
    return parse_policy({"Version": version, "Statement": statements}, name=f"the {kind.value} policy", kind=kind)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One row: who asks for what, under which policies, and what AWS answers."""

    name: str
    expect: Effect
    who: Principal = BACKEND
    action: str = GET
    on: str = SECRET
    owner: str = A
    context: Mapping[str, Any] = field(default_factory=dict)
    identity: tuple[Document, ...] = ()
    resource: tuple[Document, ...] | None = None
    rule: ResourceRule = ResourceRule.ORDINARY
    kind: PolicyKind = PolicyKind.RESOURCE

    def decide(self) -> Decision:
        request = Request(
            principal=self.who, action=self.action, resource=self.on, resource_account=self.owner, context=self.context
        )
        return decide(
            request,
            identity_policies=[policy(list(self.identity), PolicyKind.IDENTITY)] if self.identity else [],
            resource_policy=None if self.resource is None else policy(list(self.resource), self.kind),
            resource_rule=self.rule,
        )
