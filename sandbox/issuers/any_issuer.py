"""A fake of an issuer that has no adapter of its own: plain JSON, cursors or numbered pages, errors in a 200."""

import secrets

from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

MOST_KEYS = 30
PAGE = 10


class AnyIssuer(Fake):
    """Keys of accounts. A key that is gone is 410, one that is refused is 403."""

    accounts = ("acme", "globex")

    @route("POST", "/v1/accounts/{account}/keys", Role.MINT)
    def create(self, request: Request, account: str) -> Answer:
        """Makes a key."""
        self._authorise(request, account)
        if self.keys.full(account, MOST_KEYS):
            raise Refusal(422, {"error": {"code": "too_many_keys"}})
        key = self.keys.add(
            key_id=secrets.token_hex(8),
            name=str(request.document["label"]),
            value="any_" + secrets.token_urlsafe(32),
            account=account,
        )
        return Answer(status=201, document={"data": {"id": key.id, "token": key.value, "region": "eu"}, "error": None})

    @route("GET", "/v1/accounts/{account}/keys", Role.LIST)
    def index(self, request: Request, account: str) -> Answer:
        """With `page` by number, from 1; else by cursor."""
        self._authorise(request, account)
        listed = self.keys.listed(account)
        begin = (
            PAGE * (int(request.query["page"]) - 1) if "page" in request.query else int(request.query.get("from", 0))
        )
        following = begin + PAGE if len(listed) > begin + PAGE else None
        page = [_shown(key) for key in listed[begin : begin + PAGE]]
        return Answer(document={"data": page, "next": following, "error": None})

    @route("DELETE", "/v1/accounts/{account}/keys/{key_id}", Role.REVOKE)
    def delete(self, request: Request, account: str, key_id: str) -> Answer:
        """Revokes a key."""
        self._authorise(request, account)
        if not self.keys.remove(account, key_id):
            raise Refusal(410, {"error": {"code": "gone"}})
        return Answer(document={"error": None})

    @route("GET", "/v1/me", Role.PROBE)
    def me(self, request: Request) -> Answer:
        """Whose key it is that asks."""
        key = self.keys.used(request.headers.get("x-api-key", ""))
        if key is None:
            raise Refusal(403, {"error": {"code": "wrong_key"}})
        return Answer(document={"me": {"account": key.account, "key": key.id}, "error": None})

    def _authorise(self, request: Request, account: str) -> None:
        user, password = request.user_and_password
        if f"{user}:{password}" != f"admin:{self.admin['apiKey']}" and request.token != self.admin["apiKey"]:
            raise Refusal(401, {"error": {"code": "wrong_admin"}})
        if account not in self.accounts:
            raise Refusal(404, {"error": {"code": "no_account"}})


def _shown(key: Key) -> dict[str, object]:
    return {"id": key.id, "label": key.name, "made": int(key.created.timestamp() * 1000)}
