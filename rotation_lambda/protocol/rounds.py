"""The sweep over all secrets of the issuer, within the time of one call of the function."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rotation_lambda.contracts import SecretDescription, SecretList, Stage
from rotation_lambda.errors import RotationError
from rotation_lambda.protocol.parties import Outcome, Parties
from rotation_lambda.protocol.sweeping import sweep_secret

_ONE_SECRET = 45.0  # seconds to leave for one: a list, some reads and two revocations, each with its timeout
_GOLDEN = 0.6180339887498949  # multiples of it, without their whole part, spread evenly over 0 to 1
_HOUR = timedelta(hours=1)
# The date is the latest at which Secrets Manager means to rotate (API reference, DescribeSecret), and a try takes time.
_OVERDUE = timedelta(hours=2)
_STUCK = timedelta(days=1)
_MOST_NAMED = 20  # failures that the log names


@dataclass(kw_only=True)
class Round:
    """What a sweep found and did.

    Attributes:
        overdue: Secrets whose next rotation lies in the past.
        stuck: Secrets that have had a pending version for a day.
        swept: Secrets that were looked after.
        unswept: Secrets that were not: no time, or an error.
        orphans_revoked: Keys that no label named, and that are gone now.
        orphans: Such keys that are still there.
        previous_revoked: Keys whose grace was over, and that are gone now.
        failures: ARNs of secrets and the kinds of their errors.
    """

    overdue: int = 0
    stuck: int = 0
    swept: int = 0
    unswept: int = 0
    orphans_revoked: int = 0
    orphans: int = 0
    previous_revoked: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def sweep_all(secrets: SecretList, parties: Parties) -> Round:
    """Sweeps as many secrets as there is time for, each hour beginning with another one.

    Raises:
        StoreError: The list of secrets can't be had.
    """
    now = parties.time.now()
    found = secrets.secrets()
    result = Round(
        overdue=sum(_is_overdue(each, now) for each in found), stuck=sum(_is_stuck(each, now) for each in found)
    )
    for secret in _in_turn(found, now):
        if parties.time.remaining() < _ONE_SECRET:
            result.unswept += 1
            continue
        try:
            swept = sweep_secret(secret, parties)
        except RotationError as error:
            result.unswept += 1
            if len(result.failures) < _MOST_NAMED:
                result.failures[secret.arn] = type(error).__name__
            continue
        result.swept += 1
        result.orphans_revoked += swept.orphans_revoked
        result.orphans += swept.orphans_left
        result.previous_revoked += swept.previous is Outcome.REVOKED
    return result


def _in_turn(secrets: Sequence[SecretDescription], now: datetime) -> list[SecretDescription]:
    ordered = sorted(secrets, key=lambda secret: secret.arn)
    first = int(now.timestamp() // _HOUR.total_seconds() * _GOLDEN % 1 * len(ordered))
    return ordered[first:] + ordered[:first]


def _is_overdue(secret: SecretDescription, now: datetime) -> bool:
    return secret.next_rotation is not None and now - secret.next_rotation > _OVERDUE


def _is_stuck(secret: SecretDescription, now: datetime) -> bool:
    pending = secret.version_at(Stage.PENDING)
    waits = pending is not None and not secret.carries(pending, Stage.CURRENT)
    return waits and secret.changed is not None and now - secret.changed > _STUCK
