"""A figure with its unit and, where there is one, the aim that it is held against."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured number.

    Attributes:
        benchmark: The benchmark that measured it.
        what: What was measured, in words.
        value: The number: the median where `runs` is more than one.
        unit: Of the number.
        runs: How often it was measured.
        least: The smallest of the runs, which is the one that the machine disturbed least.
        aim: The number that it should not exceed; None where there is none.
    """

    benchmark: str
    what: str
    value: float
    unit: str
    runs: int = 1
    least: float | None = None
    aim: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none."""
        return None if self.aim is None else self.value <= self.aim


def median(benchmark: str, what: str, runs: Sequence[float], unit: str, aim: float | None = None) -> Figure:
    """The figure of several runs."""
    return Figure(
        benchmark=benchmark,
        what=what,
        value=statistics.median(runs),
        unit=unit,
        runs=len(runs),
        least=min(runs),
        aim=aim,
    )


def show(figures: Iterable[Figure], console: Console) -> None:
    """Prints the figures as one table."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("benchmark", "what", "value", "unit", "least", "runs", "aim", ""):
        right = column in {"value", "least", "runs", "aim"}
        table.add_column(column, justify="right" if right else "left", no_wrap=column != "what")
    for each in figures:
        mark = {True: "[green]met[/]", False: "[red]missed[/]", None: ""}[each.met]
        table.add_row(
            each.benchmark,
            each.what,
            _readable(each.value),
            each.unit,
            "" if each.least is None else _readable(each.least),
            str(each.runs),
            "" if each.aim is None else _readable(each.aim),
            mark,
        )
    console.print(table)


def write(figures: Iterable[Figure], path: Path) -> None:
    """Writes the figures as JSON."""
    path.write_text(json.dumps([asdict(each) for each in figures], indent=2) + "\n", encoding="utf-8")


def _readable(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:.3g}"  # noqa: PLR2004 - digits
