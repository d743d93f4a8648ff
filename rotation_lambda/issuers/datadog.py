"""Datadog: API keys of an organisation (shape B)."""

from collections.abc import Mapping, Sequence
from itertools import count

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape, Traits
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.adapter import UNDOCUMENTED_SETTLING, Adapter, as_json
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.options import Kind, Option
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

MOST_KEYS = 50
PAGE = 50  # of at most 100; a hundred keys would not fit into the largest reply
_SITES = (
    "datadoghq.com",
    "us3.datadoghq.com",
    "us5.datadoghq.com",
    "datadoghq.eu",
    "ap1.datadoghq.com",
    "ap2.datadoghq.com",
    "uk1.datadoghq.com",
    "ddog-gov.com",
    "us2.ddog-gov.com",
)


class Datadog(Adapter):
    """Read from Datadog's API reference, "Key Management", and its page "API and Application Keys".

    - "Create an API key": POST /api/v2/api_keys {data: {type, attributes: {name}}} -> 201 {data: {id,
      attributes: {key}}}; needs api_keys_write. At most 50 keys per organisation, whose names are unique; which status
      says so is not documented, so a refusal is compared with the list.
    - "Get all API keys": GET /api/v2/api_keys?page[size]&page[number] -> {data: [{id, attributes: {name,
      created_at}}]}; needs api_keys_read. Pages count from 0.
    - "Delete an API key": DELETE /api/v2/api_keys/{id} -> 204; needs api_keys_delete.
    - "Validate API key", v2 (in preview): GET /api/v2/validate -> {data: {id: organisation, attributes: {api_key_id,
      valid}}}; 403 for a key that is not valid.
    - "Rate Limits": 429 with X-RateLimit-Reset in seconds.

    `account` is the organisation's UUID, which the probe compares; empty to compare the key's id only.
    """

    name = "datadog"
    hosts = {site: f"https://api.{site}" for site in _SITES}
    account = AccountForm(means="the UUID of the Datadog organisation", pattern="[0-9a-f-]{36}", required=False)
    described = {"region": Option(kind=Kind.TEXT, choices=_SITES, means="The Datadog site of the organisation.")}
    admin_fields = ("apiKey", "applicationKey")
    traits = Traits(shape=Shape.MINT, settles_within=UNDOCUMENTED_SETTLING)

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Creates a key."""
        call = Call(
            action="making an API key",
            method="POST",
            path="/api/v2/api_keys",
            changes=True,
            headers=self._headers(place),
            body=as_json({"data": {"type": "api_keys", "attributes": {"name": self._checked(name)}}}),
            expects=frozenset({400, 403, 409}),
        )
        reply = self._send(call)
        if reply.status >= 400:
            keys = self._all(place)
            taken = any(key.name == name for key in keys)
            why = "the name is taken" if taken else "the admin credential may lack the permission api_keys_write"
            raise self._cap(len(keys), MOST_KEYS) or IssuerRefusedError(
                f"{self.name}: {call.action}: HTTP {reply.status}: {why}."
            )
        key_id = self._text(call, reply, "/data/id")
        return Minted(api_key=Sealed(self._text(call, reply, "/data/attributes/key")), api_key_id=key_id)

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The keys of the place."""
        return self._ours(place, self._all(place))

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a key."""
        call = Call(
            action="deleting an API key",
            method="DELETE",
            path=f"/api/v2/api_keys/{self._id(key_id)}",
            changes=True,
            headers=self._headers(place),
            reads=False,
            expects=frozenset({404}),
        )
        self._gone(call, self._send(call))

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Lets Datadog say which organisation and which key it is."""
        call = Call(
            action="trying an API key",
            method="GET",
            path="/api/v2/validate",
            changes=False,
            headers={"DD-API-KEY": value.api_key},
            expects=frozenset({401, 403}),
        )
        reply = self._send(call)
        valid = at(reply.document, "/data/attributes/valid")
        if reply.status >= 400 or valid is False:
            return self._not_valid(value)
        if valid is not True:
            raise self._undocumented(call, "/data/attributes/valid is missing")
        organisation = self._text(call, reply, "/data/id")
        key_id = self._text(call, reply, "/data/attributes/api_key_id")
        same = place.account in {"", organisation} and value.api_key_id in {None, key_id}
        return Probe.VALID if same else Probe.REFUSED

    def _all(self, place: Place) -> list[IssuedKey]:
        call = Call(
            action="listing the API keys",
            method="GET",
            path="/api/v2/api_keys",
            changes=False,
            query={"page[size]": str(PAGE), "page[number]": "0"},
            headers=self._headers(place),
        )
        numbers = count(1)

        def following(reply: Reply) -> Mapping[str, str]:
            full = len(self._items(call, reply, "/data")) >= PAGE
            return {"page[number]": str(next(numbers))} if full else {}

        return [
            self._issued(
                reply,
                key_id=at(each, "/id"),
                name=at(each, "/attributes/name"),
                created=at(each, "/attributes/created_at"),
            )
            for reply in self._pages(call, following)
            for each in self._items(call, reply, "/data")
        ]

    def _headers(self, place: Place) -> dict[str, Sealed]:
        self._checked_account(place)
        return {
            "DD-API-KEY": self._admin.field("apiKey"),
            "DD-APPLICATION-KEY": self._admin.field("applicationKey"),
        }
