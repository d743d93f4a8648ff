"""Kills an `up` at one exact call to AWS: a proxy between the engine and the sandbox holds that call.

Either the call took effect and its reply is never given, or it never reaches AWS. While it is held the engine is
killed, and all that it started, as by a machine that goes down. No time is measured, nothing is left to luck.
"""

import http.client
import os
import re
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from sandbox import Sandbox
from sandbox.engine import Engine

_ENDPOINT = re.compile(r"(?m)^endpoint_url = (.*)$")
_SECONDS = 60.0
_POLL_SECONDS = 0.05


class HeldCall:
    """Within the `with` block an `up` runs; it has come to the call, and waits for an answer that never comes."""

    def __init__(self, engine: Engine, sandbox: Sandbox, operation: str, *, takes_effect: bool = True) -> None:
        """Prepares to hold the first call of `operation`, `CreateKey` or `PUT ?policy` for example."""
        self.operation, self.takes_effect = operation, takes_effect
        self.reached, self._over = threading.Event(), threading.Event()
        self._turn = threading.Lock()
        self._engine, self._folder = engine, sandbox.folder
        config = Path(engine.environment["AWS_CONFIG_FILE"]).read_text()
        found = _ENDPOINT.search(config)
        assert found is not None
        self.upstream = urlsplit(found[1])
        self._proxy = _Proxy(self)
        self._config = _ENDPOINT.sub(f"endpoint_url = http://127.0.0.1:{self._proxy.server_port}", config)
        self._up: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        threading.Thread(target=self._proxy.serve_forever, args=(_POLL_SECONDS,), daemon=True).start()
        config, log = self._folder / "held-aws-config", self._folder / "held-up.log"
        config.write_text(self._config)
        command = ["pulumi", "up", "--yes", "--skip-preview", "--stack", self._engine.stack, "--non-interactive"]
        with log.open("wb") as output:
            self._up = subprocess.Popen(
                command,
                cwd=self._folder / "project",
                env={**self._engine.environment, "AWS_CONFIG_FILE": str(config)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + _SECONDS
        while not self.reached.wait(_POLL_SECONDS):
            if self._up.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise AssertionError(f"`up` never came to {self.operation}:\n{log.read_text()[-2000:]}")
        return self

    def __exit__(self, *_: object) -> None:
        """Kills the engine's process group, then what it started in groups of their own: plugin and language host."""
        assert self._up is not None
        started = _descendants(self._up.pid)
        if self._up.poll() is None:
            os.killpg(self._up.pid, signal.SIGKILL)
        for process in started:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._up.wait()
        self._over.set()
        self._proxy.shutdown()
        self._proxy.server_close()

    def is_this(self, operation: str) -> bool:
        """Whether a call is the one to hold: the first of its operation."""
        with self._turn:
            return operation == self.operation and not self.reached.is_set()

    def hold(self) -> None:
        """Lets the test go on, and returns when all is over."""
        self.reached.set()
        self._over.wait()


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, held: HeldCall) -> None:
        self.held = held
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keeps quiet: a killed engine hangs up in the middle of replies."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that http.server gives it
        """No line for each request."""

    def do_POST(self) -> None:
        server = self.server
        assert isinstance(server, _Proxy)
        held = server.held
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if held.is_this(self._operation(body)):
            if held.takes_effect:
                self._pass_on(held, body)
            held.hold()
            self.close_connection = True
            return
        answer, content = self._pass_on(held, body)
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_DELETE = do_GET = do_HEAD = do_PUT = do_POST  # noqa: N815 - the names that http.server calls

    def _operation(self, body: bytes) -> str:
        """The operation by the target of a JSON call, the action of a query call, or S3's method and subresource."""
        target = self.headers.get("X-Amz-Target")
        if target:
            return target.rsplit(".", 1)[-1]
        if "x-www-form-urlencoded" in self.headers.get("Content-Type", ""):
            return parse_qs(body.decode())["Action"][0]
        return f"{self.command} ?{urlsplit(self.path).query}"

    def _pass_on(self, held: HeldCall, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(str(held.upstream.hostname), held.upstream.port)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        return answer, answer.read()


def _descendants(pid: int) -> list[int]:
    """The processes that `pid` started, and those that they started."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for each in threads for child in (each / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [process for child in children for process in (child, *_descendants(child))]
