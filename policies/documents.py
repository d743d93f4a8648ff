"""The shape of a policy document, and the few phrases that every policy here is made of."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Statement = dict[str, Any]
Document = dict[str, Any]
Principal = Mapping[str, str | Sequence[str]]
Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]

VERSION = "2012-10-17"

# The most that AWS takes: IAM user guide, "IAM and STS quotas"; KMS developer guide, "Resource quotas";
# Secrets Manager API reference, PutResourcePolicy; S3 user guide, "Bucket policies"; SNS developer guide, "API
# permissions"; SQS developer guide, "Quotas related to policies"; CloudWatch Logs API reference, PutResourcePolicy. In
# characters.
ROLE_INLINE_LIMIT = 10_240
TRUST_LIMIT = 2_048
KMS_KEY_POLICY_LIMIT = 32_768
SECRET_POLICY_LIMIT = 20_480
BUCKET_POLICY_LIMIT = 20_480
TOPIC_POLICY_LIMIT = 30_720
QUEUE_POLICY_LIMIT = 8_192
LOGS_POLICY_LIMIT = 5_120


def document(*statements: Statement) -> Document:
    """A policy document of these statements."""
    return {"Version": VERSION, "Statement": list(statements)}


def allow(
    sid: str,
    actions: Sequence[str],
    resources: str | Sequence[str] | None = None,
    *,
    principal: Principal | None = None,
    when: Conditions | None = None,
) -> Statement:
    """A statement that allows; `principal` and `resources` are left out where the kind of policy has none."""
    return _statement("Allow", sid, actions, resources=resources, principal=principal, when=when)


def deny(
    sid: str,
    actions: Sequence[str],
    resources: str | Sequence[str],
    *,
    principal: Principal | str = "*",
    when: Conditions,
) -> Statement:
    """A statement that denies, whatever else allows; here always to a principal, under a condition."""
    return _statement("Deny", sid, actions, resources=resources, principal=principal, when=when)


def only_over_tls(actions: Sequence[str], resources: str | Sequence[str]) -> Statement:
    """The statement that denies the actions to everyone who does not speak over TLS."""
    return deny("OnlyOverTls", actions, resources, when={"Bool": {"aws:SecureTransport": "false"}})


def account(*root_arns: str) -> Principal:
    """The principal that delegates to the IAM of the account, or of several.

    Roles are named by conditions on `aws:PrincipalArn` instead of here: AWS stores a role as a principal under its
    unique id, so a policy that precedes the role is refused, and one that outlives it admits nobody.
    """
    return {"AWS": root_arns[0] if len(root_arns) == 1 else sorted(root_arns)}


def service(name: str) -> Principal:
    """An AWS service as the principal, such as `cloudtrail.amazonaws.com`."""
    return {"Service": name}


def text(policy: Document) -> str:
    """The document as JSON, the same text for the same policy, so that a diff shows changes only."""
    return json.dumps(policy, sort_keys=True, separators=(",", ":"))


def _statement(
    effect: str,
    sid: str,
    actions: Sequence[str],
    *,
    resources: str | Sequence[str] | None,
    principal: Principal | str | None,
    when: Conditions | None,
) -> Statement:
    statement: Statement = {"Sid": sid, "Effect": effect, "Action": sorted(actions)}
    if principal is not None:
        statement["Principal"] = principal
    if resources is not None:
        statement["Resource"] = resources
    if when:
        statement["Condition"] = {operator: dict(keys) for operator, keys in when.items()}
    return statement
