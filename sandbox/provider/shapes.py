"""Nested inputs (`rules`, `eventSelectors`): their field names on both sides, and what follows from them."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sandbox.provider.values import has_unknown, is_empty

Block = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a nested input.

    Attributes:
        aws: the member's name in AWS's API.
        required: the provider's schema demands it.
        default: what the provider fills in.
        computed: AWS fills it in, so its absence in the program is no difference.
        fields: the fields of the block inside; None for a plain value.
    """

    aws: str
    required: bool = False
    default: object = None
    computed: bool = False
    fields: "Mapping[str, Field] | None" = None


Shape = Mapping[str, Field]


def to_aws(shape: Shape, block: Mapping[str, Any]) -> Block:
    """Return a block as AWS's API takes it."""
    return {shape[name].aws: _to_aws(shape[name], value) for name, value in block.items() if value is not None}


def from_aws(shape: Shape, members: Mapping[str, Any]) -> Block:
    """Return a block of an AWS response under Pulumi's names; members that the shape lacks are left out."""
    return {
        name: _from_aws(field, members[field.aws])
        for name, field in shape.items()
        if not is_empty(members.get(field.aws))
    }


def with_defaults(shape: Shape, block: Mapping[str, Any]) -> Block:
    """Return the block with the provider's defaults filled in."""
    filled = {name: field.default for name, field in shape.items() if field.default is not None}
    for name, value in block.items():
        inner = shape[name].fields if name in shape else None
        filled[name] = _each(value, partial(with_defaults, inner)) if inner else value
    return filled


def comparable(shape: Shape, block: Mapping[str, Any], beside: Mapping[str, Any]) -> Block:
    """Return what of a block counts in a comparison with another: no empty values, no computed extras."""
    kept: Block = {}
    for name, value in block.items():
        field = shape.get(name)
        if is_empty(value) or (field is not None and field.computed and is_empty(beside.get(name))):
            continue
        if field is not None and field.fields and isinstance(value, dict):
            inner = beside.get(name)
            value = comparable(field.fields, value, inner if isinstance(inner, dict) else {})  # noqa: PLW2901 - the same value, reduced
            if not value:
                continue
        kept[name] = sorted(value, key=repr) if isinstance(value, list) else value
    return kept


def problems(shape: Shape, block: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield (property path, what is wrong) for names and required fields at every depth."""
    if has_unknown(block) and not isinstance(block, (dict, list)):
        return
    if not isinstance(block, dict):
        yield path, f"must be an object, got {block!r}"
        return
    for name in block:
        if name not in shape:
            near = difflib.get_close_matches(name, shape, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(shape))}"
            yield f"{path}.{name}", f"there is no such field; {hint}"
    for name, field in shape.items():
        if field.required and name not in block:
            yield f"{path}.{name}", "is required"
        if field.fields and name in block:
            inner = block[name]
            for index, item in enumerate(inner if isinstance(inner, list) else [inner]):
                where = f"{path}.{name}[{index}]" if isinstance(inner, list) else f"{path}.{name}"
                yield from problems(field.fields, item, where)


def _to_aws(field: Field, value: Any) -> object:  # noqa: ANN401 - whatever the program wrote there
    inner = field.fields
    return _each(value, partial(to_aws, inner)) if inner else value


def _from_aws(field: Field, value: Any) -> object:  # noqa: ANN401 - whatever AWS answered
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    inner = field.fields
    return _each(value, partial(from_aws, inner)) if inner else value


def _each(value: object, convert: Callable[[Block], Block]) -> object:
    if isinstance(value, list):
        return [convert(item) for item in value]
    return convert(value) if isinstance(value, dict) else value
