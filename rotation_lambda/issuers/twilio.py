"""Twilio: standard or restricted API keys of an account or a subaccount (shape B)."""

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape, Traits
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_client import Origin, origin
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.adapter import FORM, UNDOCUMENTED_SETTLING, Adapter, as_form, as_json
from rotation_lambda.issuers.admin import basic
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.options import Kind, Option
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

PAGE = 100  # of at most 1000, which would not fit into the largest reply
_TRIED = "/2010-04-01/Accounts/{account}/Messages.json"
_REST = "https://api.twilio.com"


class Twilio(Adapter):
    """Read from Twilio's "Key resource v1", its OpenAPI description `twilio_iam_v1`, and errors 20003 and 403.

    - "Create a Key": POST https://iam.twilio.com/v1/Keys, form AccountSid, FriendlyName (at most 64), KeyType
      "restricted" with Policy {"allow": [...]} -> 201 {sid, secret}. Only a Main key may, and only the console makes
      one. The secret is returned once.
    - "Read multiple Keys": GET /v1/Keys?AccountSid&PageSize&Page&PageToken -> {keys: [{sid, friendly_name,
      date_created (RFC 2822)}], meta: {next_page_url}}. Only the query of that address is used, never its host.
    - "Delete a Key": DELETE /v1/Keys/{sid} -> 204.
    - A key is a pair: the sid is the user name, the secret the password. The sid is the value's apiKeyId.
    - Standard keys may not read /Accounts (20003), so the probe reads what the settings name, by default the account's
      messages; the path names the account, and a key of another account, also of the main account, gets 401.
    - "Manage Regional API Credentials": the keys of other regions than US1 are others, at other hosts: not served here.
    - Twilio documents no cap and no time until a key works.

    `account` is the account's or subaccount's SID (AC...).
    """

    name = "twilio"
    hosts = {"us1": "https://iam.twilio.com"}
    account = AccountForm(means="the SID of the Twilio account", pattern="AC[0-9a-fA-F]{32}")
    described = {
        "policy": Option(kind=Kind.TEXTS, means="What restricted keys may do; without it, standard keys are made."),
        "probePath": Option(
            kind=Kind.PATH,
            words=frozenset({"account"}),
            means="The list that the probe reads on api.twilio.com; a restricted key needs a policy that allows it.",
        ),
    }
    admin_fields = ("keySid", "keySecret")
    traits = Traits(shape=Shape.MINT, settles_within=UNDOCUMENTED_SETTLING)

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Creates a key; a restricted one if the settings have a policy."""
        form = {"AccountSid": self._checked_account(place), "FriendlyName": self._checked(name)}
        policy = self._options.get("policy")
        if policy is not None:
            form |= {"KeyType": "restricted", "Policy": as_policy(policy)}
        call = Call(
            action="making an API key",
            method="POST",
            path="/v1/Keys",
            changes=True,
            headers=self._headers(),
            body=as_form(form),
            content_type=FORM,
        )
        reply = self._send(call)
        return Minted(api_key=Sealed(self._text(call, reply, "/secret")), api_key_id=self._text(call, reply, "/sid"))

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The keys of the place, over all pages."""
        call = Call(
            action="listing the API keys",
            method="GET",
            path="/v1/Keys",
            changes=False,
            query={"AccountSid": self._checked_account(place), "PageSize": str(PAGE)},
            headers=self._headers(),
        )
        keys = [
            self._issued(
                reply, key_id=at(each, "/sid"), name=at(each, "/friendly_name"), created=at(each, "/date_created")
            )
            for reply in self._pages(call, _following)
            for each in self._items(call, reply, "/keys")
        ]
        return self._ours(place, keys)

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a key."""
        call = Call(
            action="deleting an API key",
            method="DELETE",
            path=f"/v1/Keys/{self._id(key_id)}",
            changes=True,
            headers=self._headers(),
            reads=False,
            expects=frozenset({404}),
        )
        self._gone(call, self._send(call))

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Reads something of the account with the key."""
        if value.api_key_id is None:
            raise IssuerRefusedError(
                f"{self.name}: the value has no apiKeyId, which is the key's user name. Put it in as JSON with apiKey "
                "and apiKeyId."
            )
        path = str(self._options.get("probePath", _TRIED)).replace("{account}", self._account(place))
        call = Call(
            action="trying an API key",
            method="GET",
            path=path,
            changes=False,
            query={"PageSize": "1"},
            headers=basic(value.api_key_id, value.api_key),
            expects=frozenset({401}),
        )
        reply = self._http.send(self._rest(), call)
        if reply.status == 401:
            return self._not_valid(value)
        if at(reply.document, "/page") is None and at(reply.document, "/meta") is None:
            raise self._undocumented(call, "it is no list: neither /page nor /meta is there")
        return Probe.VALID

    def _rest(self) -> Origin:
        """The REST API's host; another base URL of the settings serves both."""
        documented = self._where.host == urlsplit(self.hosts["us1"]).hostname
        return origin(self.name, _REST, from_settings=False) if documented else self._where

    def _headers(self) -> dict[str, Sealed]:
        return basic(self._admin.field("keySid").open(), self._admin.field("keySecret"))


def as_policy(allowed: object) -> str:
    """The form field Policy."""
    return as_json({"allow": allowed}).open()


def _following(reply: Reply) -> Mapping[str, str]:
    address = at(reply.document, "/meta/next_page_url")
    query = parse_qs(urlsplit(address).query) if isinstance(address, str) else {}
    return {name: query[name][0] for name in ("Page", "PageToken") if name in query}
