"""`python -m benchmarks`: measures, prints a table, and writes JSON if asked to."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks import engine, program, reader
from benchmarks.figures import Figure, show, write

BENCHMARKS: Mapping[str, Callable[[], Iterator[Figure]]] = {
    program.NAME: program.run,
    engine.NAME: engine.run,
    reader.NAME: reader.run,
}


def main(
    only: Annotated[
        list[str] | None, typer.Option("--only", help=f"One of {', '.join(BENCHMARKS)}; may be repeated.")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures to this file as well.")] = None,
) -> None:
    """Measure what docs/performance.md explains. It takes some ten minutes on two cores; an aim is no test."""
    unknown = sorted(set(only or ()) - set(BENCHMARKS))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)}: there are {', '.join(BENCHMARKS)}.", param_hint="--only")
    chosen = [name for name in BENCHMARKS if not only or name in only]
    figures: list[Figure] = []
    with Console(stderr=True).status("") as status:
        for name in chosen:
            status.update(f"Measuring {name} ...")
            for figure in BENCHMARKS[name]():
                figures.append(figure)
                status.update(f"Measuring {name}: {figure.what} took its turn ...")
    show(figures, Console(highlight=False))
    if json_file is not None:
        write(figures, json_file)


if __name__ == "__main__":
    typer.run(main)
