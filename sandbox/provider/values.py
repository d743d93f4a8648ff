"""Conversion between the engine's property values and plain Python ones."""

from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

from sandbox.provider.archives import Archive, pulumi_archive, read_archive

State = dict[str, Any]
"""Inputs or outputs of one resource, by their Pulumi (camelCase) names."""

UNKNOWN = rpc.UNKNOWN
"""Stands for a value that a preview can't know; the framework hands it over as this plain string."""


def decode(properties: Mapping[str, PropertyValue]) -> State:
    """Return plain values; whole numbers become `int`, absent (null) ones are left out."""
    plain = {name: _plain(value) for name, value in properties.items()}
    return {name: value for name, value in plain.items() if value is not None}


def encode(state: Mapping[str, object]) -> dict[str, PropertyValue]:
    """Return property values; `None` is left out, because an absent property has no null form in state."""
    return {name: _wrapped(value) for name, value in state.items() if value is not None}


def has_unknown(value: object) -> bool:
    """Tell whether a value is unknown or holds an unknown anywhere inside."""
    if isinstance(value, dict):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value == UNKNOWN


def is_empty(value: object) -> bool:
    """Tell whether Terraform's SDK would not tell a value from an absent one."""
    return value is None or value is False or value in ("", [], {})


def _plain(wrapped: PropertyValue) -> object:
    value = wrapped.value
    if isinstance(value, Mapping):
        return decode(cast("Mapping[str, PropertyValue]", value))
    if isinstance(value, pulumi.Archive):
        return read_archive(value)
    if isinstance(value, (list, tuple)):
        return [_plain(cast("PropertyValue", item)) for item in value]
    if isinstance(value, float) and not isinstance(value, bool) and value == int(value):
        return int(value)
    return value


def _wrapped(value: object) -> PropertyValue:
    if isinstance(value, Mapping):
        return PropertyValue(encode(cast("Mapping[str, object]", value)))
    if isinstance(value, Archive):
        return PropertyValue(pulumi_archive(value))
    if isinstance(value, (list, tuple)):
        return PropertyValue([_wrapped(item) for item in value])
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    if value is None or isinstance(value, (bool, float, str)):
        return PropertyValue(value)
    raise TypeError(f"a property can't hold a {type(value).__name__}")
