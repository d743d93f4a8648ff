"""A month of rotations in simulated time: each tenant's runs through the real protocol, faults included.

Assumed, since AWS documents none of it: a rotation begins with its window; a failed one is tried again after one, two,
four and eight minutes; a call to AWS takes 0.05 s, one to an issuer 0.3 s. Documented: Secrets Manager takes 50 writes
a second (Secrets Manager quotas), and one that comes too early waits here for its turn.
"""

import heapq
import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tenant_keys.rotation_schedule import rotation_schedule
from tenant_keys.settings import Rotate
from tests.rotation_lambda.simulation.faults import OF_A_CHANGE, Fault
from tests.rotation_lambda.simulation.setting import CASES
from tests.rotation_lambda.simulation.world import World

WRITES_PER_SECOND = 50
FAILING = 0.02
ATTEMPTS = 5
_PAUSE = 60.0
_AWS_SECONDS, _ISSUER_SECONDS = 0.05, 0.3
_DAY, _HOUR = 86_400.0, 3_600.0
_MOST_CALLS = 40  # no attempt makes more, so no fault is planned further out
_ISSUERS_CALLS = frozenset({"mint", "register", "list", "revoke", "probe"})
_SLOT = re.compile(r"cron\(0 (\d+) (\d+) \* \? \*\)")


@dataclass(kw_only=True)
class Month:
    """What came of it; counts of rotations, except for `retries`, which are attempts."""

    finished: int = 0
    overdue: int = 0
    retries: int = 0
    most_at_once: int = 0
    most_writes: int = 0


def simulate(tenants: int, progress: Callable[[int], None], seed: int = 1) -> Month:
    """Rotates every tenant's key once, on its own day and hour."""
    chance = random.Random(seed)  # noqa: S311 - a simulation, the same in each run
    month, writes = Month(), Counter[int]()
    queue = [(_due(number), number, 0) for number in range(tenants)]
    heapq.heapify(queue)
    worlds: dict[int, World] = {}
    busy: list[float] = []
    done = 0
    while queue:
        now, number, tried = heapq.heappop(queue)
        world = worlds.pop(number, None) or World(CASES["B"])
        finished, ended = _attempt(world, now, chance, writes)
        month.retries += tried > 0
        while busy and busy[0] <= now:
            heapq.heappop(busy)
        heapq.heappush(busy, ended)
        month.most_at_once = max(month.most_at_once, len(busy))
        if finished:
            month.finished += 1
            month.overdue += ended - _due(number) > _DAY
        elif tried + 1 < ATTEMPTS:
            worlds[number] = world
            heapq.heappush(queue, (ended + _PAUSE * 2**tried, number, tried + 1))
            continue
        else:
            month.overdue += 1
        done += 1
        progress(done)
    month.most_writes = max(writes.values(), default=0)
    return month


def _due(number: int) -> float:
    """Seconds into the month at which a tenant's window begins."""
    found = _SLOT.fullmatch(rotation_schedule(Rotate.MONTHLY, f"tenant-{number:06}", "external-api-key").expression)
    assert found is not None
    return (int(found[2]) - 1) * _DAY + int(found[1]) * _HOUR


def _attempt(world: World, now: float, chance: random.Random, writes: Counter[int]) -> tuple[bool, float]:
    """All four steps once, from `now` on; whether they succeeded, and when they ended."""
    world.fail({number: _fault(chance) for number in range(_MOST_CALLS) if chance.random() < FAILING})
    finished = world.attempt(world.begin())
    for call in world.wire.made:
        if call.name in _ISSUERS_CALLS:
            now += _ISSUER_SECONDS
            continue
        if call.changes and call.name != "arm":  # that one goes to the scheduler
            while writes[int(now)] >= WRITES_PER_SECOND:
                now = float(int(now) + 1)
            writes[int(now)] += 1
        now += _AWS_SECONDS
    return finished, now


def _fault(chance: random.Random) -> Fault:
    return chance.choice(OF_A_CHANGE)
