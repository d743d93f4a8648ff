"""Deliveries at the same time: Secrets Manager may call a step again while the first call still runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from rotation_lambda.contracts import Stage
from rotation_lambda.event import Step
from rotation_lambda.redaction import Sealed
from rotation_lambda.value import ApiKeyValue
from tests.rotation_lambda.simulation.faults import Fault
from tests.rotation_lambda.simulation.interleaving import Delivery, orders
from tests.rotation_lambda.simulation.issuers import CANARY
from tests.rotation_lambda.simulation.setting import CASES, GRACE, version
from tests.rotation_lambda.simulation.settle import settle
from tests.rotation_lambda.simulation.world import Protocol, World

TOKEN = version(3)  # of the rotation that `pending` begins


@dataclass
class Seen:
    """What came of all orders."""

    orders: int
    at_once: int
    broken: list[str]


def create(world: World) -> None:
    world.step(Step.CREATE, TOKEN)


def finish(world: World) -> None:
    world.step(Step.FINISH, TOKEN)


def sweep(world: World) -> None:
    world.sweep()


def begun(case: str, protocol: Protocol | None = None) -> Callable[[], World]:
    """Makes worlds in which createSecret is due."""

    def make() -> World:
        world = World(CASES[case], protocol=protocol)
        assert world.begin() == TOKEN or case == "F", "the token is known before"
        return world

    return make


def proved(case: str) -> Callable[[], World]:
    """Makes worlds in which finishSecret is due."""

    def make() -> World:
        world = begun(case)()
        for step in (Step.CREATE, Step.SET, Step.TEST):
            world.step(step, TOKEN)
        return world

    return make


def all_orders(make: Callable[[], World], deliveries: Sequence[Delivery], switches: int | None = None) -> Seen:
    """Runs all orders; after each, the rotation is tried once more without faults, and everything settles."""
    seen = Seen(0, 0, [])
    for world, _ in orders(make, deliveries, switches=switches):
        seen.orders += 1
        seen.at_once += world.attempt(TOKEN)
        seen.broken += settle(world)
    return seen


@pytest.mark.parametrize("case", ["A", "A, no names", "A, two slots", "A, no overlap", "B", "B, two slots"])
def test_two_deliveries_of_create_secret_agree_on_one_value(case: str) -> None:
    seen = all_orders(begun(case), [create, create])
    assert not seen.broken, "a duplicate delivery must not cost the tenant a key"
    assert seen.at_once == seen.orders > 200, "the rotation goes on with the value that was stored first"


@pytest.mark.parametrize("case", ["C", "E"])
def test_two_deliveries_that_use_up_the_old_credential_end_in_one_that_works(case: str) -> None:
    seen = all_orders(begun(case), [create, create], switches=4)
    assert not seen.broken, "the current value lives until a new one is in place"
    assert seen.orders > 200


def test_two_deliveries_of_a_hard_roll_never_end_well_with_a_dead_value() -> None:
    """The gap can't be excluded where each roll kills the value before; silence about it can."""
    seen = all_orders(begun("D"), [create, create], switches=3)
    assert not seen.broken, "RotationFailed tells the operator, and the next rotation heals"
    assert seen.at_once < seen.orders, "some orders leave a dead value, and those must fail"


@pytest.mark.parametrize("case", ["A", "B", "B, two slots"])
def test_a_sweep_beside_create_secret_spares_the_key_that_is_about_to_be_stored(case: str) -> None:
    seen = all_orders(begun(case), [create, sweep])
    assert not seen.broken
    assert seen.at_once == seen.orders > 50, "the rotation must not even notice the sweep"


def test_a_sweep_beside_two_deliveries_of_create_secret_spares_both_keys() -> None:
    seen = all_orders(begun("B"), [create, create, sweep], switches=3)
    assert not seen.broken
    assert seen.at_once == seen.orders > 500, "the rotation must not even notice the sweep"


@pytest.mark.parametrize("case", ["A", "B", "C", "E"])
def test_two_deliveries_of_finish_secret_promote_once(case: str) -> None:
    seen = all_orders(proved(case), [finish, finish])
    assert not seen.broken
    assert seen.at_once == seen.orders > 50, "both see the same version become current"


@pytest.mark.parametrize("case", ["A", "B"])
def test_a_sweep_beside_finish_secret_leaves_both_keys_alone(case: str) -> None:
    seen = all_orders(proved(case), [finish, sweep])
    assert not seen.broken
    assert seen.at_once == seen.orders > 20


def test_a_sweep_beside_the_first_promotion_of_a_secret_spares_its_key() -> None:
    """Two keys bear the token: the stored one, and one whose reply was lost. Both are old when the promotion comes."""
    token, mint = version(1), 2

    def make() -> World:
        world = World(CASES["B"], {mint: Fault.REPLY_LOST}, seeded=False)
        assert not world.attempt(world.begin())
        for step in (Step.CREATE, Step.SET, Step.TEST):
            world.step(step, token)
        world.time.pass_by(timedelta(hours=1))
        return world

    def first_finish(world: World) -> None:
        world.step(Step.FINISH, token)
        world.wire.before_each("clean up")
        world.secret.end_rotation()

    count = 0
    for world, _ in orders(make, [first_finish, sweep]):
        count += 1
        assert world.watch.works(Stage.CURRENT), "it must not be taken for the lost one"
        world.finished = True
        assert not settle(world)
    assert count > 100


@pytest.mark.parametrize("step", [create, finish])
def test_a_value_that_a_person_writes_meanwhile_is_the_current_one(step: Delivery) -> None:
    def write(world: World) -> None:
        world.issuer.add("by-hand")
        world.wire.before_each("write")
        world.secret.write(version(99), ApiKeyValue(api_key=Sealed(f"{CANARY}by-hand")))

    make = begun("B") if step is create else proved("B")
    count = 0
    for world, _ in orders(make, [step, write]):
        count += 1
        assert world.current() == version(99), "it came after the promotion, or the promotion must not happen"
        assert not settle(world)
    assert count > 4


def test_an_operator_who_revokes_beside_the_next_promotion_hits_nothing_in_use() -> None:
    def make() -> World:
        world = World(CASES["B"])
        assert world.rotate()
        world.time.pass_by(GRACE + timedelta(hours=1))
        token = world.begin()
        for step in (Step.CREATE, Step.SET, Step.TEST):
            world.step(step, token)
        return world

    def revoke(world: World) -> None:
        world.revoke(TOKEN, now=True)

    def next_finish(world: World) -> None:
        world.step(Step.FINISH, version(4))

    count = 0
    for world, _ in orders(make, [revoke, next_finish], switches=3):
        count += 1
        world.finished = world.attempt(version(4))
        assert not settle(world)
    assert count > 100
