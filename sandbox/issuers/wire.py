"""What a fake issuer gets to see of a request, and what it answers."""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl


class Role(StrEnum):
    """What a call is for; a fault can be meant for calls of one role only."""

    LOGIN = "login"
    MINT = "mint"
    REGISTER = "register"
    LIST = "list"
    REVOKE = "revoke"
    PROBE = "probe"


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request; names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def document(self) -> Mapping[str, object]:
        """The JSON object of the body.

        Raises:
            Refusal: There is none.
        """
        try:
            document = json.loads(self.body)
        except ValueError:
            document = None
        if not isinstance(document, dict) or self._content_type != "application/json":
            raise Refusal(400, {"errors": [{"message": "the body is not a JSON object"}]})
        return document

    @property
    def form(self) -> Mapping[str, str]:
        """The fields of the body.

        Raises:
            Refusal: The body is not a form.
        """
        if self._content_type != "application/x-www-form-urlencoded":
            raise Refusal(415, {"message": "the body is not a form"})
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def token(self) -> str:
        """The credential of the Authorization header after its scheme; empty if there is none."""
        return self.headers.get("authorization", "").partition(" ")[2]

    @property
    def user_and_password(self) -> tuple[str, str]:
        """The two parts of basic authentication; empty if there is none."""
        if not self.headers.get("authorization", "").startswith("Basic "):
            return "", ""
        user, _, password = b64decode(self.token).decode().partition(":")
        return user, password

    @property
    def _content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer; without a document it has no body."""

    status: int = 200
    document: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):  # noqa: N818 - what a fake says no with, not a defect of it
    """The issuer refuses the request with this status and document."""

    def __init__(self, status: int, document: object) -> None:
        super().__init__(status)
        self.answer = Answer(status=status, document=document)


@dataclass(frozen=True, kw_only=True)
class Route:
    """Which requests a method of a fake answers: `{name}` in the path stands for one part of it."""

    method: str
    path: str
    role: Role

    def match(self, request: Request) -> Mapping[str, str] | None:
        """The named parts of the path; None if the request is for another route."""
        wanted, got = self.path.split("/"), request.path.split("/")
        if request.method != self.method or len(wanted) != len(got):
            return None
        pairs = list(zip(wanted, got, strict=True))
        if any(name != part and not name.startswith("{") for name, part in pairs):
            return None
        return {name.strip("{}"): part for name, part in pairs if name.startswith("{")}


def route(method: str, path: str, role: Role) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Marks a method of a fake as the one that answers such requests."""

    def mark(function: Callable[..., Answer]) -> Callable[..., Answer]:
        vars(function).setdefault("routes", []).append(Route(method=method, path=path, role=role))
        return function

    return mark
