"""One row per adapter: what the contract tests need to know to run over it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from rotation_lambda.errors import IssuerError, IssuerRefusedError, OutcomeUnknownError
from tests.issuers.described import ANY_ISSUER, AUTHORIZATION_SERVER


@dataclass(frozen=True, kw_only=True)
class Row:
    """One adapter.

    Attributes:
        adapter: Its name; its fake has the same.
        options: The options that the settings would give.
        account: The tenant's account at the issuer.
        other: Another tenant's account; None if the issuer keeps no accounts apart.
        page: How many keys one page of the list holds; None if there are no pages.
        deletes_with: The status with which a key is deleted.
        probes: Whether the adapter asks the issuer about a key.
        cap: How many keys an account holds; None where no limit is documented.
        error_in_200: The class of error that an error inside a 200 leads to, for calls with an effect.
    """

    adapter: str
    account: str
    other: str | None
    options: Mapping[str, Any] = field(default_factory=dict)
    page: int | None = None
    deletes_with: int = 204
    probes: bool = True
    cap: int | None = None
    error_in_200: type[IssuerError] = OutcomeUnknownError

    def __str__(self) -> str:
        return self.adapter


def row_of(adapter: str, **changes: Any) -> Row:
    """The adapter's row, with other options or another account for a directed test."""
    return replace(next(row for row in ROWS if row.adapter == adapter), **changes)


def on(*rows: Row) -> pytest.MarkDecorator:
    """Runs a test over the rows, each with a fake of its own."""
    return pytest.mark.parametrize("bench", [pytest.param(row, id=str(row)) for row in rows], indirect=True)


ROWS = [
    Row(adapter="sendgrid", account="acme-mail", other="globex-mail", options={"scopes": ["mail.send"]}, cap=100),
    Row(
        adapter="datadog",
        account="11111111-aaaa-4aaa-8aaa-111111111111",
        other="22222222-bbbb-4bbb-8bbb-222222222222",
        page=50,
        cap=50,
    ),
    Row(
        adapter="cloudflare",
        account="a" * 32,
        other="b" * 32,
        options={"policies": [{"effect": "allow"}], "expiresAfterDays": 90},
        page=10,
        deletes_with=200,
        error_in_200=IssuerRefusedError,
    ),
    Row(adapter="twilio", account="AC" + "a" * 32, other="AC" + "b" * 32, page=100),
    Row(
        adapter="openai",
        account="proj_acme:svc_acct_acme",
        other="proj_globex:svc_acct_globex",
        page=50,
        deletes_with=200,
    ),
    Row(adapter="okta", account="0oaacme", other="0oaglobex", deletes_with=200, cap=2),
    Row(adapter="auth0", account="acmeclient", other="globexclient", options={"audience": "https://api.example"}),
    Row(
        adapter="oauth-client-secret",
        account="acme-client",
        other="globex-client",
        options=AUTHORIZATION_SERVER,
        cap=3,
    ),
    Row(adapter="http-mint", account="acme", other="globex", options=ANY_ISSUER, page=10, deletes_with=200, cap=30),
    Row(adapter="manual", account="acme", other="globex", options={"probe": ANY_ISSUER["probe"], "failed": "/error"}),
]
