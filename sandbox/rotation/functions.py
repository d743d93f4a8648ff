"""Runs deployed functions: their code, their environment, their role's credentials, their timeout, their log.

A process is kept for the next invocation, as Lambda keeps one, until the function changes or its credentials end.
"""

import importlib.util
import json
import shutil
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from zipfile import ZipFile

from sandbox.gate.moto_state import MotoState
from sandbox.gate.service_roles import may_take_on
from sandbox.gate.services.functions import LAMBDA
from sandbox.rotation import deployed
from sandbox.rotation.clock import Clock
from sandbox.rotation.deployed import Credentials, Deployed
from sandbox.rotation.metrics import put_embedded
from sandbox.rotation.processes import FunctionProcess, Outcome, Place

RUNTIME_PACKAGES = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3")
"""What Lambda's Python runtime brings, beside the standard library."""
MOST_IDLE = 4
"""Processes that wait for an invocation, of all functions together."""


class InvocationError(Exception):
    """Lambda did not take an invocation. `code` is its error."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


@dataclass
class _Warm:
    """A process and what it was started for."""

    process: FunctionProcess
    started_as: tuple[object, ...]
    stream: str
    until: datetime
    folder: Path = field(default_factory=Path)


class Functions:
    """Invokes functions. `folder` is this object's own; `endpoint` is where the functions' own calls go."""

    def __init__(self, state: MotoState, clock: Clock, folder: Path) -> None:
        self._state, self._clock, self._folder = state, clock, folder
        self.endpoint = ""
        self._idle: list[_Warm] = []
        self._running: Counter[str] = Counter()
        self._all: list[FunctionProcess] = []
        self._lock = Lock()

    def invoke(self, arn: str, event: object) -> Outcome:
        """Run a function once, and wait for it; raises `InvocationError` where Lambda would not run it.

        Never called with the lock on moto's memory: the function's own calls need it.
        """
        with self._state.lock:
            function = self._find(arn)
        with self._lock:
            if function.reserved is not None and self._running[arn] >= function.reserved:
                raise InvocationError("TooManyRequestsException", "Rate Exceeded.", 429)
            self._running[arn] += 1
        try:
            return self._run(function, event)
        finally:
            with self._lock:
                self._running[arn] -= 1

    def stop(self) -> None:
        """End all processes."""
        with self._lock:
            for process in self._all:
                process.kill()
            self._idle.clear()

    def _find(self, arn: str) -> Deployed:
        function = deployed.find(self._state, arn)
        if function is None:
            raise InvocationError("ResourceNotFoundException", f"Function not found: {arn}", 404)
        if not may_take_on(self._state, function.target.role, LAMBDA):
            raise InvocationError("AccessDeniedException", "Lambda was unable to assume the function's role.", 502)
        return function

    def _run(self, function: Deployed, event: object) -> Outcome:
        warm = self._take(function) or self._start(function)
        request_id = str(uuid.uuid4())
        now = self._clock.now()
        outcome = warm.process.invoke(
            event, context=_context(function, warm, request_id), now=now.timestamp(), seconds=function.timeout
        )
        with self._state.lock:
            lines = _log_lines(request_id, outcome)
            deployed.write_log(self._state, function, warm.stream, lines, self._clock.now())
            put_embedded(function.target.account, function.target.arn.split(":")[3], lines)
        self._give_back(warm)
        return outcome

    def _take(self, function: Deployed) -> _Warm | None:
        """Return an idle process of the function as it is now; one of an older state is of no more use."""
        wanted, soonest = _state_of(function), self._clock.now() + timedelta(seconds=function.timeout)
        with self._lock:
            for warm in list(self._idle):
                if warm.started_as[0] != wanted[0]:
                    continue
                self._idle.remove(warm)
                if warm.started_as == wanted and warm.until > soonest and warm.process.alive:
                    return warm
                self._end(warm)
        return None

    def _give_back(self, warm: _Warm) -> None:
        with self._lock:
            if not warm.process.alive:
                self._end(warm)
                return
            self._idle.append(warm)
            if len(self._idle) > MOST_IDLE:
                self._end(self._idle.pop(0))

    def _end(self, warm: _Warm) -> None:
        warm.process.close()
        if warm.process in self._all:
            self._all.remove(warm.process)
        shutil.rmtree(warm.folder, ignore_errors=True)

    def _start(self, function: Deployed) -> _Warm:
        with self._state.lock:
            credentials = deployed.log_in(function)
        folder = self._folder / uuid.uuid4().hex
        folder.mkdir(parents=True)
        place = Place(code=_unpack(function, folder), runtime=self._runtime(), site=_site(), output=folder / "output")
        stream = deployed.stream_name(self._clock.now())
        environment = _environment(function, credentials, place, stream, self.endpoint)
        process = FunctionProcess(place, environment)
        with self._lock:
            self._all.append(process)
        until = credentials.expires.replace(tzinfo=UTC)
        return _Warm(process=process, started_as=_state_of(function), stream=stream, until=until, folder=folder)

    def _runtime(self) -> Path:
        """Return the folder that stands for the packages of Lambda's runtime."""
        folder = self._folder / "runtime"
        with self._lock:
            if not folder.exists():
                folder.mkdir(parents=True)
                for name in RUNTIME_PACKAGES:
                    found = importlib.util.find_spec(name)
                    assert found is not None, f"{name} is a dependency of boto3"
                    assert found.origin is not None, f"{name} lies in a file"
                    origin = Path(found.origin)
                    source = origin.parent if origin.name == "__init__.py" else origin
                    (folder / source.name).symlink_to(source)
        return folder


def _state_of(function: Deployed) -> tuple[object, ...]:
    """Return what a process depends on: the function first, then its code and its settings."""
    settings = json.dumps(dict(function.environment), sort_keys=True)
    return (function.target.arn, function.code_sha, function.handler, function.memory, function.target.role, settings)


def _unpack(function: Deployed, folder: Path) -> Path:
    archive, code = folder / "code.zip", folder / "code"
    archive.write_bytes(function.code)
    with ZipFile(archive) as opened:
        opened.extractall(code)
    return code


def _site() -> Path:
    found = importlib.util.find_spec("time_machine")
    assert found is not None, "the sandbox's clock is time-machine's"
    assert found.origin is not None, "it lies in a file"
    return Path(found.origin).parent.parent


def _environment(
    function: Deployed, credentials: Credentials, place: Place, stream: str, endpoint: str
) -> dict[str, str]:
    """Return the variables of a process: "Defined runtime environment variables" in the Lambda Developer Guide."""
    return {
        **function.environment,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_REGION": function.region,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token,
        "LAMBDA_TASK_ROOT": str(place.code),
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TZ": ":UTC",
        "_HANDLER": function.handler,
    }


def _context(function: Deployed, warm: _Warm, request_id: str) -> Mapping[str, str]:
    return {
        "aws_request_id": request_id,
        "function_name": function.name,
        "function_version": "$LATEST",
        "invoked_function_arn": function.target.arn,
        "log_group_name": function.log_group,
        "log_stream_name": warm.stream,
        "memory_limit_in_mb": str(function.memory),
    }


def _log_lines(request_id: str, outcome: Outcome) -> list[str]:
    """Return the lines of an invocation as Lambda frames them."""
    milliseconds = outcome.seconds * 1000
    ended = (
        [f"RequestId: {request_id} {outcome.message}"] if outcome.error.startswith(("Sandbox.", "Runtime.E")) else []
    )
    return [
        f"START RequestId: {request_id} Version: $LATEST",
        *(line for line in outcome.output.split("\n") if line),
        *ended,
        f"END RequestId: {request_id}",
        f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms",
    ]
