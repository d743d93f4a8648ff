"""Wrong on purpose: finishSecret revokes the old key right after the promotion, without a grace."""

from rotation_lambda.event import RevokeEvent, Step, StepEvent
from rotation_lambda.protocol.parties import Outcome, Parties
from rotation_lambda.protocol.revoking import revoke_previous
from rotation_lambda.protocol.steps import run_step


def revokes_while_promoting(asked: StepEvent, parties: Parties) -> Outcome:
    outcome = run_step(asked, parties)
    if asked.step is Step.FINISH:
        revoke_previous(RevokeEvent(secret=asked.secret, version=asked.version, now=True), parties)
    return outcome
