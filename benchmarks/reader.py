"""A read by the backend: from the cache, and from AWS with the calls counted."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import boto3

from benchmarks.engine import sandbox_of_its_own
from benchmarks.figures import Figure, median
from sandbox import Sandbox
from sandbox.engine import Engine
from sandbox.launcher import without_cloud_settings
from tenant_keys.reader import ApiKeyReader

NAME = "reader"
HOT_READS = 200_000
COLD_READS = 50
# Of issue "Onboard a tenant": a cached read under two microseconds, a cold one after login is one call.
AIM_MICROSECONDS, AIM_CALLS = 2.0, 1.0
RUNS = 5


def run(hot_reads: int = HOT_READS, cold_reads: int = COLD_READS, runs: int = RUNS) -> Iterator[Figure]:
    """Reads a key that an operator put in."""
    with sandbox_of_its_own() as sandbox:
        engine = Engine(sandbox, "dev")
        engine.create_stack()
        engine.up()
        _put_acmes_key(sandbox)
        yield from _measure(sandbox, hot_reads, cold_reads, runs)


def _measure(sandbox: Sandbox, hot_reads: int, cold_reads: int, runs: int) -> Iterator[Figure]:
    calls: list[str] = []
    session = sandbox.session("dev-backend")
    session.client("sts").get_caller_identity()  # the backend's own login, which a real host does not need
    _count(session, calls)
    names = sandbox.settings["dev"].names
    keys = ApiKeyReader(app=names.app, account=names.account, region=names.region, session=session)

    began = time.perf_counter()
    keys.get("acme")
    first = time.perf_counter() - began
    yield Figure(benchmark=NAME, what="first read, with login", value=first * 1000, unit="ms")
    yield Figure(benchmark=NAME, what=f"its calls ({', '.join(calls)})", value=len(calls), unit="calls")

    calls.clear()
    cold = []
    for _ in range(cold_reads):
        keys.forget("acme")
        began = time.perf_counter()
        keys.get("acme")
        cold.append((time.perf_counter() - began) * 1000)
    yield median(NAME, "cold read after login", cold, "ms")
    per_read = len(calls) / cold_reads
    yield Figure(benchmark=NAME, what=f"its calls ({calls[0]})", value=per_read, unit="calls", aim=AIM_CALLS)

    hot = [_hot(keys, hot_reads) for _ in range(runs)]
    yield median(NAME, "cached read", hot, "µs", AIM_MICROSECONDS)


def _hot(keys: ApiKeyReader, reads: int) -> float:
    get = keys.get
    began = time.perf_counter()
    for _ in range(reads):
        get("acme")
    return (time.perf_counter() - began) / reads * 1e6


def _count(session: boto3.Session, calls: list[str]) -> None:
    """Notes each call that leaves for AWS, by its operation."""

    def note(event_name: str, **_: object) -> None:
        calls.append(event_name.rsplit(".", 1)[-1])

    session.events.register("before-send", note)


def _put_acmes_key(sandbox: Sandbox) -> None:
    command = str(Path(sys.executable).with_name("tenant-keys"))
    subprocess.run(  # noqa: S603 - our own command
        [command, "--project", str(sandbox.project), "put-key", "acme"],
        env={**without_cloud_settings(os.environ), **sandbox.environment("dev-operator")},
        input=b"a value that is measured by nobody",
        capture_output=True,
        check=True,
    )
