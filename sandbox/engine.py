"""The `pulumi` command inside a sandbox, as a person at a terminal would run it."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

from sandbox.launcher import Sandbox, without_cloud_settings


class EngineError(Exception):
    """The `pulumi` command failed; the text is what it said."""


class Engine:
    """The engine for one stack of a sandbox, acting as one identity."""

    def __init__(self, sandbox: Sandbox, stack: str, profile: str | None = None) -> None:
        """Prepares commands for `stack`, by default as the CI of the environment of that name.

        Raises:
            EngineError: There is no `pulumi` command.
        """
        if shutil.which("pulumi") is None:
            raise EngineError(
                "There is no `pulumi` on PATH. The words of the Makefile, such as `make demo`, provide it."
            )
        self.stack = stack
        self._cwd = sandbox.project
        self._environment = {
            **without_cloud_settings(os.environ),
            **sandbox.environment(profile or f"{stack}-ci"),
        }

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables that a command of this engine gets."""
        return self._environment

    def create_stack(self) -> None:
        """Makes the stack in the sandbox's state; nothing is deployed."""
        self.run("stack", "init")

    def up(self, *flags: str) -> str:
        """Brings the stack to what the program says, without asking; returns what the engine printed."""
        return self.run("up", "--yes", "--skip-preview", *flags)

    def up_at_terminal(self) -> None:
        """Brings the stack up with the engine's live display, on the terminal of this process.

        Raises:
            EngineError: It failed; what it said is on the terminal.
        """
        arguments = ["pulumi", "up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", self.stack]
        done = subprocess.run(arguments, cwd=self._cwd, env=self._environment, check=False)  # noqa: S603 - as in `run`
        if done.returncode:
            raise EngineError(f"`pulumi up --stack {self.stack}` failed, as told above.")

    def tree(self) -> str:
        """The resources of the stack as the engine draws them."""
        said = self.run("stack")
        drawn = said[said.index("Current stack resources") : said.index("Current stack outputs")]
        return re.sub(r" {3,}(?=\S+$)", "  ", drawn, flags=re.MULTILINE)  # the names' column stands far out

    def changes(self, *flags: str) -> dict[str, int]:
        """What an `up` would do: how many resources by kind of step, `{"create": 10, "same": 36}`.

        Raises:
            EngineError: The preview found what the engine refuses; the text holds its diagnostics only.
        """
        try:
            previewed = json.loads(self.run("preview", "--json", *flags))
        except EngineError as error:
            raise EngineError(_diagnostics(str(error))) from None
        return previewed["changeSummary"]

    def state(self) -> dict[str, Any]:
        """The exported state."""
        return json.loads(self.run("stack", "export"))

    def outputs(self) -> dict[str, Any]:
        """What the stack exports."""
        return json.loads(self.run("stack", "output", "--json"))

    def run(self, *command: str) -> str:
        """Runs `pulumi COMMAND --stack …` and returns its standard output.

        Raises:
            EngineError: It failed.
        """
        arguments = ["pulumi", *command, "--stack", self.stack, "--non-interactive", "--color", "never"]
        done = subprocess.run(  # noqa: S603 - the engine, our own arguments
            arguments, cwd=self._cwd, env=self._environment, text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise EngineError(done.stdout + done.stderr)
        return done.stdout


def _diagnostics(said: str) -> str:
    """The messages in what `preview --json` printed; all of it, if it is not JSON."""
    try:
        printed, _ = json.JSONDecoder().raw_decode(said[said.index("{") :])
    except ValueError:
        return said
    return "\n".join(each["message"].strip() for each in printed.get("diagnostics", []))
