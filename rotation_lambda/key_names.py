"""Under which names keys are minted, so that an issuer's list alone says which secret and which rotation made a key."""

from datetime import datetime
from hashlib import sha256

from rotation_lambda.contracts import IssuedKey

_SECRET_LENGTH = 12  # of a hash: 48 bits tell some ten million secrets apart
_TOKEN_LENGTH = 13  # of a UUID, with the hyphen in it: 48 bits


def name_prefix(secret: str) -> str:
    """With what the names of all keys of `secret`, an ARN, begin, and of no other secret's."""
    return f"tk-{sha256(secret.encode()).hexdigest()[:_SECRET_LENGTH]}-"


def key_name(secret: str, version: str, now: datetime) -> str:
    """The name of a key that the rotation to `version` mints: at most 40 characters.

    The epoch at its end gives the age of a key where the issuer's list does not; it also keeps the names of two
    attempts apart where an issuer refuses a name that it has seen.
    """
    return f"{name_prefix(secret)}{version[:_TOKEN_LENGTH]}-{int(now.timestamp())}"


def made_for(key: IssuedKey, prefix: str, version: str) -> bool:
    """Whether `key` was minted by the rotation to `version`."""
    return key.name.startswith(f"{prefix}{version[:_TOKEN_LENGTH]}-")
