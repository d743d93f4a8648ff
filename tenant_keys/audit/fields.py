"""Looks into a record whose every part may be missing, null, or of another type."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

Record: TypeAlias = Mapping[str, object]
_NOTHING: Record = {}


def part(record: Record, *path: str) -> Record:
    """The object at a path; an empty one where there is none."""
    found: object = record
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else _NOTHING


def text(record: Record, *path: str) -> str:
    """The text at a path; the empty string where there is none."""
    found = part(record, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def listed(record: Record, *path: str) -> Iterator[object]:
    """The items of the list at a path; none where there is none."""
    found = part(record, *path[:-1]).get(path[-1])
    yield from found if isinstance(found, list) else ()


def first(*candidates: str) -> str:
    """The first text that is not empty."""
    return next((candidate for candidate in candidates if candidate), "")
