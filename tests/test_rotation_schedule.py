import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tenant_keys.naming import DEFAULT_KEY
from tenant_keys.rotation_schedule import FAR, rotation_schedule
from tenant_keys.settings import Rotate

TENANTS = [f"tenant-{number}" for number in range(10_000)]
CRON = re.compile(r"cron\(0 (\d+) (\d+) (\*|[123]/3) \? \*\)")


def cron_of(rotate: Rotate, tenant: str, key: str = DEFAULT_KEY) -> str:
    return rotation_schedule(rotate, tenant, key).expression


@pytest.mark.parametrize(("rotate", "slots"), [(Rotate.MONTHLY, 28 * 24), (Rotate.QUARTERLY, 3 * 28 * 24)])
def test_ten_thousand_tenants_fill_every_hour_about_alike(rotate: Rotate, slots: int) -> None:
    busy = Counter(cron_of(rotate, tenant) for tenant in TENANTS)
    mean = len(TENANTS) / slots
    assert len(busy) > 0.98 * slots, "hours that nobody has make the others fuller"
    # Six standard deviations of a Poisson spread: an even hash stays below, a crowd of one tenant in fifty does not.
    assert max(busy.values()) < mean + 6 * mean**0.5


@pytest.mark.parametrize("rotate", [Rotate.MONTHLY, Rotate.QUARTERLY])
def test_a_schedule_is_one_that_secrets_manager_takes(rotate: Rotate) -> None:
    for tenant in TENANTS[:1000]:
        schedule = rotation_schedule(rotate, tenant, DEFAULT_KEY)
        match = CRON.fullmatch(schedule.expression)
        assert match, schedule.expression
        assert 0 <= int(match[1]) <= 23, "with a duration of 1h the window ends within the day, as it must"
        assert 1 <= int(match[2]) <= 28, "the 29th is not in every month"
        assert schedule.duration == "1h", (
            "without, AWS may begin at any time until the day's end, and hours mean nothing"
        )


def test_a_schedule_never_changes() -> None:
    assert cron_of(Rotate.MONTHLY, "acme") == "cron(0 8 8 * ? *)"
    assert cron_of(Rotate.QUARTERLY, "acme") == "cron(0 8 8 1/3 ? *)"


def test_a_month_and_a_quarter_are_no_shorter_than_the_settings_take_for_granted() -> None:
    dates = {
        Rotate.MONTHLY: [datetime(2026, month, 28, tzinfo=UTC) for month in range(1, 13)],
        Rotate.QUARTERLY: [datetime(2026, month, 28, tzinfo=UTC) for month in range(1, 13, 3)],
    }
    for rotate, days in dates.items():
        shortest = min(later - day for day, later in pairwise(days))
        assert rotate.shortest_period is not None
        assert timedelta(0) < rotate.shortest_period <= shortest, "a grace is compared with it"


def test_the_keys_of_one_tenant_are_renewed_at_different_times() -> None:
    assert len({cron_of(Rotate.MONTHLY, "acme", f"key-{number}") for number in range(10)}) > 5


@pytest.mark.parametrize("rotate", [Rotate.ON_REQUEST, Rotate.MANUAL])
def test_a_key_without_a_schedule_of_its_own_gets_the_farthest_that_there_is(rotate: Rotate) -> None:
    schedule = rotation_schedule(rotate, "acme", DEFAULT_KEY)
    assert (schedule.expression, schedule.duration) == (FAR, None)
    match = re.fullmatch(r"rate\((\d+) days\)", FAR)
    assert match
    assert int(match[1]) == 999, "Secrets Manager takes no more"
