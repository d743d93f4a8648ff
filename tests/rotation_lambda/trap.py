"""The log trap: fails if a value reached a log, standard output or standard error. All values here hold the canary."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.rotation_lambda.simulation.issuers import CANARY


class _Everything(logging.Handler):
    """Keeps each line of each logger. pytest's own record is emptied before fixtures end."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextmanager
def trapped(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Within it, each logger writes all that it has; at its end, nothing that was written may hold a value."""
    root, everything = logging.getLogger(), _Everything()
    level = root.level
    root.addHandler(everything)
    root.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(everything)
    printed = capsys.readouterr()
    for name, text in (("log", "\n".join(everything.lines)), ("output", printed.out), ("error output", printed.err)):
        assert CANARY not in text, f"a value reached the {name}"
