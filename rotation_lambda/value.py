"""The structured value of a secret: one JSON object per version."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

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
        source: The text that it was read from, which may hold fields of a person's own; None if we made it.
    """

    api_key: Sealed
    api_key_id: str | None = None
    issuer: str | None = None
    endpoint: str | None = None
    account: str | None = None
    tenant: str | None = None
    minted_at: datetime | None = None
    extra: Mapping[str, Sealed] = field(default_factory=dict)
    source: Sealed | None = field(default=None, compare=False)

    def text(self) -> Sealed:
        """What is stored: the text that it was read from, else JSON that is the same for equal values.

        So storing a value twice is no change, and a copy of a person's value is that value to the letter.
        """
        if self.source is not None:
            return self.source
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
        WrongSecretError: It is a JSON object of a later version of this program, or not of the form that `text` writes.
    """
    try:
        fields = json.loads(text.open())
    except ValueError:
        return ApiKeyValue(api_key=text, source=text)
    if not isinstance(fields, dict):
        return ApiKeyValue(api_key=text, source=text)
    if fields.get("version", VALUE_VERSION) != VALUE_VERSION:
        raise WrongSecretError(
            f"The value's version is not {VALUE_VERSION}, which this function understands. Deploy the newer function."
        )
    api_key = _text(fields, "apiKey")
    if not api_key:
        raise WrongSecretError("The value is a JSON object without an 'apiKey'. Put the key in again.")
    return ApiKeyValue(
        api_key=Sealed(api_key),
        api_key_id=_text(fields, "apiKeyId"),
        issuer=_text(fields, "issuer"),
        endpoint=_text(fields, "endpoint"),
        account=_text(fields, "account"),
        tenant=_text(fields, "tenant"),
        minted_at=_moment(fields, "mintedAt"),
        extra=_extra(fields),
        source=text,
    )


def _text(fields: Mapping[str, object], name: str) -> str | None:
    text = fields.get(name)
    if isinstance(text, str | None):
        return text
    raise WrongSecretError(f"The value's '{name}' is not a text. Put the key in again.")


def _moment(fields: Mapping[str, object], name: str) -> datetime | None:
    text = _text(fields, name)
    try:
        when = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        raise WrongSecretError(f"The value's '{name}' is not a time (ISO 8601). Put the key in again.") from None
    return when.replace(tzinfo=UTC) if when is not None and when.tzinfo is None else when


def _extra(fields: Mapping[str, object]) -> Mapping[str, Sealed]:
    extra = fields.get("extra", {})
    if not (isinstance(extra, dict) and all(isinstance(part, str) for part in extra.values())):
        raise WrongSecretError("The value's 'extra' is not an object of texts. Put the key in again.")
    return {name: Sealed(part) for name, part in extra.items()}
