"""The trap must be able to close."""

import json
import logging
import sys
from collections.abc import Callable

import pytest

from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.trap import trapped


def log_an_exception() -> None:
    try:
        json.loads(f"{{{CANARY}")
    except ValueError as error:
        error.add_note(CANARY)
        logging.getLogger("any").exception("failed")


LEAKS: dict[str, Callable[[], object]] = {
    "a log at the lowest level": lambda: logging.getLogger("any.logger").debug("got %s", CANARY),
    "a log of an exception": log_an_exception,
    "a print": lambda: sys.stdout.write(CANARY),
    "a warning": lambda: sys.stderr.write(f"a{CANARY}b"),
}


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_planted_value_closes_the_trap(
    leak: Callable[[], object], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # this test's own trap must not close, too
    with pytest.raises(AssertionError, match="a value reached the"), trapped(capsys):
        leak()
