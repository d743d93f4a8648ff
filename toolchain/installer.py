"""The third road: the official installer, which downloads a release of some 150 MB."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from toolchain import versions
from toolchain.engine import RoadClosedError
from toolchain.machine import Machine
from toolchain.progress import Report

# A refused network answers at once. A silent one is given up after 15 s without a first byte: the script that is
# fetched first is a few kB. A slow one may take its time, as long as something arrives within a minute.
FIRST_BYTE_SECONDS = 15.0
STALL_SECONDS = 60.0
POLL_SECONDS = 0.1
COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("official.py")))


class OfficialInstaller:
    """Runs the installer in a process of its own, with its temporary files inside the folder in the making."""

    name = "official installer"
    slot = "official"

    def __init__(
        self,
        machine: Machine,
        report: Report,
        *,
        command: Sequence[str] = COMMAND,
        first_byte_seconds: float = FIRST_BYTE_SECONDS,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self._machine = machine
        self._report = report
        self._command = command
        self._first_byte_seconds = first_byte_seconds
        self._stall_seconds = stall_seconds

    def make(self, root: Path) -> None:
        """Fill `root/bin` with a release; RoadClosedError with the last thing that the installer said."""
        self._report.say(f"Fetching Pulumi {versions.PULUMI} with the official installer ...")
        temporary, log = root / "tmp", root / "log"
        temporary.mkdir()
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - this package's own script, no shell
                [*self._command, str(root), str(versions.PULUMI)],
                cwd=root,
                env={**self._machine.environment, "TMPDIR": str(temporary)},
                start_new_session=True,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                stdout=output,
            )
        try:
            with self._report.count("MB arrived") as update:
                self._watch(process, lambda: _bytes_below(temporary, root / "bin"), update)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.returncode != 0:
            last_line = (log.read_text(errors="replace").strip().splitlines() or ["no message"])[-1]
            raise RoadClosedError(f"failed: {last_line.strip().rstrip('.')}.")
        shutil.rmtree(temporary)
        log.unlink()

    def _watch(self, process: subprocess.Popen[bytes], size: Callable[[], int], update: Callable[[int], None]) -> None:
        """Return when the process has ended; RoadClosedError when nothing has arrived for too long."""
        arrived, since = 0, time.monotonic()
        while process.poll() is None:
            now, total = time.monotonic(), size()
            if total != arrived:
                arrived, since = total, now
                update(arrived // 1_000_000)
            limit = self._stall_seconds if arrived else self._first_byte_seconds
            if now - since > limit:
                raise RoadClosedError(f"stopped, since nothing arrived for {limit:g} s.")
            time.sleep(POLL_SECONDS)


def _bytes_below(*folders: Path) -> int:
    total = 0
    for folder in folders:
        for parent, _, names in os.walk(folder):
            for name in names:
                try:
                    total += os.lstat(Path(parent, name)).st_size
                except FileNotFoundError:  # moved while we looked
                    continue
    return total
