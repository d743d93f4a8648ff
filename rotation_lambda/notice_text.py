"""What an owner reads: subject and text of a notice, as pure functions. No value, no ARN."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# SNS API reference, Publish: a subject has less than 100 characters.
_LONGEST_SUBJECT = 99


class Happening(StrEnum):
    """What owners are told of; the first four are the names of Secrets Manager's events."""

    SUCCEEDED = "RotationSucceeded"
    FAILED = "RotationFailed"
    ABANDONED = "RotationAbandoned"
    TEST_FAILED = "TestRotationFailed"
    REMINDER = "reminder"


@dataclass(frozen=True, kw_only=True)
class KeyFacts:
    """What a notice may say of a key.

    Attributes:
        app: The app that uses it.
        environment: Where.
        tenant: Whose it is.
        key: Its name.
        issuer: Who issued it; empty if the settings do not say.
        manual: Whether a person renews it.
        grace_hours: How long the old key goes on working after a renewal; empty if it is not known.
        next_renewal: When it is renewed next, at the latest; None if a person decides.
    """

    app: str
    environment: str
    tenant: str
    key: str
    issuer: str
    manual: bool
    grace_hours: str
    next_renewal: datetime | None


_HEADLINES: Mapping[Happening, str] = {
    Happening.SUCCEEDED: "renewed",
    Happening.FAILED: "could not be renewed",
    Happening.ABANDONED: "renewal ended, a new value was put in",
    Happening.TEST_FAILED: "did not pass a test",
    Happening.REMINDER: "please renew it",
}


def subject(facts: KeyFacts, happening: Happening) -> str:
    """One line in ASCII."""
    headline = f"{facts.app} {facts.environment}: {facts.tenant}/{facts.key} {_HEADLINES[happening]}"
    return headline[:_LONGEST_SUBJECT]


def body(facts: KeyFacts, happening: Happening, when: datetime, age_days: int | None = None) -> str:
    """The whole text.

    Args:
        facts: Of the key.
        happening: What happened.
        when: When it happened.
        age_days: How old the key in use is, for a reminder.
    """
    issuer = facts.issuer or "its issuer"
    rows = [
        ("Tenant", facts.tenant),
        ("Key", facts.key),
        ("Issuer", facts.issuer or "not declared"),
        ("Environment", f"{facts.app} {facts.environment}"),
        ("Time", _moment(when)),
        ("Next renewal", _next(facts)),
    ]
    parts = [
        "\n".join(f"{name + ':':<14}{text}" for name, text in rows),
        _what_happened(happening, facts, issuer, age_days),
        "What to do: " + _what_to_do(happening, facts, issuer),
        "You get this mail as the owner of this tenant's keys. No mail of ours holds a key or asks for one.",
    ]
    return "\n\n".join(parts) + "\n"


def _what_happened(happening: Happening, facts: KeyFacts, issuer: str, age_days: int | None) -> str:
    match happening:
        case Happening.SUCCEEDED:
            until = f" for {facts.grace_hours} hours" if facts.grace_hours else " for a while"
            old = "" if facts.manual else f" The old one goes on working{until}, then it is revoked."
            return f"The key was renewed. The new one was tried and is in use.{old}"
        case Happening.FAILED:
            return (
                "The key could not be renewed, after several tries. The key in use was not changed and goes on working."
            )
        case Happening.ABANDONED:
            return (
                "While the key was being renewed, somebody put a new value in. That value is in use; the renewal ended."
            )
        case Happening.TEST_FAILED:
            return f"A test of the key's renewal failed: {issuer} may not accept the key in use. Nothing was changed."
        case Happening.REMINDER:
            return f"The key in use is {age_days} days old, and {issuer} offers no way to renew it by program."


def _what_to_do(happening: Happening, facts: KeyFacts, issuer: str) -> str:
    bring = (
        f"make a new key at {issuer} and hand it to the operators of {facts.app} as agreed, never by mail. It is tried "
        "before it is used; revoke the old key only after the mail that says so."
    )
    match happening:
        case Happening.SUCCEEDED:
            return f"revoke the old key at {issuer}, which nobody else can do." if facts.manual else "nothing."
        case Happening.FAILED:
            return bring if facts.manual else "nothing, unless the operators ask you: they were told, too."
        case Happening.ABANDONED:
            return f"nothing if it was you or the operators; if not, tell the operators of {facts.app} at once."
        case Happening.TEST_FAILED:
            return f"ask the operators of {facts.app} whether the key in use still works."
        case Happening.REMINDER:
            return bring


def _next(facts: KeyFacts) -> str:
    if facts.next_renewal is not None:
        return f"by {_moment(facts.next_renewal)}"
    return "when you bring a new key" if facts.manual else "on request"


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC"
