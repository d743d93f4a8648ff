"""Secrets that we choose ourselves (shape A).

Where the issuer keeps no name beside a secret, the secret carries it: `tk-…-{random}`. So a list that shows the secrets
tells which are ours, and a secret that turns up in a log or a repository can be recognised.
"""

import re
import secrets

from rotation_lambda.redaction import Sealed

RANDOM_BYTES = 32
RANDOM_LENGTH = 43  # 32 bytes in base64 without padding
_RANDOM = re.compile(f"-[A-Za-z0-9_-]{{{RANDOM_LENGTH}}}")


def invent(name: str) -> Sealed:
    """A new secret of 256 bits of chance that carries `name`."""
    return Sealed(f"{name}-{secrets.token_urlsafe(RANDOM_BYTES)}")


def name_in(secret: object) -> str | None:
    """The name that a secret carries; None if it is not of the form that `invent` makes."""
    if not isinstance(secret, str) or len(secret) <= RANDOM_LENGTH + 1:
        return None
    name, rest = secret[: -RANDOM_LENGTH - 1], secret[-RANDOM_LENGTH - 1 :]
    return name if _RANDOM.fullmatch(rest) else None
