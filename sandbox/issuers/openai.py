"""A fake of OpenAI's project API keys, after its API reference "Administration: Projects"."""

import secrets

from sandbox.issuers.fake import Fake
from sandbox.issuers.keys import Key
from sandbox.issuers.wire import Answer, Refusal, Request, Role, route

LONGEST_LIFE = 31_536_000
_LARGEST_PAGE = 100


class OpenAi(Fake):
    """Keys of service accounts, each in a project. An account here is `project:service account`.

    Attributes:
        deletes_single_keys: False for organisations that refuse to delete single keys of service accounts.
    """

    accounts = ("proj_acme:svc_acct_acme", "proj_globex:svc_acct_globex", "proj_acme:svc_acct_other")
    admin_fields = ("adminKey",)

    def __init__(self) -> None:
        super().__init__()
        self.deletes_single_keys = True

    @route("POST", "/organization/projects/{project}/service_accounts/{account}/api_keys", Role.MINT)
    def create(self, request: Request, project: str, account: str) -> Answer:
        """The value is told once."""
        self._authorise(request)
        place, wanted = f"{project}:{account}", request.document
        life = wanted.get("expires_in_seconds")
        if place not in self.accounts:
            raise _refusal(404, "No such service account")
        if life is not None and not (isinstance(life, int) and 1 <= life <= LONGEST_LIFE):
            raise _refusal(400, "expires_in_seconds is out of bounds")
        key = self.keys.add(
            key_id="key_" + secrets.token_hex(8),
            name=str(wanted.get("name", "")),
            value="sk-svcacct-" + secrets.token_urlsafe(48),
            account=place,
        )
        document = {"id": key.id, "name": key.name, "created_at": int(key.created.timestamp()), "value": key.value}
        return Answer(document={**document, "object": "organization.project.service_account.api_key"})

    @route("GET", "/organization/projects/{project}/api_keys", Role.LIST)
    def index(self, request: Request, project: str) -> Answer:
        """All keys of a project; without `owner_project_access` some would be missing."""
        self._authorise(request)
        size, after = int(request.query.get("limit", 20)), request.query.get("after")
        if not 1 <= size <= _LARGEST_PAGE:
            raise _refusal(400, "limit is out of bounds")
        places = self._places(project) if request.query.get("owner_project_access") == "any" else []
        listed = [key for place in places for key in self.keys.listed(place)]
        ids = [key.id for key in listed]
        begin = ids.index(after) + 1 if after else 0
        page = listed[begin : begin + size]
        more = len(listed) > begin + size
        return Answer(document={"object": "list", "data": [_shown(key) for key in page], "has_more": more})

    @route("GET", "/organization/projects/{project}/api_keys/{key_id}", Role.PROBE)
    def show(self, request: Request, project: str, key_id: str) -> Answer:
        """One key and its owner."""
        self._authorise(request)
        for place in self._places(project):
            key = self.keys.get(place, key_id)
            if key is not None:
                return Answer(document=_shown(key))
        raise _refusal(404, "No such API key")

    @route("DELETE", "/organization/projects/{project}/api_keys/{key_id}", Role.REVOKE)
    def delete(self, request: Request, project: str, key_id: str) -> Answer:
        """Revokes a key; its service account stays."""
        self._authorise(request)
        if not self.deletes_single_keys:
            raise _refusal(400, "API keys of service accounts can't be deleted; delete the service account")
        if not any(self.keys.remove(place, key_id) for place in self._places(project)):
            raise _refusal(404, "No such API key")
        return Answer(document={"object": "organization.project.api_key.deleted", "id": key_id, "deleted": True})

    @route("GET", "/models", Role.PROBE)
    def models(self, request: Request) -> Answer:
        """What a key can use; it must be one of the project that the header names."""
        key = self.keys.used(request.token)
        if key is None or key.account.split(":")[0] != request.headers.get("openai-project"):
            raise _refusal(401, "Incorrect API key provided")
        return Answer(document={"object": "list", "data": []})

    def _authorise(self, request: Request) -> None:
        if request.token != self.admin["adminKey"]:
            raise _refusal(401, "Incorrect API key provided")

    def _places(self, project: str) -> list[str]:
        return [place for place in self.accounts if place.startswith(f"{project}:")]


def _shown(key: Key) -> dict[str, object]:
    owner = {"type": "service_account", "service_account": {"id": key.account.split(":")[1], "role": "member"}}
    return {"id": key.id, "name": key.name, "created_at": int(key.created.timestamp()), "owner": owner}


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(status, {"error": {"message": message, "type": "invalid_request_error", "code": None}})
