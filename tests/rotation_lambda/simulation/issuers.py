"""Issuers in memory, one per shape: what they hold, what they accept, and what the protocol sees of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape
from rotation_lambda.errors import (
    CapReachedError,
    IssuerRefusedError,
    NotExecutedError,
    OutcomeUnknownError,
)
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.simulation.clock import SimulatedTime
from tests.rotation_lambda.simulation.faults import Wire
from tests.rotation_lambda.simulation.setting import PLACE, Case

CANARY = "canary-value-"
ROLL_GRACE = timedelta(hours=24)  # Snowflake's default for a rolled token
ACCESS_TOKEN = timedelta(hours=25)  # how long one lives on after its refresh
_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Key:
    """A credential at the issuer."""

    id: str
    text: str
    name: str
    born: datetime
    dies: datetime | None = None


@dataclass
class Desk:
    """What the issuer knows, beyond any reply.

    Attributes:
        keys: The live credentials by id, the foreign ones among them.
        ours: Ids of what we minted or registered.
        revoked: Ids that we asked to revoke, in order.
        mints: How many credentials were made for us.
        refresh_token: The one that is good now, in shape E.
    """

    keys: dict[str, Key] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    revoked: list[str] = field(default_factory=list)
    mints: int = 0
    refresh_token: str = "refresh-0"


class SimulatedIssuer:
    """The contract's Issuer over the wire."""

    def __init__(self, case: Case, wire: Wire, time: SimulatedTime) -> None:
        self.traits = case.traits
        self.desk = Desk()
        self.settles: datetime | None = None
        self.tells_ages = True
        self._wire = wire
        self._time = time
        self._before: Mapping[str, Key] = {}
        self._names = case.names
        self._numbers = count(1)

    # What is, whoever asks: no calls.

    def works(self, value: ApiKeyValue) -> bool:
        return any(key.text == value.api_key.open() for key in self._live(self.desk.keys))

    def live_ids(self) -> set[str]:
        return {key.id for key in self._live(self.desk.keys)}

    def add(self, key_id: str, name: str = "", born: datetime | None = None) -> ApiKeyValue:
        """A credential that a person made at the issuer."""
        text = f"{CANARY}{key_id}"
        self.desk.keys[key_id] = Key(key_id, text, name, born or self._time.true_now())
        return ApiKeyValue(api_key=Sealed(text))

    def new_text(self) -> tuple[str, str]:
        number = next(self._numbers)
        return f"id-{number}", f"{CANARY}{number}"

    # What the protocol asks.

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        self._expect(place)
        if self.traits.shape is Shape.STORE_FIRST:
            key_id, text = self.new_text()
            return Minted(api_key=Sealed(text), api_key_id=name if self._names else key_id)
        return self._change("mint", lambda: self._make(name, current))

    def register(self, place: Place, value: ApiKeyValue) -> None:
        self._expect(place)
        self._change("register", lambda: self._register(value))

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        self._expect(place)
        return self._wire.read(
            "list",
            lambda: self._listed(self.desk.keys, place),
            lambda: self._listed(self._before, place),
            NotExecutedError("429"),
        )

    def revoke(self, place: Place, key_id: str) -> None:
        self._expect(place)
        self._change("revoke", lambda: self._revoke(key_id))

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        self._expect(place)
        return self._wire.read("probe", lambda: self._probe(value), lambda: Probe.NOT_YET, NotExecutedError("429"))

    def _expect(self, place: Place) -> None:
        assert place == PLACE, "the protocol went to another place than the secret's"

    def _probe(self, value: ApiKeyValue) -> Probe:
        if self.settles is not None and self._time.true_now() < self.settles:
            return Probe.NOT_YET
        return Probe.VALID if self.works(value) else Probe.REFUSED

    def _make(self, name: str, current: ApiKeyValue | None) -> Minted:
        if self.traits.most_live is not None and len(self._live(self.desk.keys)) >= self.traits.most_live:
            raise CapReachedError("the account is full")
        extra = self._refreshed(current) if self.traits.shape is Shape.REFRESH_CHAIN else {}
        key_id, text = self.new_text()
        now = self._time.true_now()
        for old in self.desk.ours & self.desk.keys.keys():
            self._age(old, now)
        self.desk.keys[key_id] = Key(key_id, text, name, now)
        self.desk.ours.add(key_id)
        self.desk.mints += 1
        return Minted(api_key=Sealed(text), api_key_id=key_id, extra=extra)

    def _age(self, key_id: str, now: datetime) -> None:
        """What making a new credential does to one before it."""
        key = self.desk.keys[key_id]
        if self.traits.shape is Shape.ROLL_HARD:
            del self.desk.keys[key_id]
        elif self.traits.shape is Shape.ROLL_WITH_GRACE and key.dies is None:
            self.desk.keys[key_id] = replace(key, dies=now + ROLL_GRACE)
        elif self.traits.shape is Shape.REFRESH_CHAIN and key.dies is None:
            self.desk.keys[key_id] = replace(key, dies=now + ACCESS_TOKEN)  # at the latest

    def _refreshed(self, current: ApiKeyValue | None) -> dict[str, Sealed]:
        token = None if current is None else current.extra.get("refreshToken")
        if token is None or token.open() != self.desk.refresh_token:
            raise IssuerRefusedError("invalid_grant")
        self.desk.refresh_token = f"refresh-{self.desk.mints + 1}"
        return {"refreshToken": Sealed(self.desk.refresh_token)}

    def _register(self, value: ApiKeyValue) -> None:
        key_id = value.api_key_id or ""
        if key_id in self.desk.keys:
            return
        if not self.traits.overlap:
            self.desk.keys = {each: key for each, key in self.desk.keys.items() if each not in self.desk.ours}
        elif self.traits.most_live is not None and len(self._live(self.desk.keys)) >= self.traits.most_live:
            raise CapReachedError("both slots are taken")
        self.desk.keys[key_id] = Key(key_id, value.api_key.open(), key_id, self._time.true_now())
        self.desk.ours.add(key_id)

    def _revoke(self, key_id: str) -> None:
        self.desk.revoked.append(key_id)
        self.desk.keys.pop(key_id, None)

    def _listed(self, keys: Mapping[str, Key], place: Place) -> list[IssuedKey]:
        now = self._time.true_now()
        return [
            IssuedKey(id=key.id, name=key.name if self._names else "", age=now - key.born if self.tells_ages else None)
            for key in self._live(keys)
            if not self._names or key.name.startswith(place.name_prefix)
        ]

    def _live(self, keys: Mapping[str, Key]) -> list[Key]:
        now = self._time.true_now()
        return [key for key in keys.values() if key.dies is None or key.dies > now]

    def _change(self, name: str, do: Callable[[], _Answer]) -> _Answer:
        def done() -> _Answer:
            before = dict(self.desk.keys)
            answer = do()
            self._before = before
            return answer

        return self._wire.change(
            name, done, refused=NotExecutedError("429"), in_doubt=OutcomeUnknownError("the reply was lost")
        )
