"""A Chromium for the tests of the audit report: on PATH, else from Debian's packages, else a sentence that says how.

`python -m toolchain.chromium` prints its path. Only root on a machine with `apt-get` is given one: anybody else is told
what to install, since this package changes no machine by asking for a password.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from toolchain.engine import RoadClosedError, ToolchainError
from toolchain.machine import Machine
from toolchain.progress import Report, TerminalReport

# What Debian, Ubuntu, Fedora and Google call it.
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_PACKAGE = "chromium"
_WANTED = (
    "No Chromium, which the tests of the audit report need. Install one so that `chromium` or `google-chrome` is on "
    "PATH (Debian: sudo apt-get install chromium), then run this again. {reason}"
)


class ChromiumNotFoundError(ToolchainError):
    """There is no Chromium and none can be installed."""


def find_chromium(machine: Machine) -> Path:
    """The Chromium on PATH; ChromiumNotFoundError with advice if there is none."""
    for command in COMMANDS:
        if found := machine.find(command):
            return found
    raise ChromiumNotFoundError(_WANTED.format(reason="None was on PATH."))


def provide_chromium(machine: Machine, report: Report, run: Callable[[Sequence[str]], None], *, is_root: bool) -> Path:
    """The Chromium on PATH; installs Debian's package first if there is none and it can.

    Args:
        machine: Where to look.
        report: Told before anything is installed.
        run: Runs a command; raises RoadClosedError if it fails.
        is_root: Whether packages may be installed.

    Raises:
        ChromiumNotFoundError: There is none and none can be installed; the text says what to do.
    """
    try:
        return find_chromium(machine)
    except ChromiumNotFoundError:
        if not is_root or machine.find("apt-get") is None:
            raise
    report.say("Installing Debian's chromium with apt-get, for the tests of the audit report.")
    try:
        run(["apt-get", "update"])
        run(["apt-get", "install", "--yes", "--no-install-recommends", _PACKAGE])
    except RoadClosedError as reason:
        raise ChromiumNotFoundError(_WANTED.format(reason=str(reason))) from reason
    return find_chromium(machine)


def run_quietly(command: Sequence[str]) -> None:
    """Run a package command without questions; RoadClosedError with the end of its output if it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(  # noqa: S603 - this module's own commands, no shell
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()[-500:]
        raise RoadClosedError(f"`{' '.join(command)}` failed: {said}")


def main() -> None:
    """Print the path of a Chromium, or a sentence on standard error and exit code 1."""
    try:
        print(  # noqa: T201 - the answer
            provide_chromium(Machine.from_environment(), TerminalReport(), run_quietly, is_root=os.geteuid() == 0)
        )
    except ChromiumNotFoundError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
