"""How many calls a rotation without faults makes: for the tests' limit, and for the benchmarks."""

from collections.abc import Mapping
from dataclasses import dataclass

from rotation_lambda.event import Step
from tests.rotation_lambda.simulation.setting import CASES, Case
from tests.rotation_lambda.simulation.world import World

# The issuer's methods; all other calls go to Secrets Manager and to the scheduler.
_OF_THE_ISSUER = frozenset({"mint", "register", "list", "revoke", "probe"})


@dataclass(frozen=True, kw_only=True)
class Calls:
    """The calls of one rotation: all four steps, and the order to revoke the old key.

    Attributes:
        store: To Secrets Manager for the secret, and to the scheduler.
        admin: Reads of the admin credential: one for each step that asks the issuer something.
        issuer: To the issuer; an adapter may need more than one request for some of them.
    """

    store: int
    admin: int
    issuer: int

    @property
    def aws(self) -> int:
        """All calls to AWS."""
        return self.store + self.admin


def calls_per_rotation() -> Mapping[str, Calls]:
    """The calls of a monthly rotation, for each kind of issuer."""
    return {name: _calls(case) for name, case in CASES.items()}


def _calls(case: Case) -> Calls:
    world = World(case)
    token = world.begin()
    store = admin = issuer = 0
    for step in Step:
        world.fail({})
        world.step(step, token)
        asked = sum(made.name in _OF_THE_ISSUER for made in world.wire.made)
        store += len(world.wire.made) - asked
        issuer += asked
        admin += asked > 0
    return Calls(store=store, admin=admin, issuer=issuer)
