"""What is special where a person brings the value, a token is refreshed, or a roll is hard."""

from contextlib import suppress
from datetime import timedelta

import pytest

from rotation_lambda.contracts import Stage
from rotation_lambda.errors import (
    IssuerRefusedError,
    PersonNeededError,
)
from rotation_lambda.event import Step
from rotation_lambda.protocol.parties import Outcome
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.simulation.faults import Crash, Fault
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import CASES
from tests.rotation_lambda.simulation.world import World

HOUR = timedelta(hours=1)


def test_a_manual_key_waits_for_a_person() -> None:
    world = World(CASES["F"], seeded=False)
    brought = world.secret.state.version_at(Stage.BROUGHT)
    world.secret.move(Stage.BROUGHT, None, brought)
    assert not world.rotate()
    assert isinstance(world.last_error, PersonNeededError)
    assert "put-key --pending" in str(world.last_error)
    world.bring()
    assert world.rotate()
    assert world.secret.state.version_at(Stage.BROUGHT) is None, "what was brought is in use now"


def test_a_value_that_vanished_before_it_was_copied_is_asked_for_again() -> None:
    world = World(CASES["F"])
    token = world.begin()

    def take(name: str) -> None:
        if name == "read TENANTKEYSPENDING":
            world.secret.move(Stage.BROUGHT, None, world.secret.state.version_at(Stage.BROUGHT))

    world.wire.before_each = take
    with pytest.raises(PersonNeededError):
        world.step(Step.CREATE, token)


def test_a_manual_key_that_the_issuer_refuses_ends_its_rotation_so_that_another_can_be_brought() -> None:
    world = World(CASES["F"])
    before = world.current()
    brought = world.secret.state.value_at(Stage.BROUGHT)
    assert brought is not None
    world.issuer.desk.keys = {
        each: key for each, key in world.issuer.desk.keys.items() if key.text != brought.api_key.open()
    }
    assert not world.rotate()
    assert world.current() == before
    assert world.secret.state.version_at(Stage.PENDING) is None
    world.bring()
    assert world.rotate()


def test_what_was_brought_after_the_rotation_began_keeps_its_label() -> None:
    world = World(CASES["F"])
    token = world.stepped(Step.CREATE)
    later = world.new_version()
    world.secret.put(later, ApiKeyValue(api_key=Sealed(f"{CANARY}later")), Stage.BROUGHT)
    for step in (Step.SET, Step.TEST, Step.FINISH):
        world.step(step, token)
    assert world.secret.state.version_at(Stage.BROUGHT) == later, "it is for the next rotation"


def test_a_copied_manual_value_is_the_persons_to_the_letter() -> None:
    world = World(CASES["F"])
    brought = world.secret.state.value_at(Stage.BROUGHT)
    assert brought is not None
    assert world.rotate()
    current = world.secret.state.value_at(Stage.CURRENT)
    assert current is not None
    assert current.text() == brought.text()


def test_a_chain_whose_refresh_token_is_used_up_asks_for_a_person_and_lives_on() -> None:
    world = World(CASES["E"])
    world.issuer.desk.refresh_token = "used elsewhere"
    assert not world.rotate()
    assert isinstance(world.last_error, PersonNeededError)
    assert world.watch.works(Stage.CURRENT)


def test_an_empty_chain_asks_for_a_person() -> None:
    world = World(CASES["E"], seeded=False)
    assert not world.rotate()
    assert isinstance(world.last_error, PersonNeededError)


def test_a_hard_roll_promotes_in_the_call_that_rolls() -> None:
    world = World(CASES["D"])
    token = world.stepped(Step.CREATE)
    assert world.current() == token
    assert world.watch.works(Stage.CURRENT)


def test_a_hard_roll_that_is_dead_when_it_is_finished_is_told() -> None:
    world = World(CASES["D"])
    token = world.stepped(Step.CREATE)
    world.issuer.desk.keys.clear()
    with pytest.raises(IssuerRefusedError, match="Rotate the secret again now"):
        world.step(Step.FINISH, token)


@pytest.mark.parametrize("case", ["C", "D", "E"])
def test_what_must_not_be_made_twice_is_looked_for_twice(case: str) -> None:
    """The value is stored, and the next try's first look gets an answer from before that."""
    world = World(CASES[case])
    token = world.begin()

    def crash(name: str) -> None:
        if name == "promote":
            raise Crash

    world.wire.before_each = crash
    with suppress(Crash):  # only a hard roll promotes in createSecret
        world.step(Step.CREATE, token)
    world.wire.before_each = lambda _: None
    first_look = 1
    world.fail({first_look: Fault.STALE})
    assert world.step(Step.CREATE, token) is Outcome.ADOPTED
    assert world.issuer.desk.mints == 1, "a second roll would kill, or shorten the life of, the value that is stored"
