"""How old a key at an issuer is, by the issuer's own clock: the age rule of the sweep must not depend on ours."""

import re
from datetime import UTC, datetime, timedelta

from rotation_lambda.http_reply import moment

_EPOCH_AT_THE_END = re.compile(r"-([0-9]{9,11})")  # 1973 to 5138
_MILLISECONDS = 100_000_000_000  # a larger number of seconds would be after the year 5138
_LATEST = 100_000_000_000_000


def age_by_name(name: str, now: datetime) -> timedelta | None:
    """The age of a key whose name ends in a hyphen and the epoch of its minting, in seconds; None for other names.

    For issuers whose list has no creation date (SendGrid).
    """
    found = _EPOCH_AT_THE_END.fullmatch(name[name.rfind("-") :]) if "-" in name else None
    return None if found is None else now - datetime.fromtimestamp(int(found[1]), UTC)


def age_by_date(created: object, now: datetime) -> timedelta | None:
    """The age of a key by its creation date: ISO 8601, RFC 2822, or seconds or milliseconds since 1970."""
    match created:
        case bool():
            return None
        case int() | float() if 0 < created < _LATEST:
            seconds = created / 1000 if created > _MILLISECONDS else created
            return now - datetime.fromtimestamp(seconds, UTC)
        case str():
            when = _iso(created) or moment(created)
            return None if when is None else now - when
        case _:
            return None


def _iso(text: str) -> datetime | None:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when
