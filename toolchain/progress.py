"""Says on standard error what is going on: bars on a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

PLAIN_SECONDS = 15.0  # between two plain lines: a five-minute build fills twenty lines of a log


class Report(Protocol):
    """Where the roads tell what they do."""

    def say(self, sentence: str) -> None:
        """Tell one thing."""

    def count(self, title: str, total: int | None = None) -> AbstractContextManager[Callable[[int], None]]:
        """Show a count that grows; the context yields a function that takes the number done so far."""


class TerminalReport:
    """The report of the command line."""

    def __init__(self, console: Console | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        self._clock = clock

    def say(self, sentence: str) -> None:
        """Tell one thing, on lines of its own."""
        self._console.print(sentence, markup=False, soft_wrap=True)

    @contextmanager
    def count(self, title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """Show a bar, or a plain line every fifteen seconds."""
        if self._console.is_terminal:
            with self._bar(title, total) as update:
                yield update
        else:
            yield self._lines(title, total)

    @contextmanager
    def _bar(self, title: str, total: int | None) -> Iterator[Callable[[int], None]]:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(title, total=total)
            yield lambda done: progress.update(task, completed=done)

    def _lines(self, title: str, total: int | None) -> Callable[[int], None]:
        said = self._clock()

        def update(done: int) -> None:
            nonlocal said
            if self._clock() - said >= PLAIN_SECONDS:
                said = self._clock()
                self.say(f"  {title}: {done}" + ("" if total is None else f" of {total}"))

        return update


class Silence:
    """A report for callers that have no terminal to write on."""

    def say(self, sentence: str) -> None:
        """Drop it."""

    @contextmanager
    def count(self, title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:  # noqa: ARG002 - Report
        """Count for nobody."""
        yield lambda _done: None
