"""The one HTTP client of the issuers' adapters: where it goes, and how long it waits.

https only. Plain http is for tests and the sandbox: the address must come from the stack's settings and be a loopback
address. No redirect is followed and no proxy of the environment is used: a credential goes to the host that was meant.
Each call has a connection of its own: a connection that was kept open may be closed by the other side at the moment of
sending, and then nobody knows whether a key was made. For the same reason it speaks through `http.client`, which lets
us connect first and send afterwards: what fails before the first byte is sent was certainly not done.
"""

import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from rotation_lambda.errors import IssuerError, IssuerRefusedError, NotExecutedError
from rotation_lambda.http_reply import Call, RawReply, Reply, in_doubt, judge

_HEADER = re.compile(r"[\x20-\x7e]*")  # http.client prints any other header into its error


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """How long a call may take, in seconds, and how often a safe one is tried.

    Attributes:
        connect: Until the connection stands.
        read: Until the next part of the reply is there.
        whole: Until all of the reply is there, however slowly it trickles in.
        least: With less remaining time than this, no call is begun.
        tries: Of a call without effect; one with an effect is made once.
        pause: Before the second try; it doubles from try to try, unless the issuer says how long to wait.
        longest_pause: A longer wait is left to Secrets Manager, which tries the step again.
    """

    connect: float = 3.0
    read: float = 10.0
    whole: float = 15.0
    least: float = 2.0
    tries: int = 3
    pause: float = 0.3
    longest_pause: float = 5.0


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an issuer's API listens. Made by `origin`."""

    issuer: str
    secure: bool
    host: str
    port: int | None
    prefix: str


def origin(issuer: str, base_url: str, *, from_settings: bool) -> Origin:
    """Reads a base URL: a constant of an adapter, or an address from the stack's settings.

    Raises:
        ValueError: It is not https (or http on a loopback address from the settings), or has a user, query or fragment.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    plain = parts.scheme == "http" and from_settings and _is_loopback(host)
    extras = parts.username or parts.password or parts.query or parts.fragment
    if not host or not (parts.scheme == "https" or plain) or extras:
        raise ValueError(f"{issuer}: the base URL is not an https address without user, query and fragment.")
    return Origin(issuer=issuer, secure=not plain, host=host, port=parts.port, prefix=parts.path.rstrip("/"))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class HttpClient:
    """Makes calls within the time that remains to the function."""

    def __init__(
        self,
        *,
        remaining: Callable[[], float],
        timeouts: Timeouts | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keeps the limits; nothing is sent yet.

        Args:
            remaining: Seconds until the function must be done.
            timeouts: The limits of one call.
            sleep: Waits between two tries.
        """
        self._remaining = remaining
        self._timeouts = timeouts or Timeouts()
        self._sleep = sleep

    def send(self, where: Origin, call: Call) -> Reply:
        """Makes the call; one without effect again, while the issuer does nothing and time remains.

        Raises:
            NotExecutedError: Nothing happened, or the call has no effect: it may be made again.
            OutcomeUnknownError: It may have happened.
            IssuerRefusedError: The issuer refuses it.
        """
        tries = 1 if call.changes else self._timeouts.tries
        pause = self._timeouts.pause
        while True:
            outcome = self._try(where, call)
            if isinstance(outcome, Reply):
                return outcome
            tries -= 1
            wait = max(pause, getattr(outcome, "retry_after", None) or 0.0)
            if not isinstance(outcome, NotExecutedError) or tries < 1 or not self._may_wait(wait):
                raise outcome
            self._sleep(wait)
            pause *= 2

    def _may_wait(self, seconds: float) -> bool:
        return seconds <= self._timeouts.longest_pause and self._remaining() >= seconds + self._timeouts.least

    def _try(self, where: Origin, call: Call) -> Reply | IssuerError:
        remaining = self._remaining()
        if remaining < self._timeouts.least:
            return NotExecutedError(f"{where.issuer}: {call.action}: too little time remains, so it was not begun.")
        if not all(_HEADER.fullmatch(value.open()) for value in call.headers.values()):
            return IssuerRefusedError(
                f"{where.issuer}: {call.action}: the credential holds a line break or another character that can't "
                "stand in a header. Put it in again."
            )
        raw = self._exchange(where, call, remaining)
        return judge(where.issuer, call, raw) if isinstance(raw, RawReply) else raw

    def _exchange(self, where: Origin, call: Call, remaining: float) -> RawReply | IssuerError:
        """Connects, sends and receives. Errors are returned: one raised here would carry another that knows the call.

        A call fails before it is sent (no connection, no trust in the certificate), or it is in doubt.
        """
        text = f"{where.issuer}: {call.action}: "
        connection = self._connection(where, min(self._timeouts.connect, remaining))
        try:
            connection.connect()
        except (OSError, HTTPException, ValueError):
            connection.close()
            return NotExecutedError(f"{text}no connection.")
        try:
            return self._spoken(connection, where, call, remaining)
        except (OSError, HTTPException, ValueError):
            return in_doubt(call, f"{text}the reply was lost.")
        finally:
            connection.close()

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()  # reads all root certificates, so once is enough

    def _connection(self, where: Origin, timeout: float) -> HTTPConnection:
        if not where.secure:
            return HTTPConnection(where.host, where.port, timeout=timeout)
        return HTTPSConnection(where.host, where.port, timeout=timeout, context=self._trust)

    def _spoken(self, connection: HTTPConnection, where: Origin, call: Call, remaining: float) -> RawReply:
        connection.sock.settimeout(min(self._timeouts.read, remaining))
        connection.request(
            call.method,
            where.prefix + call.path + (f"?{urlencode(call.query)}" if call.query else ""),
            body=call.body.open().encode() if call.body else None,
            headers=_headers(call),
        )
        response = connection.getresponse()
        if response.status < HTTPStatus.OK:
            raise HTTPException
        body = self._body(response, call.largest, until=remaining - self._timeouts.whole)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return RawReply(status=response.status, headers=headers, body=body)

    def _body(self, response: HTTPResponse, largest: int, until: float) -> bytes:
        """Reads at most one byte more than the largest reply, while more than `until` seconds remain."""
        body = b""
        while len(body) <= largest and (part := response.read1(largest + 1 - len(body))):
            body += part
            if self._remaining() < max(until, 0.0):
                raise TimeoutError
        if response.length and len(body) <= largest:
            raise HTTPException
        return body


def _headers(call: Call) -> dict[str, str]:
    given = {name.lower(): value.open() for name, value in call.headers.items()}
    content = {"content-type": call.content_type} if call.body else {}
    fixed = {
        "accept-encoding": "identity",  # so that the limit of the reply's size is one of what is read
        "connection": "close",
        "user-agent": "tenant-keys-rotation",
    }
    return {"accept": "application/json"} | content | given | fixed
