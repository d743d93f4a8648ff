"""The real process, one for each file of tests: its clock only goes forward."""

from collections.abc import Iterator

import pytest

from tests.sandbox.gate.cloud import Cloud
from tests.sandbox.gate.process import running
from tests.sandbox.rotation.account import Account


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with running(tmp_path_factory.mktemp("cloud")) as cloud:
        Account(cloud).trail()
        yield cloud


@pytest.fixture
def account(cloud: Cloud) -> Iterator[Account]:
    """An account whose secrets are the test's own."""
    account = Account(cloud)
    yield account
    account.leave()
