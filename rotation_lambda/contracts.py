"""What the protocol of rotation asks of a store and of an issuer. No AWS and no HTTP in here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Protocol

from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue


class Stage(StrEnum):
    """The staging labels of Secrets Manager, and one of ours for what a person brought for a rotation to come."""

    CURRENT = "AWSCURRENT"
    PENDING = "AWSPENDING"
    PREVIOUS = "AWSPREVIOUS"
    BROUGHT = "TENANTKEYSPENDING"


class Shape(Enum):
    """How an issuer's credentials come into being; it decides what each step does (docs/rotation.md)."""

    STORE_FIRST = "A"
    MINT = "B"
    ROLL_WITH_GRACE = "C"
    ROLL_HARD = "D"
    REFRESH_CHAIN = "E"
    MANUAL = "F"


@dataclass(frozen=True, kw_only=True)
class SecretDescription:
    """What DescribeSecret says, without any value.

    Attributes:
        arn: The secret's full ARN.
        tags: The secret's tags; the deployer alone can set them.
        rotation_function: ARN of the function that rotates the secret; None before rotation is configured.
        stages: Version ids and the staging labels on each.
        next_rotation: When Secrets Manager means to rotate next; None if it does not.
        changed: When the secret was last changed in any way, so no label moved after it; None if it is not known.
    """

    arn: str
    tags: Mapping[str, str]
    rotation_function: str | None
    stages: Mapping[str, frozenset[str]]
    next_rotation: datetime | None = None
    changed: datetime | None = None

    def version_at(self, stage: Stage) -> str | None:
        """The version id that carries `stage`; None if no version does."""
        return next((version for version, stages in self.stages.items() if stage in stages), None)

    def carries(self, version: str, stage: Stage) -> bool:
        """Whether `version` carries `stage`."""
        return stage in self.stages.get(version, frozenset())


class SecretStore(Protocol):
    """Secrets Manager as the protocol sees it. Every method may raise a `StoreError`."""

    def describe(self, arn: str) -> SecretDescription:
        """The secret's labels and tags."""
        ...

    def read(self, arn: str, version: str, stage: Stage) -> ApiKeyValue:
        """The value of `version`, which must carry `stage`.

        Raises:
            NoValueError: There is no such value.
        """
        ...

    def put_pending(self, arn: str, version: str, value: ApiKeyValue) -> None:
        """Stores `value` as `version` under AWSPENDING; the same value again is no change.

        Raises:
            VersionTakenError: The version holds another value.
            StoreOutcomeUnknownError: The reply was lost.
        """
        ...

    def promote(self, arn: str, version: str, instead_of: str | None) -> None:
        """Moves AWSCURRENT to `version`, if it is on `instead_of` now.

        Raises:
            LabelMovedError: It was on another version.
        """
        ...

    def remove_label(self, arn: str, version: str, stage: Stage) -> None:
        """Takes `stage` off `version`.

        Raises:
            LabelMovedError: `version` does not carry it.
        """
        ...


class RevocationJobs(Protocol):
    """One-time jobs that revoke what a promotion replaced."""

    def arm(self, arn: str, version: str, due: datetime) -> None:
        """Has the function called at `due` with the promotion of `version`; a job that is armed already stays.

        Raises:
            StoreError: It is not armed.
        """
        ...


class SecretList(Protocol):
    """The secrets that a sweep goes over."""

    def secrets(self) -> Sequence[SecretDescription]:
        """All secrets of this function's issuer; their labels may be minutes old.

        Raises:
            StoreError: The list is not whole.
        """
        ...


class Time(Protocol):
    """Our clock, and how much of it is left."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...

    def remaining(self) -> float:
        """Seconds until the work must be done."""
        ...

    def pause(self, seconds: float) -> None:
        """Waits."""
        ...


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where at the issuer a secret's keys live.

    Attributes:
        tenant: The tenant's id, from the secret's tags.
        key: The key's name, from the secret's tags.
        account: The tenant's account, project or app at the issuer, from the secret's tags; empty if there is one
            account for all.
        name_prefix: With what the names of all keys begin that were minted for this secret, and of no others.
    """

    tenant: str
    key: str
    account: str
    name_prefix: str


@dataclass(frozen=True, kw_only=True)
class Minted:
    """A new credential as the issuer handed it out."""

    api_key: Sealed
    api_key_id: str
    extra: Mapping[str, Sealed] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class IssuedKey:
    """One entry of the issuer's list: no value in it.

    Attributes:
        id: With which the issuer deletes it.
        name: The name under which it was minted; empty where the issuer keeps no names.
        age: How old it is by the issuer's own clock; None if the issuer does not tell and the name does not either.
    """

    id: str
    name: str
    age: timedelta | None


class Probe(Enum):
    """What the issuer says to a credential."""

    VALID = "valid"
    NOT_YET = "not yet"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What an adapter declares of its issuer; the source of each number stands where it is set.

    Attributes:
        shape: How credentials come into being.
        overlap: Whether the old credential goes on working beside the new one.
        settles_within: How long a new credential may be refused before it works.
        most_live: How many credentials one place may hold; None without a limit that matters.
        revokes: Whether the issuer lets us delete a credential.
    """

    shape: Shape
    overlap: bool = True
    settles_within: timedelta = timedelta(0)
    most_live: int | None = None
    revokes: bool = True


class Issuer(Protocol):
    """An issuer's API as the protocol sees it. An adapter implements what its shape needs.

    Every method may raise `NotExecutedError` (nothing happened), `OutcomeUnknownError` (it may have happened) or
    `IssuerRefusedError`.
    """

    traits: Traits

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Makes a credential named `name` (shapes B, C, D, E; E uses `current`), or for A only invents one."""
        ...

    def register(self, place: Place, value: ApiKeyValue) -> None:
        """Makes the issuer accept `value` (shape A); repeating it changes nothing."""
        ...

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """All credentials whose names begin with the place's prefix, over all pages."""
        ...

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a credential; one that is gone already is no error."""
        ...

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Whether `value` works, and is a credential of this place and no other."""
        ...
