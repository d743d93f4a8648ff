"""What all fake issuers share: routing, admin credentials, and a server to run on."""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from sandbox.issuers.control import Control
from sandbox.issuers.keys import Keys
from sandbox.issuers.server import serving
from sandbox.issuers.wire import Answer, Refusal, Request, Role, Route


class Fake:
    """One issuer. A subclass says which requests it answers with `@route`.

    Attributes:
        control: What tests tell it.
        keys: The keys it knows.
        admin: The fields of the admin credential that it takes.
        accounts: The accounts that it knows.
        requests: All that came in so far.
    """

    accounts: tuple[str, ...] = ("",)
    admin_fields: tuple[str, ...] = ("apiKey",)

    def __init__(self) -> None:
        self.control = Control()
        self.keys = Keys(self.control)
        self.admin = {name: self.secret(f"admin-{name}-") for name in self.admin_fields}
        self.requests: list[Request] = []
        self.url = ""
        self._routes: list[tuple[Route, Callable[..., Answer]]] = [
            (each, getattr(self, name))
            for kind in reversed(type(self).__mro__)
            for name, member in vars(kind).items()
            for each in getattr(member, "routes", ())
        ]

    def turn_to(self, account: str) -> None:
        """Makes the admin credential one of `account`, where each account has its own."""

    def secret(self, prefix: str = "", size: int = 32) -> str:
        """A new credential, remembered so that a test can look for leaks."""
        value = prefix + secrets.token_urlsafe(size)
        self.control.values.add(value)
        return value

    def admin_text(self) -> str:
        """The admin credential as an operator would put it in."""
        return json.dumps(self.admin)

    def role_of(self, request: Request) -> Role:
        """What a request is for.

        Raises:
            Refusal: It is for nothing here.
        """
        return self._find(request)[0].role

    def answer(self, request: Request) -> Answer:
        """Does what the request asks for."""
        _, method, parts = self._find(request)
        return method(request, **parts)

    def error_in_200(self) -> object:
        """How this issuer would report a failure in an answer with status 200."""
        return {"error": {"message": "something went wrong", "code": 9999}}

    @contextmanager
    def running(self, port: int = 0) -> Iterator[str]:
        """Serves on 127.0.0.1, and gives the base URL."""
        with serving(self, port) as url:
            self.url = url
            yield url

    def _find(self, request: Request) -> tuple[Route, Callable[..., Answer], Mapping[str, str]]:
        for each, method in self._routes:
            parts = each.match(request)
            if parts is not None:
                return each, method, parts
        raise Refusal(404, {"errors": [{"message": f"no such resource: {request.method} {request.path}"}]})
