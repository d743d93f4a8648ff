"""Archives without their content: all that the engine tells of those in an old state is a hash.

The framework can't read such a value. What a type holds instead is told by AWS (`Input.told_as`), so it is taken out
of a request, and put back as it was where the answer is the new state.
"""

from collections.abc import Iterator
from typing import TypeAlias

from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime import rpc

_SIGNATURE = rpc._special_sig_key  # noqa: SLF001 - the SDK has no public name for it
_ARCHIVE = rpc._special_archive_sig  # noqa: SLF001 - the same
_CONTENT = frozenset({"assets", "path", "uri"})

TakenOut: TypeAlias = dict[tuple[str, str], Value]
"""By the request's field and the property in it, the value as the engine sent it."""


def take_out(request: Message) -> TakenOut:
    """Remove archives without content from all properties of a request, and return them."""
    taken: TakenOut = {}
    for field, properties in _structs(request):
        for name in [name for name, value in properties.fields.items() if _is_elided(value)]:
            taken[field, name] = Value()
            taken[field, name].CopyFrom(properties.fields[name])
            del properties.fields[name]
    return taken


def put_back(answer: Message, taken: TakenOut) -> None:
    """Add to an answer what was taken out of the fields of the same names, as far as these hold anything."""
    structs = dict(_structs(answer))
    for (field, name), value in taken.items():
        if field in structs:
            structs[field].fields[name].CopyFrom(value)


def _structs(message: Message) -> Iterator[tuple[str, Struct]]:
    for field, value in message.ListFields():
        if isinstance(value, Struct):
            yield field.name, value


def _is_elided(value: Value) -> bool:
    fields = value.struct_value.fields
    if _SIGNATURE not in fields or fields[_SIGNATURE].string_value != _ARCHIVE:
        return False
    return not any(fields[name].string_value or fields[name].struct_value.fields for name in _CONTENT & set(fields))
