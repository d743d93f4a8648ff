"""The client secrets of any authorization server of OAuth 2.0, described in the settings (shape A, B or F)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape, Traits
from rotation_lambda.http_reply import Call
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.call_template import key_words
from rotation_lambda.issuers.data_options import (
    CREATE,
    DELETE,
    FAILED,
    HEADERS,
    LIST,
    MOST_KEYS,
    REGISTER,
    SETTLES,
)
from rotation_lambda.issuers.described import most_keys, section, settling
from rotation_lambda.issuers.invented import invent, name_in
from rotation_lambda.issuers.keys_from_data import KeysFromData
from rotation_lambda.issuers.oauth import BY, OAuthAdapter, with_secret
from rotation_lambda.issuers.options import Kind, Option, OptionProblem
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

_SHAPES = {"store-first": Shape.STORE_FIRST, "mint": Shape.MINT, "manual": Shape.MANUAL}
_SECTIONS = frozenset({"create", "register", "list", "delete"})
_NEEDED: Mapping[str, frozenset[str]] = {
    "store-first": frozenset({"register"}),
    "mint": frozenset({"create", "list", "delete"}),
    "manual": frozenset(),
}
_POSSIBLE: Mapping[str, frozenset[str]] = {**_NEEDED, "store-first": frozenset({"register", "list", "delete"})}
_GRANT = Option(
    kind=Kind.SECTION,
    required=True,
    means="The token endpoint, which the probe asks for a token (RFC 6749, section 4.4).",
    parts={
        "path": Option(kind=Kind.PATH, required=True, means="The endpoint's path."),
        "scope": Option(kind=Kind.TEXT, means="The scopes to ask for, with spaces between them."),
        "audience": Option(kind=Kind.TEXT, means="The API to ask for, at servers that want to know."),
        "clientAuthentication": BY,
    },
)


class OAuthClientSecret(KeysFromData, OAuthAdapter):
    """Read from RFC 6749 (sections 2.3.1, 4.4 and 5.2); the rest is as the settings say.

    - `store-first`: the server takes a secret that we choose (`register`). With `list` and `delete` old ones are
      revoked; without them it has one slot, or lets nobody revoke. `overlap: true`: the old one goes on working.
    - `mint`: the server chooses (`create`, `list`, `delete`).
    - `manual`: a person brings it.

    `account` is the client's id.
    """

    name = "oauth-client-secret"
    described = {
        "shape": Option(kind=Kind.TEXT, required=True, choices=tuple(_SHAPES), means="Who chooses the secret."),
        "token": _GRANT,
        "headers": HEADERS,
        "create": CREATE,
        "register": REGISTER,
        "list": LIST,
        "delete": DELETE,
        "overlap": Option(kind=Kind.FLAG, means="Whether the old secret goes on working; false if it is not there."),
        "failed": FAILED,
        "settlesWithinSeconds": SETTLES,
        "mostKeys": MOST_KEYS,
    }
    account = AccountForm(means="the id of the OAuth client")

    @classmethod
    def problems(cls, base_url: str | None, options: Mapping[str, object]) -> list[OptionProblem]:
        """Also which sections the shape needs."""
        wrong = super().problems(base_url, options)
        if wrong:
            return wrong
        shape, given = str(options["shape"]), _SECTIONS & options.keys()
        missing, idle = sorted(_NEEDED[shape] - given), sorted(given - _POSSIBLE[shape])
        wrong = [_problem(name, "is missing", f"The shape {shape!r} needs it", "Add it.") for name in missing]
        wrong += [_problem(name, "is too much", f"The shape {shape!r} has no use for it", "Drop it.") for name in idle]
        if ("list" in given) != ("delete" in given):
            (alone,) = {"list", "delete"} & given
            wrong.append(_problem(alone, "stands alone", "What can't be listed is not deleted", "Give both, or none."))
        return wrong

    @classmethod
    def traits_for(cls, options: Mapping[str, object]) -> Traits:
        """As the options say."""
        shape = _SHAPES[str(options["shape"])]
        return Traits(
            shape=shape,
            overlap=shape is not Shape.STORE_FIRST or options.get("overlap") is True,
            settles_within=settling(options),
            most_live=most_keys(options),
            revokes="delete" in options,
        )

    @classmethod
    def admin_fields_for(cls, options: Mapping[str, object]) -> tuple[str, ...]:
        """None where a person brings the secret."""
        return () if options.get("shape") == "manual" else cls.admin_fields

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Creates a secret, or invents one that `register` brings to the server."""
        if "create" in self._options:
            return super().mint(place, name, current)
        if "register" not in self._options:
            raise self._never("a person brings its secrets")
        client = Sealed(self._checked_account(place))
        return Minted(api_key=invent(self._checked(name)), api_key_id=name, extra={"clientId": client})

    def register(self, place: Place, value: ApiKeyValue) -> None:
        """Brings a secret to the server, unless its list shows it already."""
        if "register" not in self._options:
            raise self._never("the settings have no section 'register'")
        name = value.api_key_id or ""
        if "list" in self._options and any(each.id == name for each in self.list_keys(place)):
            return
        call = self._of_the_admin(
            section(self._options, "register"),
            "registering a client secret",
            place,
            method="POST",
            words={"name": name},
            sealed=key_words(place.account, value.api_key),
        )
        self._brought_in(place, call)

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The secrets of the place; of those that we chose, the name is the id."""
        if self.traits.shape is Shape.MINT:
            return super().list_keys(place)
        return self._ours(place, [replace(key, id=key.name) for key in self._chosen(place)])

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a secret."""
        if "delete" not in self._options:
            raise self._never("the settings have no section 'delete'")
        if self.traits.shape is Shape.MINT:
            super().revoke(place, key_id)
            return
        for key in self._chosen(place):
            if key_id and key.name == key_id:
                self._delete(place, key.id)

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Asks for a token with the secret."""
        given = section(self._options, "token")
        wanted = {name: str(given[name]) for name in ("scope", "audience") if name in given}
        call = with_secret(
            Call(action="trying a client secret", method="POST", path=str(given["path"]), changes=False),
            self._checked_account(place),
            value.api_key,
            {"grant_type": "client_credentials", **wanted},
            by=str(given.get("clientAuthentication", "basic")),
        )
        return self._tried(call, value, "/access_token")

    def _chosen(self, place: Place) -> Sequence[IssuedKey]:
        """The secrets that the server lists, with their ids there; none if it has no list."""
        return self._entries(place) if "list" in self._options else ()

    def _name_of(self, label: object) -> object:
        """Where the server keeps no names, the secret carries it."""
        return name_in(label) or label


def _problem(name: str, what: str, why: str, do: str) -> OptionProblem:
    return OptionProblem(where=f"options.{name}", what=what, why=why, do=do)
