"""The value types of what a stack file says of issuers."""

import re
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from tenant_keys import naming
from tenant_keys.settings.problems import refusal
from tenant_keys.settings.words import pattern

# What a tag's value may hold (Secrets Manager API reference, Tag), without what means something in an address.
_ISSUER_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}")
# An account has 1,000 concurrent executions to begin with, and 100 can't be reserved (Lambda quotas).
MOST_CONCURRENT = 900
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Adapter(StrEnum):
    """The issuers' APIs that rotation speaks."""

    SENDGRID = "sendgrid"
    DATADOG = "datadog"
    CLOUDFLARE = "cloudflare"
    TWILIO = "twilio"
    OPENAI = "openai"
    OKTA = "okta"
    AUTH0 = "auth0"
    OAUTH_CLIENT_SECRET = "oauth-client-secret"  # noqa: S105 - the adapter's name
    HTTP_MINT = "http-mint"
    MANUAL = "manual"


def _issuer_name(text: str) -> str:
    if not naming.is_tenant_id(text):
        raise refusal(
            what="is not a name for an issuer",
            why="The name stands in the names of the issuer's rotation function and of its admin credential",
            do="Write 3 to 40 lower case letters, digits and single hyphens, such as 'sendgrid' or 'okta-eu'.",
        )
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    safe = parts.scheme == "https" or is_on_this_machine(text)
    if not (safe and parts.hostname and not (parts.username or parts.query or parts.fragment)):
        raise refusal(
            what="is not an https address",
            why="A key goes there: over anything else it could be read, or sent to another host",
            do="Write an address such as 'https://api.eu.issuer.example', without user, query or fragment.",
        )
    return text


def _issuer_account(text: str) -> str:
    if _ISSUER_ACCOUNT.fullmatch(text) is None:
        raise refusal(
            what="is not the id of an account at an issuer",
            why="It is kept as a tag of the secret, and stands in the addresses that rotation calls",
            do="Write the id as the issuer shows it: 1 to 128 letters, digits and '._:@-', a letter or digit first.",
        )
    return text


def _concurrency(number: int) -> int:
    if not 1 <= number <= MOST_CONCURRENT:
        raise refusal(
            what=f"is outside of 1 to {MOST_CONCURRENT}",
            why="It is taken from the executions that Lambda lets an account run at once, of which 100 stay free",
            do="Write how many rotations the issuer's API bears at once, such as 10, or leave it out for no limit.",
        )
    return number


IssuerName = Annotated[str, AfterValidator(_issuer_name)]
Origin = Annotated[str, AfterValidator(_origin)]
IssuerAccount = Annotated[str, AfterValidator(_issuer_account), pattern(_ISSUER_ACCOUNT.pattern)]
Concurrency = Annotated[int, AfterValidator(_concurrency)]


def is_on_this_machine(address: str) -> bool:
    """Whether plain http to `address` stays on the machine that makes the call, as a stand-in for an issuer does."""
    parts = urlsplit(address)
    return parts.scheme == "http" and parts.hostname in _LOOPBACK
