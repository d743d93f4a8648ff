"""How a pattern of a policy meets a value: wildcards, ARNs segment by segment, policy variables."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

Context: TypeAlias = Mapping[str, tuple[str, ...]]
"""The request's context: condition keys in lower case, each with its values."""

ARN_SEGMENTS = 6
VARIABLE = re.compile(r"\$\{([^}]*)\}")
_SEGMENT_COLON = re.compile(r":(?![^${}]*\})")
_ESCAPES = {"*": "*", "?": "?", "$": "$"}


def variables_in(pattern: str) -> tuple[str, ...]:
    """Return the names inside `${...}` of a pattern; `${*}`, `${?}` and `${$}` are characters, not names."""
    return tuple(name for name in VARIABLE.findall(pattern) if name not in _ESCAPES)


def is_arn_pattern(pattern: str) -> bool:
    """Tell whether a pattern has the six segments that every ARN has."""
    return len(_segments(pattern)) == ARN_SEGMENTS


def action_matches(pattern: str, action: str) -> bool:
    """Match an action without regard to case; `*` and `?` are wildcards."""
    return _matches_whole(pattern.lower(), action.lower())


def string_like(pattern: str, value: str, context: Context) -> bool:
    """Match as `StringLike`: case-sensitive, `*` and `?` are wildcards, variables are filled in."""
    regex = _with_variables(pattern, context)
    return regex is not None and re.fullmatch(regex, value, re.DOTALL) is not None


def string_equals(pattern: str, value: str, context: Context) -> bool:
    """Match as `StringEquals`: character by character, after variables are filled in."""
    return _literal(pattern, context) == value


def arn_like(pattern: str, arn: str, context: Context) -> bool:
    """Match as `ArnLike`: each of the six segments on its own, so that a wildcard never spans two of them.

    The last segment holds all that follows the fifth colon; a wildcard there may match colons.
    """
    patterns, values = _segments(pattern), arn.split(":", ARN_SEGMENTS - 1)
    if len(patterns) != ARN_SEGMENTS or len(values) != ARN_SEGMENTS:
        return False
    return all(string_like(part, value, context) for part, value in zip(patterns, values, strict=True))


def resource_matches(pattern: str, resource: str, context: Context) -> bool:
    """Match a `Resource` element: the lone `*`, or an ARN pattern."""
    return pattern == "*" or arn_like(pattern, resource, context)


def _segments(pattern: str) -> list[str]:
    """Split an ARN pattern at its first five colons, leaving those inside `${...}` alone."""
    return _SEGMENT_COLON.split(pattern, maxsplit=ARN_SEGMENTS - 1)


@lru_cache(maxsize=4096)
def _wildcards(text: str) -> str:
    return "".join(".*" if char == "*" else "." if char == "?" else re.escape(char) for char in text)


def _matches_whole(pattern: str, value: str) -> bool:
    return re.fullmatch(_wildcards(pattern), value, re.DOTALL) is not None


def _value_of(name: str, context: Context) -> str | None:
    """Return what stands for `${name}`; None where the request has no such key, or several values."""
    if name in _ESCAPES:
        return _ESCAPES[name]
    values = context.get(name.lower(), ())
    return values[0] if len(values) == 1 else None


def _with_variables(pattern: str, context: Context) -> str | None:
    """Return a pattern's regular expression; a variable's value is literal. None if a variable is missing."""
    pieces: list[str] = []
    for index, piece in enumerate(VARIABLE.split(pattern)):
        if index % 2 == 0:
            pieces.append(_wildcards(piece))
            continue
        value = _value_of(piece, context)
        if value is None:
            return None
        pieces.append(re.escape(value))
    return "".join(pieces)


def _literal(pattern: str, context: Context) -> str | None:
    pieces = VARIABLE.split(pattern)
    values = [piece if index % 2 == 0 else _value_of(piece, context) for index, piece in enumerate(pieces)]
    present = [value for value in values if value is not None]
    return "".join(present) if len(present) == len(values) else None
