"""The log trap, under which every test of this folder runs, and a mocked AWS for those that ask for it."""

from collections.abc import Iterator

import pytest

from tests.rotation_lambda import aws
from tests.rotation_lambda.owners import Owners
from tests.rotation_lambda.trap import trapped


@pytest.fixture(autouse=True)
def _no_value_is_printed(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:
    with trapped(capsys):
        yield


@pytest.fixture(scope="module")
def cloud() -> Iterator[None]:
    """An AWS in this process; clients are made once for all tests of a file, since that takes the most time."""
    with aws.mocked():
        yield


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Owners:
    return Owners(monkeypatch, capsys)
