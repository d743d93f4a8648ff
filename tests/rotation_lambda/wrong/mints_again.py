"""Wrong on purpose: createSecret mints without looking whether an earlier try has stored a value."""

from rotation_lambda.contracts import Stage
from rotation_lambda.event import Step, StepEvent
from rotation_lambda.key_names import key_name
from rotation_lambda.protocol.parties import Outcome, Parties
from rotation_lambda.protocol.steps import run_step
from rotation_lambda.tenancy import tenancy_of
from rotation_lambda.value import ApiKeyValue


def mints_again(asked: StepEvent, parties: Parties) -> Outcome:
    secret = parties.store.describe(asked.secret)
    if asked.step is not Step.CREATE or not secret.carries(asked.version, Stage.PENDING):
        return run_step(asked, parties)
    tenancy = tenancy_of(secret, parties.function)
    name = key_name(asked.secret, asked.version, parties.time.now())
    minted = parties.issuer.mint(tenancy.place, name, None)
    value = ApiKeyValue(
        api_key=minted.api_key,
        api_key_id=minted.api_key_id,
        issuer=tenancy.issuer,
        endpoint=tenancy.endpoint,
        account=tenancy.place.account,
        tenant=tenancy.place.tenant,
    )
    parties.store.put_pending(asked.secret, asked.version, value)
    return Outcome.STORED
