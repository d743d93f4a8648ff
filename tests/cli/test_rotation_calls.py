"""Rotations that are asked for, at the pace that AWS takes, and waited for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tenant_keys.cli.rotation_calls import PER_SECOND, Begun, Key, begin, declared_keys, look, wait
from tenant_keys.settings import Settings, parse
from tests.cli.fake_secrets import FakeSecrets, error
from tests.recording import stack_settings

_ROUNDING = 1e-9
SETTINGS = parse(stack_settings("dev"), environment="dev", source="")


def many(count: int) -> Settings:
    tenants: dict[str, Any] = {
        f"tenant-{number:04}": {
            "owner": f"it@tenant-{number:04}.example",
            "keys": {"external-api-key": {"issuer": "sendgrid", "rotate": "monthly"}},
        }
        for number in range(count)
    }
    return parse({**stack_settings("dev"), "tenants": tenants}, environment="dev", source="")


def names(settings: Settings) -> list[str]:
    return [settings.names.secret(key.tenant, key.name) for key in declared_keys(settings)]


def fake(settings: Settings, **options: int) -> Any:
    return FakeSecrets({name: {"old": ["AWSCURRENT"]} for name in names(settings)}, **options)


class Clock:
    """Seconds that pass only while someone sleeps, and a little for each call."""

    def __init__(self, call_seconds: float = 0.0) -> None:
        self.seconds = 100.0
        self.slept: list[float] = []
        self._call_seconds = call_seconds

    def __call__(self) -> float:
        self.seconds += self._call_seconds
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def test_every_key_is_asked_for_once_and_in_order() -> None:
    settings = many(5)
    secrets = fake(settings)
    clock = Clock()
    begun = list(begin(secrets, settings, declared_keys(settings), sleep=clock.sleep, clock=clock))
    assert secrets.rotated == names(settings)
    assert {each.version for each in begun} == {"new"}


@pytest.mark.parametrize("call_seconds", [0.0, 0.002], ids=["at once", "some time"])
def test_no_more_are_asked_for_in_a_second_than_the_quota_leaves(call_seconds: float) -> None:
    settings = many(100)
    clock = Clock(call_seconds)
    before = clock.seconds
    list(begin(fake(settings), settings, declared_keys(settings), sleep=clock.sleep, clock=clock))
    assert clock.seconds - before >= 99 / PER_SECOND - _ROUNDING


def test_slow_calls_are_not_slowed_down_further() -> None:
    settings = many(10)
    clock = Clock(call_seconds=1.0)
    list(begin(fake(settings), settings, declared_keys(settings), sleep=clock.sleep, clock=clock))
    assert sum(clock.slept) == 0


def test_one_refusal_does_not_stop_the_others() -> None:
    settings = many(3)
    secrets = fake(settings)
    second = names(settings)[1]
    secrets.refusals[second] = error(secrets.exceptions.InvalidRequestException, "it is scheduled for deletion")
    begun = list(begin(secrets, settings, declared_keys(settings), sleep=lambda _seconds: None))
    assert [each.version for each in begun] == ["new", None, "new"]
    assert "scheduled for deletion" in begun[1].refused


def test_a_rotation_that_is_under_way_is_followed_and_not_told_as_a_failure() -> None:
    settings = many(1)
    secrets = fake(settings)
    (name,) = names(settings)
    secrets.labels[name]["stuck"] = ["AWSPENDING"]
    secrets.refusals[name] = error(
        secrets.exceptions.InvalidRequestException,
        "A previous rotation isn't complete. That rotation will be reattempted.",
    )
    (begun,) = begin(secrets, settings, declared_keys(settings), sleep=lambda _seconds: None)
    assert (begun.version, begun.refused) == ("stuck", "")


def test_a_key_that_is_not_deployed_is_told_from_one_without_a_rotation() -> None:
    settings = many(1)
    (key,) = declared_keys(settings)
    assert look(fake(many(0)), settings, key) is None
    assert look(fake(settings), settings, key) is not None


def test_waiting_ends_when_each_new_version_is_the_current_one() -> None:
    settings = many(3)
    secrets = fake(settings, looks_until_done=3)
    begun = list(begin(secrets, settings, declared_keys(settings), sleep=lambda _seconds: None))
    done = list(wait(secrets, settings, begun, longest=timedelta(minutes=1), sleep=lambda _seconds: None))
    assert sorted(map(str, (each.key for each in done))) == sorted(map(str, (each.key for each in begun)))


def test_waiting_gives_up_after_its_time_and_never_waits_for_what_was_refused() -> None:
    settings = many(2)
    first, second = declared_keys(settings)
    secrets = fake(settings, looks_until_done=10**6)
    moments = iter(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=10 * step) for step in range(100))
    begun = [Begun(key=first, version=None, refused="x"), Begun(key=second, version="never")]
    slept: list[float] = []
    done = wait(
        secrets, settings, begun, longest=timedelta(seconds=35), sleep=slept.append, clock=lambda: next(moments)
    )
    assert list(done) == []
    assert 0 < len(slept) <= 4


def test_a_key_is_told_by_tenant_and_name() -> None:
    assert [str(key) for key in declared_keys(SETTINGS)] == ["acme/external-api-key", "globex/external-api-key"]
    assert str(Key(tenant="a", name="b", settings=next(declared_keys(SETTINGS)).settings)) == "a/b"
