"""`python -m benchmarks`: runs the benchmarks and prints their figures."""

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks import results
from benchmarks.catalogue import CATALOGUE, Benchmark
from sandbox import SandboxError
from sandbox.engine import EngineError
from toolchain.progress import TerminalReport

Only = Annotated[list[str] | None, typer.Option("--only", metavar="NAME", help="One of them; may be given repeatedly.")]
Json = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the figures, every sample, there.")]
Runs = Annotated[int, typer.Option(min=1, help="How often each thing is measured.")]
List = Annotated[bool, typer.Option("--list", help="Print the benchmarks' names and leave.")]
Smallest = Annotated[bool, typer.Option(help="Each once and at its smallest size: shows that they work, no more.")]

_DO_NOT_COMPILE = "PYTHONDONTWRITEBYTECODE"

app = typer.Typer(add_completion=False)


@app.command()
def main(
    *, only: Only = None, json_file: Json = None, runs: Runs = 5, list_: List = False, smallest: Smallest = False
) -> None:
    """Measure what docs/performance.md explains. All of it takes some ten minutes on two cores.

    The figures are medians; a machine with nothing else to do shows the truest ones.
    """
    console = Console(highlight=False)
    if list_:
        for name, benchmark in CATALOGUE.items():
            console.print(f"{name:<17}{benchmark.title}")
        return
    chosen = _chosen(only)
    facts = results.machine()
    console.print(results.sentence(facts))
    tables: list[dict[str, Any]] = []
    with _modules_stay_compiled():
        for name, benchmark in chosen.items():
            sizes, times = (benchmark.smallest, 1) if smallest else (benchmark.sizes, runs)
            try:
                figures = benchmark.measure(sizes, times, TerminalReport())
            except (EngineError, SandboxError) as error:
                raise typer.Exit(_failure(name, str(error))) from None
            console.print()
            console.print(results.table(f"{benchmark.title} ({name})", figures))
            tables.append({"name": name, "title": benchmark.title, "figures": results.as_json(figures)})
    if json_file is not None:
        content = json.dumps({"machine": facts, "benchmarks": tables}, indent=2, ensure_ascii=False)
        json_file.write_text(f"{content}\n", encoding="utf-8")


def _chosen(only: Sequence[str] | None) -> dict[str, Benchmark]:
    """The benchmarks that were asked for, all of them if none was named."""
    for name in only or ():
        if name not in CATALOGUE:
            raise typer.BadParameter(f"{name!r} is not a benchmark. There are {', '.join(CATALOGUE)}.")
    chosen = {name: each for name, each in CATALOGUE.items() if not only or name in only}
    if any(each.needs_engine for each in chosen.values()) and shutil.which("pulumi") is None:
        raise typer.BadParameter("There is no `pulumi` on PATH. Run `make bench`, which sets it up.")
    return chosen


def _failure(name: str, said: str) -> int:
    typer.echo(f"The benchmark {name} could not be run:\n{said}", err=True)
    return 1


@contextmanager
def _modules_stay_compiled() -> Iterator[None]:
    """Lets the processes that are measured keep their modules compiled, as Python does unless it is told not to.

    Each benchmark runs once unmeasured, which compiles them where the project has not run before.
    """
    before = os.environ.pop(_DO_NOT_COMPILE, None)
    try:
        yield
    finally:
        if before is not None:
            os.environ[_DO_NOT_COMPILE] = before


if __name__ == "__main__":
    app()
