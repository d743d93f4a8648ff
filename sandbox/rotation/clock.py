"""The clock of the whole process: real time plus what it was set forward. time-machine moves it, for moto as well."""

from datetime import UTC, datetime

import time_machine


class Clock:
    """Starts with real time, and only ever goes forward."""

    def __init__(self) -> None:
        self._travel = time_machine.travel(datetime.now(UTC), tick=True)
        self._traveller = self._travel.start()

    def now(self) -> datetime:
        """The sandbox's time, which is also what `datetime.now` says anywhere in this process."""
        return datetime.now(UTC)

    def move_to(self, moment: datetime) -> None:
        """Set the clock forward to a moment; one that is past already leaves it alone."""
        if moment > self.now():
            self._traveller.shift(moment - self.now())

    def stop(self) -> None:
        """Give the process its real time back."""
        self._travel.stop()
