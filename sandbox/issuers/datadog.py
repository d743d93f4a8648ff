"""A fake of Datadog's API keys, after its API reference "Key Management"."""

import secrets
import uuid
from collections.abc import Mapping

from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

MOST_KEYS = 50
_MOST_OF_A_PAGE = 100


class Datadog(Fake):
    """Keys of organisations, each with an admin of its own; their names are unique in an organisation."""

    accounts = ("11111111-aaaa-4aaa-8aaa-111111111111", "22222222-bbbb-4bbb-8bbb-222222222222")
    admin_fields = ("apiKey", "applicationKey")

    def __init__(self) -> None:
        super().__init__()
        self.organisation = self.accounts[0]

    @route("POST", "/api/v2/api_keys", Role.MINT)
    def create(self, request: Request) -> Answer:
        """Which status tells of a taken name and of a full organisation is not documented."""
        self._authorise(request)
        name = _name(request.document)
        if not name:
            raise _refusal(400, "Bad Request")
        if any(key.name == name for key in self.keys.of(self.organisation)):
            raise _refusal(409, "Conflict")
        if self.keys.full(self.organisation, MOST_KEYS):
            raise _refusal(403, "Forbidden")
        value = secrets.token_hex(16)
        key = self.keys.add(key_id=str(uuid.uuid4()), name=name, value=value, account=self.organisation)
        return Answer(status=201, document={"data": _shown(key, {"key": key.value})})

    @route("GET", "/api/v2/api_keys", Role.LIST)
    def index(self, request: Request) -> Answer:
        """Pages count from 0."""
        self._authorise(request)
        size, number = int(request.query.get("page[size]", 10)), int(request.query.get("page[number]", 0))
        if not 1 <= size <= _MOST_OF_A_PAGE:
            raise _refusal(400, "Bad Request")
        listed = self.keys.listed(self.organisation)
        page = listed[size * number : size * (number + 1)]
        return Answer(document={"data": [_shown(key, {"last4": key.value[-4:]}) for key in page]})

    @route("DELETE", "/api/v2/api_keys/{key_id}", Role.REVOKE)
    def delete(self, request: Request, key_id: str) -> Answer:
        """Revokes a key."""
        self._authorise(request)
        if not self.keys.remove(self.organisation, key_id):
            raise _refusal(404, "Not Found")
        return Answer(status=204)

    @route("GET", "/api/v2/validate", Role.PROBE)
    def validate(self, request: Request) -> Answer:
        """Whose key it is that asks."""
        key = self.keys.used(request.headers.get("dd-api-key", ""))
        if key is None:
            raise _refusal(403, "Forbidden")
        attributes = {"api_key_id": key.id, "api_key_scopes": ["remote_config_read"], "valid": True}
        return Answer(document={"data": {"id": key.account, "type": "validate_v2", "attributes": attributes}})

    def turn_to(self, account: str) -> None:
        """An admin credential is one of an organisation."""
        self.organisation = account

    def error_in_200(self) -> object:
        """In the form of its other errors."""
        return {"errors": ["Forbidden"]}

    def _authorise(self, request: Request) -> None:
        given = request.headers.get("dd-api-key"), request.headers.get("dd-application-key")
        if given != (self.admin["apiKey"], self.admin["applicationKey"]):
            raise _refusal(403, "Forbidden")


def _name(wanted: Mapping[str, object]) -> str:
    data = wanted.get("data")
    attributes = data.get("attributes") if isinstance(data, Mapping) and data.get("type") == "api_keys" else None
    name = attributes.get("name") if isinstance(attributes, Mapping) else None
    return name if isinstance(name, str) else ""


def _shown(key: Key, more: Mapping[str, str]) -> dict[str, object]:
    created = key.created.isoformat(timespec="milliseconds")
    return {"id": key.id, "type": "api_keys", "attributes": {"name": key.name, "created_at": created, **more}}


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(status, {"errors": [message]})
