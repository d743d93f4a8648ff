"""Auth0: the client secret of an application (shape A, one slot: the old secret dies when the new one is set)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from rotation_lambda.contracts import Minted, Place, Probe, Shape, Traits
from rotation_lambda.http_reply import Call
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.adapter import as_json
from rotation_lambda.issuers.admin import bearer
from rotation_lambda.issuers.invented import RANDOM_LENGTH, invent
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.oauth import OAuthAdapter, with_secret
from rotation_lambda.issuers.options import Kind, Option
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

_LONGEST_SECRET = 100  # no maximum is documented; ours have 84 characters with the names that the protocol gives
_GRANTS = "/oauth/token"
_EARLY = timedelta(minutes=1)


class Auth0(OAuthAdapter):
    """Read from Auth0's "Rotate Client Secrets", "Update a client", "Get Access Tokens" and "Management API tokens".

    - "Configure a custom client secret": PATCH /api/v2/clients/{id} {client_secret}; scopes update:clients and
      update:client_keys. The application has one secret, and the one before it stops working; "new secrets may be
      delayed up to thirty seconds". No overlap, and nothing to revoke: the application must read the secret again when
      Auth0 refuses it. Two credentials at a time are for private_key_jwt only.
    - "Get Access Tokens": POST /oauth/token, client_credentials with client_id, client_secret and audience -> a token;
      401 access_denied for a wrong secret, 403 for an audience that the client is not granted.
    - Management API: a token for the audience https://{tenant's domain}/api/v2/.
    - Admin credential: client id and secret of a machine-to-machine application with the two scopes above.

    The base URL is the tenant's own domain, not a custom one. `account` is the application's client id.
    """

    name = "auth0"
    described = {
        "audience": Option(
            kind=Kind.TEXT,
            required=True,
            means="An API that every application of this issuer is granted: the probe asks for a token for it.",
        )
    }
    admin_fields = ("clientId", "clientSecret")
    account = AccountForm(means="the client id of the Auth0 application", pattern="[A-Za-z0-9_-]{1,64}")
    longest_name = _LONGEST_SECRET - RANDOM_LENGTH - 1
    traits = Traits(
        shape=Shape.STORE_FIRST, overlap=False, settles_within=timedelta(seconds=30), most_live=1, revokes=False
    )
    _management: tuple[Sealed, datetime] | None = None

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Invents a secret; Auth0 learns of it when it is registered."""
        client = Sealed(self._checked_account(place))
        return Minted(api_key=invent(self._checked(name)), api_key_id=name, extra={"clientId": client})

    def register(self, place: Place, value: ApiKeyValue) -> None:
        """Sets the application's secret. From here on the one before it does not work."""
        call = Call(
            action="setting the client secret",
            method="PATCH",
            path=f"/api/v2/clients/{self._account(place)}",
            changes=True,
            headers=bearer(self._management_token()),
            body=as_json({"client_secret": value.api_key.open()}),
        )
        reply = self._send(call)
        if at(reply.document, "/client_id") != place.account:
            raise self._undocumented(call, "/client_id is not the application's")

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Asks for a token with the secret."""
        client = self._checked_account(place)
        wanted = _grant(str(self._options["audience"]))
        call = Call(action="trying the client secret", method="POST", path=_GRANTS, changes=False)
        return self._tried(with_secret(call, client, value.api_key, wanted, by="post"), value, "/access_token")

    def _management_token(self) -> Sealed:
        """A token of the Management API, kept until shortly before it expires."""
        if self._management is not None and self._clock() < self._management[1]:
            return self._management[0]
        call = with_secret(
            Call(action="getting a management token", method="POST", path=_GRANTS, changes=False),
            self._admin.field("clientId").open(),
            self._admin.field("clientSecret"),
            _grant(f"{self.endpoint}/api/v2/"),
            by="post",
        )
        reply = self._send(replace(call, expects=frozenset()))
        token = Sealed(self._text(call, reply, "/access_token"))
        seconds = at(reply.document, "/expires_in")
        lasts = timedelta(seconds=seconds if isinstance(seconds, int) else 0)
        self._management = token, self._clock() + lasts - _EARLY
        return token


def _grant(audience: str) -> Mapping[str, str]:
    return {"grant_type": "client_credentials", "audience": audience}
