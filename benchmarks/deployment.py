"""The engine on the sandbox: a first `preview` and a first `up` of a whole stack."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure, Spent, time_figure
from benchmarks.stacks import STACK, counted, sandbox_of
from sandbox.engine import Engine
from toolchain.progress import Report


def measure(sizes: Sequence[int], runs: int, report: Report) -> list[Figure]:
    """Deploys stacks into new sandboxes; a sandbox's own start is not in the figures."""
    previews: dict[int, list[Spent]] = {size: [] for size in sizes}
    ups: dict[int, list[Spent]] = {size: [] for size in sizes}
    with tempfile.TemporaryDirectory() as folder, sandbox_of(1, Path(folder)) as sandbox:
        Engine(sandbox, STACK).run("preview")  # compiles the modules
    with report.count("preview and up", runs * len(sizes)) as done:
        for number in range(runs):
            for position, size in enumerate(sizes, 1):
                preview, up = _deploy(size)
                previews[size].append(preview)
                ups[size].append(up)
                done(number * len(sizes) + position)
    return [
        time_figure(f"{counted(size)}: {word}", spent[size])
        for size in sizes
        for word, spent in (("preview", previews), ("up", ups))
    ]


def _deploy(size: int) -> tuple[Spent, Spent]:
    with tempfile.TemporaryDirectory() as folder, sandbox_of(size, Path(folder)) as sandbox:
        engine = Engine(sandbox, STACK)
        return Spent.in_(lambda: engine.run("preview")), Spent.in_(engine.up)
