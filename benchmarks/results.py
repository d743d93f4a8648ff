"""What was measured, for people as tables and for programs as JSON."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from benchmarks.figures import Figure

_CPUINFO = Path("/proc/cpuinfo")
_DECIMALS = {"s": 2, "ms": 1, "µs": 2, "MiB": 0, "": 0, "times": 2}
_MET = {None: "", True: "yes", False: "no"}


def machine() -> dict[str, str | int]:
    """What the figures depend on besides the code; no name of a machine."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "load_before": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "pulumi": version("pulumi"),
    }


def sentence(facts: Mapping[str, str | int]) -> str:
    """The machine in one line."""
    return (
        f"{facts['cores']} cores, {facts['processor']}; Python {facts['python']}, Pulumi {facts['pulumi']}; "
        f"load before the start: {facts['load_before']}"
    )


def table(title: str, figures: Sequence[Figure]) -> Table:
    """The rows of one benchmark."""
    shown = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    shown.add_column("what")
    for column in ("median", "lowest", "processor", "runs", "aim"):
        shown.add_column(column, justify="right", no_wrap=True)
    shown.add_column("met")
    for each in figures:
        shown.add_row(
            Text.assemble(each.what, *([(f"\n{each.note}", "dim")] if each.note else [])),
            _quantity(each.median, each.unit),
            _quantity(each.lowest, each.unit),
            "" if each.processor_median is None else _quantity(each.processor_median, "s"),
            str(len(each.samples)),
            "" if each.aim is None else f"{each.aim:g} {each.unit}".rstrip(),
            _MET[each.met],
        )
    return shown


def as_json(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """The rows of one benchmark with every sample."""
    return [{**asdict(each), "median": each.median, "lowest": each.lowest, "met": each.met} for each in figures]


def _quantity(value: float, unit: str) -> str:
    return f"{value:,.{_DECIMALS[unit]}f} {unit}".rstrip()


def _processor() -> str:
    """The kind of processor, as Linux or else Python tells it."""
    if _CPUINFO.exists():
        for line in _CPUINFO.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
