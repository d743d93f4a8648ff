"""How a bad stack file is told to the person who wrote it: every problem at once, each with its way out."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_SHOWN_LENGTH = 80


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong in a stack file.

    Attributes:
        where: The path of the setting, `tenants.acme.owner`.
        what: What is wrong, and what was got; no full stop.
        why: Why the limit exists; no full stop.
        do: What to write instead, a whole sentence.
    """

    where: str
    what: str
    why: str
    do: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.why}. {self.do}"


class SettingsError(Exception):
    """A stack file was refused; `problems` holds all that is wrong with it, sorted by place."""

    def __init__(self, source: str, problems: Sequence[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: problem.where))
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1))
        super().__init__(f"{source}: {count}. Nothing was registered.\n{listed}")


def refusal(*, what: str, why: str, do: str) -> PydanticCustomError:
    """A validator's refusal that carries its reason and its way out; `what` must not repeat the input."""
    return PydanticCustomError("refused", "{what}", {"what": what, "why": why, "do": do})


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that `word` may have meant, else all known words, as a sentence."""
    words = sorted(map(str, known))
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known here: {', '.join(words) or 'none'}."


def shown(value: object) -> str:
    """A short form of a setting for a message: scalars as written, anything nested by its kind only."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "nothing"}[value]
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN_LENGTH else value[:_SHOWN_LENGTH] + "…")
    if isinstance(value, int | float):
        return str(value)
    return "a mapping" if isinstance(value, Mapping) else "a list"


def from_validation(error: "ErrorDetails", *, prefix: Sequence[str], known: Iterable[str]) -> Problem:
    """One pydantic error as a `Problem`; `known` are the words that the failing place may hold."""
    where = _path((*prefix, *error["loc"]))
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "refused":
            what = f"{context['what']} (got {shown(error['input'])})"
            return Problem(where=where, what=what, why=context["why"], do=context["do"])
        case "extra_forbidden":
            return unknown_word(where, str(error["loc"][-1]), known)
        case "missing":
            return Problem(
                where=where,
                what="is missing",
                why="It has no default, because a guess would put keys in the wrong place",
                do="Add it; `pulumi config` and the README show an example.",
            )
        case "literal_error" | "enum":
            return Problem(
                where=where,
                what=f"is not a known word (got {shown(error['input'])})",
                why=f"Here only {context['expected']} mean anything",
                do=nearest(str(error["input"]), _quoted(context["expected"])),
            )
    return Problem(
        where=where,
        what=f"{_lower_first(error['msg'])} (got {_kind(error['input'])})",
        why="A setting of another form can't be read",
        do="See the schema in schemas/tenant.schema.json or `pulumi config`.",
    )


def unknown_word(where: str, word: str, known: Iterable[str]) -> Problem:
    """A key that means nothing where it stands; what it holds is not repeated, since it may be a value."""
    return Problem(
        where=where,
        what=f"the key {word!r} is not known here",
        why="A misspelt key would be ignored, and its default used, without anyone noticing",
        do=nearest(word, known),
    )


def _path(parts: Sequence[str | int]) -> str:
    # pydantic marks the key of a mapping, as opposed to what it holds, by "[key]".
    return ".".join(str(part) for part in parts if part != "[key]")


def _quoted(expected: str) -> list[str]:
    return [part for index, part in enumerate(expected.split("'")) if index % 2]


def _kind(value: object) -> str:
    return shown(value) if isinstance(value, bool | int | float) else f"a {type(value).__name__}"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
