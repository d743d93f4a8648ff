"""What must hold once everything is quiet: the last part of each fault test."""

from datetime import timedelta

from rotation_lambda.contracts import Shape, Stage
from rotation_lambda.errors import PersonNeededError, RotationError
from tests.rotation_lambda.simulation.setting import GRACE
from tests.rotation_lambda.simulation.world import World

_ROTATIONS = 3
_A_DAY_AND_MORE = GRACE + timedelta(hours=2)


def settle(world: World) -> list[str]:
    """Without faults: finishes the rotation, lets the grace pass, fires the jobs, sweeps.

    Returns:
        The invariants that were broken, now or before.
    """
    broken = world.watch.broken
    world.fail({})
    if not (world.finished or _finishes(world)):
        broken.append(f"8: a rotation without faults does not finish: {world.last_error!r}")
    _pass_a_day(world)
    if not world.watch.works(Stage.CURRENT):
        broken.append("1: AWSCURRENT does not authenticate after the sweep")
    current = world.secret.state.value_at(Stage.CURRENT)
    live = world.issuer.live_ids() & world.issuer.desk.ours
    if world.case.traits.shape is not Shape.MANUAL and live != ({current.api_key_id} if current else set()):
        broken.append(f"4: after the grace, more or less than the current value lives at the issuer: {sorted(live)}")
    if world.issuer.desk.mints > world.rotations + world.excuses:
        broken.append(f"7: {world.issuer.desk.mints} values were minted in {world.rotations} rotations")
    return broken


def _finishes(world: World) -> bool:
    for _ in range(_ROTATIONS):
        if world.rotate():
            return True
        if isinstance(world.last_error, PersonNeededError) and world.case.traits.shape is Shape.REFRESH_CHAIN:
            _authorise_again(world)
        _pass_a_day(world)
    return False


def _pass_a_day(world: World) -> None:
    world.time.pass_by(_A_DAY_AND_MORE)
    world.fire_jobs()
    try:
        world.sweep()
    except RotationError as error:
        world.watch.broken.append(f"8: a sweep without faults fails: {error!r}")


def _authorise_again(world: World) -> None:
    """In shape E a lost reply uses up the refresh token for good; the access token in use must have lived on."""
    if not world.watch.works(Stage.CURRENT):
        world.watch.broken.append("1: AWSCURRENT does not authenticate while a person is waited for")
    world.issuer.desk.refresh_token = "refresh-by-a-person"
    world.write(world.made_by_function())
