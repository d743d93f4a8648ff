"""The plot of a report: reads per day, stacked by principal, as numbers that a template draws."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tenant_keys.audit.log_objects import Period
from tenant_keys.audit.store import Row

# Colours that can be told apart on paper; the rest share the last one.
_MOST_SERIES = 5
_MOST_BARS = 366
_TICKS = 6
_GRID_LINES = 4


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One principal's reads of one day, or of some days in a period longer than a year."""

    series: int
    x: float
    y: float
    width: float
    height: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A line of the grid, or a day below the axis."""

    x: float = 0
    y: float = 0
    label: str
    anchor: str = "middle"


@dataclass(frozen=True, kw_only=True)
class Plot:
    """What to draw, in units of the picture; `series` names the colours, the empty name stands for all others."""

    series: Sequence[str]
    bars: Sequence[Bar]
    grid: Sequence[Mark]
    ticks: Sequence[Mark]
    most_a_day: int
    days: int
    width: int = 760
    height: int = 240
    left: int = 56


def reads_by_day(totals: Sequence[Row], period: Period) -> Plot:
    """Draw the reads of a report; without any, the plot has no series."""
    reads: defaultdict[date, Counter[str]] = defaultdict(Counter)
    sums: Counter[str] = Counter()
    for row in totals:
        if row["reads"]:
            reads[row["day"]][row["principal"]] += row["reads"]
            sums[row["principal"]] += row["reads"]
    named = [name for name, _ in sums.most_common(_MOST_SERIES)]
    series = [*named, ""] if len(sums) > _MOST_SERIES else named
    empty = Plot(
        series=series,
        bars=(),
        grid=(),
        ticks=(),
        most_a_day=max((day.total() for day in reads.values()), default=0),
        days=period.days,
    )
    return _drawn(empty, reads, period) if sums else empty


def _drawn(plot: Plot, reads: dict[date, Counter[str]], period: Period) -> Plot:
    first, last = _span(reads, period)
    days = (last - first).days + 1
    step = -(-days // _MOST_BARS)  # days a bar
    groups: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for day, counts in reads.items():
        groups[(day - first).days // step].update(counts)
    top = _round_up(max(group.total() for group in groups.values()))
    slot = (plot.width - plot.left) / -(-days // step)
    bottom, high = plot.height - 24, plot.height - 36
    bars: list[Bar] = []
    for position, counts in sorted(groups.items()):
        base = float(bottom)
        for number, name, count in _stack(plot.series, counts):
            height = high * count / top
            base -= height
            label = f"{first + timedelta(days=position * step)}: {count} {name.rpartition(':')[2]}"
            x = plot.left + position * slot
            bars.append(
                Bar(
                    series=number,
                    x=round(x + slot * 0.1, 2),
                    y=round(base, 2),
                    width=round(slot * 0.8, 2),
                    height=round(height, 2),
                    label=label,
                )
            )
    grid = [
        Mark(y=round(bottom - high * n / _GRID_LINES, 1), label=f"{top * n / _GRID_LINES:g}")
        for n in range(_GRID_LINES + 1)
    ]
    return Plot(
        series=plot.series,
        bars=bars,
        grid=grid,
        ticks=_ticks(first, days, plot),
        most_a_day=plot.most_a_day,
        days=plot.days,
    )


def _span(reads: dict[date, Counter[str]], period: Period) -> tuple[date, date]:
    """The days to draw: the period, or, where it is far longer than what happened, from the first read to the last."""
    if period.days <= _MOST_BARS:
        return period.since.date(), period.since.date() + timedelta(days=period.days - 1)
    return min(reads), max(reads)


def _stack(series: Sequence[str], counts: Counter[str]) -> list[tuple[int, str, int]]:
    named = [(number, name, counts[name]) for number, name in enumerate(series) if counts[name]]
    others = sum(count for name, count in counts.items() if name not in series)
    return [*named, (len(series) - 1, "", others)] if others else named


def _ticks(first: date, days: int, plot: Plot) -> list[Mark]:
    number = min(_TICKS, days)
    marks = []
    for tick in range(number):
        offset = round(tick * (days - 1) / max(number - 1, 1))
        x = plot.left + (offset + 0.5) * (plot.width - plot.left) / days
        anchor = "end" if tick == number - 1 and days > 1 else "middle"
        x = plot.width if anchor == "end" else x
        marks.append(Mark(x=round(x, 1), label=(first + timedelta(days=offset)).isoformat(), anchor=anchor))
    return marks


def _round_up(most: int) -> int:
    """The top of the axis: a number of which a quarter is a whole number, not much above `most`."""
    step = 4
    while step * 10 < most:
        step *= 10
    return -(-most // step) * step
