"""Stores that refuse, jobs that were never armed, and clocks that are wrong."""

from datetime import timedelta

import pytest

from rotation_lambda.errors import (
    StoreBusyError,
)
from rotation_lambda.event import Step
from rotation_lambda.protocol.parties import Outcome
from tests.rotation_lambda.simulation.faults import Fault
from tests.rotation_lambda.simulation.setting import CASES, GRACE
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import World

HOUR = timedelta(hours=1)
PUT = 4  # the number of the call that stores, in shape B


def test_a_store_that_refuses_the_value_costs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The KMS key of the secret denies the function, say: each try would leave a live key at the issuer."""
    world = World(CASES["B"])
    token = world.begin()

    def denied(*_: object) -> None:
        raise StoreBusyError("AccessDeniedException")

    monkeypatch.setattr(world.parties.store, "put_pending", denied)
    with pytest.raises(StoreBusyError):
        world.step(Step.CREATE, token)
    assert len(world.issuer.desk.revoked) == world.issuer.desk.mints == 1


@pytest.mark.parametrize("fault", [Fault.THROTTLED, Fault.FAILED, Fault.REPLY_LOST])
def test_a_put_that_fails_once_is_made_again_with_the_same_value(fault: Fault) -> None:
    world = World(CASES["B"], {PUT: fault})
    assert world.attempt(world.begin()), "not even the step fails"
    assert world.issuer.desk.mints == 1


def test_a_put_whose_replies_are_lost_is_looked_for() -> None:
    world = World(CASES["B"], {PUT: Fault.REPLY_LOST, PUT + 1: Fault.REPLY_LOST})
    assert world.attempt(world.begin()), "it is there, and it is ours"
    assert world.issuer.desk.mints == 1
    assert not world.issuer.desk.revoked


def test_a_key_of_which_nobody_knows_whether_it_is_stored_is_kept() -> None:
    lost = {PUT: Fault.REPLY_LOST, PUT + 1: Fault.REPLY_LOST, PUT + 2: Fault.THROTTLED}
    world = World(CASES["B"], lost)
    assert not world.attempt(world.begin())
    assert not world.issuer.desk.revoked, "it may be the value that is stored"
    assert world.rotate(), "it is, and the next try adopts it"
    assert world.issuer.desk.mints == 1


def test_a_promotion_whose_reply_is_lost_is_looked_for() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE, Step.SET, Step.TEST)
    world.fail({3: Fault.REPLY_LOST})
    assert world.step(Step.FINISH, token) is Outcome.PROMOTED
    assert [made.name for made in world.wire.made][3:] == ["promote", "describe", "arm"]


def test_a_promotion_that_is_throttled_is_tried_again() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE, Step.SET, Step.TEST)
    world.fail({3: Fault.THROTTLED})
    assert world.step(Step.FINISH, token) is Outcome.PROMOTED


def test_the_revocation_is_ordered_for_the_end_of_the_grace_and_not_before() -> None:
    world = World(CASES["B"])
    assert world.rotate()
    due = world.jobs.armed[world.current()]
    assert GRACE < due - world.time.true_now() < GRACE + timedelta(hours=1)


def test_a_finish_that_can_not_arm_fails_so_that_it_is_called_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE, Step.SET, Step.TEST)

    def busy(*_: object) -> None:
        raise StoreBusyError("ThrottlingException")

    with monkeypatch.context() as patch:
        patch.setattr(world.parties.jobs, "arm", busy)
        with pytest.raises(StoreBusyError):
            world.step(Step.FINISH, token)
    assert world.current() == token
    world.step(Step.FINISH, token)
    assert token in world.jobs.armed


def test_a_job_that_was_never_armed_is_made_up_for_by_the_sweep() -> None:
    world = World(CASES["B"])
    assert world.rotate()
    world.jobs.armed.clear()
    world.time.pass_by(GRACE - HOUR)
    assert world.sweep().previous is Outcome.NOTHING_TO_DO
    world.time.pass_by(2 * HOUR)
    assert world.sweep().previous is Outcome.REVOKED
    assert not settle(world)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_that_is_ten_minutes_off_neither_cuts_the_grace_nor_sweeps_a_young_key(minutes: int) -> None:
    world = World(CASES["B"], skew=timedelta(minutes=minutes))
    assert world.rotate()
    for _ in range(24 * 12):
        world.time.pass_by(timedelta(minutes=5))
        world.fire_jobs()
        world.sweep()
        world.watch.look()
    assert not settle(world)


def test_the_sweeps_of_a_day_list_before_they_look_at_labels_and_read_no_value_where_names_leave_no_doubt() -> None:
    world = World(CASES["B"])
    assert world.rotate()
    world.time.pass_by(GRACE + HOUR)
    world.fire_jobs()
    world.wire.made.clear()
    for _ in range(24):
        world.sweep()
        world.time.pass_by(HOUR)
    names = [made.name for made in world.wire.made]
    assert names == ["list", "describe"] * 24, "a sweep that read each value each hour would drown the audit log"
