"""The real engine on the embedded AWS.

`deployed` is brought up once and shared by the tests that only look and put values in; a test that changes a stack
takes `sandbox`, which is its own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from sandbox.engine import Engine

ENVIRONMENTS = ("dev", "prod")


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox with both environments up and no value in any secret."""
    with Sandbox(tmp_path_factory.mktemp("deployed") / "sandbox") as sandbox:
        for environment in ENVIRONMENTS:
            engine = Engine(sandbox, environment)
            engine.create_stack()
            engine.up()
        yield sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of one's own, with the stack `dev` made and nothing deployed."""
    with Sandbox(tmp_path / "sandbox") as own:
        Engine(own, "dev").create_stack()
        yield own
