"""Okta: client secrets of an OpenID Connect app (shape A: we choose them)."""

from collections.abc import Sequence

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape, Traits
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.adapter import UNDOCUMENTED_SETTLING, as_json
from rotation_lambda.issuers.invented import RANDOM_LENGTH, invent, name_in
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.oauth import BY, OAuthAdapter, with_secret
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

MOST_SECRETS = 2
LONGEST_SECRET = 100  # no maximum is documented; ours have 84 characters with the names that the protocol gives
_ACTIVE, _INACTIVE = "ACTIVE", "INACTIVE"
_ANY_TOKEN = {"token": "tenant-keys-probe", "token_type_hint": "access_token"}


class Okta(OAuthAdapter):
    """Read from Okta's guide "Client secret rotation", and its API reference (Application SSO public keys; OAuth).

    - "Create an OAuth 2.0 client secret": POST /api/v1/apps/{app}/credentials/secrets {client_secret} -> the secret
      with its id, ACTIVE. Two per app, then 400; both work side by side. At least 32 characters for client_secret_jwt.
    - "List all OAuth 2.0 client secrets": GET of the same path -> [{id, client_secret, status, created}]. The secrets
      are in it, and each of ours carries its name.
    - "Deactivate": POST .../{id}/lifecycle/deactivate; the only active one can't be. "Delete": DELETE .../{id}, of an
      inactive one. "Activate": POST .../{id}/lifecycle/activate.
    - The client's id is the app's, unless it was given another one when the app was made.
    - "Introspect": POST /oauth2/v1/introspect with the client's credential and any token -> {active: false}; 401 for a
      wrong credential. It makes no token, and needs no grant, scope or audience.
    - Rate limits: 429 with X-Rate-Limit-Reset as an epoch. No time until a secret works is documented.
    - Admin credential: an API token (SSWS) of an administrator of the app.

    `account` is the app's id, or `{app id}:{client id}`. A secret that a person made keeps its slot until a person
    deletes it. The value's apiKeyId is the secret's name.
    """

    name = "okta"
    described = {"clientAuthentication": BY}
    admin_fields = ("apiToken",)
    account = AccountForm(means="the id of the Okta app", pattern="[A-Za-z0-9]+(?::[A-Za-z0-9._-]+)?")
    longest_name = LONGEST_SECRET - RANDOM_LENGTH - 1
    traits = Traits(shape=Shape.STORE_FIRST, settles_within=UNDOCUMENTED_SETTLING, most_live=MOST_SECRETS)

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Invents a secret; Okta learns of it when it is registered."""
        _, client = self._place(place)
        return Minted(api_key=invent(self._checked(name)), api_key_id=name, extra={"clientId": Sealed(client)})

    def register(self, place: Place, value: ApiKeyValue) -> None:
        """Adds the secret to the app, if it is not there yet."""
        _, listed = self._listed(place)
        known = next((each for each in listed if at(each, "/client_secret") == value.api_key.open()), None)
        if known is None:
            full = self._cap(len(listed), MOST_SECRETS)
            if full:
                raise full
            body = {"client_secret": value.api_key.open()}
            self._change(self._call(place, "adding a client secret", "POST", body=body), _ACTIVE)
        elif at(known, "/status") != _ACTIVE:
            path = f"/{self._id(str(at(known, '/id')))}/lifecycle/activate"
            self._change(self._call(place, "activating a client secret", "POST", path), _ACTIVE)

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The secrets of the app that carry a name of ours, active or not."""
        reply, listed = self._listed(place)
        named = [(name_in(at(each, "/client_secret")), at(each, "/created")) for each in listed]
        keys = [self._issued(reply, key_id=name, name=name, created=created) for name, created in named if name]
        return self._ours(place, keys)

    def revoke(self, place: Place, key_id: str) -> None:
        """Deactivates the secret that carries the name `key_id`, then deletes it."""
        _, listed = self._listed(place)
        for each in listed:
            if name_in(at(each, "/client_secret")) != key_id:
                continue
            path = f"/{self._id(str(at(each, '/id')))}"
            if at(each, "/status") == _ACTIVE:
                call = self._call(place, "deactivating a client secret", "POST", f"{path}/lifecycle/deactivate")
                self._change(call, _INACTIVE)
            call = self._call(place, "deleting a client secret", "DELETE", path)
            self._gone(call, self._send(call))

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Asks with the secret about a token that does not exist."""
        _, client = self._place(place)
        call = Call(action="trying a client secret", method="POST", path="/oauth2/v1/introspect", changes=False)
        by = str(self._options.get("clientAuthentication", "basic"))
        return self._tried(with_secret(call, client, value.api_key, _ANY_TOKEN, by=by), value, "/active")

    def _listed(self, place: Place) -> tuple[Reply, list[object]]:
        call = self._call(place, "listing the client secrets", "GET")
        reply = self._send(call)
        return reply, self._items(call, reply, "")

    def _change(self, call: Call, status: str) -> None:
        """Makes a call after which a secret has `status`."""
        if at(self._send(call).document, "/status") != status:
            raise self._undocumented(call, f"/status is not {status}")

    def _call(self, place: Place, action: str, method: str, path: str = "", body: object = None) -> Call:
        app, _ = self._place(place)
        return Call(
            action=action,
            method=method,
            path=f"/api/v1/apps/{app}/credentials/secrets{path}",
            changes=method != "GET",
            headers={"Authorization": Sealed(f"SSWS {self._admin.field('apiToken').open()}")},
            body=None if body is None else as_json(body),
            reads=method != "DELETE",
            expects=frozenset({404}) if method == "DELETE" else frozenset(),
        )

    def _place(self, place: Place) -> tuple[str, str]:
        """The app's id as a part of a path, and the client's id."""
        app, _, client = self._checked_account(place).partition(":")
        return self._id(app), client or app
