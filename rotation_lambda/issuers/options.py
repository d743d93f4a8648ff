"""What an adapter may be told in the stack's settings, as data, and the check that lists all problems at once."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rotation_lambda.errors import RotationError
from rotation_lambda.issuers.json_pointer import is_pointer

_WORD = re.compile(r"\{([a-z][A-Za-z]*)\}")
_PATH = re.compile(r"/(?!/)[\x21-\x7e]*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, "token"


class OptionsRefusedError(RotationError):
    """The stack's settings for an issuer can't be used; the text lists all that is wrong."""


class Kind(StrEnum):
    """What an option holds."""

    TEXT = "a text"
    TEXTS = "a list of texts"
    NUMBER = "a whole number"
    NUMBERS = "a list of whole numbers"
    FLAG = "true or false"
    PATH = "a path that begins with one slash and has no query"
    POINTER = "a JSON pointer such as '/data/id'"
    HEADERS = "an object of header names and texts"
    TEXT_MAP = "an object of texts"
    POINTERS = "an object of names and JSON pointers"
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
        words: What may stand in braces in its texts, such as `{account}`; None if braces mean nothing in it.
        parts: The options of a section.
    """

    kind: Kind
    means: str
    required: bool = False
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 1_000_000
    words: frozenset[str] | None = None
    parts: Mapping[str, "Option"] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OptionProblem:
    """One thing that is wrong with an issuer's settings. What they hold is not repeated.

    Attributes:
        where: The path of the setting below the issuer's: `options.list.path`.
        what: What is wrong, and what was got; no full stop.
        why: What the setting is for, or why the limit exists; no full stop.
        do: What to write instead, a whole sentence.
    """

    where: str
    what: str
    why: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.why}. {self.do}"


def option_problems(
    options: Mapping[str, object], described: Mapping[str, Option], where: str = "options"
) -> list[OptionProblem]:
    """All that is wrong with `options`: unknown, missing, or not of their kind."""
    known = ", ".join(sorted(described)) or "none"
    found = [
        OptionProblem(
            where=f"{where}.{name}",
            what="is no option here",
            why="A misspelt option would be ignored, and its default used, without anyone noticing",
            do=f"Known here: {known}.",
        )
        for name in sorted(set(options) - set(described))
    ]
    for name, option in described.items():
        if name in options:
            found += _problems_of(options[name], option, f"{where}.{name}")
        elif option.required:
            found.append(_problem(f"{where}.{name}", "is missing", option))
    return found


def _problems_of(value: object, option: Option, where: str) -> list[OptionProblem]:
    if option.kind is Kind.SECTION and isinstance(value, Mapping):
        return option_problems(value, option.parts, where)
    if not _FITS[option.kind](value, option):
        return [_problem(where, f"is of another form (got {type(value).__name__})", option)]
    if option.words is None:
        return []
    known = ", ".join(f"{{{word}}}" for word in sorted(option.words)) or "none"
    return [
        OptionProblem(
            where=where,
            what=f"holds {{{word}}}",
            why="It means nothing here, so it would be sent as it stands",
            do=f"Known here: {known}.",
        )
        for word in sorted(set(_words(value)) - option.words)
    ]


def _problem(where: str, what: str, option: Option) -> OptionProblem:
    bounds = f" from {option.least} to {option.most}" if option.kind in {Kind.NUMBER, Kind.NUMBERS} else ""
    choices = f" out of {', '.join(option.choices)}" if option.choices else ""
    why = option.means.removesuffix(".")
    return OptionProblem(where=where, what=what, why=why, do=f"Write {option.kind.value}{bounds}{choices}.")


def _is_text(value: object, _: Option) -> bool:
    return isinstance(value, str) and bool(value)


def _is_choice(value: object, option: Option) -> bool:
    return _is_text(value, option) and (not option.choices or value in option.choices)


def _is_number(value: object, option: Option) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and option.least <= value <= option.most


def _is_object(value: object, _: Option) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) for name in value)


def _is_text_map(value: object, option: Option) -> bool:
    return isinstance(value, Mapping) and all(_is_text(part, option) for each in value.items() for part in each)


def _is_headers(value: object, option: Option) -> bool:
    return isinstance(value, Mapping) and _is_text_map(value, option) and all(map(_HEADER_NAME.fullmatch, value))


def _is_path(value: object, _: Option) -> bool:
    return isinstance(value, str) and bool(_PATH.fullmatch(value)) and not re.search(r"/\.\.|[?#]", value)


def _is_pointer(value: object, _: Option) -> bool:
    return isinstance(value, str) and is_pointer(value)


def _is_pointers(value: object, option: Option) -> bool:
    return isinstance(value, Mapping) and _is_text_map(value, option) and all(map(is_pointer, value.values()))


def _list_of(fits: Callable[[object, Option], bool]) -> Callable[[object, Option], bool]:
    return lambda value, option: isinstance(value, list) and bool(value) and all(fits(each, option) for each in value)


_FITS: Mapping[Kind, Callable[[object, Option], bool]] = {
    Kind.TEXT: _is_choice,
    Kind.TEXTS: _list_of(_is_text),
    Kind.NUMBER: _is_number,
    Kind.NUMBERS: _list_of(_is_number),
    Kind.FLAG: lambda value, _: isinstance(value, bool),
    Kind.PATH: _is_path,
    Kind.POINTER: _is_pointer,
    Kind.POINTERS: _is_pointers,
    Kind.HEADERS: _is_headers,
    Kind.TEXT_MAP: _is_text_map,
    Kind.OBJECT: _is_object,
    Kind.OBJECTS: _list_of(_is_object),
    Kind.SECTION: lambda _value, _option: False,
}


def _words(value: object) -> Iterator[str]:
    """The words in braces in all texts of `value`."""
    match value:
        case str():
            yield from _WORD.findall(value)
        case Mapping():
            for name, part in value.items():
                yield from _words(name)
                yield from _words(part)
        case list():
            for part in value:
                yield from _words(part)


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
