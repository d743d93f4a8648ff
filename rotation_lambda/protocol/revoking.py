"""The revocation of the key that a promotion replaced: by its job, by the sweep, or at an operator's wish.

Whoever asks, the labels are read anew. Nothing is revoked that this function did not mint for this secret, that a label
other than AWSPREVIOUS names too, or whose successor does not work.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from rotation_lambda.contracts import Probe, SecretDescription, Shape, Stage
from rotation_lambda.errors import IssuerRefusedError, NoValueError
from rotation_lambda.event import RevokeEvent
from rotation_lambda.protocol.parties import Outcome, Parties, revocable
from rotation_lambda.protocol.patience import patiently
from rotation_lambda.tenancy import Tenancy, tenancy_of

# Our clock and that of AWS may differ by so much; the grace must not end early for that.
_SKEW = timedelta(minutes=10)
# The labels move a little more after a promotion (Secrets Manager takes AWSPENDING off), which begins the grace anew.
_JOB_AFTER_GRACE = timedelta(minutes=20)


def job_due(promoted: datetime, tenancy: Tenancy) -> datetime:
    """When the job that revokes what was replaced at `promoted` is to run."""
    return promoted + tenancy.grace + _JOB_AFTER_GRACE


def grace_is_over(secret: SecretDescription, tenancy: Tenancy, now: datetime) -> bool:
    """Whether the old key's grace has certainly ended: no label moved after the secret's last change."""
    return secret.changed is not None and now - secret.changed >= tenancy.grace + _SKEW


def revoke_previous(asked: RevokeEvent, parties: Parties) -> Outcome:
    """Revokes what AWSPREVIOUS names, if the promotion that `asked` speaks of is still the last one.

    Raises:
        RotationError: It was due and was not done. The scheduler or the next sweep tries again.
    """
    secret = parties.store.describe(asked.secret)
    tenancy = tenancy_of(secret, parties.function)
    obstacle = _obstacle(asked, secret, tenancy, parties)
    return obstacle or _revoke(secret, tenancy, parties)


def _obstacle(asked: RevokeEvent, secret: SecretDescription, tenancy: Tenancy, parties: Parties) -> Outcome | None:
    if not secret.carries(asked.version, Stage.CURRENT):
        return Outcome.SUPERSEDED
    if secret.version_at(Stage.PREVIOUS) is None or not revocable(parties.issuer.traits):
        return Outcome.NOTHING_TO_DO
    if not (asked.now or grace_is_over(secret, tenancy, parties.time.now())):
        return Outcome.NOT_DUE
    return None


def _revoke(secret: SecretDescription, tenancy: Tenancy, parties: Parties) -> Outcome:
    ours = _ids_of_ours(tenancy, parties)
    used = _ids_in_use(secret, tenancy, parties)
    # The last look before the deed: it finds nothing if the label was moved meanwhile.
    value = parties.store.read(secret.arn, secret.version_at(Stage.PREVIOUS) or "", Stage.PREVIOUS)
    key_id = value.api_key_id
    if key_id is None or not tenancy.minted(value):
        return Outcome.NOT_OURS
    if key_id in used:
        return Outcome.IN_USE
    if ours is not None and key_id not in ours:
        return Outcome.GONE
    patiently(parties.time, lambda: parties.issuer.revoke(tenancy.place, key_id))
    return Outcome.REVOKED


def _ids_of_ours(tenancy: Tenancy, parties: Parties) -> frozenset[str] | None:
    """The keys that bear this secret's name: a value alone proves nothing, since a person may write one.

    Where the issuer keeps no names, these are all keys of the place, and None if it keeps no list either: then we chose
    the value ourselves, and what is revoked lies within the place.
    """
    keys = parties.issuer.list_keys(tenancy.place)
    if parties.issuer.traits.shape is Shape.STORE_FIRST and not any(key.name for key in keys):
        return frozenset(key.id for key in keys) or None
    return frozenset(key.id for key in keys if key.name.startswith(tenancy.place.name_prefix))


def _ids_in_use(secret: SecretDescription, tenancy: Tenancy, parties: Parties) -> frozenset[str | None]:
    """The keys that are current, which must work, and pending."""
    version, pending = secret.version_at(Stage.CURRENT), secret.version_at(Stage.PENDING)
    current = parties.store.read(secret.arn, version or "", Stage.CURRENT)
    tenancy.check(current, version or "")
    if parties.issuer.probe(tenancy.place, current) is not Probe.VALID:
        raise IssuerRefusedError(
            f"The issuer does not accept the current value of {secret.arn}, so the previous one was not revoked. "
            "Rotate the secret."
        )
    if pending in {None, version}:
        return frozenset({current.api_key_id})
    with suppress(NoValueError):
        return frozenset({current.api_key_id, parties.store.read(secret.arn, pending or "", Stage.PENDING).api_key_id})
    return frozenset({current.api_key_id})
