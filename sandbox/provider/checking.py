"""Checking inputs before anything happens: all problems at once, defaults and names filled in."""

import difflib
import hashlib
import json
import secrets
from collections.abc import Iterator

from sandbox.provider.archives import Archive
from sandbox.provider.schema import AutoName, Input, Kind, ResourceType
from sandbox.provider.shapes import problems, with_defaults
from sandbox.provider.values import State, has_unknown

DEFAULTS = "__defaults"
"""The engine's hidden input in which a bridged provider lists what it filled in itself."""

_FORMS: dict[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str,
    Kind.POLICY: str,
    Kind.TEXTS: list,
    Kind.NUMBER: int,
    Kind.AMOUNT: (int, float),
    Kind.FLAG: bool,
    Kind.MAP: dict,
    Kind.ARCHIVE: Archive,
    Kind.BLOCK: dict,
    Kind.BLOCKS: list,
}

_NUMBERS = (Kind.NUMBER, Kind.AMOUNT)

Failure = tuple[str, str]
"""Property path and reason."""


def checked(entry: ResourceType, new: State, old: State, logical_name: str, seed: bytes) -> State:
    """Return the inputs with the provider's defaults and the automatic name.

    Args:
        entry: the type.
        new: the program's inputs.
        old: the inputs of the last deployment, empty for a new resource.
        logical_name: the resource's name in the program.
        seed: makes the automatic name repeatable within one deployment; empty for a random one.
    """
    inputs = {name: _normal(entry.inputs.get(name), value) for name, value in new.items()}
    filled = {
        name: item.default for name, item in entry.inputs.items() if item.default is not None and name not in inputs
    }
    named = entry.auto_name
    if named is not None and named.input not in inputs:
        kept = named.input in old.get(DEFAULTS, [])
        filled[named.input] = old[named.input] if kept else _made_name(named, logical_name, seed)
    return {**inputs, **filled, DEFAULTS: sorted(filled)}


def failures(entry: ResourceType, inputs: State) -> Iterator[Failure]:
    """Yield everything that is wrong with the inputs of one resource; an unknown value is never wrong."""
    for name, value in inputs.items():
        if name == DEFAULTS:
            continue
        item = entry.inputs.get(name)
        if item is None:
            yield name, _no_such_input(entry, name)
        else:
            yield from _value_failures(name, item, value)
    for name, item in entry.inputs.items():
        if item.required and name not in inputs:
            yield name, f"is required by {entry.pulumi_type}"
        if isinstance(inputs.get(name), Archive) and item.told_by not in inputs:
            yield name, f"needs {item.told_by!r} beside it, by which alone the sandbox tells other content"


def _value_failures(name: str, item: Input, value: object) -> Iterator[Failure]:
    if has_unknown(value) and not isinstance(value, (dict, list)):
        return
    is_form = isinstance(value, _FORMS[item.kind]) and not (item.kind in _NUMBERS and isinstance(value, bool))
    if not is_form:
        yield name, f"must be {item.kind.value}, got {value!r}"
        return
    if item.shape is not None:
        blocks = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, block in blocks:
            yield from problems(item.shape, block, name if index is None else f"{name}[{index}]")
    reason = item.rule(value) if item.rule and not has_unknown(value) else None
    if reason:
        yield name, reason


def _no_such_input(entry: ResourceType, name: str) -> str:
    if name in entry.unserved:
        return f"is an input of {entry.pulumi_type} that the sandbox does not support"
    near = difflib.get_close_matches(name, [*entry.inputs, *entry.unserved], n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(sorted(entry.inputs))}"
    return f"{entry.pulumi_type} has no such input; {hint}"


def _normal(item: Input | None, value: object) -> object:
    if item is None:
        return value
    if item.kind is Kind.POLICY and isinstance(value, dict) and not has_unknown(value):
        return json.dumps(value)  # pulumi_aws takes a document where the provider takes its text
    if item.shape is not None and isinstance(value, dict):
        return with_defaults(item.shape, value)
    if item.shape is not None and isinstance(value, list):
        shape = item.shape
        return [with_defaults(shape, block) if isinstance(block, dict) else block for block in value]
    return value


def _made_name(named: AutoName, logical_name: str, seed: bytes) -> str:
    suffix = hashlib.sha256(seed).hexdigest()[:7] if seed else secrets.token_hex(4)[:7]
    room = named.limit - len(named.pattern.format("")) - len(suffix) - 1
    base = logical_name.lower() if named.lower else logical_name
    return named.pattern.format(f"{base[:room]}-{suffix}")
