"""createSecret: a new value, once per rotation, stored at once."""

from rotation_lambda.contracts import Minted, Shape, Stage
from rotation_lambda.errors import (
    CapReachedError,
    IssuerRefusedError,
    NotExecutedError,
    NoValueError,
    PersonNeededError,
)
from rotation_lambda.key_names import key_name
from rotation_lambda.protocol.parties import Outcome, Parties, old_one_dies, rolls
from rotation_lambda.protocol.patience import CALL_AND_STORE, patiently
from rotation_lambda.protocol.promoting import promote
from rotation_lambda.protocol.rotation import Rotation
from rotation_lambda.protocol.storing import keep
from rotation_lambda.protocol.sweeping import sweep_secret
from rotation_lambda.value import ApiKeyValue

_SECOND_LOOK = 1.0  # seconds; a value that was stored right before may not be seen at once


def create(rotation: Rotation) -> Outcome:
    """Adopts the value that an earlier try stored; else makes one and stores it.

    Where the old credential died in the making, the new one is promoted at once: each later step would be an outage.
    """
    outcome = Outcome.ADOPTED if _is_stored(rotation) else _make(rotation)
    if old_one_dies(rotation.traits):
        promote(rotation)
    return outcome


def _is_stored(rotation: Rotation) -> bool:
    """Whether an earlier try stored a value. Where making a second one does harm, it must be missing twice."""
    if rotation.stored() is not None:
        return True
    if not rolls(rotation.traits):
        return False
    rotation.parties.time.pause(_SECOND_LOOK)
    return rotation.stored() is not None


def _make(rotation: Rotation) -> Outcome:
    return keep(rotation, _brought(rotation) if rotation.traits.shape is Shape.MANUAL else _minted(rotation))


def _brought(rotation: Rotation) -> ApiKeyValue:
    """The value that a person put in for this rotation."""
    version = rotation.secret.version_at(Stage.BROUGHT)
    try:
        if version is not None:
            value = rotation.parties.store.read(rotation.secret.arn, version, Stage.BROUGHT)
            rotation.tenancy.check(value, version)
            return value
    except NoValueError:
        pass
    raise PersonNeededError(
        f"A person must renew {rotation.secret.arn}: its issuer has no API for that. Make a key there, put it in with "
        "`tenant-keys put-key --pending`, and rotate the secret again."
    )


def _minted(rotation: Rotation) -> ApiKeyValue:
    parties, tenancy = rotation.parties, rotation.tenancy
    current = rotation.current()
    _require_time(parties)
    minted = _mint(rotation, current)
    return ApiKeyValue(
        api_key=minted.api_key,
        api_key_id=minted.api_key_id,
        issuer=tenancy.issuer,
        endpoint=tenancy.endpoint,
        account=tenancy.place.account,
        tenant=tenancy.place.tenant,
        minted_at=parties.time.now(),
        extra=minted.extra,
    )


def _mint(rotation: Rotation, current: ApiKeyValue | None) -> Minted:
    parties, place = rotation.parties, rotation.tenancy.place
    name = key_name(rotation.secret.arn, rotation.version, parties.time.now())
    try:
        return patiently(parties.time, lambda: parties.issuer.mint(place, name, current))
    except CapReachedError:
        if rotation.traits.shape is not Shape.MINT:
            raise
        sweep_secret(rotation.secret, parties)
        _require_time(parties)
        return parties.issuer.mint(place, name, current)
    except IssuerRefusedError:
        if rotation.traits.shape is not Shape.REFRESH_CHAIN:
            raise
        raise PersonNeededError(
            f"The issuer does not take the refresh token of {rotation.secret.arn}: it was used, and what came of it is "
            "lost, or it was withdrawn. If the next try fails, too, authorise the app again and put the new pair in; "
            "until then the access token in use lives on to its end."
        ) from None


def _require_time(parties: Parties) -> None:
    if parties.time.remaining() < CALL_AND_STORE:
        raise NotExecutedError("Too little time remains to make a value and to store it, so it was not begun.")
