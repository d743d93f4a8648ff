"""Small shapes that several services' calls share."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.provider.values import is_empty


def given(**arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - arguments of any AWS call
    """Return the arguments that are not empty: AWS takes an absent one, not a null one."""
    return {name: value for name, value in arguments.items() if not is_empty(value)}


def tag_list(tags: Mapping[str, str]) -> list[Any]:
    """Return tags as most services take them."""
    return [{"Key": key, "Value": text} for key, text in sorted(tags.items())]


def tag_map(tags: Iterable[Any]) -> dict[str, str]:
    """Return a service's list of tags as a map."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def told(value: object) -> object:
    """Return None for the empty text or list that some services tell of what was never set."""
    return None if value in ("", []) else value
