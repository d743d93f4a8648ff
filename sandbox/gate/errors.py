"""AWS's refusals, in the wire forms that boto3 turns into a `ClientError`."""

import json
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape

SPELLINGS = {
    "AccessDenied": {"json": "AccessDeniedException"},
    "ExpiredToken": {"json": "ExpiredTokenException"},
    "MissingAuthenticationToken": {"json": "MissingAuthenticationTokenException", "s3": "AccessDenied"},
    "UnknownCredentials": {
        "json": "UnrecognizedClientException",
        "query": "InvalidClientTokenId",
        "s3": "InvalidAccessKeyId",
    },
    "MalformedPolicyDocument": {"json": "MalformedPolicyDocumentException", "s3": "MalformedPolicy"},
}
"""What the one error is called in each protocol, where the names differ."""


class Protocol(Enum):
    """How a service speaks."""

    JSON = "json"
    QUERY = "query"
    REST_JSON = "rest-json"
    S3 = "s3"


class ApiError(Exception):
    """An answer that is an error. `code` is AWS's, or a key of `SPELLINGS`."""

    def __init__(self, code: str, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def code_in(self, protocol: Protocol) -> str:
        """Return the code as this protocol spells it."""
        family = Protocol.JSON if protocol is Protocol.REST_JSON else protocol
        return SPELLINGS.get(self.code, {}).get(family.value, self.code)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole HTTP answer; `headers` lacks the length of the body alone."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def unknown_to_the_sandbox(what: str) -> ApiError:
    """Return the refusal of what the gate can't authorise; 501 is a status that boto3 does not retry."""
    return ApiError(
        "NotImplemented", f"The sandbox does not know how to authorise {what}, so it is refused.", status=501
    )


def render(error: ApiError, protocol: Protocol, request_id: str) -> Answer:
    """Put an error into the words of a protocol."""
    code = error.code_in(protocol)
    named = (("x-amzn-RequestId", request_id),)
    if protocol in (Protocol.JSON, Protocol.REST_JSON):
        body = json.dumps({"__type": code, "message": error.message, "Message": error.message})
        content_type = (("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-ErrorType", code))
        status = 400 if protocol is Protocol.JSON else 403
        return Answer(status=error.status or status, headers=(*content_type, *named), body=body.encode())
    inner = f"<Code>{escape(code)}</Code><Message>{escape(error.message)}</Message>"
    request = f"<RequestId>{request_id}</RequestId>"
    text = f'<?xml version="1.0" encoding="UTF-8"?><Error>{inner}{request}</Error>'
    if protocol is Protocol.QUERY:
        text = f"<ErrorResponse><Error><Type>Sender</Type>{inner}</Error>{request}</ErrorResponse>"
    return Answer(status=error.status or 403, headers=(("Content-Type", "text/xml"), *named), body=text.encode())
