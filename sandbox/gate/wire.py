"""Reads a request off the wire, and writes the request that moto gets to see.

moto finds the operation in several places: the query string, a form, the text of a JSON body, a header named Action.
So it never sees the client's own request: `for_moto` builds a new one from exactly what was read and authorised here.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import parse_qsl, quote, urlencode

from sandbox.gate.errors import ApiError, Protocol

Environ: TypeAlias = dict[str, object]

_CREDENTIAL = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>\w+)/\d{8}/"
    r"(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)/(?P<service>[a-z0-9-]+)/aws4_request\b"
)
_NOT_FOR_S3 = ("/moto-api", "/latest/", "/favicon.ico", "/v20180820/")
"""Paths at which moto serves something else than a bucket."""


@dataclass(frozen=True, kw_only=True)
class WireRequest:
    """What a client sent, as far as the gate has to know it."""

    service: str
    region: str
    access_key: str
    session_token: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    target: str
    body: bytes
    address: str
    user_agent: str

    @property
    def url(self) -> str:
        """The whole address, on a host that nobody reads."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"http://localhost{quote(self.path)}{query}"


def read(environ: Environ) -> WireRequest:
    """Read a signed request. The signature itself is not verified: whoever holds the key id may call."""
    signed = _CREDENTIAL.match(_text(environ, "HTTP_AUTHORIZATION"))
    if signed is None:
        raise ApiError("MissingAuthenticationToken", "Request is missing Authentication Token", status=403)
    return WireRequest(
        service=signed["service"],
        region=signed["region"],
        access_key=signed["key"],
        session_token=_text(environ, "HTTP_X_AMZ_SECURITY_TOKEN"),
        method=_text(environ, "REQUEST_METHOD"),
        path=_text(environ, "PATH_INFO").encode("latin-1").decode("utf-8", "replace"),
        query=tuple(parse_qsl(_text(environ, "QUERY_STRING"), keep_blank_values=True)),
        headers={
            name[5:].replace("_", "-").lower(): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_")
        },
        target=_text(environ, "HTTP_X_AMZ_TARGET"),
        body=_body(environ),
        address=_text(environ, "REMOTE_ADDR"),
        user_agent=_text(environ, "HTTP_USER_AGENT"),
    )


def parameters_of(wire: WireRequest, protocol: Protocol) -> dict[str, object]:
    """Return the parameters of a JSON or query request; S3 has none. `rest` reads those of REST services."""
    if protocol is Protocol.S3:
        if wire.path.startswith(_NOT_FOR_S3) or len({name for name, _ in wire.query}) != len(wire.query):
            raise ApiError("InvalidRequest", f"The sandbox has no bucket at the path {wire.path!r}.", status=400)
        return {}
    if wire.method != "POST" or wire.path != "/" or wire.query:
        raise ApiError("InvalidAction", "The sandbox takes POST requests to / without a query string.", status=400)
    if protocol is Protocol.QUERY:
        pairs = parse_qsl(wire.body.decode(), keep_blank_values=True)
        if len(dict(pairs)) != len(pairs):
            raise ApiError("MalformedQueryString", "A parameter was given twice.", status=400)
        return {**dict(pairs)}
    try:
        parameters: object = json.loads(wire.body or b"{}")
    except ValueError:
        parameters = None
    if not isinstance(parameters, dict):
        raise ApiError("SerializationException", "The body is not a JSON object.", status=400)
    return {str(name): value for name, value in parameters.items()}


def for_moto(
    environ: Environ, wire: WireRequest, protocol: Protocol, parameters: Mapping[str, object], account: str
) -> Environ:
    """Return the request for moto: what was authorised, in the name of the account that owns the resource."""
    kept = {name: value for name, value in environ.items() if not name.startswith("HTTP_")}
    if protocol is Protocol.S3:
        kept |= {
            n: v for n, v in environ.items() if n.startswith(("HTTP_X_AMZ_", "HTTP_IF_", "HTTP_RANGE", "HTTP_CONTENT_"))
        }
        kept |= {"HTTP_EXPECT": "", "QUERY_STRING": environ.get("QUERY_STRING", "")}
        body = wire.body
    elif protocol is Protocol.QUERY:
        body = urlencode([(name, str(value)) for name, value in parameters.items()]).encode()
        kept["CONTENT_TYPE"] = "application/x-www-form-urlencoded; charset=utf-8"
    else:
        # moto looks for "&Action=" even inside a JSON text, so no ampersand goes through as such
        body = json.dumps(parameters).replace("&", "\\u0026").encode()
        kept |= {"CONTENT_TYPE": "application/x-amz-json-1.1", "HTTP_X_AMZ_TARGET": wire.target}
    return kept | {
        "HTTP_AUTHORIZATION": environ["HTTP_AUTHORIZATION"],
        "HTTP_HOST": f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}",
        "HTTP_X_MOTO_ACCOUNT_ID": account,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }


def _text(environ: Environ, name: str) -> str:
    return str(environ.get(name, ""))


def _body(environ: Environ) -> bytes:
    stream = environ["wsgi.input"]
    assert hasattr(stream, "read")
    if environ.get("wsgi.input_terminated"):
        return bytes(stream.read())
    return bytes(stream.read(int(_text(environ, "CONTENT_LENGTH") or 0)))
