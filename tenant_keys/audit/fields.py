"""Looks into a record whose every part may be missing, null, or of another type.

A record is what a JSON parser returns, so an object is a `dict`. These functions run some forty times a record.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

Record: TypeAlias = Mapping[str, object]
_NOTHING: Record = {}


def part(record: Record, name: str) -> Record:
    """The object of that name; an empty one where there is none."""
    found = record.get(name)
    return found if isinstance(found, dict) else _NOTHING


def text(record: Record, *path: str) -> str:
    """The text at a path; the empty string where there is none."""
    found: object = record
    for name in path:
        if not isinstance(found, dict):
            return ""
        found = found.get(name)
    return found if isinstance(found, str) else ""


def listed(record: Record, name: str) -> Iterable[object]:
    """The items of the list of that name; none where there is none."""
    found = record.get(name)
    return found if isinstance(found, list) else ()


def first(*candidates: str) -> str:
    """The first text that is not empty."""
    for candidate in candidates:
        if candidate:
            return candidate
    return ""
