"""Wrong on purpose: the sweep revokes every key that no label names, however young it is."""

from rotation_lambda.contracts import SecretDescription, Stage
from rotation_lambda.errors import NoValueError
from rotation_lambda.protocol.parties import Parties
from rotation_lambda.protocol.sweeping import Swept
from rotation_lambda.tenancy import tenancy_of


def sweeps_young_keys(secret: SecretDescription, parties: Parties) -> Swept:
    place = tenancy_of(secret, parties.function).place
    keys = parties.issuer.list_keys(place)
    labels = parties.store.describe(secret.arn)
    named = set()
    for stage in (Stage.CURRENT, Stage.PENDING, Stage.PREVIOUS):
        version = labels.version_at(stage)
        try:
            named.add(parties.store.read(secret.arn, version or "", stage).api_key_id)
        except NoValueError:
            continue
    orphans = [key for key in keys if key.id not in named]
    for key in orphans:
        parties.issuer.revoke(place, key.id)
    return Swept(orphans_revoked=len(orphans))
