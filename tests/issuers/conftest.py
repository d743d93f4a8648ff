"""Fixtures of the issuers' tests; every test runs under a trap for credentials."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from sandbox.issuers import FAKES
from tests.issuers.bench import Bench

if TYPE_CHECKING:
    from tests.issuers.rows import Row


@pytest.fixture
def bench(
    request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[Bench]:
    """The row's adapter and its fake; at the end nothing that was said may hold a credential."""
    caplog.set_level(logging.DEBUG)
    row: Row = request.param
    fake = FAKES[row.adapter]()
    with fake.running() as url:
        bench = Bench(row=row, fake=fake, url=url)
        yield bench
    out, err = capfd.readouterr()
    said = "\n".join([*bench.errors, *bench.said, out, err, caplog.text])
    leaked = [value for value in fake.control.values if value in said]
    assert not leaked, f"{len(leaked)} credentials were printed, logged or told in an error"
