"""A fake of Okta's client secrets, after its guide "Client secret rotation" and its API reference."""

import secrets

from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

MOST_SECRETS = 2
_SHORTEST_SECRET, LONGEST_SECRET = 32, 100  # stricter than the documents, which name a minimum for some clients only
_PATH = "/api/v1/apps/{app}/credentials/secrets"


class Okta(Fake):
    """Apps with at most two secrets each, which clients bring themselves; lists show them."""

    accounts = ("0oaacme", "0oaglobex")
    admin_fields = ("apiToken",)

    @route("POST", _PATH, Role.REGISTER)
    def create(self, request: Request, app: str) -> Answer:
        """Adds an active secret."""
        self._authorise(request, app)
        value = str(request.document.get("client_secret", secrets.token_urlsafe(30)))
        if not _SHORTEST_SECRET <= len(value) <= LONGEST_SECRET:
            raise _refusal(400, "E0000001", "Api validation failed: client_secret")
        if self.keys.full(app, MOST_SECRETS):
            raise _refusal(400, "E0000001", "You have reached the maximum number of client secrets per client.")
        key = self.keys.add(key_id="ocs" + secrets.token_hex(8), name="", value=value, account=app)
        return Answer(status=201, document=_shown(key))

    @route("GET", _PATH, Role.LIST)
    def index(self, request: Request, app: str) -> Answer:
        """All secrets of an app."""
        self._authorise(request, app)
        return Answer(document=[_shown(key) for key in self.keys.listed(app)])

    @route("POST", _PATH + "/{secret}/lifecycle/deactivate", Role.REVOKE)
    def deactivate(self, request: Request, app: str, secret: str) -> Answer:
        """The only active secret stays active."""
        key = self._key(request, app, secret)
        if not key.active:
            raise _refusal(400, "E0000001", "The client secret is inactive already.")
        if [each.id for each in self.keys.of(app) if each.active] == [secret]:
            raise _refusal(403, "E0000001", "The only active client secret can't be deactivated.")
        key.active = False
        return Answer(document=_shown(key))

    @route("POST", _PATH + "/{secret}/lifecycle/activate", Role.REGISTER)
    def activate(self, request: Request, app: str, secret: str) -> Answer:
        """Lets an inactive secret work again."""
        key = self._key(request, app, secret)
        key.active = True
        return Answer(document=_shown(key))

    @route("DELETE", _PATH + "/{secret}", Role.REVOKE)
    def delete(self, request: Request, app: str, secret: str) -> Answer:
        """Only inactive secrets are deleted."""
        if self._key(request, app, secret).active:
            raise _refusal(400, "E0000001", "An active client secret can't be deleted.")
        self.keys.remove(app, secret)
        return Answer(status=204)

    @route("POST", "/oauth2/v1/introspect", Role.PROBE)
    def introspect(self, request: Request) -> Answer:
        """No token that anybody asks about is known here; the client's own secret is."""
        client, secret = request.user_and_password
        client, secret = client or request.form.get("client_id", ""), secret or request.form.get("client_secret", "")
        key = self.keys.used(secret)
        if key is None or key.account != client:
            raise Refusal(401, {"error": "invalid_client", "error_description": "Client authentication failed."})
        return Answer(document={"active": False})

    def error_in_200(self) -> object:
        """In the form of its other errors."""
        return _error("E0000009", "Internal Server Error")

    def _key(self, request: Request, app: str, secret: str) -> Key:
        self._authorise(request, app)
        key = self.keys.get(app, secret)
        if key is None:
            raise _refusal(404, "E0000007", "Not found: Resource not found")
        return key

    def _authorise(self, request: Request, app: str) -> None:
        if request.headers.get("authorization") != f"SSWS {self.admin['apiToken']}":
            raise _refusal(401, "E0000011", "Invalid token provided")
        if app not in self.accounts:
            raise _refusal(404, "E0000007", "Not found: Resource not found")


def _shown(key: Key) -> dict[str, object]:
    created = key.created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    status = "ACTIVE" if key.active else "INACTIVE"
    return {"id": key.id, "client_secret": key.value, "status": status, "created": created, "lastUpdated": created}


def _error(code: str, summary: str) -> dict[str, object]:
    return {"errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae" + secrets.token_hex(8)}


def _refusal(status: int, code: str, summary: str) -> Refusal:
    return Refusal(status, _error(code, summary))
