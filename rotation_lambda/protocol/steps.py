"""The four steps of a rotation, each behind the same gate, each as good a second time as the first."""

from collections.abc import Callable, Mapping

from rotation_lambda.contracts import Stage
from rotation_lambda.errors import NotPendingError, NoValueError
from rotation_lambda.event import Step, StepEvent
from rotation_lambda.protocol.creating import create
from rotation_lambda.protocol.parties import Outcome, Parties, registers_late
from rotation_lambda.protocol.patience import patiently
from rotation_lambda.protocol.promoting import promote, settle
from rotation_lambda.protocol.proving import prove
from rotation_lambda.protocol.registering import register
from rotation_lambda.protocol.rotation import Rotation
from rotation_lambda.tenancy import tenancy_of


def run_step(asked: StepEvent, parties: Parties) -> Outcome:
    """Does a step, or sees that it was done.

    Raises:
        RotationError: It was not done. Secrets Manager begins again with createSecret.
    """
    secret = parties.store.describe(asked.secret)
    tenancy = tenancy_of(secret, parties.function)
    rotation = Rotation(parties=parties, secret=secret, tenancy=tenancy, version=asked.version)
    if secret.carries(asked.version, Stage.CURRENT):
        if asked.step is Step.FINISH:
            settle(rotation, replaced=secret.version_at(Stage.PREVIOUS))
        return Outcome.ALREADY_CURRENT
    if not secret.carries(asked.version, Stage.PENDING):
        raise NotPendingError(
            f"Version {asked.version} of {asked.secret} is not pending: a person wrote a new version, or the rotation "
            "was cancelled. Nothing was changed. Rotate the secret again if it is still wanted."
        )
    return _STEPS[asked.step](rotation)


def _test(rotation: Rotation) -> Outcome:
    """Tries the new value out.

    With RotateImmediately=false, Secrets Manager asks for this step alone, on a copy of the current value, or on
    nothing if the secret has none yet.
    """
    try:
        value = rotation.pending()
    except NoValueError:
        if rotation.secret.version_at(Stage.CURRENT) is None:
            return Outcome.NOTHING_TO_DO
        raise
    if registers_late(rotation.traits) and value != rotation.current():
        return Outcome.NOTHING_TO_DO
    prove(rotation, value)
    return Outcome.PROVED


def _finish(rotation: Rotation) -> Outcome:
    """Makes the new value the current one: never one that does not work at this moment."""
    value = rotation.pending()
    if registers_late(rotation.traits):
        parties = rotation.parties
        patiently(parties.time, lambda: parties.issuer.register(rotation.tenancy.place, value))
    else:
        prove(rotation, value)
    promote(rotation)
    settle(rotation, replaced=rotation.secret.version_at(Stage.CURRENT))
    return Outcome.PROMOTED


_STEPS: Mapping[Step, Callable[[Rotation], Outcome]] = {
    Step.CREATE: create,
    Step.SET: register,
    Step.TEST: _test,
    Step.FINISH: _finish,
}
