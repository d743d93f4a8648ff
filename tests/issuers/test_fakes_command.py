"""`python -m sandbox.issuers`: a fake issuer in a process of its own, as the sandbox and the demo start it."""

import json
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.recording import ROOT


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    file = tmp_path_factory.mktemp("fake") / "ready.json"
    command = [sys.executable, "-m", "sandbox.issuers", "sendgrid", "--port", "0", "--ready", str(file)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        until = time.monotonic() + 30
        while not file.exists() and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        yield file
        process.terminate()
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()


def ask(ready: Path, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    told = json.loads(ready.read_text())
    headers = {"Authorization": f"Bearer {told['admin']['apiKey']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(told["baseUrl"] + path, method=method, data=data, headers=headers)  # noqa: S310 - loopback http
    try:
        with urlopen(request, timeout=10) as reply:  # noqa: S310 - same
            text = reply.read()
            return reply.status, {"date": reply.headers["date"], **(json.loads(text) if text else {})}
    except HTTPError as error:
        return error.code, {}


def test_the_ready_file_is_for_its_owner_alone(ready: Path) -> None:
    assert stat.S_IMODE(ready.stat().st_mode) == 0o600, "it holds the admin credential"


def test_live_keys_can_be_asked_for_without_their_values(ready: Path) -> None:
    _, made = ask(ready, "POST", "/v3/api_keys", {"name": "tk-1-2-3", "scopes": ["mail.send"]})

    _, told = ask(ready, "GET", "/_fake/keys")

    assert {"id": made["api_key_id"], "name": "tk-1-2-3"} in told["keys"]  # type: ignore[operator]  # JSON
    assert str(made["api_key"]) not in json.dumps(told)


def test_the_next_calls_can_be_made_to_fail(ready: Path) -> None:
    ask(ready, "POST", "/_fake/fail", {"next": "500", "times": 2})

    statuses = [ask(ready, "GET", "/v3/api_keys")[0] for _ in range(3)]

    assert statuses == [500, 500, 200]


def test_an_unknown_fault_is_refused(ready: Path) -> None:
    assert ask(ready, "POST", "/_fake/fail", {"next": "smoke"})[0] == 400
    assert ask(ready, "POST", "/_fake/else", {})[0] == 404


def test_its_clock_can_be_set_forward(ready: Path) -> None:
    _, told = ask(ready, "POST", "/_fake/clock", {"advance": 86_400})

    ahead = datetime.fromisoformat(str(told["now"])) - datetime.now(UTC)

    assert 86_390 < ahead.total_seconds() < 86_410
