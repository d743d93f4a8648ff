"""A clock that moves only when it is told to."""

from datetime import UTC, datetime, timedelta

BEGIN = datetime(2027, 3, 1, 12, tzinfo=UTC)
STEP_BUDGET = 25.0  # seconds, as the handler gives a step


class SimulatedTime:
    """The function's clock. `skew` is what it is ahead of the clocks of AWS and of the issuer."""

    def __init__(self, skew: timedelta = timedelta(0)) -> None:
        self.elapsed = 0.0
        self.skew = skew
        self._deadline = STEP_BUDGET

    def now(self) -> datetime:
        return self.true_now() + self.skew

    def true_now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.elapsed)

    def remaining(self) -> float:
        return self._deadline - self.elapsed

    def pause(self, seconds: float) -> None:
        self.elapsed += seconds

    def begin(self, budget: float = STEP_BUDGET) -> None:
        """A new call of the function."""
        self._deadline = self.elapsed + budget

    def pass_by(self, span: timedelta) -> None:
        self.elapsed += span.total_seconds()
