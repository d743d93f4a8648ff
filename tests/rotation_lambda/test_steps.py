"""The four steps as they come over the wire: in order, each twice, and in every wrong order."""

from itertools import permutations

import pytest

from rotation_lambda.contracts import Shape, Stage
from rotation_lambda.errors import NotPendingError, NoValueError, RotationError
from rotation_lambda.event import Step, StepEvent, parse_event
from rotation_lambda.protocol.parties import Outcome
from tests.rotation_lambda.simulation.setting import CASES, version
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import World
from tests.rotation_lambda.wire import golden

EVENTS = {
    Step.CREATE: golden("create-secret"),
    Step.SET: golden("set-secret"),
    Step.TEST: golden("test-secret"),
    Step.FINISH: golden("finish-secret"),
}
every_case = pytest.mark.parametrize("case", [case for case in CASES if case != "F"])  # F has another token


def deliver(world: World, step: Step) -> Outcome:
    asked = parse_event(EVENTS[step])
    assert isinstance(asked, StepEvent)
    return world.step(asked.step, asked.version)


def begun(case: str) -> World:
    world = World(CASES[case])
    assert world.begin() == version(3), "the token of the golden events"
    return world


@every_case
def test_each_step_delivered_twice_does_nothing_the_second_time(case: str) -> None:
    world = begun(case)
    for step in Step:
        deliver(world, step)
        state = world.secret.state
        made, armed = world.issuer.desk.mints, dict(world.jobs.armed)
        deliver(world, step)
        assert world.secret.state == state, "values and labels stay"
        assert (world.issuer.desk.mints, world.jobs.armed) == (made, armed), "nothing is made or ordered twice"
    world.secret.end_rotation()
    world.finished = True
    assert not settle(world)


@every_case
@pytest.mark.parametrize("order", [order for order in permutations(Step) if order != tuple(Step)], ids=" ".join)
def test_a_wrong_order_never_promotes_what_was_not_made_and_tried(case: str, order: tuple[Step, ...]) -> None:
    world = begun(case)
    before = world.secret.state
    for step in order:
        if step is Step.CREATE:
            break
        with pytest.raises(NoValueError):
            deliver(world, step)
        assert world.secret.state == before, "a step before createSecret changes nothing"
    for step in order[order.index(Step.CREATE) :]:
        try:
            deliver(world, step)
        except RotationError:
            assert world.secret.state.version_at(Stage.CURRENT) == before.version_at(Stage.CURRENT)
    assert not settle(world)


@every_case
def test_a_step_of_a_version_that_is_not_there_touches_nothing(case: str) -> None:
    world = World(CASES[case])
    for step in Step:
        with pytest.raises(NotPendingError, match="is not pending"):
            world.step(step, version(3))
    assert {made.name for made in world.wire.made} == {"describe"}, (
        "not even a read of a value, nor a call to the issuer"
    )


@every_case
@pytest.mark.parametrize("step", Step)
def test_a_step_of_a_rotation_that_was_abandoned_touches_nothing(case: str, step: Step) -> None:
    world = begun(case)
    deliver(world, Step.CREATE)
    if CASES[case].traits.shape is Shape.ROLL_HARD:
        return  # it is current already
    world.write(world.issuer.add("by-hand"))
    state, calls = world.secret.state, len(world.wire.made)
    with pytest.raises(NotPendingError):
        deliver(world, step)
    assert world.secret.state == state
    assert [made.name for made in world.wire.made[calls:]] == ["describe"]


def test_the_first_test_of_a_secret_with_a_value_tries_the_current_value() -> None:
    """RotateImmediately=false: testSecret alone, on a copy of the current value."""
    world = World(CASES["B"])
    token = world.new_version()
    current = world.secret.state.value_at(Stage.CURRENT)
    assert current is not None
    world.secret.put(token, current, Stage.PENDING)
    assert world.step(Step.TEST, token) is Outcome.PROVED
    assert [made.name for made in world.wire.made] == ["describe", "read AWSPENDING", "probe"]


@pytest.mark.parametrize("case", ["A", "A, no overlap", "B", "D", "F"])
def test_the_first_test_says_if_the_current_value_is_refused_and_leaves_the_copy_to_secrets_manager(case: str) -> None:
    world = World(CASES[case])
    token = world.new_version()
    current = world.secret.state.value_at(Stage.CURRENT)
    assert current is not None
    world.secret.put(token, current, Stage.PENDING)
    world.issuer.desk.keys.clear()
    with pytest.raises(RotationError, match="refuses version"):
        world.step(Step.TEST, token)
    assert world.secret.state.version_at(Stage.PENDING) == token, "it is a copy, and not ours to throw away"


@pytest.mark.parametrize("case", ["A", "A, no overlap", "B"])
def test_the_first_test_of_a_secret_without_any_value_has_nothing_to_try(case: str) -> None:
    world = World(CASES[case], seeded=False)
    assert world.step(Step.TEST, world.begin()) is Outcome.NOTHING_TO_DO
    assert "probe" not in {made.name for made in world.wire.made}


def test_finishing_again_orders_the_revocation_that_a_crash_has_lost() -> None:
    world = begun("B")
    for step in Step:
        deliver(world, step)
    world.jobs.armed.clear()
    assert deliver(world, Step.FINISH) is Outcome.ALREADY_CURRENT
    assert list(world.jobs.armed) == [version(3)]
