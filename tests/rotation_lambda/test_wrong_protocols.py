"""The fault tests must be able to fail: three protocols that are wrong on purpose, and what refutes each of them."""

from rotation_lambda.event import Step
from tests.rotation_lambda.simulation.interleaving import orders
from tests.rotation_lambda.simulation.schedules import Plan, schedules
from tests.rotation_lambda.simulation.setting import CASES, version
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import Protocol, World
from tests.rotation_lambda.wrong.mints_again import mints_again
from tests.rotation_lambda.wrong.revokes_while_promoting import revokes_while_promoting
from tests.rotation_lambda.wrong.sweeps_young_keys import sweeps_young_keys


def broken_with(protocol: Protocol, faults: int) -> list[set[str]]:
    """For each schedule of a rotation, the numbers of the invariants that were broken."""

    def run(plan: Plan) -> World:
        world = World(CASES["B"], plan, protocol=protocol)
        world.rotate()
        return world

    return [{sentence[0] for sentence in settle(world)} for _, world in schedules(run, faults)]


def test_the_right_protocol_breaks_nothing() -> None:
    assert not set().union(*broken_with(Protocol(), faults=1))


def test_minting_again_instead_of_adopting_is_refuted_by_single_faults() -> None:
    broken = broken_with(Protocol(step=mints_again), faults=1)
    assert not broken[0], "without a fault it looks right, which is why it needs fault tests"
    assert {"4", "7", "8"} <= set().union(*broken), "keys leak, too many are minted, and the rotation never ends"


def test_revoking_while_promoting_is_refuted_without_any_fault() -> None:
    broken = broken_with(Protocol(step=revokes_while_promoting), faults=0)
    assert "2" in broken[0], "backends that still hold the old key are cut off"


def test_sweeping_without_the_age_rule_is_refuted_by_an_interleaving() -> None:
    token = version(3)

    def begun() -> World:
        world = World(CASES["B"], protocol=Protocol(sweep=sweeps_young_keys))
        world.begin()
        return world

    def create(world: World) -> None:
        world.step(Step.CREATE, token)

    failed = [not world.attempt(token) for world, _ in orders(begun, [create, World.sweep])]
    assert not failed[0], "one after the other it looks right"
    assert any(failed), "in some order, the sweep revokes the key that createSecret is about to store"
