"""`python -m toolchain`: find or make the engine, and print its folder."""

import json
from typing import Annotated

import typer

from toolchain.engine import EngineNotFoundError
from toolchain.machine import Machine
from toolchain.progress import TerminalReport
from toolchain.setup import provide_engine

AsJson = Annotated[bool, typer.Option("--json", help="Print version, road and folder as one JSON object.")]


def main(*, as_json: AsJson = False) -> None:
    """Find or make the Pulumi engine, and print the folder to put first on PATH.

    Looks on PATH, then in the tool cache; else runs the official installer, else builds from Go modules.
    The cache is $TENANT_KEYS_CACHE, $XDG_CACHE_HOME/tenant-keys or ~/.cache/tenant-keys. What happens is
    told on standard error.
    """
    try:
        engine = provide_engine(Machine.from_environment(), TerminalReport())
    except EngineNotFoundError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    folder = str(engine.folder)
    answer = {"version": engine.version, "road": engine.road, "folder": folder}
    typer.echo(json.dumps(answer) if as_json else folder)


if __name__ == "__main__":
    typer.run(main)
