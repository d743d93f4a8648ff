"""Equality of policy documents as AWS means it, not as text."""

import json
from typing import cast


def equal_documents(one: str, other: str) -> bool:
    """Compare two policies as values: order, spacing and one-element lists do not matter.

    Text that is no JSON is compared as text.
    """
    try:
        return _canonical(json.loads(one)) == _canonical(json.loads(other))
    except ValueError:
        return one == other


def _canonical(value: object) -> object:
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {name: _canonical(item) for name, item in fields.items() if item != []}
    if isinstance(value, list):
        items = sorted((_canonical(item) for item in cast("list[object]", value)), key=_order)
        return items[0] if len(items) == 1 else items
    if isinstance(value, bool):
        return str(value).lower()  # AWS stores the conditions' booleans as strings
    return value


def _order(value: object) -> str:
    return json.dumps(value, sort_keys=True)
