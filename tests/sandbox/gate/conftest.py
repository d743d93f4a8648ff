"""The real process for the tests of who may do what."""

from collections.abc import Iterator

import pytest

from tests.sandbox.gate.cloud import Cloud
from tests.sandbox.gate.process import running


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The process with two accounts; tests take names of their own, so that they can share it."""
    with running(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud
