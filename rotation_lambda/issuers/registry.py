"""The adapters by name, and what the deployer's side may ask of them before anything is deployed.

Nothing here calls an issuer or AWS.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from rotation_lambda.contracts import Traits
from rotation_lambda.http_client import HttpClient
from rotation_lambda.issuers.adapter import Adapter
from rotation_lambda.issuers.auth0 import Auth0
from rotation_lambda.issuers.cloudflare import Cloudflare
from rotation_lambda.issuers.datadog import Datadog
from rotation_lambda.issuers.http_mint import HttpMint
from rotation_lambda.issuers.manual import Manual
from rotation_lambda.issuers.oauth_client_secret import OAuthClientSecret
from rotation_lambda.issuers.okta import Okta
from rotation_lambda.issuers.openai import OpenAi
from rotation_lambda.issuers.options import OptionProblem
from rotation_lambda.issuers.sendgrid import SendGrid
from rotation_lambda.issuers.twilio import Twilio
from rotation_lambda.redaction import Sealed

ADAPTERS: Mapping[str, type[Adapter]] = {
    "sendgrid": SendGrid,
    "datadog": Datadog,
    "cloudflare": Cloudflare,
    "twilio": Twilio,
    "openai": OpenAi,
    "okta": Okta,
    "auth0": Auth0,
    "oauth-client-secret": OAuthClientSecret,
    "http-mint": HttpMint,
    "manual": Manual,
}


def build(
    adapter: str,
    *,
    base_url: str | None,
    options: Mapping[str, object],
    admin: Callable[[], Sealed],
    http: HttpClient,
    clock: Callable[[], datetime],
) -> Adapter:
    """The adapter called `adapter`, made from an issuer's settings; see `Adapter` for the arguments.

    Raises:
        KeyError: There is no such adapter.
        OptionsRefusedError: The settings can't be used.
    """
    return ADAPTERS[adapter](base_url=base_url, options=options, admin=admin, http=http, clock=clock)


def issuer_problems(adapter: str, *, base_url: str | None, options: Mapping[str, object]) -> list[OptionProblem]:
    """All that is wrong with an issuer's settings: exactly what `build` would refuse."""
    return ADAPTERS[adapter].problems(base_url, options)


def account_problem(adapter: str, account: str) -> OptionProblem | None:
    """What is wrong with a key's account at the issuer, which is empty if the key has none."""
    return ADAPTERS[adapter].account.problem(account)


def admin_fields(adapter: str, options: Mapping[str, object]) -> tuple[str, ...]:
    """The fields of the JSON object that the issuer's admin secret holds; empty if the issuer needs none."""
    return ADAPTERS[adapter].admin_fields_for(options)


def traits_of(adapter: str, options: Mapping[str, object]) -> Traits:
    """How the issuer's credentials come into being, for settings without problems."""
    return ADAPTERS[adapter].traits_for(options)
