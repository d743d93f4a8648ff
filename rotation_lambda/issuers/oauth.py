"""How a client of OAuth 2.0 shows its secret, and what the answers mean (RFC 6749)."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote_plus

from rotation_lambda.contracts import Probe
from rotation_lambda.errors import IssuerRefusedError
from rotation_lambda.http_reply import Call, Reply
from rotation_lambda.issuers.adapter import FORM, Adapter, as_form
from rotation_lambda.issuers.admin import basic
from rotation_lambda.issuers.json_pointer import at
from rotation_lambda.issuers.options import Kind, Option
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue

# What an authorization server says no with; the adapter judges all three.
REFUSALS = frozenset({400, 401, 403})
BY = Option(
    kind=Kind.TEXT,
    choices=("basic", "post"),
    means="How the client shows its secret: in a header (basic, the default) or in the body (post).",
)
# RFC 6749, section 5.2, and what Auth0 says; any other text is not repeated.
_CODES = frozenset(
    {
        "access_denied",
        "invalid_client",
        "invalid_grant",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


def with_secret(call: Call, client_id: str, secret: Sealed, fields: Mapping[str, str], *, by: str) -> Call:
    """`call` as a form that shows the client's secret (RFC 6749, section 2.3.1)."""
    if by == "basic":
        headers = basic(quote_plus(client_id), Sealed(quote_plus(secret.open())))
        return replace(call, headers=headers, body=as_form(fields), content_type=FORM, expects=REFUSALS)
    shown = {**fields, "client_id": client_id, "client_secret": secret.open()}
    return replace(call, body=as_form(shown), content_type=FORM, expects=REFUSALS)


class OAuthAdapter(Adapter):
    """An adapter whose credentials are client secrets."""

    def _tried(self, call: Call, value: ApiKeyValue, pointer: str) -> Probe:
        """What the answer to `call`, made with `value`, says of it; a success has a field at `pointer`."""
        reply = self._send(call)
        if _client_is_refused(reply):
            return self._not_valid(value)
        if reply.status >= 400:
            code = at(reply.document, "/error")
            raise IssuerRefusedError(
                f"{self.name}: {call.action}: HTTP {reply.status}, error {code if code in _CODES else 'unknown'}: the "
                "secret is not the reason. Check what the settings ask for, and what the client is allowed."
            )
        if at(reply.document, pointer) is None:
            raise self._undocumented(call, f"{pointer} is missing")
        return Probe.VALID


def _client_is_refused(reply: Reply) -> bool:
    """401, or 400 with the word for it; other refusals are about something else than the secret."""
    return reply.status == 401 or (reply.status == 400 and at(reply.document, "/error") == "invalid_client")
