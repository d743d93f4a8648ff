"""Whether a pending value works, and what to do with one that never will."""

from typing import NoReturn

from rotation_lambda.contracts import Probe, Shape, Stage
from rotation_lambda.errors import IssuerRefusedError, NotYetValidError, PendingDeadError
from rotation_lambda.protocol.parties import rolls
from rotation_lambda.protocol.rotation import Rotation
from rotation_lambda.value import ApiKeyValue

_FIRST_PAUSE = 1.0  # seconds; it doubles from probe to probe
_ONE_PROBE = 5.0  # seconds to leave for another probe


def prove(rotation: Rotation, value: ApiKeyValue) -> None:
    """Waits until the issuer accepts `value`, the pending one, as long as the step has time.

    Raises:
        NotYetValidError: It is not accepted yet. Secrets Manager tries the rotation again.
        PendingDeadError: It never will be: see `bury`.
        IssuerRefusedError: It is refused, for a reason that may pass.
    """
    parties = rotation.parties
    pause = _FIRST_PAUSE
    while True:
        match parties.issuer.probe(rotation.tenancy.place, value):
            case Probe.VALID:
                return
            case Probe.REFUSED:
                bury(rotation, value)
            case Probe.NOT_YET:
                if parties.time.remaining() < pause + _ONE_PROBE:
                    raise NotYetValidError(
                        f"The issuer does not accept version {rotation.version} yet, and the step's time is over."
                    )
        parties.time.pause(pause)
        pause *= 2


def bury(rotation: Rotation, value: ApiKeyValue) -> NoReturn:
    """Says why `value`, the pending one, is refused. If it is dead for good, takes AWSPENDING off it first.

    A version's value can't be replaced, so without that every rotation to come would try the same dead value again.

    Raises:
        PendingDeadError: It is dead; the next rotation starts anew.
        IssuerRefusedError: It may still come to life.
    """
    if not _is_dead(rotation, value):
        raise IssuerRefusedError(
            f"The issuer refuses version {rotation.version} of {rotation.secret.arn}. Nothing was promoted; the "
            "current value stays in use."
        )
    rotation.parties.store.remove_label(rotation.secret.arn, rotation.version, Stage.PENDING)
    raise PendingDeadError(
        f"The issuer refuses version {rotation.version} of {rotation.secret.arn} for good, so it is no longer pending; "
        "the current value stays in use. Rotate the secret again: it starts with a new value."
    )


def _is_dead(rotation: Rotation, value: ApiKeyValue) -> bool:
    """Whether a refused pending value can never work. A copy of the current value is Secrets Manager's to clean up."""
    if value == rotation.current():
        return False
    if rolls(rotation.traits) or rotation.traits.shape is Shape.MANUAL:
        return True
    if rotation.traits.shape is not Shape.MINT:
        return False  # what we chose ourselves is registered again by the next try
    keys = rotation.parties.issuer.list_keys(rotation.tenancy.place)
    return rotation.tenancy.minted(value) and value.api_key_id not in {key.id for key in keys}
