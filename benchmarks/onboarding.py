"""One more tenant: what the `up` takes that adds it to a stack, by the size of the stack."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import Figure, Spent, time_figure
from benchmarks.stacks import STACK, counted, entry, sandbox_of, stack_file_of
from sandbox import Sandbox, stack_file
from sandbox.engine import Engine
from toolchain.progress import Report

_AIM = 1.5
"""How many times the cost of the smallest stack the largest one's may be."""


def measure(sizes: Sequence[int], runs: int, report: Report) -> list[Figure]:
    """Adds a tenant to stacks of each size in turn, and removes it before the next run, which is not in the figures."""
    spent: dict[int, list[Spent]] = {size: [] for size in sizes}
    with ExitStack() as opened:
        folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
        stacks = {size: opened.enter_context(sandbox_of(size, folder / str(size))) for size in sizes}
        with report.count("one more tenant", len(sizes) * (1 + runs)) as done:
            for position, stack in enumerate(stacks.values(), 1):
                Engine(stack, STACK).up()
                done(position)
            for number in range(1, runs + 1):
                for stack in stacks.values() if number > 1 else ():
                    _remove(stack, _added(number - 1))
                for position, (size, stack) in enumerate(stacks.items(), 1):
                    spent[size].append(_add(stack, _added(number)))
                    done(number * len(sizes) + position)
    smallest, largest = min(sizes), max(sizes)
    return [
        *(time_figure(f"to {counted(size)}", spent[size]) for size in sizes),
        *_ratios(spent[largest], spent[smallest], f"{largest} against {smallest}"),
    ]


def _added(number: int) -> str:
    """The tenant of a run; the id of one that was removed is not given again."""
    return f"added-{number:04}"


def _add(sandbox: Sandbox, tenant: str) -> Spent:
    stack_file.add_tenant(stack_file_of(sandbox), tenant, entry(tenant))
    return Spent.in_(Engine(sandbox, STACK).up)


def _remove(sandbox: Sandbox, tenant: str) -> None:
    stack_file.remove_tenant(stack_file_of(sandbox), tenant)
    Engine(sandbox, STACK).up()


def _ratios(large: Sequence[Spent], small: Sequence[Spent], what: str) -> list[Figure]:
    """How many times the small stack's cost the large one's is, in each run: its two measurements are neighbours."""
    pairs = list(zip(large, small, strict=True))
    clock = tuple(one.seconds / other.seconds for one, other in pairs)
    processor = tuple(one.processor_seconds / other.processor_seconds for one, other in pairs)
    return [
        Figure(what=f"{what}: time", unit="times", samples=clock, aim=_AIM),
        Figure(what=f"{what}: processor time", unit="times", samples=processor),
    ]
