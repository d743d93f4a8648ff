"""What a secret's tag `issuer-account` may say: the tenant's account, project or app at the issuer."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from rotation_lambda.issuers.options import OptionProblem

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

    def problem(self, account: str) -> OptionProblem | None:
        """What is wrong with `account`, which is empty if the tag is not there."""
        if re.fullmatch(self.pattern, account) or not (account or self.required):
            return None
        return OptionProblem(
            where="issuer-account",
            what="does not look like one of this issuer" if account else "is missing",
            why=f"It names {self.means}",
            do=f"Write one that matches {self.pattern}.",
        )
