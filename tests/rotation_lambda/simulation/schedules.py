"""Every schedule of up to so many faults, at every call that a run makes."""

from collections.abc import Callable, Iterator, Mapping

from tests.rotation_lambda.simulation.faults import OF_A_CHANGE, OF_A_READ, Fault
from tests.rotation_lambda.simulation.world import World

Plan = Mapping[int, Fault]


def schedules(run: Callable[[Plan], World], faults: int, plan: Plan | None = None) -> Iterator[tuple[Plan, World]]:
    """Runs without a fault, then with each fault at each call, then with each second fault at each later call, ...

    Args:
        run: Makes a world with a plan and rotates in it.
        faults: The most faults of a schedule.
        plan: The faults so far.

    Yields:
        The plan of each run, and the world after it.
    """
    plan = plan or {}
    world = run(plan)
    made = list(world.wire.made)
    yield plan, world
    if faults:
        for number in range(max(plan, default=-1) + 1, len(made)):
            for fault in OF_A_CHANGE if made[number].changes else OF_A_READ:
                yield from schedules(run, faults - 1, {**plan, number: fault})
