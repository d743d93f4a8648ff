"""Stand-ins for the machine, its tools and the makers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from toolchain import versions
from toolchain.engine import RoadClosedError
from toolchain.machine import Machine

VERSION = str(versions.PULUMI)


@dataclass
class Recorder:
    """A report that remembers what was said and counted."""

    said: list[str] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    @contextmanager
    def count(self, title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        name = title if total is None else f"{title} of {total}"
        self.counted[name] = 0
        yield lambda done: self.counted.update({name: done})


def machine_with(*folders: Path, **environment: str) -> Machine:
    """A machine whose PATH holds these folders, and `/bin` for the shell's own commands."""
    return Machine.of({"PATH": ":".join([*map(str, folders), "/bin"]), **environment})


def write_command(folder: Path, name: str, script: str = "") -> Path:
    """An executable shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


def write_engine(folder: Path, version: str = VERSION) -> Path:
    """A folder with all three files, whose `pulumi version` answers with this version."""
    for name in versions.FILES:
        write_command(folder, name, f"echo v{version}")
    return folder


@dataclass
class FakeMaker:
    """A road that makes `version`, or says why not."""

    name: str
    slot: str = "fake"
    version: str = VERSION
    closed: str | None = None
    action: Callable[[Path], None] = lambda _root: None
    calls: int = 0

    def make(self, root: Path) -> None:
        self.calls += 1
        if self.closed is not None:
            raise RoadClosedError(self.closed)
        write_engine(root / "bin", self.version)
        self.action(root)
