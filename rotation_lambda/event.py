"""The events that the function takes: a step of a rotation, a revocation, a sweep. Everything else is refused.

An event may hold a RotationToken, and whoever may invoke the function may write anything into one: no text of an event
is ever repeated in an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rotation_lambda.errors import EventRefusedError
from rotation_lambda.redaction import Sealed

_SECRET_ARN = re.compile(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}"
)
# Secrets Manager API reference, PutSecretValue: ClientRequestToken has 32 to 64 characters; it is a UUID by advice.
_VERSION = re.compile(r"[A-Za-z0-9-]{32,64}")
# The same page, RotationToken.
_ROTATION_TOKEN = re.compile(r"[A-Za-z0-9-]{36,256}")


class Step(StrEnum):
    """The steps of a rotation, in their order, as the wire spells them."""

    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


@dataclass(frozen=True, kw_only=True)
class StepEvent:
    """Secrets Manager asks for a step.

    Attributes:
        step: Which one.
        secret: The secret's ARN.
        version: The rotation's token, which is the id of the version that it makes.
        rotation_token: To be handed back with each value that is put; None if it was not given.
    """

    step: Step
    secret: str
    version: str
    rotation_token: Sealed | None = None


@dataclass(frozen=True, kw_only=True)
class RevokeEvent:
    """A job or an operator asks to revoke what the promotion of `version` replaced.

    Attributes:
        secret: The secret's ARN.
        version: The version whose promotion made the old key superfluous.
        now: Without waiting for the end of the grace.
    """

    secret: str
    version: str
    now: bool = False


@dataclass(frozen=True, kw_only=True)
class SweepEvent:
    """The schedule asks to look after all secrets of the issuer."""


Event = StepEvent | RevokeEvent | SweepEvent


def parse_event(event: object) -> Event:
    """What is asked for. Keys that are not known are ignored.

    Raises:
        EventRefusedError: It is none of the three kinds, or more than one, or not whole.
    """
    if not isinstance(event, Mapping):
        raise EventRefusedError("The event is not a JSON object.")
    kinds = [kind for kind in ("Step", "revoke", "sweep") if kind in event]
    if len(kinds) != 1:
        raise EventRefusedError("The event needs exactly one of the keys 'Step', 'revoke' and 'sweep'.")
    match kinds[0]:
        case "Step":
            return _step(event)
        case "revoke":
            return _revoke(event["revoke"])
    if not isinstance(event["sweep"], Mapping):
        raise EventRefusedError("'sweep' is not a JSON object.")
    return SweepEvent()


def _step(event: Mapping[object, object]) -> StepEvent:
    try:
        step = Step(event["Step"])
    except ValueError:
        raise EventRefusedError(f"'Step' is none of {', '.join(Step)}.") from None
    token = event.get("RotationToken")
    return StepEvent(
        step=step,
        secret=_text(event, "SecretId", _SECRET_ARN, "a secret's full ARN"),
        version=_text(event, "ClientRequestToken", _VERSION, "a version id of 32 to 64 characters"),
        rotation_token=None
        if token is None
        else Sealed(_text(event, "RotationToken", _ROTATION_TOKEN, "a token of 36 to 256 characters")),
    )


def _revoke(asked: object) -> RevokeEvent:
    if not isinstance(asked, Mapping):
        raise EventRefusedError("'revoke' is not a JSON object.")
    now = asked.get("now", False)
    if not isinstance(now, bool):
        raise EventRefusedError("'now' is neither true nor false.")
    return RevokeEvent(
        secret=_text(asked, "secretId", _SECRET_ARN, "a secret's full ARN"),
        version=_text(asked, "version", _VERSION, "a version id of 32 to 64 characters"),
        now=now,
    )


def _text(fields: Mapping[object, object], name: str, pattern: re.Pattern[str], form: str) -> str:
    text = fields.get(name)
    if isinstance(text, str) and pattern.fullmatch(text):
        return text
    raise EventRefusedError(f"'{name}' is missing, or is not {form}.")
