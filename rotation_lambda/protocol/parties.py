"""Who takes part in a rotation, and what can come of a call."""

from dataclasses import dataclass
from enum import StrEnum

from rotation_lambda.contracts import Issuer, RevocationJobs, SecretStore, Shape, Time, Traits
from rotation_lambda.tenancy import RotationFunction


@dataclass(frozen=True, kw_only=True)
class Parties:
    """Everyone with whom the protocol speaks.

    Attributes:
        function: Which function this is.
        store: Where the values are.
        issuer: Who issues the credentials.
        jobs: Where the revocation of an old key is ordered.
        time: Our clock.
    """

    function: RotationFunction
    store: SecretStore
    issuer: Issuer
    jobs: RevocationJobs
    time: Time


class Outcome(StrEnum):
    """What came of a call, as the log says it."""

    STORED = "stored"
    ADOPTED = "adopted"
    REGISTERED = "registered"
    PROVED = "proved"
    PROMOTED = "promoted"
    ALREADY_CURRENT = "already current"
    NOTHING_TO_DO = "nothing to do"
    REVOKED = "revoked"
    GONE = "gone already"
    SUPERSEDED = "superseded"
    NOT_DUE = "not due"
    NOT_OURS = "not ours"
    IN_USE = "in use"
    SWEPT = "swept"


def old_one_dies(traits: Traits) -> bool:
    """Whether making a new credential kills the old one at that moment, so that only haste helps."""
    return traits.shape is Shape.ROLL_HARD or (traits.shape is not Shape.STORE_FIRST and not traits.overlap)


def registers_late(traits: Traits) -> bool:
    """Whether the issuer holds one credential, which we choose: it is registered right before the promotion."""
    return traits.shape is Shape.STORE_FIRST and not traits.overlap


def rolls(traits: Traits) -> bool:
    """Whether making a credential uses up or shortens the life of the one before it: never to be done twice."""
    return traits.shape in {Shape.ROLL_WITH_GRACE, Shape.REFRESH_CHAIN} or old_one_dies(traits)


def revocable(traits: Traits) -> bool:
    """Whether the old credential lives on after a promotion until we revoke it."""
    return traits.shape in {Shape.STORE_FIRST, Shape.MINT} and traits.overlap and traits.revokes
