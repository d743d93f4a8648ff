"""OpenAI: API keys of a project's service account (shape B)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from rotation_lambda.contracts import IssuedKey, Minted, Place, Probe, Shape, Traits
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.account import AccountForm
from rotation_lambda.issuers.adapter import Adapter, as_json
from rotation_lambda.issuers.admin import bearer
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.options import Kind, Option
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

PAGE = 50  # of at most 100, which would hardly fit into the largest reply
_DAY = 86_400
_LONGEST_LIST_OF_MODELS = 1024 * 1024  # an organisation may have many of its own


class OpenAi(Adapter):
    """Read from OpenAI's API reference, "Administration: Projects" (service accounts, API keys), and "API Overview".

    - "Create service account API key": POST /organization/projects/{project}/service_accounts/{account}/api_keys
      {name, scopes, expires_in_seconds of at most 31,536,000} -> {id, value}. Needs an Admin API key.
    - "List project API keys": GET /organization/projects/{project}/api_keys?limit (at most 100)&after
      &owner_project_access -> {data: [{id, name, created_at, owner: {service_account: {id}}}], has_more}.
    - "Delete project API key": DELETE /organization/projects/{project}/api_keys/{id} -> {deleted: true}. The current
      reference includes the keys of service accounts; an older one refused them with 400, which is told as such.
    - "Retrieve project API key": GET of the same path, with the owner.
    - "List models": GET /models, with the header OpenAI-Project.
    - "API Overview": a revocation works within seconds; most changes reach all places within 15 minutes.

    `account` is `{project id}:{service account id}`, such as `proj_abc:svc_acct_abc`.
    """

    name = "openai"
    hosts = {"global": "https://api.openai.com/v1"}
    account = AccountForm(
        means="'<project id>:<service account id>' of OpenAI", pattern="[A-Za-z0-9_-]+:[A-Za-z0-9_-]+"
    )
    described = {
        "scopes": Option(kind=Kind.TEXTS, means="What the keys may do; the probe needs the permission to list models."),
        "expiresAfterDays": Option(
            kind=Kind.NUMBER,
            most=365,
            means="A seat belt: a key dies after so many days, also when it was lost. Longer than two rotations.",
        ),
    }
    admin_fields = ("adminKey",)
    traits = Traits(shape=Shape.MINT, settles_within=timedelta(minutes=15))

    def mint(self, place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        """Creates a key of the service account."""
        project, account = self._place(place)
        wanted = {"name": self._checked(name)}
        days = self._options.get("expiresAfterDays")
        wanted |= {"scopes": self._options["scopes"]} if "scopes" in self._options else {}
        wanted |= {"expires_in_seconds": days * _DAY} if isinstance(days, int) and days else {}
        call = Call(
            action="making an API key",
            method="POST",
            path=f"/organization/projects/{project}/service_accounts/{account}/api_keys",
            changes=True,
            headers=self._headers(),
            body=as_json(wanted),
        )
        reply = self._send(call)
        return Minted(api_key=Sealed(self._text(call, reply, "/value")), api_key_id=self._text(call, reply, "/id"))

    def list_keys(self, place: Place) -> Sequence[IssuedKey]:
        """The keys of the service account, over all pages."""
        project, account = self._place(place)
        call = Call(
            action="listing the API keys",
            method="GET",
            path=f"/organization/projects/{project}/api_keys",
            changes=False,
            query={"limit": str(PAGE), "owner_project_access": "any"},
            headers=self._headers(),
        )

        def following(reply: Reply) -> Mapping[str, str]:
            items = self._items(call, reply, "/data")
            more = at(reply.document, "/has_more") is True and items
            return {"after": str(at(items[-1], "/id"))} if more else {}

        keys = [
            self._issued(reply, key_id=at(each, "/id"), name=at(each, "/name"), created=at(each, "/created_at"))
            for reply in self._pages(call, following)
            for each in self._items(call, reply, "/data")
            if at(each, "/owner/service_account/id") == account
        ]
        return self._ours(place, keys)

    def revoke(self, place: Place, key_id: str) -> None:
        """Deletes a key; the service account and its other keys stay."""
        call = Call(
            action="deleting an API key",
            method="DELETE",
            path=self._key(place, key_id),
            changes=True,
            headers=self._headers(),
            expects=frozenset({400, 404}),
        )
        reply = self._send(call)
        if reply.status == 400:
            raise IssuerRefusedError(
                f"{self.name}: {call.action}: HTTP 400. Some organisations may not delete single keys of a service "
                "account: delete the key in the console."
            )
        if reply.status != 404 and at(reply.document, "/deleted") is not True:
            raise self._undocumented(call, "/deleted is not true")

    def probe(self, place: Place, value: ApiKeyValue) -> Probe:
        """Lists the models with the key, and looks whether it is one of the service account."""
        project, account = self._place(place)
        call = Call(
            action="trying an API key",
            method="GET",
            path="/models",
            changes=False,
            headers=bearer(value.api_key) | {"OpenAI-Project": Sealed(project)},
            expects=frozenset({401}),
            largest=_LONGEST_LIST_OF_MODELS,
        )
        reply = self._send(call)
        if reply.status == 401:
            return self._not_valid(value)
        self._items(call, reply, "/data")
        if value.api_key_id is None:
            return Probe.VALID
        owner = self._owner(place, value.api_key_id)
        if owner is None:
            return self._not_valid(value)
        return Probe.VALID if owner == account else Probe.REFUSED

    def _owner(self, place: Place, key_id: str) -> str | None:
        """The id of the service account that owns a key; None if the project has no such key."""
        call = Call(
            action="looking whose key it is",
            method="GET",
            path=self._key(place, key_id),
            changes=False,
            headers=self._headers(),
            expects=frozenset({404}),
        )
        reply = self._send(call)
        return None if reply.status == 404 else self._text(call, reply, "/owner/service_account/id")

    def _place(self, place: Place) -> tuple[str, str]:
        project, _, account = self._checked_account(place).partition(":")
        return self._id(project), self._id(account)

    def _key(self, place: Place, key_id: str) -> str:
        return f"/organization/projects/{self._place(place)[0]}/api_keys/{self._id(key_id)}"

    def _headers(self) -> dict[str, Sealed]:
        return bearer(self._admin.field("adminKey"))
