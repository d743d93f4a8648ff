"""How a statement ends: with an answer, or with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass


class StatementError(Exception):
    """A statement that fails; the text is what Athena would give as the reason, or says what the sandbox lacks."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a statement answers: its columns with their types, its rows as Athena writes values, and the bytes scanned.

    These are of all objects in the table's partitions, though Athena would read only what the statement asks for.
    """

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str | None]]
    scanned: int
