"""The backend's side: what `ApiKeyReader.get` takes, and how often it calls AWS."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from timeit import timeit

from botocore.model import OperationModel

from benchmarks.figures import Figure
from benchmarks.stacks import STACK, sandbox_of, tenants
from sandbox import Sandbox
from sandbox.engine import Engine
from sandbox.launcher import without_cloud_settings
from tenant_keys.reader import ApiKeyReader
from toolchain.progress import Report

_TENANT_KEYS = str(Path(sys.executable).with_name("tenant-keys"))
_CACHED_READS_IN_A_RUN = 100_000
_COLD_READS_IN_A_RUN = 10
_CACHED_AIM = 2.0
"""Microseconds."""


def measure(_sizes: Sequence[int], runs: int, report: Report) -> list[Figure]:
    """Reads a key of a stack of one tenant."""
    with tempfile.TemporaryDirectory() as folder, sandbox_of(1, Path(folder)) as sandbox:
        with report.count("a stack to read from", 1) as done:
            Engine(sandbox, STACK).up()
            (tenant,) = tenants(1)
            _put_key(sandbox, tenant)
            done(1)
        with report.count("reads", 1) as done:
            backend = _Backend(sandbox)
            figures = [figure for read in _kinds(backend, tenant, runs) for figure in read.figures(backend.calls)]
            done(1)
    return figures


class _Backend:
    """A backend that is logged in, and counts what it asks of AWS."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._settings = sandbox.settings[STACK]
        self._session = sandbox.session(f"{STACK}-backend")
        self._session.client("sts").get_caller_identity()
        self.calls: list[str] = []
        self._session.events.register("before-call.*.*", self._note)

    def new_reader(self) -> ApiKeyReader:
        """A reader that knows nothing yet."""
        settings = self._settings
        return ApiKeyReader(app=settings.app, account=settings.account, region=settings.region, session=self._session)

    def _note(self, model: OperationModel, **_: object) -> None:
        self.calls.append(model.name)


@dataclass(frozen=True, kw_only=True)
class _Read:
    """One kind of read: `once` does it and returns its time."""

    what: str
    note: str
    unit: str
    once: Callable[[], float]
    runs: int
    aim: float | None = None
    calls_aim: int

    def figures(self, calls: list[str]) -> list[Figure]:
        """The time of a read, and its calls, which are noted in `calls` meanwhile."""
        times: list[float] = []
        called: list[tuple[str, ...]] = []
        for _ in range(self.runs):
            calls.clear()
            times.append(self.once())
            called.append(tuple(calls))
        counts = tuple(float(len(each)) for each in called)
        names = " and ".join(called[0])
        return [
            Figure(what=self.what, unit=self.unit, samples=tuple(times), aim=self.aim, note=self.note),
            Figure(what=f"{self.what}: calls to AWS", unit="", samples=counts, aim=self.calls_aim, note=names),
        ]


def _kinds(backend: _Backend, tenant: str, runs: int) -> Iterator[_Read]:
    reader = backend.new_reader()
    reader.get(tenant)

    def cached() -> float:
        return timeit(lambda: reader.get(tenant), number=_CACHED_READS_IN_A_RUN) / _CACHED_READS_IN_A_RUN * 1e6

    def cold() -> float:
        reader.forget(tenant)
        return _milliseconds(lambda: reader.get(tenant))

    def first() -> float:
        fresh = backend.new_reader()
        return _milliseconds(lambda: fresh.get(tenant))

    note = f"{_CACHED_READS_IN_A_RUN:,} in a run"
    yield _Read(what="cached read", note=note, unit="µs", once=cached, runs=runs, aim=_CACHED_AIM, calls_aim=0)
    runs *= _COLD_READS_IN_A_RUN
    yield _Read(what="cold read", note="the login still holds", unit="ms", once=cold, runs=runs, calls_aim=1)
    yield _Read(what="first read", note="login and read", unit="ms", once=first, runs=runs, calls_aim=2)


def _milliseconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


def _put_key(sandbox: Sandbox, tenant: str) -> None:
    """Puts a made-up value in, as an operator does."""
    command = [_TENANT_KEYS, "--project", str(sandbox.project), "--stack", STACK, "put-key", tenant]
    environment = {**without_cloud_settings(os.environ), **sandbox.environment(f"{STACK}-operator")}
    subprocess.run(  # noqa: S603 - our own command, our own arguments
        command, env=environment, input=b"made-up", stdout=subprocess.DEVNULL, check=True
    )
