"""A secret and its versions, in moto's memory. Whoever uses this holds the lock on it.

moto's own operations on versions are too lenient: they overwrite values, and lose labels or move the wrong ones.
"""

import time
from dataclasses import dataclass

from moto.backends import get_backend
from moto.secretsmanager.models import FakeSecret

from sandbox.gate.moto_state import MotoState
from sandbox.rotation.labels import CURRENT, Labels, bearer


@dataclass(frozen=True, kw_only=True)
class Value:
    """What a version holds: a text, or bytes as Base64."""

    text: str | None = None
    binary: str | None = None


class Versions:
    """The versions of one secret."""

    def __init__(self, secret: FakeSecret) -> None:
        self._secret = secret

    @property
    def labels(self) -> Labels:
        """Which version bears which labels."""
        return {name: frozenset(version["version_stages"]) for name, version in self._secret.versions.items()}

    def listed(self, *, with_deprecated: bool) -> list[dict[str, object]]:
        """Return the versions as ListSecretVersionIds answers them."""
        return [
            {"VersionId": name, "VersionStages": version["version_stages"], "CreatedDate": version["createdate"]}
            for name, version in self._secret.versions.items()
            if version["version_stages"] or with_deprecated
        ]

    def value(self, version: str) -> Value | None:
        """Return a version's value; None where it has none, or where there is no such version."""
        found = self._secret.versions.get(version, {})
        value = Value(text=found.get("secret_string"), binary=found.get("secret_binary"))
        return None if value == Value() else value

    def add(self, version: str, value: Value | None) -> None:
        """Add a version without labels, or give a version without a value its value."""
        found = self._secret.versions.setdefault(
            version, {"createdate": int(time.time()), "version_id": version, "version_stages": []}
        )
        if value is not None and value.text is not None:
            found["secret_string"] = value.text
        if value is not None and value.binary is not None:
            found["secret_binary"] = value.binary

    def remove(self, version: str) -> None:
        """Remove a version."""
        self._secret.versions.pop(version, None)

    def relabel(self, labels: Labels) -> None:
        """Set all labels."""
        for name, version in self._secret.versions.items():
            version["version_stages"] = sorted(labels.get(name, frozenset()))
        self._secret.set_default_version_id(bearer(labels, CURRENT) or None)
        self._secret.last_changed_date = int(time.time())


def find_secret(state: MotoState, account: str, region: str, secret_id: str) -> FakeSecret | None:
    """Return a secret by its name or ARN, in the account that owns it."""
    known = state.secret(account, region, secret_id)
    if known is None:
        return None
    found = get_backend("secretsmanager")[known.account][region].secrets.get(known.arn)
    return found if isinstance(found, FakeSecret) else None


def is_there(secret: FakeSecret) -> bool:
    """Tell whether a secret still exists and is not about to be deleted."""
    store = get_backend("secretsmanager")[secret.account_id][secret.region].secrets
    return dict.get(store, secret.name) is secret and not secret.is_deleted()
