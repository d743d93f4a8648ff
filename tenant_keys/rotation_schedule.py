"""When Secrets Manager renews a key: at an hour that a hash of tenant and key chooses, so that no two crowds meet.

Secrets Manager takes 50 writes a second, and a rotation needs two (Secrets Manager quotas); all `rate()` schedules
begin at midnight UTC. A hash spreads ten thousand tenants over the 672 hours of four weeks, and moves nobody when one
more arrives. Days 29 to 31 stay free, since not every month has them.
"""

import hashlib
from dataclasses import dataclass

from tenant_keys.settings.words import Rotate

HOURS = 24
DAYS = 28
MONTHS = 3  # in a quarter

# The longest that Secrets Manager takes (API reference, RotationRulesType). A rotation needs rules, also where it is
# only wanted on request: docs/adr/0007-on-request-as-a-far-schedule.md.
FAR = "rate(999 days)"


@dataclass(frozen=True, kw_only=True)
class RotationSchedule:
    """When a key is renewed.

    Attributes:
        expression: A schedule of Secrets Manager, in UTC.
        duration: How long after its start the rotation may begin; None leaves it to Secrets Manager, to the day's end.
    """

    expression: str
    duration: str | None


def rotation_schedule(rotate: Rotate, tenant: str, key: str) -> RotationSchedule:
    """The schedule of one API key; the same for the same tenant and key, for ever."""
    if rotate is Rotate.MONTHLY:
        hour, day = _chosen(tenant, key, HOURS, DAYS)
        return RotationSchedule(expression=f"cron(0 {hour} {day + 1} * ? *)", duration="1h")
    if rotate is Rotate.QUARTERLY:
        hour, day, month = _chosen(tenant, key, HOURS, DAYS, MONTHS)
        return RotationSchedule(expression=f"cron(0 {hour} {day + 1} {month + 1}/{MONTHS} ? *)", duration="1h")
    return RotationSchedule(expression=FAR, duration=None)


def _chosen(tenant: str, key: str, *sizes: int) -> list[int]:
    """One number below each size, every combination being as likely as another."""
    slot = int.from_bytes(hashlib.sha256(f"{tenant}/{key}".encode()).digest())
    numbers = []
    for size in sizes:
        slot, number = divmod(slot, size)
        numbers.append(number)
    return numbers
