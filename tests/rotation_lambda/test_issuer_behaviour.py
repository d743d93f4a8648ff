"""How issuers behave beside the rule: deleted keys, full accounts, slow keys, requests to wait."""

from datetime import timedelta

import pytest

from rotation_lambda.contracts import Minted, Place, Stage
from rotation_lambda.errors import (
    CapReachedError,
    IssuerRefusedError,
    NotExecutedError,
    NotYetValidError,
    PendingDeadError,
    PreviousLivesError,
)
from rotation_lambda.event import Step
from rotation_lambda.protocol.parties import Outcome
from rotation_lambda.protocol.patience import patiently
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.simulation.faults import Fault
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import CASES, GRACE
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import World

HOUR = timedelta(hours=1)


def test_a_pending_key_that_was_deleted_at_the_issuer_ends_the_rotation_and_frees_the_next() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE)
    pending = world.secret.state.value_at(Stage.PENDING)
    assert pending is not None
    del world.issuer.desk.keys[pending.api_key_id or ""]
    with pytest.raises(PendingDeadError, match="no longer pending"):
        world.step(Step.TEST, token)
    assert world.secret.state.version_at(Stage.PENDING) is None, "else each rotation to come tries the dead value"
    assert world.watch.works(Stage.CURRENT)
    assert world.begin() != token
    assert not settle(world)


def test_a_pending_key_that_is_refused_but_listed_is_kept() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE)
    pending = world.secret.state.value_at(Stage.PENDING)
    assert pending is not None
    key = world.issuer.desk.keys[pending.api_key_id or ""]
    world.issuer.desk.keys[key.id] = type(key)(key.id, f"{CANARY}other", key.name, key.born)
    with pytest.raises(IssuerRefusedError, match="Nothing was promoted"):
        world.step(Step.TEST, token)
    assert world.secret.state.version_at(Stage.PENDING) == token, "the refusal may pass"


def test_a_current_key_that_was_deleted_at_the_issuer_is_healed_by_a_rotation() -> None:
    world = World(CASES["B"])
    current = world.secret.state.value_at(Stage.CURRENT)
    assert current is not None
    del world.issuer.desk.keys[current.api_key_id or ""]
    assert world.rotate()
    assert world.watch.works(Stage.CURRENT)


def test_a_wrong_admin_credential_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(CASES["B"])

    def refused(*_: object) -> None:
        raise IssuerRefusedError("HTTP 401")

    before = world.secret.state.value_at(Stage.CURRENT)
    with monkeypatch.context() as patch:
        for method in ("mint", "list_keys", "revoke"):
            patch.setattr(world.issuer, method, refused)
        assert not world.rotate()
        assert isinstance(world.last_error, IssuerRefusedError)
    assert world.secret.state.value_at(Stage.CURRENT) == before
    assert not settle(world), "once the credential is right, the same rotation goes on"


def test_a_full_account_is_told_and_changes_nothing() -> None:
    world = World(CASES["B, two slots"])
    world.issuer.add("somebody")
    assert not world.rotate()
    assert isinstance(world.last_error, CapReachedError)
    assert world.watch.works(Stage.CURRENT)


def test_a_slot_that_a_lost_key_takes_is_freed_once_it_is_old() -> None:
    world = World(CASES["B, two slots"], {3: Fault.REPLY_LOST})
    assert not world.rotate(), "the slot is taken by the key whose reply was lost, and it is too young to touch"
    world.time.pass_by(HOUR)
    assert world.rotate(), "createSecret sweeps before it gives up"
    assert not settle(world)


def test_a_slot_that_an_abandoned_registration_takes_is_freed_once_it_is_old() -> None:
    world = World(CASES["A, two slots"])
    world.stepped(Step.CREATE, Step.SET)
    world.secret.end_rotation()
    assert not world.rotate()
    assert isinstance(world.last_error, CapReachedError)
    world.time.pass_by(HOUR)
    assert world.rotate(), "setSecret sweeps before it gives up"
    assert not settle(world)


def test_a_previous_key_in_its_grace_takes_its_slot() -> None:
    world = World(CASES["B, two slots"])
    assert world.rotate()
    assert not world.rotate()
    assert isinstance(world.last_error, CapReachedError)
    assert world.watch.works(Stage.PREVIOUS), "making room must not cut off who still holds the old key"


def test_without_names_a_rotation_waits_until_the_previous_credential_is_gone() -> None:
    world = World(CASES["A, no names"])
    assert world.rotate()
    assert not world.rotate()
    assert isinstance(world.last_error, PreviousLivesError)
    world.time.pass_by(GRACE + HOUR)
    world.fire_jobs()
    world.sweep()
    assert world.rotate(), "the stuck rotation goes on"
    assert not settle(world)


def test_keys_of_unknown_age_are_counted_and_never_swept() -> None:
    world = World(CASES["B"], {3: Fault.REPLY_LOST})
    assert world.rotate()
    world.issuer.tells_ages = False
    world.time.pass_by(10 * GRACE)
    swept = world.sweep()
    assert (swept.orphans_revoked, swept.orphans_left) == (0, 1), "it may be about to be stored; a person decides"
    assert len(world.issuer.live_ids() & world.issuer.desk.ours) == 2, "the current key, and the lost one"


def test_a_key_that_becomes_valid_after_a_while_is_waited_for() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE)
    world.issuer.settles = world.time.true_now() + timedelta(seconds=12)
    assert world.step(Step.TEST, token) is Outcome.PROVED


def test_a_key_that_becomes_valid_too_late_for_a_step_is_left_to_the_next_try() -> None:
    world = World(CASES["B"])
    token = world.stepped(Step.CREATE)
    world.issuer.settles = world.time.true_now() + timedelta(seconds=90)
    with pytest.raises(NotYetValidError):
        world.step(Step.TEST, token)
    assert world.time.remaining() > 0, "the step ends by itself, not by the runtime"
    assert world.rotate(), "the tries go on until it is"


def test_a_request_to_wait_is_followed_within_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(CASES["B"])
    token = world.begin()
    mint = world.issuer.mint
    tries: list[float] = []

    def busy_twice(place: Place, name: str, current: ApiKeyValue | None) -> Minted:
        tries.append(world.time.elapsed)
        if len(tries) < 3:
            raise NotExecutedError("429", retry_after=4.0)
        return mint(place, name, current)

    monkeypatch.setattr(world.issuer, "mint", busy_twice)
    assert world.step(Step.CREATE, token) is Outcome.STORED
    assert [round(later - tries[0]) for later in tries] == [0, 4, 8]


def test_a_request_to_wait_for_long_is_left_to_secrets_manager(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(CASES["B"])
    token = world.begin()

    def busy(*_: object) -> None:
        raise NotExecutedError("429", retry_after=60.0)

    monkeypatch.setattr(world.issuer, "mint", busy)
    began = world.time.elapsed
    with pytest.raises(NotExecutedError):
        world.step(Step.CREATE, token)
    assert world.time.elapsed == began


def test_a_long_wait_is_not_sat_out_in_a_sweep_either() -> None:
    time = World(CASES["B"]).time
    time.begin(900.0)
    began = time.elapsed

    def busy() -> None:
        raise NotExecutedError("429", retry_after=60.0)

    with pytest.raises(NotExecutedError):
        patiently(time, busy)
    assert time.elapsed == began, "the other secrets would wait, too"


def test_nothing_is_minted_without_the_time_to_store_it() -> None:
    world = World(CASES["B"])
    token = world.begin()
    world.wire.before_each = lambda name: world.time.pause(20.0 if name == "read AWSCURRENT" else 0.0)
    with pytest.raises(NotExecutedError, match="Too little time"):
        world.step(Step.CREATE, token)
    assert world.issuer.desk.mints == 0


def test_a_lost_key_is_swept_although_its_rotation_is_the_previous_one() -> None:
    """The job has revoked the previous key, so the one whose reply was lost is the only one of that name."""
    world = World(CASES["B"], {3: Fault.REPLY_LOST})
    assert world.rotate()
    assert world.rotate()
    world.time.pass_by(GRACE + HOUR)
    world.fire_jobs()
    assert world.sweep().orphans_revoked == 2, "the lost one, and the one that lost its label before its job came"
    assert not settle(world)
