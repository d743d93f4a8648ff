"""Every order in which the calls of several deliveries can reach the store and the issuer."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread, get_ident

from tests.rotation_lambda.simulation.world import World

Delivery = Callable[[World], object]
_MOST = 100_000  # orders; more than that would be a mistake in a test


@dataclass
class _Runner:
    """A delivery in a thread of its own, which waits before each of its calls."""

    goes: Lock = field(default_factory=Lock)
    waits: Lock = field(default_factory=Lock)
    done: bool = False
    error: BaseException | None = None


def orders(
    make: Callable[[], World], deliveries: Sequence[Delivery], *, switches: int | None = None
) -> Iterator[tuple[World, list[BaseException | None]]]:
    """Runs the deliveries in every order of their calls.

    Args:
        make: Makes a world; each order begins in a new one.
        deliveries: What runs at once.
        switches: The most times that a delivery is left that could go on; None for no limit.

    Yields:
        The world after each order, and what each delivery failed with.
    """
    prefix: list[int] | None = []
    for _ in range(_MOST):
        if prefix is None:
            return
        world, errors, taken, open_to = _run(make(), deliveries, prefix, switches)
        yield world, errors
        prefix = _next(taken, open_to)
    raise AssertionError("too many orders to try all")


def _next(taken: list[int], open_to: list[list[int]]) -> list[int] | None:
    """The choices that lead to the next order: the last one that can be made otherwise is made otherwise."""
    for at in range(len(taken) - 1, -1, -1):
        later = open_to[at][open_to[at].index(taken[at]) + 1 :]
        if later:
            return [*taken[:at], later[0]]
    return None


def _run(
    world: World, deliveries: Sequence[Delivery], prefix: list[int], switches: int | None
) -> tuple[World, list[BaseException | None], list[int], list[list[int]]]:
    runners = [_Runner() for _ in deliveries]
    by_thread: dict[int, _Runner] = {}

    def pause(_: str) -> None:
        runner = by_thread[get_ident()]
        runner.waits.release()
        runner.goes.acquire()

    def run(runner: _Runner, delivery: Delivery) -> None:
        by_thread[get_ident()] = runner
        runner.goes.acquire()
        try:
            delivery(world)
        except Exception as error:  # noqa: BLE001 - the test judges it
            runner.error = error
        runner.done = True
        runner.waits.release()

    world.wire.before_each = pause
    world.watch.several_deliveries = True
    world.excuses += len(deliveries) - 1
    threads = []
    for runner, delivery in zip(runners, deliveries, strict=True):
        runner.goes.acquire()
        runner.waits.acquire()
        threads.append(Thread(target=run, args=(runner, delivery), daemon=True))
        threads[-1].start()
    taken, open_to = _choose(runners, prefix, switches)
    for thread in threads:
        thread.join()
    world.wire.before_each = lambda _: None
    world.watch.several_deliveries = False
    return world, [runner.error for runner in runners], taken, open_to


def _choose(runners: list[_Runner], prefix: list[int], switches: int | None) -> tuple[list[int], list[list[int]]]:
    """Lets one runner at a time make one call: as `prefix` says, then the first one that may."""
    taken: list[int] = []
    open_to: list[list[int]] = []
    left = switches
    while ready := [number for number, runner in enumerate(runners) if not runner.done]:
        before = taken[-1] if taken else None
        if before in ready and left is not None:
            ready = [before] if left == 0 else [before, *(number for number in ready if number != before)]
        choice = prefix[len(taken)] if len(taken) < len(prefix) else ready[0]
        if left is not None and before in ready and choice != before:
            left -= 1
        open_to.append(ready)
        taken.append(choice)
        runners[choice].goes.release()
        runners[choice].waits.acquire()
    return taken, open_to
