"""The `pulumi` command, as far as a recovery needs it, and the lock that a killed run leaves behind."""

import json
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

from tenant_keys.cli.errors import EXIT_FAILED, CommandError

_LINES_SHOWN = 15
_LOCKED = "the stack is currently locked by"
_TORN = "failed to load checkpoint: EOF"
# gocloud.dev, blob/fileblob: the state is replaced in one step, the attributes beside it are not.
_MENDING_TORN = (
    "If the state lies in a folder (`file://`): the run was killed while it wrote the attributes beside the state. The "
    "state is whole. Delete each empty file whose name ends in .attrs under .pulumi/stacks of that folder, and run "
    "this again. With `?metadata=skip` at the end of the backend's URL no such file is written."
)
# backend/diy/lock.go of the engine: who holds a lock, in the text of the refusal.
_HOLDER = re.compile(r"created by (?P<user>\S+)@(?P<host>\S+) \(pid (?P<pid>\d+)\) at (?P<since>\S+)")


class EngineError(CommandError):
    """The `pulumi` command refused or failed."""

    exit_code = EXIT_FAILED


class Pulumi:
    """The `pulumi` command on one stack; it takes a lock over from a run that is dead."""

    def __init__(self, folder: Path, stack: str) -> None:
        """Finds the command.

        Raises:
            EngineError: There is none.
        """
        command = shutil.which("pulumi")
        if command is None:
            raise EngineError("there is no `pulumi` on PATH, and the state is read and mended through it. Install it.")
        self._command, self._folder, self._stack = command, folder, stack
        self.released: list[str] = []

    def export(self) -> dict[str, Any]:
        """The state, secrets encrypted as they are stored."""
        return json.loads(self._run("stack", "export"))

    def write(self, state: dict[str, Any]) -> None:
        """Replaces the state."""
        self._run_locked("stack", "import", given=json.dumps(state))

    def import_resources(self, file: Path) -> None:
        """Takes resources into the state, protected until the next `up` says otherwise; the program does not run."""
        self._run_locked(
            *("import", "--yes", "--skip-preview", "--generate-code=false", "--skip-plugin-pre-install"),
            *("--file", str(file)),
        )

    def refresh(self, urns: list[str]) -> None:
        """Reads resources anew into the state; all of them if none is named."""
        targets = [word for urn in urns for word in ("--target", urn)]
        self._run_locked(
            "refresh", "--yes", "--skip-preview", "--skip-pending-creates", "--skip-plugin-pre-install", *targets
        )

    def _run_locked(self, *command: str, given: str = "") -> str:
        try:
            return self._run(*command, given=given)
        except EngineError as error:
            if _LOCKED not in str(error):
                raise
            holders = [_refuse_running(match) for match in _HOLDER.finditer(str(error))]
        self._run("cancel", "--yes")
        self.released += holders
        return self._run(*command, given=given)

    def _run(self, *command: str, given: str = "") -> str:
        # Our own arguments; the folder and the stack's name are the operator's.
        done = subprocess.run(  # noqa: S603 - see above
            [self._command, *command, "--stack", self._stack, "--non-interactive", "--color", "never"],
            cwd=self._folder,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "1"},
            input=given,
            text=True,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            said = (done.stdout + done.stderr).strip().splitlines()[-_LINES_SHOWN:]
            if any(_TORN in line for line in said):
                said.append(_MENDING_TORN)
            raise EngineError(
                f"`pulumi {' '.join(command[:2])}` failed. What was done before it stays done, and `tenant-keys "
                "recover` can be run again. It said:\n" + "\n".join(said)
            )
        return done.stdout


def _refuse_running(holder: re.Match[str]) -> str:
    """The holder in words.

    Raises:
        EngineError: It is a process of this machine that lives.
    """
    told = f"{holder['user']}@{holder['host']}, process {holder['pid']}, since {holder['since']}"
    if holder["host"] == socket.gethostname() and _lives(int(holder["pid"])):
        raise EngineError(
            f"the stack is locked by {told}, and that process is running: what it is making would be made twice. Wait "
            "for it or end it. If it is no `pulumi` at all, run `pulumi cancel` yourself. Nothing was changed."
        )
    return told


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
