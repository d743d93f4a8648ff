"""`python -m demo`: tells the story on a sandbox of its own, and exits with 1 if a fact does not hold."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import typer
from rich.console import Console

from demo.issuer import FakeIssuer, IssuerError
from demo.steps import STEPS
from demo.story import Story
from demo.world import World
from sandbox import Sandbox, SandboxError
from sandbox.engine import EngineError


def main() -> None:
    """Onboard tenants on an embedded AWS, step by step. Nothing outside a temporary folder is touched."""
    story = Story(Console(highlight=False, emoji=False))
    try:
        with tempfile.TemporaryDirectory(prefix="tenant-keys-demo-") as folder, ExitStack() as running:
            with story.step("An embedded AWS starts, with an account for staging and one for production"):
                sandbox = running.enter_context(Sandbox(Path(folder) / "sandbox"))
                issuer = running.enter_context(FakeIssuer(Path(folder)))
            world = World(sandbox, issuer, issuer.mint_by_hand("made by hand"))
            for step in STEPS:
                step(story, world)
    except (SandboxError, EngineError, IssuerError, RuntimeError) as error:
        story.console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    story.end()
    raise typer.Exit(story.exit_code)


if __name__ == "__main__":
    typer.run(main)
