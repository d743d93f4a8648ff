"""The real process for the tests of who may do what, and a gate in this process where a test must reach behind it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.gate.cloud import ACCOUNTS, Cloud

START_SECONDS = 20
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The process with two accounts; tests take names of their own, so that they can share it."""
    folder = tmp_path_factory.mktemp("cloud")
    (folder / "accounts.json").write_text(json.dumps(ACCOUNTS))
    environment = {name: value for name, value in os.environ.items() if name != "MOTO_ACCOUNT_ID"}
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "sandbox.server",
            "--accounts",
            folder / "accounts.json",
            "--ready",
            folder / "ready.json",
        ],
        cwd=ROOT,
        env=environment,
    )
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ready.json").exists():
        assert process.poll() is None, "the process ended before it was ready"
        assert time.monotonic() < deadline, "the process did not get ready"
        time.sleep(0.02)
    ready = json.loads((folder / "ready.json").read_text())
    yield Cloud(endpoint=ready["endpoint"], credentials=ready["credentials"])
    process.terminate()
    assert process.wait(10) == 0
