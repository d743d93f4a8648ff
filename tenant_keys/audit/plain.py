"""Makes text from a log safe to show: whoever calls AWS chooses a user agent, and may choose one that does harm."""

import unicodedata

# Control, format (such as text direction), private and unassigned characters, and line separators.
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@")
_ARN_PARTS = 5


def plain(text: str) -> str:
    """Text without characters that a terminal or a page would act on instead of showing."""
    if text.isascii() and text.isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in _HIDDEN else c for c in text)


def plain_cell(text: str) -> str:
    """Text for a cell of a spreadsheet: never a formula."""
    shown = plain(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown


def short_arn(principal: str) -> str:
    """What follows the account in an ARN: `assumed-role/myapp--acme--reader/tenant-acme`."""
    parts = principal.split(":", _ARN_PARTS)
    return parts[_ARN_PARTS] if principal.startswith("arn:") and len(parts) > _ARN_PARTS else principal
