"""An adapter and its fake issuer side by side, as the contract tests use them."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from time import monotonic

import pytest

from rotation_lambda.contracts import Place, Shape
from rotation_lambda.errors import IssuerError
from rotation_lambda.http_client import HttpClient, Timeouts
from rotation_lambda.issuers.adapter import Adapter
from rotation_lambda.issuers.invented import invent
from rotation_lambda.issuers.registry import build
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from tests.issuers.rows import Row

PATIENT = Timeouts(connect=5, read=5, whole=10, pause=0.001)
HURRIED = Timeouts(connect=5, read=0.25, whole=0.4, pause=0.001, tries=1)
PREFIX, OTHER_PREFIX = "tk-0a1b2c3d4e5f-", "tk-f5e4d3c2b1a0-"


@dataclass(kw_only=True)
class Bench:
    """One row at work. What its errors and its objects say of themselves is kept, to be searched for credentials."""

    row: Row
    fake: Fake
    url: str
    errors: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1_700_000_000))

    def adapter(self, timeouts: Timeouts = PATIENT, admin: str | None = None, url: str | None = None) -> Adapter:
        until = monotonic() + 30
        http = HttpClient(remaining=lambda: until - monotonic(), timeouts=timeouts, sleep=self.waits.append)
        return build(
            self.row.adapter,
            base_url=url or self.url,
            options=self.row.options,
            admin=lambda: Sealed(self.fake.admin_text() if admin is None else admin),
            http=http,
            clock=lambda: datetime.now(UTC),
        )

    @property
    def place(self) -> Place:
        return Place(tenant="acme", key="external-api-key", account=self.row.account, name_prefix=PREFIX)

    @property
    def other(self) -> Place:
        assert self.row.other is not None
        return Place(tenant="globex", key="external-api-key", account=self.row.other, name_prefix=OTHER_PREFIX)

    def name(self, place: Place | None = None) -> str:
        """A name as the protocol makes them: no two alike, minted now."""
        now = int(self.fake.control.now().timestamp())
        return f"{(place or self.place).name_prefix}{next(self._numbers)}-{now}"

    def invented(self, place: Place | None = None, age: timedelta = timedelta(0)) -> ApiKeyValue:
        """A minted value; for shape A it isn't registered yet, and for F a person made it."""
        at = place or self.place
        if self.adapter().traits.shape is Shape.MANUAL:
            key = self.plant("made by a person", at.account)
            made = datetime.now(UTC) - age
            return ApiKeyValue(api_key=Sealed(key.value), api_key_id=key.id, minted_at=made)
        self.fake.turn_to(at.account)
        adapter = self.adapter()
        minted = adapter.mint(at, self.name(at), None)
        value = ApiKeyValue(
            api_key=minted.api_key,
            api_key_id=minted.api_key_id,
            issuer=self.row.adapter,
            account=at.account,
            tenant=at.tenant,
            minted_at=datetime.now(UTC) - age,
            extra=minted.extra,
        )
        self.said += [f"{each!r} {each}" for each in (adapter, vars(adapter), minted, value)]
        return value

    def new_key(self, place: Place | None = None, age: timedelta = timedelta(0)) -> ApiKeyValue:
        """A key that the issuer knows."""
        value = self.invented(place, age)
        if self.adapter().traits.shape is Shape.STORE_FIRST:
            self.adapter().register(place or self.place, value)
        self.fake.turn_to(self.row.account)
        return value

    def plant(self, name: str, account: str | None = None) -> Key:
        """A key that is there without a call."""
        number = next(self._numbers)
        return self.fake.keys.add(
            key_id=f"planted{number}",
            name=name,
            value=invent(name).open(),
            account=self.row.account if account is None else account,
        )

    def live(self, place: Place | None = None) -> set[str]:
        """The ids that the issuer's list shows of a place."""
        return {key.id for key in self.adapter().list_keys(place or self.place)}

    @contextmanager
    def raises(self, kind: type[IssuerError]) -> Iterator[None]:
        """Expects exactly this class of error, and keeps all that it says."""
        with pytest.raises(kind) as caught:
            yield
        assert type(caught.value) is kind, f"{caught.value!r} is a special kind of {kind.__name__}"
        self.errors.append("".join(traceback.format_exception(caught.value)) + repr(caught.value))


def effect(bench: Bench, adapter: Adapter, action: str) -> Callable[[], object]:
    """The call of `adapter` that is named `action`, ready to be made; what it needs is prepared."""
    match action:
        case "mint":
            name = bench.name()
            return lambda: adapter.mint(bench.place, name, None)
        case "register":
            value = bench.invented()
            return lambda: adapter.register(bench.place, value)
        case "revoke":
            key_id = bench.new_key().api_key_id
            bench.new_key()  # some issuers keep the only one
            assert key_id is not None
            return lambda: adapter.revoke(bench.place, key_id)
    raise AssertionError(action)
