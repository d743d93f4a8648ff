"""The real process, one for each file of tests: its clock only goes forward."""

from collections.abc import Iterator

import pytest

from tests.sandbox.gate.cloud import running
from tests.sandbox.rotation.account import Account


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with running(tmp_path_factory.mktemp("cloud")) as cloud:
        yield Account(cloud)
