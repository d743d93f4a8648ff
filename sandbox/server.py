"""The embedded AWS's process: `python -m sandbox.server --accounts FILE --ready FILE [--port N]`.

It listens on 127.0.0.1, writes where and with which credentials into the ready file, and ends with SIGTERM, with
SIGINT, or when the process that started it is gone.
"""

import argparse
import json
import logging
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from sandbox.athena import AthenaApi
from sandbox.gate import Gate, read_accounts, register
from sandbox.gate.application import StartResponse
from sandbox.gate.bootstrap import AccessKey
from sandbox.gate.moto_state import MotoState
from sandbox.gate.wire import Environ
from sandbox.rotation import PREFIX, Automation

PARENT_CHECK_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class Options:
    """The command line. Port 0 is any free one."""

    accounts: Path
    ready: Path
    port: int


def read_options(arguments: list[str]) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="sandbox.server", description="The embedded AWS: moto behind an authoriser.")
    parser.add_argument("--accounts", type=Path, required=True, help="JSON file that declares the accounts")
    parser.add_argument("--ready", type=Path, required=True, help="file to write endpoint and credentials to")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    given = parser.parse_args(arguments)
    return Options(accounts=given.accounts, ready=given.ready, port=given.port)


def write_ready(path: Path, endpoint: str, keys: Mapping[str, AccessKey]) -> None:
    """Write the ready file in one step, readable by its owner alone."""
    content = {
        "endpoint": endpoint,
        "credentials": {
            name: {"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key}
            for name, key in keys.items()
        },
    }
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
    draft.replace(path)


def serve(options: Options) -> None:
    """Serve until told to stop."""
    accounts = read_accounts(options.accounts)
    state = MotoState(account.id for account in accounts)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # no line for each request
    with tempfile.TemporaryDirectory(prefix="functions-", dir=options.ready.parent) as folder:
        automation = Automation(state, Path(folder))
        keys = register(accounts)
        try:
            handlers = {**automation.handlers, **AthenaApi(state).handlers()}
            _listen(options, Gate(state, automation.trails.record, handlers), automation, keys)
        finally:
            automation.stop()


def _listen(options: Options, gate: Gate, automation: Automation, keys: Mapping[str, AccessKey]) -> None:
    def application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        own = str(environ.get("PATH_INFO", "")).startswith(PREFIX)
        return (automation.control if own else gate)(environ, start_response)

    server = make_server("127.0.0.1", options.port, application, threaded=True, request_handler=MotoRequestHandler)
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: _stop(server))
    threading.Thread(target=_stop_with_parent, args=(server, os.getppid()), daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    automation.start(endpoint)
    write_ready(options.ready, endpoint, keys)
    server.serve_forever()
    server.server_close()


def _stop(server: BaseWSGIServer) -> None:
    """Stop from another thread: `shutdown` waits for the loop that a signal handler interrupts."""
    threading.Thread(target=server.shutdown, daemon=True).start()


def _stop_with_parent(server: BaseWSGIServer, parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    server.shutdown()


if __name__ == "__main__":
    if "MOTO_ACCOUNT_ID" in os.environ:
        sys.exit("MOTO_ACCOUNT_ID is set: moto would put every call into that one account. Unset it.")
    serve(read_options(sys.argv[1:]))
