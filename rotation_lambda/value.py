"""The structured value of a secret: one JSON object per version."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from rotation_lambda.errors import WrongSecretError
from rotation_lambda.redaction import Sealed

VALUE_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class ApiKeyValue:
    """One version's value. A plain string that a person put in has an `api_key` and nothing else.

    Attributes:
        api_key: The credential.
        api_key_id: The issuer's id of it; None if a person brought it: then nothing of ours may revoke it.
        issuer: The issuer's name in the settings; None if a person brought it.
        endpoint: The issuer's base URL for which it was minted.
        account: The place at the issuer for which it was minted.
        tenant: The tenant for which it was minted.
        minted_at: When, in UTC.
        extra: What else the issuer needs to use or renew it, such as a refresh token.
    """

    api_key: Sealed
    api_key_id: str | None = None
    issuer: str | None = None
    endpoint: str | None = None
    account: str | None = None
    tenant: str | None = None
    minted_at: datetime | None = None
    extra: Mapping[str, Sealed] = field(default_factory=dict)

    def text(self) -> Sealed:
        """The JSON that is stored; equal values give equal texts, so that storing one twice is no change."""
        fields: dict[str, object] = {
            "version": VALUE_VERSION,
            "apiKey": self.api_key.open(),
            "apiKeyId": self.api_key_id,
            "issuer": self.issuer,
            "endpoint": self.endpoint,
            "account": self.account,
            "tenant": self.tenant,
            "mintedAt": None if self.minted_at is None else self.minted_at.isoformat(),
            "extra": {name: sealed.open() for name, sealed in sorted(self.extra.items())},
        }
        return Sealed(json.dumps({name: value for name, value in fields.items() if value not in (None, {})}))


def parse_value(text: Sealed) -> ApiKeyValue:
    """The value that a version holds: our JSON, or a plain string that a person put in.

    Raises:
        WrongSecretError: It is JSON of a later version of this program, or without an `apiKey`.
    """
    try:
        fields = json.loads(text.open())
    except ValueError:
        return ApiKeyValue(api_key=text)
    if not isinstance(fields, dict):
        return ApiKeyValue(api_key=text)
    if fields.get("version", VALUE_VERSION) != VALUE_VERSION:
        raise WrongSecretError(
            f"The value's version is not {VALUE_VERSION}, which this function understands. Deploy the newer function."
        )
    if not isinstance(fields.get("apiKey"), str):
        raise WrongSecretError("The value is a JSON object without an 'apiKey'. Put the key in again.")
    return ApiKeyValue(
        api_key=Sealed(fields["apiKey"]),
        api_key_id=fields.get("apiKeyId"),
        issuer=fields.get("issuer"),
        endpoint=fields.get("endpoint"),
        account=fields.get("account"),
        tenant=fields.get("tenant"),
        minted_at=datetime.fromisoformat(fields["mintedAt"]) if fields.get("mintedAt") else None,
        extra={name: Sealed(part) for name, part in fields.get("extra", {}).items()},
    )
