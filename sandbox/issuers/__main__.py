"""`python -m sandbox.issuers NAME --port 0 --ready FILE`: a fake issuer in a process of its own.

The ready file holds its base URL and the admin credential that it takes. It ends with SIGTERM, with SIGINT, or when
the process that started it is gone.
"""

import argparse
import json
import os
import signal
import threading
from pathlib import Path

from sandbox.issuers import FAKES
from sandbox.issuers.fake import Fake

PARENT_CHECK_SECONDS = 0.5


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="sandbox.issuers", description="A fake issuer of API keys.")
    parser.add_argument("name", choices=sorted(FAKES), help="the adapter whose issuer it plays")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--ready", type=Path, required=True, help="file to write address and admin credential to")
    given = parser.parse_args()
    stop, parent = threading.Event(), os.getppid()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: stop.set())
    fake = FAKES[given.name]()
    with fake.running(given.port) as url:
        _write_ready(given.ready, fake, url)
        while os.getppid() == parent and not stop.wait(PARENT_CHECK_SECONDS):
            pass


def _write_ready(path: Path, fake: Fake, url: str) -> None:
    """Write the ready file in one step, readable by its owner alone."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"baseUrl": url, "admin": fake.admin}, file)
    draft.replace(path)


if __name__ == "__main__":
    main()
