"""The program alone, without an engine: its time and its memory."""

import json
import subprocess
import sys
from collections.abc import Sequence

from benchmarks.figures import Figure, Spent, time_figure
from benchmarks.stacks import counted
from sandbox.layout import ROOT
from toolchain.progress import Report

_AIMS = {1000: (20.0, 600.0)}
"""Seconds and MiB, by the number of tenants."""


def measure(sizes: Sequence[int], runs: int, report: Report) -> list[Figure]:
    """Runs the program under a recording, each time in a new process."""
    run_once(1)  # compiles the modules
    results: dict[int, list[dict[str, float]]] = {size: [] for size in sizes}
    with report.count("the program alone", runs * len(sizes)) as done:
        for number in range(runs):
            for position, size in enumerate(sizes, 1):
                results[size].append(run_once(size))
                done(number * len(sizes) + position)
    every = [result for size in sizes for result in results[size]]
    return [
        Figure(what="imports: time", unit="s", samples=tuple(each["import_seconds"] for each in every)),
        Figure(what="imports: memory", unit="MiB", samples=tuple(each["import_mib"] for each in every)),
        *(figure for size in sizes for figure in _figures_of(size, results[size])),
    ]


def run_once(size: int) -> dict[str, float]:
    """What `benchmarks.program_alone` says of one run."""
    done = subprocess.run(  # noqa: S603 - our own module, our own argument
        [sys.executable, "-m", "benchmarks.program_alone", str(size)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def _figures_of(size: int, results: Sequence[dict[str, float]]) -> list[Figure]:
    seconds, mib = _AIMS.get(size, (None, None))
    spent = [Spent(seconds=each["seconds"], processor_seconds=each["processor_seconds"]) for each in results]
    note = f"{results[0]['registrations']:,.0f} registrations"
    peaks = tuple(each["peak_mib"] for each in results)
    return [
        time_figure(f"{counted(size)}: time", spent, aim=seconds, note=note),
        Figure(what=f"{counted(size)}: peak memory", unit="MiB", samples=peaks, aim=mib, note="imports included"),
    ]
