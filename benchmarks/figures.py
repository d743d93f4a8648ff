"""`Figure`: one measured quantity with all of its samples; `Spent`: what one piece of work took."""

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What a piece of work took: seconds on the clock, and seconds of processor time in the processes it started."""

    seconds: float
    processor_seconds: float

    @classmethod
    def in_(cls, work: Callable[[], object]) -> Self:
        """Does the work, which waits for every process that it starts."""
        processor, clock = _processor_seconds_of_children(), time.perf_counter()
        work()
        return cls(seconds=time.perf_counter() - clock, processor_seconds=_processor_seconds_of_children() - processor)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One quantity.

    Attributes:
        what: What was measured; the name of its row.
        unit: Of the samples and the aim: `s`, `ms`, `µs`, `MiB` or `times`; empty for a count.
        samples: One for each run.
        processor_seconds: The processor time of each run, which other work on the machine disturbs less than the clock.
        aim: What the median should not exceed, if anything was aimed for.
        note: What a reader needs besides the numbers.
    """

    what: str
    unit: str
    samples: tuple[float, ...]
    processor_seconds: tuple[float, ...] = ()
    aim: float | None = None
    note: str = ""

    @property
    def median(self) -> float:
        """The middle sample."""
        return statistics.median(self.samples)

    @property
    def lowest(self) -> float:
        """The smallest sample: the nearest to what an idle machine would show."""
        return min(self.samples)

    @property
    def processor_median(self) -> float | None:
        """The middle processor time; None if it was not measured."""
        return statistics.median(self.processor_seconds) if self.processor_seconds else None

    @property
    def met(self) -> bool | None:
        """Whether the median is within the aim; None if nothing was aimed for."""
        return None if self.aim is None else self.median <= self.aim


def time_figure(what: str, runs: Sequence[Spent], *, aim: float | None = None, note: str = "") -> Figure:
    """The figure of work that was done several times."""
    return Figure(
        what=what,
        unit="s",
        samples=tuple(each.seconds for each in runs),
        processor_seconds=tuple(each.processor_seconds for each in runs),
        aim=aim,
        note=note,
    )


def _processor_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
