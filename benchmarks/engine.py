"""The real engine on the embedded AWS: a preview and a first `up` of some tenants, and of one more."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure, median
from benchmarks.tenants import entry, tenants
from sandbox import Sandbox, stack_file
from sandbox.engine import Engine

NAME = "engine"
SIZES = (1, 10, 50)
# One more tenant for a stack of one, and for the largest that a cell should hold (docs/performance.md).
GROWN = (1, 50)
RUNS = 5
# Of issue "Onboard a tenant": adding one to fifty costs at most 1.5 times adding one to one.
AIM_RATIO = 1.5


def run(sizes: tuple[int, ...] = SIZES, runs: int = RUNS) -> Iterator[Figure]:
    """Brings stacks of each size up, then adds tenants one by one to the smallest and the largest."""
    added: dict[int, list[float]] = {}
    for size in sizes:
        with _stack(size) as (sandbox, engine):
            preview = _seconds(engine.changes)
            yield Figure(benchmark=NAME, what=f"preview of {_count(size)}", value=preview, unit="s")
            yield Figure(benchmark=NAME, what=f"first up of {_count(size)}", value=_seconds(engine.up), unit="s")
            if size in {sizes[0], sizes[-1]}:
                added[size] = [_one_more(sandbox, engine, size + number) for number in range(runs)]
                yield median(NAME, f"up that adds one to {_count(size)}", added[size], "s")
    few, many = added[sizes[0]], added[sizes[-1]]
    yield Figure(
        benchmark=NAME,
        what=f"adding one to {sizes[-1]} against adding one to {sizes[0]}",
        value=sorted(many)[len(many) // 2] / sorted(few)[len(few) // 2],
        unit="times",
        runs=runs,
        least=min(many) / min(few),
        aim=AIM_RATIO,
    )


@contextmanager
def sandbox_of_its_own() -> Iterator[Sandbox]:
    """A sandbox in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="tenant-keys-bench-") as folder, Sandbox(Path(folder) / "sandbox") as own:
        yield own


@contextmanager
def _stack(size: int) -> Iterator[tuple[Sandbox, Engine]]:
    with sandbox_of_its_own() as sandbox:
        stack_file.change(_file(sandbox), lambda config: config.update({"tenant-keys:tenants": tenants(size)}))
        engine = Engine(sandbox, "dev")
        engine.create_stack()
        yield sandbox, engine


def _one_more(sandbox: Sandbox, engine: Engine, number: int) -> float:
    stack_file.add_tenant(_file(sandbox), f"tenant-{number:05}", entry(number))
    return _seconds(engine.up)


def _file(sandbox: Sandbox) -> Path:
    return sandbox.project / "Pulumi.dev.yaml"


def _count(size: int) -> str:
    return "1 tenant" if size == 1 else f"{size} tenants"


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
