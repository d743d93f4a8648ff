"""A server that says exactly the bytes it was given, for replies that no HTTP library would write."""

import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Raw:
    """Where it listens, and what it was asked so far."""

    port: int
    asked: list[bytes] = field(default_factory=list)


@contextmanager
def saying(reply: bytes, context: ssl.SSLContext | None = None) -> Iterator[Raw]:
    """Answers every connection with `reply`, and closes it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        raw = Raw(port=listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, raw, reply, context), daemon=True)
        thread.start()
        yield raw
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def _serve(listener: socket.socket, raw: Raw, reply: bytes, context: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with suppress(OSError), connection:
                spoken = context.wrap_socket(connection, server_side=True) if context else connection
                with spoken:
                    raw.asked.append(_request(spoken))
                    spoken.sendall(reply)


def _request(connection: socket.socket) -> bytes:
    """A whole request: what is left unread at the end of a connection makes it a reset."""
    request = b""
    while (part := connection.recv(65536)) and not _is_whole(request := request + part):
        pass
    return request


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return bool(end) and len(body) >= (int(length[1]) if length else 0)
