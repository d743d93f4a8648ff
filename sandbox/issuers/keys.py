"""The keys that a fake issuer knows."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sandbox.issuers.control import Control


@dataclass(kw_only=True)
class Key:
    """One key.

    Attributes:
        id: The issuer's id of it.
        name: As its maker called it.
        value: The credential.
        account: To whom it belongs.
        created: By the issuer's clock.
        refusals: How often it is still refused before it works.
        hidden: Whether lists lack it, while they lag.
        active: Whether it works at all.
        may: What it may do, if the issuer knows scopes.
    """

    id: str
    name: str
    value: str = field(repr=False)
    account: str
    created: datetime
    refusals: int
    hidden: bool
    active: bool = True
    may: tuple[str, ...] = ()


class Keys:
    """All keys of one fake, in the order in which they were made."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._keys: dict[str, Key] = {}

    def add(self, *, key_id: str, name: str, value: str, account: str, may: tuple[str, ...] = ()) -> Key:
        """Makes a key now."""
        self._control.values.add(value)
        key = Key(
            id=key_id,
            name=name,
            value=value,
            account=account,
            created=self._control.now(),
            refusals=self._control.not_yet,
            hidden=self._control.lag,
            may=may,
        )
        self._keys[key_id] = key
        return key

    def of(self, account: str) -> list[Key]:
        """All keys of an account."""
        return [key for key in self._keys.values() if key.account == account]

    def listed(self, account: str) -> list[Key]:
        """The keys of an account that its list shows."""
        return [key for key in self.of(account) if not (key.hidden and self._control.lag)]

    def get(self, account: str, key_id: str) -> Key | None:
        """A key of an account; None if it has none of this id."""
        key = self._keys.get(key_id)
        return key if key is not None and key.account == account else None

    def remove(self, account: str, key_id: str) -> bool:
        """Deletes a key of an account; False if there was none."""
        return self.get(account, key_id) is not None and self._keys.pop(key_id) is not None

    def used(self, value: str) -> Key | None:
        """The key that a caller authenticates with; None if it does not work, or not yet."""
        key = next((each for each in self if secrets.compare_digest(each.value, value) and each.active), None)
        if key is not None and key.refusals > 0:
            key.refusals -= 1
            return None
        return key

    def full(self, account: str, documented: int) -> bool:
        """Whether the account has as many keys as the issuer allows."""
        cap = documented if self._control.cap is None else self._control.cap
        return len(self.of(account)) >= cap

    def __iter__(self) -> Iterator[Key]:
        return iter(list(self._keys.values()))
