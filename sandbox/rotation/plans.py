"""Which secrets are rotated, by which function, by which rules, and when next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock

from moto.secretsmanager.models import FakeSecret

from sandbox.rotation.rules import Rules, Window

_SECOND = timedelta(seconds=1)


@dataclass(kw_only=True)
class Plan:
    """The rotation settings of one secret. `last` is what its next window is counted from."""

    secret: FakeSecret
    function: str
    rules: Rules
    last: datetime
    window: Window
    enabled: bool = True

    def count_from(self, moment: datetime) -> None:
        """Count from a rotation, or from what AWS takes for one; DescribeSecret then shows the next date."""
        self.last = moment
        self.window = self.rules.next_window(moment, moment)
        self.show()

    def skip_to_next_window(self, now: datetime) -> None:
        """Go on to the next window without showing it: the date that is shown stays until a rotation succeeds."""
        self.window = self.rules.next_window(max(now, self.window.start), self.last)

    def show(self) -> None:
        """Let DescribeSecret answer with these settings. The date it shows is the latest one of the window."""
        secret = self.secret
        secret.rotation_requested = True
        secret.rotation_enabled = self.enabled
        secret.rotation_lambda_arn = self.function
        latest = int((self.window.end - _SECOND).timestamp())
        secret.next_rotation_date = latest if self.enabled else None


class Plans:
    """All plans, by the ARN of their secret."""

    def __init__(self) -> None:
        self._plans: dict[str, Plan] = {}
        self._lock = RLock()

    def get(self, arn: str) -> Plan | None:
        """Return a secret's plan."""
        with self._lock:
            return self._plans.get(arn)

    def put(self, plan: Plan) -> None:
        """Keep a plan."""
        with self._lock:
            self._plans[plan.secret.arn] = plan

    def forget(self, arn: str) -> None:
        """Drop the plan of a secret that is gone."""
        with self._lock:
            self._plans.pop(arn, None)

    def all(self) -> list[Plan]:
        """Return all plans."""
        with self._lock:
            return list(self._plans.values())
