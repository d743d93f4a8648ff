"""A fake of Twilio SendGrid's API keys, after its OpenAPI description `tsg_api_keys_v3`."""

import secrets

from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

MOST_KEYS = 100
_ID_BYTES, _SECRET_BYTES = 16, 32  # 22 and 43 characters


class SendGrid(Fake):
    """Keys of an account and its subusers; names may repeat, the list has no dates and no pages."""

    accounts = ("acme-mail", "globex-mail", "")

    @route("POST", "/v3/api_keys", Role.MINT)
    def create(self, request: Request) -> Answer:
        """Without scopes a key has full access."""
        account, wanted = self._account(request), request.document
        name, scopes = wanted.get("name"), wanted.get("scopes", ["all"])
        if not isinstance(name, str) or not name:
            raise _refusal(400, "missing required argument", "name")
        if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
            raise _refusal(400, "invalid scopes", "scopes")
        if self.keys.full(account, MOST_KEYS):
            raise _refusal(403, "Cannot create more than 100 API Keys", None)
        key_id = secrets.token_urlsafe(_ID_BYTES)
        key = self.keys.add(
            key_id=key_id,
            name=name,
            value=f"SG.{key_id}.{self.secret(size=_SECRET_BYTES)}",
            account=account,
            may=tuple(scopes),
        )
        return Answer(status=201, document={**_shown(key), "api_key": key.value, "scopes": list(key.may)})

    @route("GET", "/v3/api_keys", Role.LIST)
    def index(self, request: Request) -> Answer:
        """Names and ids."""
        listed = self.keys.listed(self._account(request))
        most = int(request.query.get("limit", MOST_KEYS))
        return Answer(document={"result": [_shown(key) for key in listed[:most]]})

    @route("GET", "/v3/api_keys/{key_id}", Role.PROBE)
    def show(self, request: Request, key_id: str) -> Answer:
        """One key."""
        key = self.keys.get(self._account(request), key_id)
        if key is None:
            raise _refusal(404, "unable to find API Key", None)
        return Answer(document={"result": [{**_shown(key), "scopes": list(key.may)}]})

    @route("DELETE", "/v3/api_keys/{key_id}", Role.REVOKE)
    def delete(self, request: Request, key_id: str) -> Answer:
        """Revokes a key."""
        if not self.keys.remove(self._account(request), key_id):
            raise _refusal(404, "unable to find API Key", None)
        return Answer(status=204)

    @route("GET", "/v3/scopes", Role.PROBE)
    def scopes(self, request: Request) -> Answer:
        """The scopes of the key that asks."""
        key = self.keys.used(request.token)
        if key is None:
            raise _refusal(401, "authorization required", None)
        return Answer(document={"scopes": list(key.may)})

    def _account(self, request: Request) -> str:
        if request.token != self.admin["apiKey"]:
            raise _refusal(401, "authorization required", None)
        account = request.headers.get("on-behalf-of", "")
        if account not in self.accounts:
            raise _refusal(403, "access forbidden", None)
        return account


def _shown(key: Key) -> dict[str, object]:
    return {"name": key.name, "api_key_id": key.id}


def _refusal(status: int, message: str, field: str | None) -> Refusal:
    return Refusal(status, {"errors": [{"field": field, "message": message}]})
