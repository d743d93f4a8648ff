"""The audit's question over a made-up trail: first and repeated, beside what merely reading the same files takes."""

import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Spent, time_figure
from benchmarks.synthetic_trail import SyntheticTrail, tenant_id, write_trail
from sandbox.launcher import without_cloud_settings
from sandbox.layout import ROOT
from tenant_keys.settings import settings_of_file
from toolchain.progress import Report

_TENANT_KEYS = str(Path(sys.executable).with_name("tenant-keys"))
_TENANT = tenant_id(250)
_STACK = "dev"
_FIRST_AGAINST_UNPACKING = 2.0
_REPEATED_SECONDS = 1.0
_MEMORY_MIB = 1024.0
_SAMPLE_SECONDS = 0.05
_YEAR = ("--since", "2025-01-01", "--until", "2025-12-31")


def measure(sizes: Sequence[int], runs: int, report: Report) -> list[Figure]:
    """Asks about one of 500 tenants; the sizes are numbers of events in a year."""
    return [figure for size in sizes for figure in _figures_of(size, runs, report)]


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One run of a command: what it took, the most memory of all its processes together, and how much it found."""

    spent: Spent
    mib: float
    events: int


def _figures_of(size: int, runs: int, report: Report) -> Iterator[Figure]:
    what = f"{size:,} events"
    with tempfile.TemporaryDirectory(prefix="tenant-keys-trail-") as folder:
        trail, archive = Path(folder) / "trail", Path(folder) / "archive"
        report.say(f"Writing a trail of {what} ...")
        write_trail(SyntheticTrail(names=settings_of_file(ROOT, _STACK).names, events=size), trail)
        files = sorted(trail.rglob("*.json.gz"))
        packed = sum(file.stat().st_size for file in files) / 2**20
        with report.count(what, 3 * runs + 2) as done:
            plain = Spent.in_(lambda: _in_process(_read_plainly, files))
            done(1)
            unpacking: list[Spent] = []
            first: list[_Asked] = []
            repeated: list[_Asked] = []
            for number in range(runs):
                unpacking.append(Spent.in_(lambda: _unpack_on_all_cores(files)))
                first.append(_ask("--logs", str(trail)))
                done(1 + 2 * (number + 1))
            building = _run("audit-archive", str(archive), "--logs", str(trail), *_YEAR[:2])
            for number in range(runs):
                repeated.append(_ask("--archive", str(archive)))
                done(2 + 2 * runs + number)
        kept = sum(file.stat().st_size for file in archive.rglob("*.parquet")) / 2**20
    assert {each.events for each in (*first, *repeated)} == {first[0].events}, "both roads tell the same"
    yield time_figure(f"{what}: decompressing alone", unpacking, note=f"{len(files):,} objects, {packed:,.0f} MiB")
    yield time_figure(f"{what}: plain Python", [plain], note="gzip and json, one process")
    yield time_figure(f"{what}: first question", _spent(first), note=f"{first[0].events:,} events of the tenant")
    yield Figure(
        what=f"{what}: first question against decompressing",
        unit="times",
        samples=tuple(asked.spent.seconds / alone.seconds for asked, alone in zip(first, unpacking, strict=True)),
        aim=_FIRST_AGAINST_UNPACKING,
    )
    yield _memory(f"{what}: first question, memory", first)
    yield time_figure(f"{what}: making the archive", [building.spent], note=f"{kept:,.0f} MiB of Parquet")
    yield _memory(f"{what}: making the archive, memory", [building])
    yield time_figure(f"{what}: repeated question", _spent(repeated), aim=_REPEATED_SECONDS, note="of the archive")
    yield _memory(f"{what}: repeated question, memory", repeated)


def _spent(asked: Sequence[_Asked]) -> list[Spent]:
    return [each.spent for each in asked]


def _memory(what: str, asked: Sequence[_Asked]) -> Figure:
    return Figure(
        what=what, unit="MiB", samples=tuple(each.mib for each in asked), aim=_MEMORY_MIB, note="all processes together"
    )


def _ask(*where: str) -> _Asked:
    return _run("audit", _TENANT, *_YEAR, *where, "--json")


def _run(*arguments: str) -> _Asked:
    """Runs a command as a person does: start and imports are part of its time."""
    printed = b""
    peak = 0.0

    def work() -> None:
        nonlocal printed, peak
        process = subprocess.Popen(  # noqa: S603 - our own command, our own arguments
            [_TENANT_KEYS, "--project", str(ROOT), "--stack", _STACK, *arguments],
            env=without_cloud_settings(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with _watched(process.pid) as told:
            printed, _ = process.communicate()
        peak = told()
        assert process.returncode == 0, f"tenant-keys {arguments[0]} failed"

    spent = Spent.in_(work)
    report: dict[str, Any] = json.loads(printed) if "--json" in arguments else {}
    return _Asked(spent=spent, mib=peak, events=len(report.get("events", ())))


@contextmanager
def _watched(pid: int) -> Iterator[Callable[[], float]]:
    """The context yields what tells, at its end, the most MiB that a process and its descendants held at once."""
    peak, over = 0.0, threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(_SAMPLE_SECONDS):
            peak = max(peak, sum(map(_resident_mib, _family(pid))))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    yield lambda: peak
    over.set()
    thread.join()


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = [
            each for task in Path(f"/proc/{pid}/task").iterdir() for each in (task / "children").read_text().split()
        ]
    except OSError:  # it has ended since
        return
    for child in children:
        yield from _family(int(child))


def _resident_mib(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _unpack_on_all_cores(files: Sequence[Path]) -> None:
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as processes:
        assert sum(processes.map(_unpack, files, chunksize=8)), "there is something in them"


def _unpack(file: Path) -> int:
    return len(gzip.decompress(file.read_bytes()))


def _in_process(work: Callable[[Sequence[Path]], int], files: Sequence[Path]) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        assert process.submit(work, files).result(), "the tenant has events"


def _read_plainly(files: Sequence[Path]) -> int:
    """Counts the tenant's records as somebody without this project would."""
    needle, found = f"/tenant-{_TENANT}/", 0
    for file in files:
        for record in json.loads(gzip.decompress(file.read_bytes()))["Records"]:
            found += needle in json.dumps(record)
    return found
