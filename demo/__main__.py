"""`python -m demo`: tells the story on a sandbox of its own, and exits with 1 if a fact does not hold."""

import tempfile
from pathlib import Path

import typer
from rich.console import Console

from demo.steps import STEPS
from demo.story import Story
from demo.world import World
from sandbox import Sandbox, SandboxError
from sandbox.engine import EngineError


def main() -> None:
    """Onboard tenants on an embedded AWS, step by step. Nothing outside a temporary folder is touched."""
    story = Story(Console(highlight=False, emoji=False))
    try:
        with tempfile.TemporaryDirectory(prefix="tenant-keys-demo-") as folder:
            with story.step("An embedded AWS starts, with an account for staging and one for production"):
                world = World(Sandbox(Path(folder) / "sandbox"))
                world.sandbox.start()
            try:
                for step in STEPS:
                    step(story, world)
            finally:
                world.sandbox.stop()
    except (SandboxError, EngineError, RuntimeError) as error:
        story.console.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from None
    story.end()
    raise typer.Exit(story.exit_code)


if __name__ == "__main__":
    typer.run(main)
