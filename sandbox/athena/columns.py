"""Hive's column types, as far as tables of log objects use them, and values as the JSON SerDe makes them fit."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

_TOKENS = re.compile(r"\s*([a-z0-9_]+|[<>:,])")


class TypeNotKnownError(Exception):
    """A column type that the sandbox does not know."""


@dataclass(frozen=True)
class Text:
    """A `string`, which takes any value: an object as its JSON."""


@dataclass(frozen=True)
class Struct:
    """A `struct<name:type,…>`."""

    fields: Mapping[str, "ColumnType"]


@dataclass(frozen=True)
class Array:
    """An `array<type>`."""

    items: "ColumnType"


ColumnType: TypeAlias = Text | Struct | Array


def read_type(text: str) -> ColumnType:
    """Read a type such as `array<struct<arn:string>>`.

    Raises:
        TypeNotKnownError: It is of another kind.
    """
    tokens = _TOKENS.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise TypeNotKnownError(f"the sandbox's Athena does not know the column type {text!r}")
    found = _read(tokens, text)
    if tokens:
        raise TypeNotKnownError(f"the column type {text!r} goes on after its end")
    return found


def duckdb_type(of: ColumnType) -> str:
    """The type in DuckDB's words."""
    match of:
        case Struct(fields):
            return f"STRUCT({', '.join(f'{name} {duckdb_type(inner)}' for name, inner in fields.items())})"
        case Array(items):
            return f"{duckdb_type(items)}[]"
        case Text():
            return "VARCHAR"


def fitted(value: object, of: ColumnType) -> object:
    """A value of a record as a column of this type holds it; names know no case, and what does not fit is null."""
    match of:
        case Struct(fields):
            if not isinstance(value, dict):
                return None
            by_name = {str(name).lower(): inner for name, inner in value.items()}
            return {name: fitted(by_name.get(name), inner) for name, inner in fields.items()}
        case Array(items):
            return [fitted(each, items) for each in value] if isinstance(value, list) else None
        case Text():
            return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _read(tokens: list[str], whole: str) -> ColumnType:
    match _next(tokens, whole):
        case "string":
            return Text()
        case "array":
            _expect(tokens, "<", whole)
            items = _read(tokens, whole)
            _expect(tokens, ">", whole)
            return Array(items)
        case "struct":
            _expect(tokens, "<", whole)
            return Struct(_read_fields(tokens, whole))
        case other:
            raise TypeNotKnownError(f"the sandbox's Athena does not know the type {other!r} in {whole!r}")


def _read_fields(tokens: list[str], whole: str) -> Mapping[str, ColumnType]:
    fields: dict[str, ColumnType] = {}
    separator = ","
    while separator == ",":
        name = _next(tokens, whole)
        _expect(tokens, ":", whole)
        fields[name] = _read(tokens, whole)
        separator = _next(tokens, whole)
    if separator != ">":
        raise TypeNotKnownError(f"{separator!r} was not expected in the column type {whole!r}")
    return fields


def _next(tokens: list[str], whole: str) -> str:
    if not tokens:
        raise TypeNotKnownError(f"the column type {whole!r} ends too early")
    return tokens.pop(0)


def _expect(tokens: list[str], token: str, whole: str) -> None:
    if _next(tokens, whole) != token:
        raise TypeNotKnownError(f"{token!r} is missing in the column type {whole!r}")
