"""setSecret: where we choose the values, the issuer is made to accept the new one beside the old one."""

from rotation_lambda.contracts import Shape, Stage
from rotation_lambda.errors import CapReachedError, PreviousLivesError
from rotation_lambda.protocol.parties import Outcome, registers_late
from rotation_lambda.protocol.patience import patiently
from rotation_lambda.protocol.rotation import Rotation
from rotation_lambda.protocol.sweeping import sweep_secret


def register(rotation: Rotation) -> Outcome:
    """Registers the pending value; registering it again is no change. In the other shapes there is nothing to do.

    Raises:
        CapReachedError: The issuer has no room, not even after a sweep.
        PreviousLivesError: The key before the current one must be revoked first.
    """
    value = rotation.pending()
    if rotation.traits.shape is not Shape.STORE_FIRST or registers_late(rotation.traits):
        return Outcome.NOTHING_TO_DO
    _require_previous_gone(rotation)
    parties, place = rotation.parties, rotation.tenancy.place
    try:
        patiently(parties.time, lambda: parties.issuer.register(place, value))
    except CapReachedError:
        sweep_secret(rotation.secret, parties)
        parties.issuer.register(place, value)
    return Outcome.REGISTERED


def _require_previous_gone(rotation: Rotation) -> None:
    """That AWSPREVIOUS names nothing that lives and bears no name: with its label, the last trace of it would go."""
    parties, previous = rotation.parties, rotation.secret.version_at(Stage.PREVIOUS)
    if previous is None:
        return
    value = parties.store.read(rotation.secret.arn, previous, Stage.PREVIOUS)
    if not rotation.tenancy.minted(value):
        return
    keys = parties.issuer.list_keys(rotation.tenancy.place)
    lives = any(key.id == value.api_key_id and not key.name for key in keys)
    if lives and value != rotation.current():
        raise PreviousLivesError(
            f"The issuer still accepts the previous value of {rotation.secret.arn}. It is revoked when its grace is "
            "over; then the rotation goes on. In an emergency, revoke it now: `tenant-keys rotate --revoke-old-now`."
        )
