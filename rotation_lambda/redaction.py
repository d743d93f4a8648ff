"""Values that can't be printed by accident."""

from typing import NoReturn

_HIDDEN = "<sealed>"


class Sealed:
    """A secret text. Printing, formatting, pickling or copying it into JSON never shows it; `open()` does."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def open(self) -> str:
        """The text itself. Each call of this method is a place to look at in a review."""
        return self._text

    def __repr__(self) -> str:
        return _HIDDEN

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, _spec: str) -> str:
        return _HIDDEN

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and self._text == other._text

    def __hash__(self) -> int:
        return hash((Sealed, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("A sealed value is not pickled: the copy would be readable.")
