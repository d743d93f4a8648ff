"""Fake issuers: the APIs of third-party services on a loopback port, as their documents describe them.

`FAKES` has one class per adapter of the rotation function, by the adapter's name. Each can be told to misbehave.
"""

from collections.abc import Mapping

from sandbox.issuers.any_issuer import AnyIssuer
from sandbox.issuers.auth0 import Auth0
from sandbox.issuers.authorization_server import AuthorizationServer
from sandbox.issuers.cloudflare import Cloudflare
from sandbox.issuers.datadog import Datadog
from sandbox.issuers.fake import Fake
from sandbox.issuers.okta import Okta
from sandbox.issuers.openai import OpenAi
from sandbox.issuers.sendgrid import SendGrid
from sandbox.issuers.twilio import Twilio

FAKES: Mapping[str, type[Fake]] = {
    "sendgrid": SendGrid,
    "datadog": Datadog,
    "cloudflare": Cloudflare,
    "twilio": Twilio,
    "openai": OpenAi,
    "okta": Okta,
    "auth0": Auth0,
    "oauth-client-secret": AuthorizationServer,
    "http-mint": AnyIssuer,
    "manual": AnyIssuer,
}
