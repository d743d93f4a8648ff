"""Cloudflare: API tokens that an account owns (shape B: a new token, not a roll, which kills the old one at once)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import count

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape, Traits
from rotation_lambda.errors import IssuerRefusedError, NotExecutedError
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.adapter import UNDOCUMENTED_SETTLING, Adapter, as_json
from rotation_lambda.issuers.admin import bearer
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.options import Kind, Option, fill
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

PAGE = 10  # of 5 to 50; a token is listed with its policies, and fifty would not fit into the largest reply
_NOT_A_TOKEN = frozenset({400, 401, 403, 404})


class Cloudflare(Adapter):
    """Read from Cloudflare's API reference, "Accounts: Tokens", and "Create tokens via API".

    - "Create Token": POST /accounts/{account_id}/tokens {name of at most 120, policies, condition.request_ip.in,
      expires_on} -> {success, errors, result: {id, value}}; needs "Account API Tokens Write".
    - "List Tokens": GET /accounts/{account_id}/tokens?page&per_page (5 to 50) -> result: [{id, name, issued_on}].
    - "Delete Token": DELETE /accounts/{account_id}/tokens/{id} -> result: {id}.
    - "Verify Token": GET /accounts/{account_id}/tokens/verify with the token -> result: {id, status: active, disabled
      or expired}; the path names the account.
    - "Roll Token" invalidates the previous token, so it is not used here.
    - `success: false` is a refusal whatever the status says. No cap is documented.

    `account` is the account's id of 32 characters.
    """

    name = "cloudflare"
    hosts = {"global": "https://api.cloudflare.com/client/v4"}
    account = AccountForm(means="the id of the Cloudflare account", pattern="[0-9a-f]{32}")
    described = {
        "policies": Option(
            kind=Kind.OBJECTS,
            required=True,
            words=frozenset({"account"}),
            means="The tokens' policies as in 'Create Token'; {account} in a resource's name is the account's id.",
        ),
        "expiresAfterDays": Option(
            kind=Kind.NUMBER,
            required=True,
            most=3650,
            means="A seat belt: a token dies after so many days, also when it was lost. Longer than two rotations; 0 "
            "for never, as for keys that are renewed on request only.",
        ),
        "requestIps": Option(kind=Kind.TEXTS, means="The addresses (CIDR) from which the tokens work."),
    }
    admin_fields = ("apiToken",)
    traits = Traits(shape=Shape.MINT, settles_within=UNDOCUMENTED_SETTLING)

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Creates a token with the settings' policies."""
        call = Call(
            action="making an API token",
            method="POST",
            path=self._tokens(place),
            changes=True,
            headers=self._headers(),
            body=as_json(self._wanted(place, name)),
        )
        reply = self._succeeded(call, self._send(call))
        key_id = self._text(call, reply, "/result/id")
        return Minted(api_key=Sealed(self._text(call, reply, "/result/value")), api_key_id=key_id)

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The tokens of the place, over all pages."""
        call = Call(
            action="listing the API tokens",
            method="GET",
            path=self._tokens(place),
            changes=False,
            query={"page": "1", "per_page": str(PAGE)},
            headers=self._headers(),
        )
        numbers = count(2)

        def following(reply: Reply) -> Mapping[str, str]:
            full = len(self._items(call, self._succeeded(call, reply), "/result")) >= PAGE
            return {"page": str(next(numbers))} if full else {}

        keys = [
            self._issued(reply, key_id=at(each, "/id"), name=at(each, "/name"), created=at(each, "/issued_on"))
            for reply in self._pages(call, following)
            for each in self._items(call, self._succeeded(call, reply), "/result")
        ]
        return self._ours(place, keys)

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a token."""
        call = Call(
            action="deleting an API token",
            method="DELETE",
            path=f"{self._tokens(place)}/{self._id(key_id)}",
            changes=True,
            headers=self._headers(),
            expects=frozenset({404}),
        )
        reply = self._send(call)
        if reply.status != 404:
            self._succeeded(call, reply)

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Lets Cloudflare say which token of the account it is."""
        call = Call(
            action="trying an API token",
            method="GET",
            path=f"{self._tokens(place)}/verify",
            changes=False,
            headers=bearer(value.api_key),
            expects=_NOT_A_TOKEN,
        )
        reply = self._send(call)
        if reply.status in _NOT_A_TOKEN:
            return self._not_valid(value)
        self._succeeded(call, reply)
        if value.api_key_id not in {None, self._text(call, reply, "/result/id")}:
            return Probe.REFUSED
        return Probe.VALID if self._text(call, reply, "/result/status") == "active" else self._not_valid(value)

    def _wanted(self, place: Place, name: str) -> Mapping[str, object]:
        wanted = {
            "name": self._checked(name),
            "policies": fill(self._options["policies"], {"account": place.account}),
        }
        days = self._options["expiresAfterDays"]
        if isinstance(days, int) and days:
            wanted["expires_on"] = (self._clock() + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
        if "requestIps" in self._options:
            wanted["condition"] = {"request_ip": {"in": self._options["requestIps"]}}
        return wanted

    def _succeeded(self, call: Call, reply: Reply) -> Reply:
        if at(reply.document, "/success") is True:
            return reply
        code = at(reply.document, "/errors/0/code")
        shown = code if isinstance(code, int) else "unknown"
        text = f"{self.name}: {call.action}: HTTP {reply.status} without success, code {shown}."
        raise IssuerRefusedError(text) if call.changes else NotExecutedError(text)

    def _tokens(self, place: Place) -> str:
        return f"/accounts/{self._account(place)}/tokens"

    def _headers(self) -> dict[str, Sealed]:
        return bearer(self._admin.field("apiToken"))
