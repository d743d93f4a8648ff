"""Who did it, from the `userIdentity` of a record ("CloudTrail userIdentity element" in the CloudTrail User Guide)."""

import re
from dataclasses import dataclass

from tenant_keys.audit.fields import Record, first, part, text

SESSION = re.compile(r"arn:(?P<partition>[a-z-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/(?P<name>.+)")


@dataclass(frozen=True)
class Identity:
    """Who made a call; all but the principal is empty unless a role was assumed.

    `source_identity` is what the one who assumed the role, or the first role of a chain, said of whoever asks.
    """

    principal: str
    role_arn: str
    session_name: str
    source_identity: str = ""


def identity_of(record: Record) -> Identity:
    """The identity behind a record; a call from another account may tell no more than the account and an id."""
    user = part(record, "userIdentity")
    arn = text(user, "arn")
    session = SESSION.fullmatch(arn)
    role = text(user, "sessionContext", "sessionIssuer", "arn")
    if session is not None and ":role/" not in role:
        role = f"arn:{session['partition']}:iam::{session['account']}:role/{session['role']}"
    return Identity(
        principal=first(arn, _from_elsewhere(user), text(user, "invokedBy"), text(user, "type"), "unknown"),
        role_arn=role if ":role/" in role else "",
        session_name=session["name"] if session else _named_in_id(user),
        source_identity=text(user, "sessionContext", "sourceIdentity"),
    )


def _from_elsewhere(user: Record) -> str:
    """A principal of another account, whose ARN is left out where its call was refused."""
    principal, account = text(user, "principalId"), text(user, "accountId")
    return f"{account}/{principal}" if principal else ""


def _named_in_id(user: Record) -> str:
    """The session's name, which follows the role's id in the principal's id."""
    return text(user, "principalId").partition(":")[2] if text(user, "type") in ("AssumedRole", "AWSAccount") else ""
