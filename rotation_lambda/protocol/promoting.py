"""The promotion, and what is due after it."""

from rotation_lambda.contracts import Probe, Shape, Stage
from rotation_lambda.errors import (
    IssuerRefusedError,
    LabelMovedError,
    NoValueError,
    StoreBusyError,
    StoreOutcomeUnknownError,
)
from rotation_lambda.protocol.parties import old_one_dies, revocable
from rotation_lambda.protocol.revoking import job_due
from rotation_lambda.protocol.rotation import Rotation


def promote(rotation: Rotation) -> None:
    """Moves AWSCURRENT to the new version, if it is still where the step saw it. On a doubt it looks.

    Raises:
        StoreError: It was not moved, or nobody knows; the next try sees.
    """
    store, arn = rotation.parties.store, rotation.secret.arn
    before = rotation.secret.version_at(Stage.CURRENT)
    for last in (False, True):
        try:
            store.promote(arn, rotation.version, before)
        except (LabelMovedError, StoreBusyError, StoreOutcomeUnknownError) as error:
            if store.describe(arn).carries(rotation.version, Stage.CURRENT):
                return
            if last or isinstance(error, LabelMovedError):
                raise
        else:
            return


def settle(rotation: Rotation, *, replaced: str | None) -> None:
    """Orders the revocation of the version that was replaced; never revokes by itself. Doing it twice is no change.

    Raises:
        StoreError: It is not ordered yet. The next try of finishSecret orders it; else the sweep revokes.
        IssuerRefusedError: The new value died in the meantime: see `_require_life`.
    """
    parties = rotation.parties
    if rotation.traits.shape is Shape.MANUAL:
        _take_off(rotation)
    elif replaced is not None and revocable(rotation.traits):
        due = job_due(parties.time.now(), rotation.tenancy)
        parties.jobs.arm(rotation.secret.arn, rotation.version, due)
    elif old_one_dies(rotation.traits):
        _require_life(rotation)


def _require_life(rotation: Rotation) -> None:
    """That the value in use works: where each new value kills the last, two deliveries may kill each other's."""
    value = rotation.parties.store.read(rotation.secret.arn, rotation.version, Stage.CURRENT)
    if rotation.parties.issuer.probe(rotation.tenancy.place, value) is Probe.REFUSED:
        raise IssuerRefusedError(
            f"The issuer refuses the value of {rotation.secret.arn} that is in use: another delivery or a person has "
            "rolled it away. Rotate the secret again now."
        )


def _take_off(rotation: Rotation) -> None:
    """Takes our label off what a person brought, now that it is current; not off what was brought since then."""
    store, arn = rotation.parties.store, rotation.secret.arn
    brought = rotation.secret.version_at(Stage.BROUGHT)
    if brought is None:
        return
    try:
        same = store.read(arn, brought, Stage.BROUGHT).text() == store.read(arn, rotation.version, Stage.CURRENT).text()
    except NoValueError:
        return
    if same:
        store.remove_label(arn, brought, Stage.BROUGHT)
