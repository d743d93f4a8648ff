"""What a call to an issuer is, and what its reply means: done, not done, refused, or nobody knows.

Error texts hold the issuer's name, what was tried, the HTTP status and the issuer's id of the request. Never the body:
it may hold a credential.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from rotation_lambda.errors import IssuerError, IssuerRefusedError, NotExecutedError, OutcomeUnknownError
from rotation_lambda.redaction import Sealed

LARGEST_REPLY = 64 * 1024
_REDIRECTS, _REFUSALS, _FAILURES = 300, 400, 500
_NOT_NOW = frozenset({408, 425, 429})  # RFC 9110, RFC 8470, RFC 6585: the request was not acted on
_REQUEST_IDS = ("x-request-id", "cf-ray", "twilio-request-id", "x-okta-request-id", "x-auth0-requestid", "request-id")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,80}")
_RESETS = ("x-ratelimit-reset", "x-rate-limit-reset")  # Datadog: seconds to wait; SendGrid, Okta, Auth0: an epoch
_AN_EPOCH = 1_000_000_000.0  # more seconds than anybody asks to wait


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request.

    Attributes:
        action: What it is for, for error texts: "making an API key".
        method: The HTTP method.
        path: Begins with a slash; its parts are quoted already.
        changes: Whether a lost reply leaves a doubt about what was done.
        query: Added to the path.
        headers: With the credential among them.
        body: Sent as it is.
        content_type: Of the body.
        reads: Whether the reply must hold JSON.
        expects: Statuses from 400 on that the adapter judges by itself.
        largest: The most bytes that the reply may have.
    """

    action: str
    method: str
    path: str
    changes: bool
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, Sealed] = field(default_factory=dict)
    body: Sealed | None = None
    content_type: str = "application/json"
    reads: bool = True
    expects: frozenset[int] = frozenset()
    largest: int = LARGEST_REPLY


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came back. The document may hold a new credential, so it is not printed.

    Attributes:
        status: The HTTP status.
        document: The JSON; None if there was none.
        date: The issuer's own clock, from the Date header.
    """

    status: int
    document: object = field(repr=False)
    date: datetime | None


@dataclass(frozen=True, kw_only=True)
class RawReply:
    """The bytes of a reply, with its headers' names in lower case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


def judge(issuer: str, call: Call, raw: RawReply) -> Reply | IssuerError:
    """The reply as a document, or the error that it stands for."""
    text = f"{issuer}: {call.action}: HTTP {raw.status}{_request_id(raw.headers)}"
    date = moment(raw.headers.get("date"))
    if raw.status < _REDIRECTS or raw.status in call.expects:
        document = _document(raw)
        if raw.status < _REDIRECTS and call.reads and document is None:
            return in_doubt(call, f"{text}, but without JSON of at most {call.largest // 1024} KiB.")
        return Reply(status=raw.status, document=document, date=date)
    if raw.status in _NOT_NOW:
        return NotExecutedError(f"{text}: not now.", retry_after=_wait(raw.headers, date))
    if raw.status >= _FAILURES:
        return in_doubt(call, f"{text}.", retry_after=_wait(raw.headers, date))
    if raw.status < _REFUSALS:
        return IssuerRefusedError(f"{text}: a redirect, which is never followed: the credential would go elsewhere.")
    return IssuerRefusedError(f"{text}.{_hint(raw.status)}")


def in_doubt(call: Call, text: str, retry_after: float | None = None) -> IssuerError:
    """What it means that the reply to `call` is lost or unreadable: a doubt only if the call has an effect."""
    if call.changes:
        return OutcomeUnknownError(f"{text} It may have been done.")
    return NotExecutedError(text, retry_after=retry_after)


def moment(text: str | None) -> datetime | None:
    """A date of HTTP or of a mail (RFC 9110, RFC 2822), in UTC; None if it is neither."""
    try:
        when = parsedate_to_datetime(text or "")
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _hint(status: int) -> str:
    credential = " Check the credential that was used, its scopes, and the place that the secret's tags name."
    return credential if status in {401, 403, 404} else ""


def _request_id(headers: Mapping[str, str]) -> str:
    found = (headers[name] for name in _REQUEST_IDS if name in headers)
    return next((f" (request {text})" for text in found if _REQUEST_ID.fullmatch(text)), "")


def _wait(headers: Mapping[str, str], date: datetime | None) -> float | None:
    """Seconds that the issuer asks to wait: Retry-After, as seconds or as a date, or when the limit is reset."""
    text = headers.get("retry-after") or next((headers[name] for name in _RESETS if name in headers), "")
    now = date or datetime.now(UTC)
    try:
        number = float(text)
    except ValueError:
        until = moment(text)
        return None if until is None else max(0.0, (until - now).total_seconds())
    return max(0.0, number - now.timestamp() if number > _AN_EPOCH else number)


def _document(raw: RawReply) -> object:
    """The JSON; None if it is not declared as JSON, cut off, or no JSON."""
    kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not (kind == "application/json" or kind.endswith("+json")):
        return None
    try:
        return json.loads(raw.body)
    except (ValueError, RecursionError):
        return None
