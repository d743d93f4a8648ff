"""The sweep over all secrets: its turns, its time, what it counts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from rotation_lambda.contracts import SecretDescription
from rotation_lambda.errors import IssuerRefusedError, StoreBusyError
from rotation_lambda.protocol import rounds
from rotation_lambda.protocol.parties import Outcome, Parties
from rotation_lambda.protocol.rounds import sweep_all
from rotation_lambda.protocol.sweeping import Swept
from tests.rotation_lambda.simulation.setting import ARN, CASES, TAGS
from tests.rotation_lambda.simulation.world import World


class Listed:
    """A list of secrets."""

    def __init__(self, secrets: Sequence[SecretDescription]) -> None:
        self._secrets = secrets

    def secrets(self) -> Sequence[SecretDescription]:
        return self._secrets


@pytest.fixture
def world() -> World:
    world = World(CASES["B"])
    world.time.begin(900.0)
    return world


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch, world: World) -> list[str]:
    """The ARNs of the secrets in the order in which they are swept, a minute each."""
    order: list[str] = []

    def sweep(secret: SecretDescription, _: Parties) -> Swept:
        world.time.pause(60.0)
        order.append(secret.arn)
        return Swept(orphans_revoked=1)

    monkeypatch.setattr(rounds, "sweep_secret", sweep)
    return order


def secrets(number: int) -> list[SecretDescription]:
    return [
        SecretDescription(arn=f"arn-{each:03}", tags={}, rotation_function=None, stages={}) for each in range(number)
    ]


def fail_with(error: Exception) -> Callable[..., Swept]:
    def sweep(*_: object) -> Swept:
        raise error

    return sweep


def test_a_real_secret_is_swept(world: World) -> None:
    assert world.rotate()
    world.time.pass_by(timedelta(hours=25))
    world.time.begin(900.0)
    result = sweep_all(Listed([world.secret.description(world.secret.state)]), world.parties)
    assert (result.swept, result.unswept, result.previous_revoked) == (1, 0, 1)
    assert not result.failures


def test_a_sweep_ends_before_its_time_does(world: World, swept: list[str]) -> None:
    result = sweep_all(Listed(secrets(20)), world.parties)
    assert (result.swept, result.unswept) == (15, 5), "fifteen minutes hold fifteen secrets"
    assert len(swept) == 15
    assert world.time.remaining() >= 0


def test_a_day_of_short_sweeps_looks_after_every_secret(world: World, swept: list[str]) -> None:
    for hour in range(24):
        world.time.elapsed = 3600.0 * hour
        world.time.begin(900.0)
        sweep_all(Listed(secrets(100)), world.parties)
    times = Counter(swept)
    assert len(times) == 100, "each hour begins with another secret, so that none is left out for long"
    assert max(times.values()) - min(times.values()) <= 3, "and none has more than its share"


def test_one_secret_that_fails_does_not_keep_the_others_from_their_sweep(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sweep(secret: SecretDescription, _: Parties) -> Swept:
        if secret.arn == "arn-001":
            raise IssuerRefusedError("HTTP 403")
        return Swept(previous=Outcome.REVOKED, orphans_left=2)

    monkeypatch.setattr(rounds, "sweep_secret", sweep)
    result = sweep_all(Listed(secrets(3)), world.parties)
    assert (result.swept, result.unswept, result.previous_revoked, result.orphans) == (2, 1, 2, 4)
    assert result.failures == {"arn-001": "IssuerRefusedError"}


def test_the_log_names_some_failures_and_the_metric_counts_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "sweep_secret", fail_with(StoreBusyError("throttled")))
    result = sweep_all(Listed(secrets(50)), world.parties)
    assert result.unswept == 50
    assert len(result.failures) == 20


@pytest.mark.parametrize(("hours", "overdue"), [(-24, 0), (1, 0), (3, 1), (100, 1)])
def test_a_rotation_is_overdue_when_its_date_has_passed(world: World, hours: int, overdue: int) -> None:
    due = world.time.now() - timedelta(hours=hours)
    secret = replace(world.secret.description(world.secret.state), next_rotation=due)
    assert sweep_all(Listed([secret]), world.parties).overdue == overdue


@pytest.mark.parametrize(
    ("hours", "stages", "stuck"),
    [
        (25, {"new": frozenset({"AWSPENDING"}), "old": frozenset({"AWSCURRENT"})}, 1),
        (23, {"new": frozenset({"AWSPENDING"}), "old": frozenset({"AWSCURRENT"})}, 0),
        (25, {"new": frozenset({"AWSPENDING"})}, 1),
        (25, {"new": frozenset({"AWSPENDING", "AWSCURRENT"})}, 0),
        (25, {"old": frozenset({"AWSCURRENT"})}, 0),
    ],
)
def test_a_version_is_stuck_when_it_was_pending_for_a_day(
    world: World, hours: int, stages: dict[str, frozenset[str]], stuck: int
) -> None:
    changed = world.time.now() - timedelta(hours=hours)
    secret = SecretDescription(arn=ARN, tags=TAGS, rotation_function=None, stages=stages, changed=changed)
    assert sweep_all(Listed([secret]), world.parties).stuck == stuck


def test_no_secrets_are_no_work(world: World) -> None:
    result = sweep_all(Listed([]), world.parties)
    assert (result.swept, result.unswept, result.overdue, result.stuck) == (0, 0, 0, 0)
