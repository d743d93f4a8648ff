"""What a secret's tag `issuer-account` may say: the tenant's account, project or app at the issuer."""

import re
from dataclasses import dataclass
from urllib.parse import quote

# As the last or a middle part of a path: not empty, since a DELETE would then reach all keys, and no dot in front,
# since `..` is another path. 256 characters is the most that a tag of AWS holds.
_SAFE_PART = re.compile(r"[A-Za-z0-9_@+=:-][A-Za-z0-9_.@+=:-]{0,255}")


def path_part(text: str) -> str | None:
    """`text` as one part of a path; None if it can't be one."""
    return quote(text, safe="") if _SAFE_PART.fullmatch(text) else None


@dataclass(frozen=True, kw_only=True)
class AccountForm:
    """How an issuer names the place of a tenant's keys.

    Attributes:
        means: What it names, for error texts: "a subuser".
        pattern: What it looks like, matched with `fullmatch`.
        required: Whether every key of this issuer needs one.
    """

    means: str
    pattern: str = _SAFE_PART.pattern
    required: bool = True

    def problem(self, account: str) -> str | None:
        """What is wrong with `account`, which is empty if the tag is not there."""
        if not account:
            return f"issuer-account is missing. It names {self.means}." if self.required else None
        if re.fullmatch(self.pattern, account) is None:
            return f"issuer-account does not look like {self.means} (expected {self.pattern})."
        return None
