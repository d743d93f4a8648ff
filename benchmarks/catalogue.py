"""The benchmarks by name, in the order in which they run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import deployment, onboarding, program, reads
from benchmarks.figures import Figure
from toolchain.progress import Report


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One table.

    Attributes:
        title: What the table is about.
        measure: Takes the sizes, the number of runs and where to tell the progress; returns the rows.
        sizes: The numbers of tenants.
        smallest: Sizes that only show that it works.
        needs_engine: Whether it runs `pulumi`.
    """

    title: str
    measure: Callable[[Sequence[int], int, Report], list[Figure]]
    sizes: tuple[int, ...]
    smallest: tuple[int, ...]
    needs_engine: bool = True


CATALOGUE = {
    "program": Benchmark(
        title="The program alone: no engine, no AWS",
        measure=program.measure,
        sizes=(10, 100, 1000),
        smallest=(1,),
        needs_engine=False,
    ),
    "reads": Benchmark(
        title="A read of an API key by the backend",
        measure=reads.measure,
        sizes=(1,),
        smallest=(1,),
    ),
    "deployment": Benchmark(
        title="A first preview and a first up of a whole stack, in the sandbox",
        measure=deployment.measure,
        sizes=(1, 10, 50),
        smallest=(1,),
    ),
    "onboarding": Benchmark(
        title="An up that adds one tenant, without its preview, in the sandbox",
        measure=onboarding.measure,
        sizes=(1, 50),
        smallest=(1, 2),
    ),
}
