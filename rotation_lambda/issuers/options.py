"""What an adapter may be told in the stack's settings, as data, and the check that lists all problems at once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rotation_lambda.errors import RotationError
from rotation_lambda.issuers.json_pointer import is_pointer

_WORD = re.compile(r"\{([a-z][A-Za-z]*)\}")
_PATH = re.compile(r"/(?!/)[\x21-\x7e]*")


class OptionsRefusedError(RotationError):
    """The stack's settings for an issuer can't be used; the text lists every problem."""


class Kind(StrEnum):
    """What an option holds."""

    TEXT = "a text"
    TEXTS = "a list of texts"
    NUMBER = "a whole number"
    FLAG = "true or false"
    PATH = "a path that begins with one slash"
    POINTER = "a JSON pointer such as '/data/id'"
    OBJECT = "an object"
    OBJECTS = "a list of objects"
    SECTION = "a section"


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of an adapter.

    Attributes:
        kind: What it holds.
        means: What it is for.
        required: Whether it must be there.
        choices: The texts that it may be; empty for any.
        least: The smallest number.
        most: The largest number.
        words: What may stand in braces in a path or a text: `{account}`.
        parts: The options of a section.
    """

    kind: Kind
    means: str
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 1_000_000
    words: frozenset[str] = frozenset()
    parts: Mapping[str, "Option"] = field(default_factory=dict)


def problems(options: Mapping[str, object], described: Mapping[str, Option], where: str = "options") -> list[str]:
    """All that is wrong with `options`: unknown, missing, or not of their kind."""
    known = ", ".join(sorted(described)) or "none"
    found = [
        f"{where}.{name}: is not an option here. Known: {known}." for name in sorted(set(options) - set(described))
    ]
    for name, option in described.items():
        if name in options:
            found += _problems_of(options[name], option, f"{where}.{name}")
        elif option.required:
            found.append(f"{where}.{name}: is missing. It is {option.kind.value}: {option.means}")
    return found


def _problems_of(value: object, option: Option, where: str) -> list[str]:
    if option.kind is Kind.SECTION and isinstance(value, Mapping):
        return problems(value, option.parts, where)
    if not _fits(value, option):
        got = type(value).__name__
        bounds = f" from {option.least} to {option.most}" if option.kind is Kind.NUMBER else ""
        choices = f" out of {', '.join(option.choices)}" if option.choices else ""
        return [f"{where}: is no {option.kind.value.removeprefix('a ')}{bounds}{choices} (got {got}). {option.means}"]
    if option.kind in {Kind.PATH, Kind.TEXT} and isinstance(value, str):
        unknown = sorted(set(_WORD.findall(value)) - option.words) if option.words else []
        return [f"{where}: {{{word}}} is not known. Known: {', '.join(sorted(option.words))}." for word in unknown]
    return []


def _fits(value: object, option: Option) -> bool:
    match option.kind:
        case Kind.TEXT:
            return isinstance(value, str) and bool(value) and (not option.choices or value in option.choices)
        case Kind.TEXTS:
            return isinstance(value, list) and all(isinstance(each, str) and each for each in value) and bool(value)
        case Kind.NUMBER:
            whole = isinstance(value, int) and not isinstance(value, bool)
            return whole and option.least <= value <= option.most
        case Kind.FLAG:
            return isinstance(value, bool)
        case Kind.PATH:
            return isinstance(value, str) and bool(_PATH.fullmatch(value)) and "/.." not in value
        case Kind.POINTER:
            return isinstance(value, str) and is_pointer(value)
        case Kind.OBJECT:
            return isinstance(value, Mapping)
        case Kind.OBJECTS:
            return isinstance(value, list) and all(isinstance(each, Mapping) for each in value) and bool(value)
        case Kind.SECTION:
            return False


def fill(template: object, words: Mapping[str, str]) -> object:
    """A copy of `template` with `{word}` replaced in every text of it; other braces stay as they are."""
    match template:
        case str():
            return _WORD.sub(lambda found: words.get(found[1], found[0]), template)
        case Mapping():
            return {str(fill(name, words)): fill(part, words) for name, part in template.items()}
        case list():
            return [fill(part, words) for part in template]
        case _:
            return template
