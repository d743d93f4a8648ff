"""A fake authorization server of OAuth 2.0 (RFC 6749), whose clients' secrets can be managed.

How secrets are managed is no standard, so it does it in three ways: clients bring secrets of their own, it makes them,
or it has one slot that is overwritten.
"""

import secrets
from urllib.parse import unquote_plus

from sandbox.issuers.fake import Fake
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

MOST_SECRETS = 3


class AuthorizationServer(Fake):
    """Clients with several secrets."""

    accounts = ("acme-client", "globex-client")

    @route("POST", "/clients/{client}/secrets", Role.REGISTER)
    def register(self, request: Request, client: str) -> Answer:
        """Takes a secret, under a label."""
        self._authorise(request, client)
        value = str(request.document["secret"])
        self._add(client, str(request.document.get("label", "")), value)
        return Answer(status=201, document={"taken": True})

    @route("POST", "/clients/{client}/secrets/new", Role.MINT)
    def create(self, request: Request, client: str) -> Answer:
        """Makes a secret."""
        self._authorise(request, client)
        value = secrets.token_urlsafe(32)
        key_id = self._add(client, str(request.form["label"]), value)
        return Answer(status=201, document={"id": key_id, "secret": value, "client_id": client})

    @route("PUT", "/clients/{client}/secret", Role.REGISTER)
    def replace(self, request: Request, client: str) -> Answer:
        """Overwrites the only secret."""
        self._authorise(request, client)
        self.keys.add(key_id=client, name="", value=str(request.document["secret"]), account=client)
        return Answer(document={})

    @route("GET", "/clients/{client}/secrets", Role.LIST)
    def index(self, request: Request, client: str) -> Answer:
        """Labels, ids and the secrets themselves."""
        self._authorise(request, client)
        listed = [
            {"id": key.id, "label": key.name, "secret": key.value, "created": key.created.isoformat()}
            for key in self.keys.listed(client)
        ]
        return Answer(document={"secrets": listed})

    @route("DELETE", "/clients/{client}/secrets/{secret}", Role.REVOKE)
    def delete(self, request: Request, client: str, secret: str) -> Answer:
        """Revokes a secret."""
        self._authorise(request, client)
        if not self.keys.remove(client, secret):
            raise Refusal(404, {"error": "not_found"})
        return Answer(status=204)

    @route("POST", "/token", Role.PROBE)
    def grant(self, request: Request) -> Answer:
        """The client credentials grant; a client shows its secret in a header or in the body."""
        wanted = request.form
        client, secret = request.user_and_password
        client = unquote_plus(client) or wanted.get("client_id", "")
        secret = unquote_plus(secret) or wanted.get("client_secret", "")
        key = self.keys.used(secret)
        if key is None or key.account != client:
            raise Refusal(400 if "client_id" in wanted else 401, {"error": "invalid_client"})
        if wanted.get("grant_type") != "client_credentials" or wanted.get("scope", "read") != "read":
            raise Refusal(400, {"error": "invalid_scope"})
        return Answer(document={"access_token": self.secret(), "token_type": "Bearer", "expires_in": 3600})

    def _add(self, client: str, label: str, value: str) -> str:
        if self.keys.full(client, MOST_SECRETS):
            raise Refusal(409, {"error": "too_many_secrets"})
        return self.keys.add(key_id="s" + secrets.token_hex(4), name=label, value=value, account=client).id

    def _authorise(self, request: Request, client: str) -> None:
        if request.token != self.admin["apiKey"]:
            raise Refusal(401, {"error": "invalid_token"})
        if client not in self.accounts:
            raise Refusal(404, {"error": "not_found"})
