"""The demo's issuer: a fake of SendGrid's API in a process of its own, spoken to over HTTP."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import urllib3

from sandbox.layout import ROOT

_START_SECONDS = 30.0


class IssuerError(Exception):
    """The fake did not start, or does not answer."""


@dataclass
class FakeIssuer:
    """A running fake, while a `with` block lasts.

    Attributes:
        base_url: Where it listens.
        admin: The credential with which keys are made; the demo hands it over as an operator would.
    """

    folder: Path
    base_url: str = ""
    admin: str = ""
    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        ready = self.folder / "issuer.json"
        self._process = subprocess.Popen(  # noqa: S603 - our own module, our own arguments
            [sys.executable, "-m", "sandbox.issuers", "sendgrid", "--ready", str(ready)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_SECONDS
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                self.__exit__()
                raise IssuerError("The fake issuer did not start.")
            time.sleep(0.05)
        told = json.loads(ready.read_text())
        ready.unlink()  # it holds the admin credential
        self.base_url, self.admin = told["baseUrl"], json.dumps(told["admin"])
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def accepts(self, api_key: str) -> bool:
        """Whether the issuer lets a key in, as any of its customers would find out."""
        answer = urllib3.request("GET", f"{self.base_url}/v3/scopes", headers={"Authorization": f"Bearer {api_key}"})
        return answer.status == 200  # noqa: PLR2004 - RFC 9110

    def mint_by_hand(self, name: str) -> str:
        """A new key, made by a person at the issuer's console."""
        headers = {"Authorization": f"Bearer {json.loads(self.admin)['apiKey']}"}
        wanted = {"name": name, "scopes": ["mail.send"]}
        return urllib3.request("POST", f"{self.base_url}/v3/api_keys", json=wanted, headers=headers).json()["api_key"]

    def names(self) -> list[str]:
        """The names of the keys that live."""
        return sorted(key["name"] for key in self._fake("GET", "keys")["keys"])

    def fail(self, how: str | None) -> None:
        """Makes the next calls go wrong in a way; None makes them go well again."""
        self._fake("POST", "fail", {"next": how, "times": 1000} if how else {"next": None})

    def advance(self, seconds: float) -> None:
        """Sets the issuer's clock forward, with everyone else's."""
        self._fake("POST", "clock", {"advance": seconds})

    def _fake(self, method: str, what: str, wish: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = urllib3.request(method, f"{self.base_url}/_fake/{what}", json=wish)
        if answer.status != 200:  # noqa: PLR2004 - RFC 9110
            raise IssuerError(f"The fake issuer refused {what}: {answer.data.decode()}")
        return answer.json()
