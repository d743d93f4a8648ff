"""The issuer's admin credential: read once, held sealed, and never in an error text."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping

from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.redaction import Sealed


class AdminCredential:
    """The named fields of an issuer's admin secret.

    The secret holds a JSON object. Where an issuer needs one field only, the bare credential is understood too.
    """

    def __init__(self, issuer: str, read: Callable[[], Sealed], names: tuple[str, ...]) -> None:
        """Reads nothing yet: a step that makes no call to the issuer needs no credential.

        Args:
            issuer: The adapter's name, for error texts.
            read: Gets the admin secret's value.
            names: The fields that the issuer needs.
        """
        self._issuer = issuer
        self._read = read
        self._names = names
        self._fields: Mapping[str, Sealed] | None = None

    def field(self, name: str) -> Sealed:
        """One field.

        Raises:
            IssuerRefusedError: The secret does not hold the fields that this issuer needs.
        """
        if self._fields is None:
            self._fields = self._parsed(self._read())
        return self._fields[name]

    def _parsed(self, text: Sealed) -> Mapping[str, Sealed]:
        document = _json(text)
        bare = text.open().strip()
        if len(self._names) == 1 and bare and bare[0] not in "{[":
            return {self._names[0]: Sealed(bare)}
        fields = document if isinstance(document, dict) else {}
        missing = [name for name in self._names if not (isinstance(fields.get(name), str) and fields[name])]
        if missing:
            form = ", ".join(f'"{name}": "..."' for name in self._names)
            raise IssuerRefusedError(
                f"{self._issuer}: the admin credential lacks {', '.join(missing)}. Put it in as JSON: {{{form}}}."
            )
        return {name: Sealed(fields[name]) for name in self._names}


def bearer(token: Sealed) -> dict[str, Sealed]:
    """The header of a bearer token (RFC 6750)."""
    return {"Authorization": Sealed(f"Bearer {token.open()}")}


def basic(user: str, password: Sealed) -> dict[str, Sealed]:
    """The header of a user and a password (RFC 7617)."""
    return {"Authorization": Sealed("Basic " + b64encode(f"{user}:{password.open()}".encode()).decode())}


def _json(text: Sealed) -> object:
    try:
        return json.loads(text.open())
    except ValueError:
        return None
