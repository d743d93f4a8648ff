"""The real process of the embedded AWS, for tests."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.sandbox.gate.cloud import ACCOUNTS, Cloud

ROOT = Path(__file__).parents[3]
START_SECONDS = 60


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Cloud]:
    """The real process, with two accounts, while a `with` block lasts."""
    (folder / "accounts.json").write_text(json.dumps(ACCOUNTS))
    environment = {name: value for name, value in os.environ.items() if name != "MOTO_ACCOUNT_ID"}
    files = ["--accounts", folder / "accounts.json", "--ready", folder / "ready.json"]
    process = subprocess.Popen([sys.executable, "-m", "sandbox.server", *files], cwd=ROOT, env=environment)
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ready.json").exists():
        assert process.poll() is None, "the process ended before it was ready"
        assert time.monotonic() < deadline, "the process did not get ready"
        time.sleep(0.02)
    ready = json.loads((folder / "ready.json").read_text())
    yield Cloud(endpoint=ready["endpoint"], credentials=ready["credentials"])
    process.terminate()
    assert process.wait(10) == 0
