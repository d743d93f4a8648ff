"""A fake issuer's HTTP server, on plain sockets: some of its faults can't be made with more above them.

Beside the issuer's own paths it has three of its own, for tests and the demo:
`GET /_fake/keys` lists ids and names, never values; `POST /_fake/fail {"next": "500"}` makes the next calls go wrong;
`POST /_fake/clock {"advance": seconds}` sets its clock forward.
"""

import json
import secrets
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from sandbox.issuers.control import NOT_DONE, Control, Fault
from sandbox.issuers.wire import Answer, Refusal, Request

if TYPE_CHECKING:
    from sandbox.issuers.fake import Fake

_JSON, _PAGE = "application/json; charset=utf-8", "text/html; charset=utf-8"
_TRICKLE_PAUSE = 0.05
_HUGE = 1025 * 1024


@contextmanager
def serving(fake: "Fake", port: int) -> Iterator[str]:
    """Serves `fake` on 127.0.0.1 until the block ends; port 0 is any free one."""

    class Handler(_Handler):
        issuer = fake

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads, server.block_on_close = True, False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        fake.control.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    issuer: "Fake"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._handle()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's own name
        """Says nothing."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the issuer's clock."""
        del timestamp
        return format_datetime(self.issuer.control.now(), usegmt=True)

    @property
    def _control(self) -> Control:
        return self.issuer.control

    def _handle(self) -> None:
        request = self._request()
        if request.path.startswith("/_fake/"):
            self._send(_told(self.issuer, request))
            return
        self.issuer.requests.append(request)
        try:
            fault = self._control.next_fault(self.issuer.role_of(request))
            answer = Answer() if fault in NOT_DONE else self.issuer.answer(request)
        except Refusal as refusal:
            fault, answer = None, refusal.answer
        self._go_wrong(fault, request, answer) if fault else self._send(answer)

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        return Request(
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )

    def _go_wrong(self, fault: Fault, request: Request, answer: Answer) -> None:
        match fault:
            case Fault.DROPPED | Fault.RESET:
                self._reset()
            case Fault.SLOW:
                self._control.stopping.wait(self._control.delay)
                self._send(answer)
            case Fault.TRICKLE:
                self._trickle(answer)
            case Fault.TRUNCATED:
                body = _body(answer)
                self._write(answer.status, body[: len(body) // 2], announced=len(body))
            case _:
                self._answer_wrongly(fault, request, answer)

    def _answer_wrongly(self, fault: Fault, request: Request, answer: Answer) -> None:
        # What goes wrong may repeat the request: whoever prints an answer's body prints the credential too.
        echo = {"message": "it went wrong", "headers": dict(request.headers), "body": request.body.decode()}
        match fault:
            case Fault.CUT:
                self._write(answer.status, _body(answer)[:-1])
            case Fault.HTML:
                self._write(200, f"<html>{json.dumps(echo)}</html>".encode(), kind=_PAGE)
            case Fault.HUGE:
                self._write(answer.status, json.dumps({"filler": "x" * _HUGE}).encode())
            case Fault.ERROR_IN_200:
                self._send(Answer(document=self.issuer.error_in_200()))
            case Fault.REDIRECT:
                self._send(Answer(status=307, headers={"Location": self.issuer.url + "/_fake/elsewhere"}))
            case Fault.BUSY | Fault.BUSY_UNTIL:
                headers = {"Retry-After": _retry_after(self._control, fault)}
                self._send(Answer(status=429, document=echo, headers=headers))
            case _:
                self._send(Answer(status=int(fault), document=echo))

    def _send(self, answer: Answer) -> None:
        self._write(answer.status, _body(answer), headers=answer.headers)

    def _write(
        self,
        status: int,
        body: bytes,
        *,
        kind: str = _JSON,
        announced: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        if body:
            self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.send_header("X-Request-Id", secrets.token_hex(8))
        self.send_header("Connection", "close")  # or a client that keeps connections sends its next call into this one
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.close_connection = True
        with suppress(ConnectionError):  # a client that waited long enough has left
            self.end_headers()
            self.wfile.write(body)

    def _trickle(self, answer: Answer) -> None:
        body = _body(answer)
        self._write(answer.status, body[:1], announced=len(body))
        for each in body[1:]:
            if self._control.stopping.wait(_TRICKLE_PAUSE):
                return
            with suppress(ConnectionError):
                self.wfile.write(bytes([each]))

    def _reset(self) -> None:
        """Closes the connection so that the other side sees a reset, and no end of a stream."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True


def _body(answer: Answer) -> bytes:
    return b"" if answer.document is None else json.dumps(answer.document).encode()


def _retry_after(control: Control, fault: Fault) -> str:
    until = control.now() + timedelta(seconds=control.retry_after)
    return str(control.retry_after) if fault is Fault.BUSY else format_datetime(until, usegmt=True)


def _told(fake: "Fake", request: Request) -> Answer:
    """Answers the paths that no issuer has."""
    match request.method, request.path:
        case "GET", "/_fake/keys":
            return Answer(document={"keys": [{"id": key.id, "name": key.name} for key in fake.keys]})
        case "POST", "/_fake/fail":
            try:
                fake.control.apply(request.document)
            except ValueError as error:
                return Answer(status=400, document={"error": str(error)})
            return Answer(document={})
        case "POST", "/_fake/clock":
            fake.control.advance(float(str(request.document.get("advance", 0))))
            return Answer(document={"now": fake.control.now().isoformat()})
    return Answer(status=404, document={"error": "the fake has no such path"})
