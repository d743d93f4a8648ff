"""The log trap: every test of this folder fails if a value reached a log, standard output or standard error."""

import logging
from collections.abc import Iterator

import pytest

from tests.rotation_lambda.simulation.issuers import CANARY


@pytest.fixture(autouse=True)
def _no_value_is_printed(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """All values of these tests hold the canary, and each logger writes all that it has."""
    caplog.set_level(logging.DEBUG)
    yield
    printed = capsys.readouterr()
    for name, text in (("log", caplog.text), ("standard output", printed.out), ("standard error", printed.err)):
        assert CANARY not in text, f"a value reached the {name}"
