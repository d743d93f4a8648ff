"""The tool cache: what was made before, and how a new engine gets in without being seen half-made.

<cache>/pulumi-3.258.0-linux-x86_64/
    official/        by the official installer      each holds bin/ and, written last,
    built-1a2b3c…/   from that state of go.mod      engine.json with the size of every file
    making-…/        in the making, under the lock
    lock
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from toolchain import versions
from toolchain.engine import Engine, Maker, RoadClosedError
from toolchain.machine import Machine
from toolchain.on_path import version_of
from toolchain.progress import Report

MANIFEST = "engine.json"


class ToolCache:
    """The engines of one version in one cache folder; safe for several processes at once."""

    name = "tool cache"

    def __init__(self, folder: Path, slots: Sequence[str], machine: Machine, report: Report) -> None:
        self.folder = folder / f"{versions.COMMAND}-{versions.PULUMI}-{machine.platform}"
        self._slots = slots
        self._machine = machine
        self._report = report

    def look(self) -> Engine:
        """The first whole engine among the slots; RoadClosedError with what is wrong with each."""
        found = []
        for slot in self._slots:
            try:
                return self._open(slot)
            except FileNotFoundError:
                continue  # not made yet
            except (OSError, ValueError) as damage:
                found.append(f"{slot} is not whole ({damage}) and is not used")
        raise RoadClosedError(f"{'; '.join(found) or 'nothing'} in {self.folder}.")

    def make(self, makers: Iterable[Maker], closed: list[tuple[str, str]]) -> Engine | None:
        """Fill a slot by the first maker that succeeds; one process at a time, the others wait and reuse."""
        remaining = list(makers)
        try:
            with self._lock():
                if engine := self._look_again():  # another process was faster
                    return engine
                while remaining:
                    try:
                        return self._fill(remaining[0])
                    except RoadClosedError as reason:
                        closed.append((remaining.pop(0).name, str(reason)))
                        if remaining:  # what closed the last road is said in the error
                            self._report.say(f"{closed[-1][0]}: {reason}")
        except OSError as error:
            advice = "TENANT_KEYS_CACHE can name another folder."
            reason = f"not possible, the tool cache can't be written ({error}). {advice}"
            closed.extend((maker.name, reason) for maker in remaining)
        return None

    def _open(self, slot: str) -> Engine:
        """Check a slot against its manifest; FileNotFoundError if it is not there, ValueError if not whole."""
        root = self.folder / slot
        if not root.exists():
            raise FileNotFoundError(root)
        try:
            sizes = json.loads((root / MANIFEST).read_text())["files"]
            differing = [name for name in versions.FILES if sizes[name] != _size(root / "bin" / name)]
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no readable {MANIFEST}") from error
        if differing:
            raise ValueError(f"{', '.join(differing)} missing, cut off or not executable")
        return Engine(folder=root / "bin", version=str(versions.PULUMI), road=f"{self.name} ({slot})")

    def _look_again(self) -> Engine | None:
        try:
            return self.look()
        except RoadClosedError:
            return None

    def _fill(self, maker: Maker) -> Engine:
        making = Path(tempfile.mkdtemp(prefix="making-", dir=self.folder))
        try:
            making.chmod(0o755)
            maker.make(making)
            self._confirm(making)
            slot = self.folder / maker.slot
            if slot.exists():  # damaged, or it would have been used
                shutil.rmtree(slot)
            making.rename(slot)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        engine = self._open(maker.slot)
        return Engine(folder=engine.folder, version=engine.version, road=maker.name)

    def _confirm(self, root: Path) -> None:
        """Accept what a maker made only if it runs, is the wanted version and is complete; then seal it."""
        sizes = {name: _size(root / "bin" / name) for name in versions.FILES}
        if missing := [name for name, size in sizes.items() if size is None]:
            raise RoadClosedError(f"it left no executable {', '.join(missing)}.")
        version = version_of(self._machine, root / "bin" / versions.COMMAND)
        if version != versions.PULUMI:
            raise RoadClosedError(f"it gave pulumi {version}, not {versions.PULUMI}.")
        (root / MANIFEST).write_text(json.dumps({"version": str(version), "files": sizes}, indent=2) + "\n")

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Hold the cache's lock, which a dead process gives up by itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._report.say("Another process is setting up the Pulumi engine; waiting for it.")
                fcntl.flock(lock, fcntl.LOCK_EX)
            for left_over in self.folder.glob("making-*"):  # by a process that was killed
                shutil.rmtree(left_over, ignore_errors=True)
            yield


def _size(file: Path) -> int | None:
    """Bytes of an executable file, None if it isn't one."""
    return file.stat().st_size if os.access(file, os.X_OK) and file.is_file() else None
