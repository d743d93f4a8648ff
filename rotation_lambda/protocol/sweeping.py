"""The sweep of one secret: the issuer's list and the labels are made to agree again.

It lists at the issuer before it reads the labels: a key that is stored in between is seen by its label, not missed. And
it spares young keys: one may have been minted by a delivery that is about to store it.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from rotation_lambda.contracts import IssuedKey, SecretDescription, Stage
from rotation_lambda.errors import NoValueError
from rotation_lambda.event import RevokeEvent
from rotation_lambda.key_names import made_for
from rotation_lambda.protocol.parties import Outcome, Parties, revocable
from rotation_lambda.protocol.patience import patiently
from rotation_lambda.protocol.revoking import grace_is_over, revoke_previous
from rotation_lambda.tenancy import Tenancy, tenancy_of

# A delivery lasts 15 minutes at most (Lambda quotas, function timeout); where a key's age is known from its name alone,
# our clock and the issuer's may differ by 10 more.
OLD_ENOUGH = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What the sweep of a secret did.

    Attributes:
        orphans_revoked: Keys of this secret that no label named.
        orphans_left: Such keys of which the issuer does not tell the age.
        previous: What became of the previous key.
    """

    orphans_revoked: int = 0
    orphans_left: int = 0
    previous: Outcome = Outcome.NOTHING_TO_DO


def sweep_secret(secret: SecretDescription, parties: Parties) -> Swept:
    """Revokes the previous key after its grace, and keys that no label names.

    Args:
        secret: The secret's tags; its labels are read anew.
        parties: Who takes part.

    Raises:
        RotationError: It was not done. The next sweep tries again.
    """
    tenancy = tenancy_of(secret, parties.function)
    if not revocable(parties.issuer.traits):
        return Swept()
    keys = parties.issuer.list_keys(tenancy.place)
    labels = parties.store.describe(secret.arn)
    previous = _previous(labels, keys, tenancy, parties)
    # A previous version that is past its grace has no key any more: what is left under its name was never stored.
    living = (Stage.CURRENT, Stage.PREVIOUS) if previous is Outcome.NOTHING_TO_DO else (Stage.CURRENT,)
    orphans = _orphans(labels, keys, tenancy.place.name_prefix, living, parties)
    for key in orphans:
        if key.age is not None:
            patiently(parties.time, lambda key_id=key.id: parties.issuer.revoke(tenancy.place, key_id))
    left = sum(key.age is None for key in orphans)
    return Swept(orphans_revoked=len(orphans) - left, orphans_left=left, previous=previous)


def _previous(labels: SecretDescription, keys: Sequence[IssuedKey], tenancy: Tenancy, parties: Parties) -> Outcome:
    current, previous = labels.version_at(Stage.CURRENT), labels.version_at(Stage.PREVIOUS)
    if current is None or previous is None or not grace_is_over(labels, tenancy, parties.time.now()):
        return Outcome.NOTHING_TO_DO
    named = any(made_for(key, tenancy.place.name_prefix, previous) for key in keys)
    # Without names, one key is the current value's, and any other may be the previous one's.
    lives = named or sum(not key.name for key in keys) > 1
    return revoke_previous(RevokeEvent(secret=labels.arn, version=current), parties) if lives else Outcome.GONE


def _orphans(
    labels: SecretDescription, keys: Sequence[IssuedKey], prefix: str, living: Sequence[Stage], parties: Parties
) -> list[IssuedKey]:
    """The keys that are not young and that no label names.

    Values are read only where names leave a doubt: a sweep that read each value each hour would drown the audit log.
    """
    named = [key for key in keys if key.name.startswith(prefix)]
    clear = {_only_key_of(labels.version_at(stage), named, prefix) for stage in living}
    doubtful = [key for key in named if key.id not in clear and (key.age is None or key.age >= OLD_ENOUGH)]
    if not doubtful:
        return []
    used = {_id_of(version, labels, parties) for version in labels.stages}
    return [key for key in doubtful if key.id not in used]


def _only_key_of(version: str | None, keys: Sequence[IssuedKey], prefix: str) -> str | None:
    """The key that a version's value must be, since no other was minted for it. A pending one may have no value."""
    made = [key.id for key in keys if version is not None and made_for(key, prefix, version)]
    return made[0] if len(made) == 1 else None


def _id_of(version: str, labels: SecretDescription, parties: Parties) -> str | None:
    """The key in a labelled version; None if that is a pending one without a value, or one with a label of others.

    Raises:
        NoValueError: The labels have moved on since they were read.
    """
    for stage in (Stage.CURRENT, Stage.PREVIOUS):
        if labels.carries(version, stage):
            return parties.store.read(labels.arn, version, stage).api_key_id
    if labels.carries(version, Stage.PENDING):
        for stage in (Stage.PENDING, Stage.CURRENT):  # it may have been promoted since then
            with suppress(NoValueError):
                return parties.store.read(labels.arn, version, stage).api_key_id
    return None
