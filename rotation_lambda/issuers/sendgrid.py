"""Twilio SendGrid: API keys of an account or of a subuser (shape B)."""

from collections.abc import Sequence

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape, Traits
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.adapter import UNDOCUMENTED_SETTLING, Adapter, as_json
from rotation_lambda.issuers.admin import bearer
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.options import Kind, Option
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

MOST_KEYS = 100


class SendGrid(Adapter):
    """Read from Twilio's SendGrid reference and its OpenAPI description `tsg_api_keys_v3`.

    - "Create API keys": POST /v3/api_keys {name, scopes} -> 201 {api_key, api_key_id}; 100 keys per account, then 403;
      names need not be unique; without scopes a key has full access, so the settings must name them.
    - "Retrieve all API Keys": GET /v3/api_keys -> {result: [{name, api_key_id}]}: no date, no pages, `limit`. The age
      of a key stands at the end of its name.
    - "Retrieve an existing API Key": GET /v3/api_keys/{id} -> 404 for a key of another account.
    - "Delete API keys": DELETE /v3/api_keys/{id} -> 204.
    - "Retrieve a list of scopes": GET /v3/scopes -> the scopes of the key that asks; any key may.
    - "On behalf of": the header `on-behalf-of` names the subuser.
    - A key is `SG.{id}.{secret}` (the example of "Create API keys").

    `account` is the subuser's name; empty for the account of the admin credential itself.
    """

    name = "sendgrid"
    hosts = {"global": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
    account = AccountForm(means="a subuser of SendGrid", required=False)
    described = {
        "scopes": Option(kind=Kind.TEXTS, required=True, means="What the keys may do, such as 'mail.send'."),
        "region": Option(kind=Kind.TEXT, choices=("global", "eu"), means="Where the subusers are."),
    }
    traits = Traits(shape=Shape.MINT, settles_within=UNDOCUMENTED_SETTLING)

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Creates a key with the settings' scopes."""
        call = Call(
            action="making an API key",
            method="POST",
            path="/v3/api_keys",
            changes=True,
            headers=self._headers(place),
            body=as_json({"name": self._checked(name), "scopes": self._options["scopes"]}),
            expects=frozenset({403}),
        )
        reply = self._send(call)
        if reply.status == 403:
            _, listed = self._listed(place)
            raise self._cap(len(listed), MOST_KEYS) or IssuerRefusedError(
                f"{self.name}: {call.action}: HTTP 403, and the account is not full: the admin credential lacks the "
                "scope 'api_keys.create', or one of the scopes that the settings name."
            )
        key_id = self._text(call, reply, "/api_key_id")
        return Minted(api_key=Sealed(self._text(call, reply, "/api_key")), api_key_id=key_id)

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The keys of the place; their age is in their names."""
        reply, listed = self._listed(place)
        keys = [
            self._issued(reply, key_id=at(each, "/api_key_id"), name=at(each, "/name"), created=None) for each in listed
        ]
        return self._ours(place, keys)

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a key."""
        call = Call(
            action="deleting an API key",
            method="DELETE",
            path=f"/v3/api_keys/{self._id(key_id)}",
            changes=True,
            headers=self._headers(place),
            reads=False,
            expects=frozenset({404}),
        )
        self._gone(call, self._send(call))

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Asks with the key for its scopes, and the place's account whether the key is one of its own."""
        call = Call(
            action="trying an API key",
            method="GET",
            path="/v3/scopes",
            changes=False,
            headers=bearer(value.api_key),
            expects=frozenset({401, 403}),
        )
        reply = self._send(call)
        if reply.status >= 400:
            return self._not_valid(value)
        self._items(call, reply, "/scopes")
        key_id = _id_in(value.api_key)
        if key_id is None or value.api_key_id not in {None, key_id}:
            return Probe.REFUSED
        return Probe.VALID if self._knows(place, key_id) else self._not_valid(value)

    def _knows(self, place: Place, key_id: str) -> bool:
        """Whether the key is one of the place's account."""
        call = Call(
            action="looking whose key it is",
            method="GET",
            path=f"/v3/api_keys/{self._id(key_id)}",
            changes=False,
            headers=self._headers(place),
            expects=frozenset({404}),
        )
        reply = self._send(call)
        if reply.status == 404:
            return False
        # The description shows a list of one, the reference the key itself.
        pointer = "/api_key_id" if at(reply.document, "/result") is None else "/result/0/api_key_id"
        return self._text(call, reply, pointer) == key_id

    def _listed(self, place: Place) -> tuple[Reply, list[object]]:
        call = Call(
            action="listing the API keys",
            method="GET",
            path="/v3/api_keys",
            changes=False,
            query={"limit": str(MOST_KEYS)},
            headers=self._headers(place),
        )
        reply = self._send(call)
        return reply, self._items(call, reply, "/result")

    def _headers(self, place: Place) -> dict[str, Sealed]:
        subuser = {"on-behalf-of": Sealed(self._checked_account(place))} if place.account else {}
        return bearer(self._admin.field("apiKey")) | subuser


def _id_in(key: Sealed) -> str | None:
    """The id in the middle of a key: the value may name another one."""
    _, _, id_and_secret = key.open().partition(".")
    key_id, dot, _ = id_and_secret.partition(".")
    return key_id if dot and key_id else None
