"""All single faults and all pairs of faults, at every call, for every shape: no invariant may break."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from rotation_lambda.contracts import Shape, Stage
from rotation_lambda.errors import RotationError
from tests.rotation_lambda.simulation.faults import Crash, Fault
from tests.rotation_lambda.simulation.schedules import Plan, schedules
from tests.rotation_lambda.simulation.setting import CASES, GRACE
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import World

MINT = 3  # the number of the call that mints, in shape B

every_case = pytest.mark.parametrize("case", CASES)


def broken_in_all(run: Callable[[Plan], World], faults: int) -> tuple[int, list[str]]:
    """How many schedules there are, and what each of the bad ones broke."""
    number = 0
    bad: list[str] = []
    for plan, world in schedules(run, faults):
        number += 1
        bad += [f"{plan}: {sentence}" for sentence in settle(world)]
    return number, bad


@every_case
def test_no_two_faults_in_a_rotation_break_an_invariant(case: str) -> None:
    def run(plan: Plan) -> World:
        world = World(CASES[case], plan)
        world.rotate()
        return world

    number, bad = broken_in_all(run, faults=2)
    assert not bad, f"{len(bad)} of {number} schedules lose a key, leak one, or interrupt the tenant's service"
    assert number > 900, "a rotation has some ten calls and each can fail in several ways: were they all tried?"


@pytest.mark.parametrize("case", [case for case in CASES if case != "E"])  # E begins with a pair that a person brings
def test_no_two_faults_in_the_first_rotation_of_an_empty_secret_break_an_invariant(case: str) -> None:
    def run(plan: Plan) -> World:
        world = World(CASES[case], plan, seeded=False)
        world.rotate()
        return world

    number, bad = broken_in_all(run, faults=2)
    assert not bad, f"{len(bad)} of {number} schedules lose a key, leak one, or interrupt the tenant's service"


@pytest.mark.parametrize("case", ["A", "A, no names", "A, two slots", "B", "B, two slots"])
def test_no_two_faults_in_a_revocation_and_a_sweep_break_an_invariant(case: str) -> None:
    def run(plan: Plan) -> World:
        world = World(CASES[case])
        world.rotate()
        world.time.pass_by(GRACE + timedelta(hours=1))
        world.fail(plan)
        world.fire_jobs()
        sweep_with_faults(world)
        return world

    number, bad = broken_in_all(run, faults=2)
    assert not bad, f"{len(bad)} of {number} schedules lose a key, leak one, or interrupt the tenant's service"
    assert number > 100, "a revocation and a sweep have some ten calls: were they all tried?"


def test_no_two_faults_break_an_invariant_when_a_lost_key_waits_for_the_sweep() -> None:
    """Both keys of one token are old: the one that is current, and the one whose reply was lost."""

    def run(plan: Plan) -> World:
        world = World(CASES["B"], {MINT: Fault.REPLY_LOST})
        assert world.rotate()
        assert len(world.issuer.live_ids() & world.issuer.desk.ours) == 3, (
            "the one before, the lost one, and the current one"
        )
        world.time.pass_by(timedelta(hours=2))
        world.fail(plan)
        sweep_with_faults(world)
        return world

    number, bad = broken_in_all(run, faults=2)
    assert not bad, f"{len(bad)} of {number} schedules lose a key, leak one, or interrupt the tenant's service"


def sweep_with_faults(world: World) -> None:
    try:
        world.sweep()
    except (Crash, RotationError):
        world.watch.look()


@every_case
def test_a_rotation_without_faults_makes_one_value_and_ends_in_one_attempt(case: str) -> None:
    world = World(CASES[case])
    made_before = world.issuer.desk.mints
    assert world.attempt(world.begin()), f"nothing went wrong, and the rotation failed: {world.last_error!r}"
    minted = 0 if CASES[case].traits.shape in {Shape.STORE_FIRST, Shape.MANUAL} else 1
    assert world.issuer.desk.mints - made_before == minted, "each mint costs one of the issuer's keys"
    assert world.secret.state.version_at(Stage.PREVIOUS) is not None, "an operator can go back to the value before"
    assert not settle(world)
