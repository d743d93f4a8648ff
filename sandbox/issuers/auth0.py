"""A fake of Auth0's applications, after "Update a client", "Rotate Client Secrets" and "Get Access Tokens"."""

from sandbox.issuers.fake import Fake
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

AUDIENCE = "https://api.example"
_LASTS = 86_400


class Auth0(Fake):
    """Applications with one secret each: a new one replaces the old one.

    Attributes:
        management: The management tokens that were handed out.
        granted: The audiences that the applications are granted.
    """

    accounts = ("acmeclient", "globexclient")
    admin_fields = ("clientId", "clientSecret")

    def __init__(self) -> None:
        super().__init__()
        self.management: set[str] = set()
        self.granted = {AUDIENCE}

    @route("PATCH", "/api/v2/clients/{client}", Role.REGISTER)
    def update(self, request: Request, client: str) -> Answer:
        """Sets the secret of an application."""
        if request.token not in self.management:
            raise _refusal(401, "Unauthorized", "Invalid token")
        if client not in self.accounts:
            raise _refusal(404, "Not Found", "The client does not exist")
        value = request.document.get("client_secret")
        if not isinstance(value, str) or not value:
            raise _refusal(400, "Bad Request", "Payload validation error")
        if value not in {key.value for key in self.keys.of(client)}:
            self.keys.add(key_id=client, name="", value=value, account=client)
        return Answer(document={"client_id": client, "name": "an application"})

    @route("POST", "/oauth/token", Role.PROBE)
    def grant(self, request: Request) -> Answer:
        """A token for a client, or for the admin."""
        wanted = request.form
        if wanted.get("grant_type") != "client_credentials":
            raise Refusal(403, {"error": "unauthorized_client", "error_description": "Grant type not allowed"})
        client, secret, audience = (wanted.get(name, "") for name in ("client_id", "client_secret", "audience"))
        if (client, secret) == (self.admin["clientId"], self.admin["clientSecret"]):
            return self._managing(audience)
        key = self.keys.used(secret)
        if key is None or key.account != client:
            raise Refusal(401, {"error": "access_denied", "error_description": "Unauthorized"})
        if audience not in self.granted:
            raise Refusal(403, {"error": "access_denied", "error_description": "Client is not authorized to access it"})
        return _granted(self.secret("eyJ"))

    def role_of(self, request: Request) -> Role:
        """The admin asks at the same path as the clients."""
        role = super().role_of(request)
        return Role.LOGIN if role is Role.PROBE and self.admin["clientId"].encode() in request.body else role

    def _managing(self, audience: str) -> Answer:
        if audience != f"{self.url}/api/v2/":
            raise Refusal(403, {"error": "access_denied", "error_description": "Service not enabled within domain"})
        token = self.secret("eyJ")
        self.management.add(token)
        return _granted(token)


def _granted(token: str) -> Answer:
    return Answer(document={"access_token": token, "expires_in": _LASTS, "token_type": "Bearer"})


def _refusal(status: int, error: str, message: str) -> Refusal:
    return Refusal(status, {"statusCode": status, "error": error, "message": message})
