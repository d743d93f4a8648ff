"""The log trap, under which every test of this folder runs, and a mocked AWS for those that ask for it."""

import logging
from collections.abc import Iterator

import pytest

from tests.rotation_lambda import aws
from tests.rotation_lambda.owners import Owners
from tests.rotation_lambda.simulation.issuers import CANARY


@pytest.fixture(autouse=True)
def _no_value_is_printed(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    """All values of these tests hold the canary, and each logger writes all that it has."""
    caplog.set_level(logging.DEBUG)
    yield
    printed = capsys.readouterr()
    for name, text in (("log", caplog.text), ("standard output", printed.out), ("standard error", printed.err)):
        assert CANARY not in text, f"a value reached the {name}"


@pytest.fixture(scope="module")
def cloud() -> Iterator[None]:
    """An AWS in this process; clients are made once for all tests of a file, since that takes the most time."""
    with aws.mocked():
        yield


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Owners:
    return Owners(monkeypatch, capsys)
