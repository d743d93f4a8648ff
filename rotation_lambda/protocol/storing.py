"""Putting a new value into the store: the one moment at which a value exists nowhere else."""

from contextlib import suppress
from typing import NoReturn

from rotation_lambda.contracts import Shape, Stage
from rotation_lambda.errors import (
    IssuerError,
    PendingDeadError,
    StoreError,
    StoreOutcomeUnknownError,
    VersionTakenError,
)
from rotation_lambda.protocol.parties import Outcome, old_one_dies, rolls
from rotation_lambda.protocol.rotation import Rotation
from rotation_lambda.value import ApiKeyValue

_TRIES = 2
_PAUSE = 0.5  # seconds between them


def keep(rotation: Rotation, value: ApiKeyValue) -> Outcome:
    """Stores `value` as the rotation's version. On a doubt it looks, and adopts what another delivery stored.

    A key that is certainly not stored is revoked at once; one of which nobody knows is left to the sweep.

    Raises:
        StoreError: It is not stored, or nobody knows.
        PendingDeadError: Another delivery stored a value, and making this one may have ended that one's life.
    """
    failure, maybe_stored = _put(rotation, value)
    if failure is None:
        return Outcome.STORED
    try:
        stored = rotation.stored()
    except StoreError:
        stored = None
    if stored == value:
        return Outcome.STORED
    if stored is not None or not maybe_stored:
        _drop(rotation, value)
    if stored is None:
        raise failure from None
    if rolls(rotation.traits) and not old_one_dies(rotation.traits):
        _trust_neither(rotation)
    return Outcome.ADOPTED


def _put(rotation: Rotation, value: ApiKeyValue) -> tuple[StoreError | None, bool]:
    """Tries more than once, since the same value again is no change.

    Returns:
        Why it was not stored, None if it was, and whether it may be stored all the same.
    """
    maybe_stored, failure = False, None
    for attempt in range(_TRIES):
        if attempt:
            rotation.parties.time.pause(_PAUSE)
        try:
            rotation.parties.store.put_pending(rotation.secret.arn, rotation.version, value)
        except VersionTakenError as error:
            return error, False
        except StoreError as error:
            failure = error
            maybe_stored = maybe_stored or isinstance(error, StoreOutcomeUnknownError)
        else:
            return None, True
    return failure, maybe_stored


def _drop(rotation: Rotation, value: ApiKeyValue) -> None:
    """Revokes a key that was minted in vain. The sweep does it if this fails."""
    if rotation.traits.shape is Shape.MINT and rotation.traits.revokes and value.api_key_id:
        with suppress(IssuerError):
            rotation.parties.issuer.revoke(rotation.tenancy.place, value.api_key_id)


def _trust_neither(rotation: Rotation) -> NoReturn:
    """Ends a rotation in which two deliveries rolled one credential: nobody knows whose roll was the last."""
    rotation.parties.store.remove_label(rotation.secret.arn, rotation.version, Stage.PENDING)
    raise PendingDeadError(
        f"Two deliveries rolled the credential of {rotation.secret.arn} at once, and one of the values is lost. "
        f"Version {rotation.version} is no longer pending. Rotate the secret again now: the value in use may end soon."
    )
