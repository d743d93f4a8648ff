"""Rotation: the function's start, its calls, the spread of many tenants, and a month of them under AWS's quota."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks.figures import Figure
from benchmarks.month import simulate
from sandbox.layout import ROOT
from tenant_keys.rotation_schedule import rotation_schedule
from tenant_keys.settings import Rotate
from tests.rotation_lambda.simulation.calls import calls_per_rotation
from toolchain.progress import Report

_AIM_CALLS = 16.0
_REGION = {"AWS_REGION": "ap-northeast-1", "AWS_DEFAULT_REGION": "ap-northeast-1"}  # as the runtime sets them
_BARE = "import boto3; boto3.client('secretsmanager', region_name='ap-northeast-1')"
_OURS = "import rotation_lambda.handler; from rotation_lambda.function import clients; clients()"


def measure_function(_sizes: Sequence[int], runs: int, report: Report) -> list[Figure]:
    """A cold start of the function beside that of a process that has boto3 and one client only."""
    results: dict[str, list[dict[str, float]]] = {"boto3 and one client": [], "the function": []}
    with report.count("cold starts", 2 * runs) as done:
        for number in range(runs):
            for position, (name, code) in enumerate(zip(results, (_BARE, _OURS), strict=True), 1):
                results[name].append(_cold_start(code))
                done(2 * number + position)
    return [
        Figure(what=f"{name}: {what}", unit=unit, samples=tuple(each[key] for each in found))
        for name, found in results.items()
        for what, unit, key in (("start", "ms", "ms"), ("memory", "MiB", "mib"))
    ]


def measure_calls(_sizes: Sequence[int], _runs: int, _report: Report) -> list[Figure]:
    """The calls of one rotation without faults, for each shape of issuer."""
    return [
        Figure(
            what=f"shape {shape}: calls to AWS",
            unit="",
            samples=(float(calls.aws),),
            aim=_AIM_CALLS,
            note=f"and {calls.issuer} to the issuer",
        )
        for shape, calls in calls_per_rotation().items()
    ]


def measure_spread(sizes: Sequence[int], _runs: int, _report: Report) -> list[Figure]:
    """How many tenants share the busiest hour of a month, beside the mean."""
    figures: list[Figure] = []
    for size in sizes:
        hours = Counter(_expression(number) for number in range(size))
        mean = size / (28 * 24)
        figures.append(
            Figure(
                what=f"{size:,} tenants: in the busiest hour",
                unit="",
                samples=(float(max(hours.values())),),
                note=f"{mean:.1f} in the mean hour",
            )
        )
    return figures


def measure_month(sizes: Sequence[int], _runs: int, report: Report) -> list[Figure]:
    """A month of tenants, each rotated by the real protocol, with 2 % of all calls failing."""
    figures: list[Figure] = []
    for size in sizes:
        with report.count(f"a month of {size:,} tenants", size) as done:
            month = simulate(size, done)
        about = f"{size:,} tenants"
        rows = {
            "finished": month.finished,
            "overdue after a day": month.overdue,
            "attempts beyond the first": month.retries,
            "most at once": month.most_at_once,
            "most writes in a second": month.most_writes,
        }
        figures += [Figure(what=f"{about}: {what}", unit="", samples=(float(count),)) for what, count in rows.items()]
    return figures


def _expression(number: int) -> str:
    return rotation_schedule(Rotate.MONTHLY, f"tenant-{number:06}", "external-api-key").expression


def _cold_start(code: str) -> dict[str, float]:
    """Runs `code` in a new process that tells how long it took and what it holds."""
    told = (
        "import time; began = time.perf_counter(); "
        f"{code}; "
        "import json, resource; print(json.dumps({'ms': (time.perf_counter() - began) * 1000, "
        "'mib': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))"
    )
    done = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", told],
        cwd=ROOT,
        env={**os.environ, **_REGION},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
