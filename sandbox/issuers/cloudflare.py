"""A fake of Cloudflare's API tokens that an account owns, after its API reference "Accounts: Tokens"."""

import secrets
from datetime import datetime

from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

LONGEST_NAME = 120
_SMALLEST_PAGE, _LARGEST_PAGE = 5, 50


class Cloudflare(Fake):
    """Tokens of accounts, in Cloudflare's envelope of success, errors, messages and result."""

    accounts = ("a" * 32, "b" * 32)
    admin_fields = ("apiToken",)

    @route("POST", "/accounts/{account}/tokens", Role.MINT)
    def create(self, request: Request, account: str) -> Answer:
        """A token that expires has its moment in UTC, to the second."""
        self._authorise(request, account)
        wanted = request.document
        name, policies, expires = wanted.get("name"), wanted.get("policies"), wanted.get("expires_on")
        if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME or not policies:
            raise _refusal(400, 1001, "name and policies are required")
        if expires is not None and datetime.fromisoformat(str(expires)) <= self.control.now():
            raise _refusal(400, 1002, "expires_on is in the past")
        key = self.keys.add(key_id=secrets.token_hex(16), name=name, value=secrets.token_urlsafe(30), account=account)
        return _success({**_shown(key), "value": key.value, "policies": policies, "expires_on": expires})

    @route("GET", "/accounts/{account}/tokens", Role.LIST)
    def index(self, request: Request, account: str) -> Answer:
        """Pages count from 1."""
        self._authorise(request, account)
        size, number = int(request.query.get("per_page", 20)), int(request.query.get("page", 1))
        if not _SMALLEST_PAGE <= size <= _LARGEST_PAGE:
            raise _refusal(400, 1003, "per_page is out of bounds")
        listed = self.keys.listed(account)
        return _success([_shown(key) for key in listed[size * (number - 1) : size * number]])

    @route("GET", "/accounts/{account}/tokens/verify", Role.PROBE)
    def verify(self, request: Request, account: str) -> Answer:
        """Whether the token that asks is one of the account, and active."""
        key = self.keys.used(request.token)
        if key is None or key.account != account:
            raise _refusal(401, 1000, "Invalid API Token")
        return _success({"id": key.id, "status": "active"})

    @route("DELETE", "/accounts/{account}/tokens/{token_id}", Role.REVOKE)
    def delete(self, request: Request, account: str, token_id: str) -> Answer:
        """Revokes a token."""
        self._authorise(request, account)
        if not self.keys.remove(account, token_id):
            raise _refusal(404, 1003, "Invalid token id")
        return _success({"id": token_id})

    def error_in_200(self) -> object:
        """A failure with status 200 is a failure."""
        return _failed(10000, "Authentication error")

    def _authorise(self, request: Request, account: str) -> None:
        if request.token != self.admin["apiToken"] or account not in self.accounts:
            raise _refusal(403, 9109, "Unauthorized to access requested resource")


def _shown(key: Key) -> dict[str, object]:
    issued = key.created.strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": key.id, "name": key.name, "status": "active", "issued_on": issued, "policies": [{"effect": "allow"}]}


def _success(result: object) -> Answer:
    return Answer(document={"success": True, "errors": [], "messages": [], "result": result})


def _failed(code: int, message: str) -> dict[str, object]:
    return {"success": False, "errors": [{"code": code, "message": message}], "messages": [], "result": None}


def _refusal(status: int, code: int, message: str) -> Refusal:
    return Refusal(status, _failed(code, message))
