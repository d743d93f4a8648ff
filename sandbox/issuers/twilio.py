"""A fake of Twilio's API keys, after its "Key resource v1", and of the one resource that a probe reads."""

import json
import secrets
from email.utils import format_datetime
from urllib.parse import urlencode

from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

LONGEST_NAME = 64
READ_MESSAGES = "/twilio/messaging/messages/read"
_LARGEST_PAGE = 1000


class Twilio(Fake):
    """Standard and restricted keys of accounts; the admin is a Main key."""

    accounts = ("AC" + "a" * 32, "AC" + "b" * 32)
    admin_fields = ("keySid", "keySecret")

    @route("POST", "/v1/Keys", Role.MINT)
    def create(self, request: Request) -> Answer:
        """A restricted key has a policy."""
        wanted = request.form
        account = self._authorise(request, wanted.get("AccountSid", ""))
        name, kind = wanted.get("FriendlyName", ""), wanted.get("KeyType", "")
        if len(name) > LONGEST_NAME or kind not in {"", "restricted"} or (kind and not wanted.get("Policy")):
            raise _refusal(400, 20001, "Invalid parameter")
        allowed = json.loads(wanted["Policy"])["allow"] if kind else [READ_MESSAGES]
        value = secrets.token_urlsafe(24)
        key = self.keys.add(
            key_id="SK" + secrets.token_hex(16), name=name, value=value, account=account, may=tuple(allowed)
        )
        return Answer(status=201, document={**_shown(key), "secret": value})

    @route("GET", "/v1/Keys", Role.LIST)
    def index(self, request: Request) -> Answer:
        """Each page names the address of the next one."""
        account = self._authorise(request, request.query.get("AccountSid", ""))
        size, number = int(request.query.get("PageSize", 50)), int(request.query.get("Page", 0))
        if not 1 <= size <= _LARGEST_PAGE or (number and request.query.get("PageToken") != f"PT{number}"):
            raise _refusal(400, 20006, "Page number out of range")
        listed, following = self.keys.listed(account), number + 1
        query = {"AccountSid": account, "PageSize": size, "Page": following, "PageToken": f"PT{following}"}
        more = len(listed) > size * following
        meta = {"next_page_url": f"https://iam.twilio.com/v1/Keys?{urlencode(query)}" if more else None}
        page = listed[size * number : size * following]
        return Answer(document={"keys": [_shown(key) for key in page], "meta": meta})

    @route("DELETE", "/v1/Keys/{sid}", Role.REVOKE)
    def delete(self, request: Request, sid: str) -> Answer:
        """Revokes a key, of whichever of the accounts."""
        self._authorise(request, self.accounts[0])
        if not any(self.keys.remove(account, sid) for account in self.accounts):
            raise _refusal(404, 20404, "The requested resource was not found")
        return Answer(status=204)

    @route("GET", "/2010-04-01/Accounts/{account}/Messages.json", Role.PROBE)
    def messages(self, request: Request, account: str) -> Answer:
        """What a standard key may read, and a restricted one with a policy for it."""
        sid, secret = request.user_and_password
        key = self.keys.used(secret)
        if key is None or (key.id, key.account) != (sid, account):
            raise _refusal(401, 20003, "Authenticate")
        if READ_MESSAGES not in key.may:
            raise _refusal(403, 70051, "Authorization failed")
        return Answer(document={"messages": [], "page": 0})

    def _authorise(self, request: Request, account: str) -> str:
        if request.user_and_password != (self.admin["keySid"], self.admin["keySecret"]):
            raise _refusal(401, 20003, "Authenticate")
        if account not in self.accounts:
            raise _refusal(404, 20404, "The requested resource was not found")
        return account


def _shown(key: Key) -> dict[str, object]:
    return {"sid": key.id, "friendly_name": key.name, "date_created": format_datetime(key.created)}


def _refusal(status: int, code: int, message: str) -> Refusal:
    return Refusal(status, {"code": code, "message": message, "status": status})
