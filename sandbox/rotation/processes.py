"""One process that runs a function: invocations go in, answers come out, its output lies in a file.

A handler may fail, hang or kill its process: the caller gets an `Outcome` each time, and no process outlives a failure
that Lambda would not let it outlive.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BOOTSTRAP = Path(__file__).parent / "bootstrap.py"
START_SECONDS = 60.0
"""For the import of the function's module. Lambda allows 10; this machine may have more to do than a Lambda."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of an invocation. `error` is empty where the handler returned; its text may quote what was raised."""

    payload: bytes
    error: str = ""
    message: str = ""
    output: str = ""
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the handler returned."""
        return not self.error


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where things lie: the unpacked code, the packages of Lambda's runtime, time-machine, the output."""

    code: Path
    runtime: Path
    site: Path
    output: Path


class FunctionProcess:
    """A running process. It is used by one caller at a time."""

    def __init__(self, place: Place, environment: Mapping[str, str]) -> None:
        self._output = place.output
        answers, hers = os.pipe()
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - the sandbox's own bootstrap and what was deployed to it
                [sys.executable, "-I", "-S", str(BOOTSTRAP), str(place.site), str(place.runtime), str(hers)],
                cwd=place.code,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(hers,),
                start_new_session=True,
            )
        os.close(hers)
        self._answers = answers
        self._selector = selectors.DefaultSelector()
        self._selector.register(answers, selectors.EVENT_READ)
        self._read = b""
        self._told = 0
        self._ready = False
        self._killed = False

    @property
    def alive(self) -> bool:
        """Whether it can take another invocation."""
        return not self._killed and self._process.poll() is None

    def invoke(self, event: object, *, context: Mapping[str, str], now: float, seconds: float) -> Outcome:
        """Run the handler once. `now` is the clock to set, in seconds since 1970; `seconds` the function's timeout."""
        began = time.monotonic()
        try:
            answer = self._ask({"event": event, "context": dict(context), "now": now, "seconds": seconds}, seconds)
        except TimeoutError:
            self.kill()
            return self._ended("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds", began)
        if answer is None:
            self.kill()
            code = self._process.wait()
            said = f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
            return self._ended("Runtime.ExitError", f"Runtime exited with error: {said}", began)
        if answer.get("ready") is False:
            self.kill()
            return self._ended(answer["error"]["errorType"], answer["error"]["errorMessage"], began)
        payload = str(answer["payload"])
        failure = {} if answer["ok"] else json.loads(payload)
        return Outcome(
            payload=payload.encode(),
            error=failure.get("errorType", ""),
            message=failure.get("errorMessage", ""),
            output=self._new_output(),
            seconds=time.monotonic() - began,
        )

    def kill(self) -> None:
        """End it, with whatever it started. Whoever waits for its answer gets an outcome."""
        if not self._killed:  # once: afterwards the number may be another process's
            self._killed = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def close(self) -> None:
        """End it and let go of it; nobody waits for its answer any more."""
        self.kill()
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._process.stdin.close()
        self._selector.close()
        os.close(self._answers)

    def _ask(self, invocation: Mapping[str, Any], seconds: float) -> dict[str, Any] | None:
        """Return the answer; None where the process ended without one. Loading the module has its own time."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(invocation).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return None
        if not self._ready:
            loaded = self._next_line(START_SECONDS)
            if loaded is None or loaded["ready"] is False:
                return loaded
            self._ready = True
        return self._next_line(seconds)

    def _next_line(self, seconds: float) -> dict[str, Any] | None:
        deadline = time.monotonic() + seconds
        while b"\n" not in self._read:
            if not self._selector.select(max(0.0, deadline - time.monotonic())):
                raise TimeoutError
            chunk = os.read(self._answers, 65536)
            if not chunk:
                return None
            self._read += chunk
        line, _, self._read = self._read.partition(b"\n")
        return json.loads(line)

    def _ended(self, error: str, message: str, began: float) -> Outcome:
        payload = json.dumps({"errorType": error, "errorMessage": message}).encode()
        seconds = time.monotonic() - began
        return Outcome(payload=payload, error=error, message=message, output=self._new_output(), seconds=seconds)

    def _new_output(self) -> str:
        with self._output.open("rb") as output:
            output.seek(self._told)
            new = output.read()
        self._told += len(new)
        return new.decode("utf-8", "replace")
