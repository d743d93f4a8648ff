"""What people do while rotations run: roll back, revoke, write, cancel, too early or too late."""

from datetime import timedelta

import pytest

from rotation_lambda.contracts import Stage
from rotation_lambda.errors import (
    IssuerRefusedError,
    LabelMovedError,
    NotPendingError,
)
from rotation_lambda.event import Step
from rotation_lambda.protocol.parties import Outcome
from tests.rotation_lambda.simulation.setting import CASES, GRACE
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import World

HOUR = timedelta(hours=1)


def test_a_stale_revocation_job_spares_the_key_to_which_an_operator_went_back() -> None:
    """A to B arms a job against A. The operator goes back to A; the next rotation to C makes A the previous one."""
    world = World(CASES["B"])
    first = world.current()
    assert world.rotate()
    second = world.current()
    world.secret.move(Stage.CURRENT, first, second)
    world.time.pass_by(GRACE - HOUR)
    assert world.rotate()
    world.time.pass_by(2 * HOUR)  # the job of the first promotion is due, the grace of the second has just begun
    world.fire_jobs()
    world.watch.look()
    assert world.watch.works(Stage.PREVIOUS), "backends may still hold the key that was current two hours ago"
    assert not settle(world)


def test_a_job_that_comes_after_a_roll_back_is_superseded() -> None:
    world = World(CASES["B"])
    first = world.current()
    assert world.rotate()
    second = world.current()
    world.secret.move(Stage.CURRENT, first, second)
    world.time.pass_by(2 * GRACE)
    assert world.revoke(second) is Outcome.SUPERSEDED
    assert world.watch.works(Stage.CURRENT)


def test_after_a_roll_back_the_sweep_revokes_the_key_that_was_given_up() -> None:
    world = World(CASES["B"])
    first = world.current()
    assert world.rotate()
    world.secret.move(Stage.CURRENT, first, world.current())
    world.time.pass_by(GRACE + HOUR)
    assert world.sweep().previous is Outcome.REVOKED
    assert world.watch.works(Stage.CURRENT)
    assert not world.watch.works(Stage.PREVIOUS)


def test_a_job_that_comes_twice_revokes_once() -> None:
    world = World(CASES["B"])
    assert world.rotate()
    world.time.pass_by(GRACE + HOUR)
    assert world.revoke(world.current()) is Outcome.REVOKED
    assert world.revoke(world.current()) is Outcome.GONE
    assert len(world.issuer.desk.revoked) == 1


def test_a_job_before_the_end_of_the_grace_does_nothing() -> None:
    world = World(CASES["B"])
    assert world.rotate()
    world.time.pass_by(GRACE - HOUR)
    assert world.revoke(world.current()) is Outcome.NOT_DUE, "a forged event can do nothing that is not due"
    assert world.watch.works(Stage.PREVIOUS)


def test_an_operator_may_skip_the_grace_but_nothing_else() -> None:
    world = World(CASES["B"])
    previous = world.current()
    assert world.rotate()
    assert world.revoke(previous, now=True) is Outcome.SUPERSEDED, "it names a promotion that is not the last one"
    assert world.revoke(world.current(), now=True) is Outcome.REVOKED
    assert not world.watch.works(Stage.PREVIOUS)
    assert world.watch.works(Stage.CURRENT)


@pytest.mark.parametrize("wish", [{"now": True}, {"now": False}], ids=str)
def test_the_old_key_stays_while_the_new_one_does_not_work(wish: dict[str, bool]) -> None:
    world = World(CASES["B"])
    assert world.rotate()
    world.time.pass_by(GRACE + HOUR)
    current = world.secret.state.value_at(Stage.CURRENT)
    assert current is not None
    del world.issuer.desk.keys[current.api_key_id or ""]
    with pytest.raises(IssuerRefusedError, match="the previous one was not revoked"):
        world.revoke(world.current(), **wish)
    assert world.watch.works(Stage.PREVIOUS), "it is the only key that still works"


@pytest.mark.parametrize("last", [Step.CREATE, Step.SET, Step.TEST])
def test_a_value_that_an_operator_writes_mid_way_stays_current(last: Step) -> None:
    world = World(CASES["B"])
    token = world.stepped(*list(Step)[: list(Step).index(last) + 1])
    world.write(world.issuer.add("by-hand"))
    for step in Step:
        with pytest.raises(NotPendingError):
            world.step(step, token)
    current = world.secret.state.value_at(Stage.CURRENT)
    assert current is not None
    assert current.api_key.open().endswith("by-hand")
    assert not settle(world), "the abandoned key is swept, and the next rotation works"


def test_a_person_who_writes_right_before_the_promotion_wins() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE, Step.SET, Step.TEST)

    def write(name: str) -> None:
        if name == "promote":
            world.wire.before_each = lambda _: None
            world.write(world.issuer.add("by-hand"))

    world.wire.before_each = write
    with pytest.raises(LabelMovedError):
        world.step(Step.FINISH, token)
    current = world.secret.state.value_at(Stage.CURRENT)
    assert current is not None
    assert current.api_key.open().endswith("by-hand"), "the compare-and-swap sees that the label has moved"


@pytest.mark.parametrize("stage", [Stage.CURRENT, Stage.PENDING])
def test_a_key_that_another_label_names_too_is_not_revoked(stage: Stage) -> None:
    """Somebody stored the old value once more, under a version of its own."""
    world = World(CASES["B"])
    old = world.secret.state.value_at(Stage.CURRENT)
    assert old is not None
    if stage is Stage.PENDING:
        assert world.rotate()
    world.secret.put(world.new_version(), old, stage)
    world.time.pass_by(GRACE + HOUR)
    assert world.revoke(world.current(), now=True) is Outcome.IN_USE
    assert world.watch.works(stage)


def test_a_key_of_a_person_is_followed_by_a_minted_one_and_never_revoked() -> None:
    world = World(CASES["B"], seeded=False)
    world.write(world.issuer.add("by-hand"))
    assert world.rotate()
    world.time.pass_by(GRACE + HOUR)
    world.fire_jobs()
    world.sweep()
    assert "by-hand" in world.issuer.live_ids(), "we did not mint it"
    assert world.watch.works(Stage.CURRENT)
    assert not world.watch.broken


def test_an_operator_who_cancels_leaves_a_version_that_no_step_touches() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE)
    world.secret.end_rotation()
    for step in Step:
        with pytest.raises(NotPendingError):
            world.step(step, token)
    world.time.pass_by(HOUR)
    assert world.sweep().orphans_revoked == 1, "no label names its key"
    assert not settle(world)
