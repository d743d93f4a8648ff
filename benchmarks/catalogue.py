"""The benchmarks by name, in the order in which they run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks import audit, deployment, onboarding, program, reads, rotation
from benchmarks.figures import Figure
from toolchain.progress import Report


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One table.

    Attributes:
        title: What the table is about.
        measure: Takes the sizes, the number of runs and where to tell the progress; returns the rows.
        sizes: The numbers of tenants, or of events.
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
    "rotation-start": Benchmark(
        title="A cold start of the rotation function, beside boto3 alone",
        measure=rotation.measure_function,
        sizes=(1,),
        smallest=(1,),
        needs_engine=False,
    ),
    "rotation-calls": Benchmark(
        title="The calls of one rotation, by the shape of its issuer",
        measure=rotation.measure_calls,
        sizes=(1,),
        smallest=(1,),
        needs_engine=False,
    ),
    "rotation-spread": Benchmark(
        title="Rotations in the busiest hour of a month",
        measure=rotation.measure_spread,
        sizes=(10_000, 100_000),
        smallest=(1_000,),
        needs_engine=False,
    ),
    "rotation-month": Benchmark(
        title="A month of rotations with 2 % of the calls failing, under Secrets Manager's quota, simulated",
        measure=rotation.measure_month,
        sizes=(10_000,),
        smallest=(50,),
        needs_engine=False,
    ),
    "audit": Benchmark(
        title="Who touched one tenant's keys in a year, of 500 tenants",
        measure=audit.measure,
        sizes=(1_000_000, 10_000_000),
        smallest=(20_000,),
        needs_engine=False,
    ),
    "onboarding": Benchmark(
        title="An up that adds one tenant, without its preview, in the sandbox",
        measure=onboarding.measure,
        sizes=(1, 50),
        smallest=(1, 2),
    ),
}
