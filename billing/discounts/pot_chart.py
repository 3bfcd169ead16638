"""The geometry of the chart «used through the year»: a line below its limit, and where the pace leads. Pure.

Coordinates are texts that SVG takes; they never reach an amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

MOST_STEPS = 5
# A label of an amount is at most so wide and so high, so that two of them can be kept apart.
LABEL_WIDTH, LABEL_HEIGHT = 60, 16


@dataclass(frozen=True, slots=True)
class Box:
    """The paper of the chart: its size, the margins around the lines, and every how many months are named."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    every: int

    @property
    def end(self) -> int:
        """Where the lines across end."""
        return self.width - self.right

    @property
    def foot(self) -> int:
        return self.height - self.bottom


WIDE = Box(700, 250, 84, 96, 22, 28, every=1)
#: For a phone: the labels stand within the lines, and every other month is named.
NARROW = Box(310, 220, 62, 10, 30, 28, every=2)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart at `amount` kroner."""

    y: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """A month's place on the base line."""

    x: str
    month: date


@dataclass(frozen=True, slots=True)
class PotChart:
    """The used amount at the end of each month, the limit, and the open point the pace leads to (or None).

    `turned`: the label of now stands right of its point, since there is no room left of it; `below`: that of the open
    point stands below it, where it would else lie over the one of now.
    """

    box: Box
    ticks: tuple[Tick, ...]
    months: tuple[Month, ...]
    line: str
    area: str
    now: tuple[str, str]
    limit: str
    forecast: str
    end: tuple[str, str] | None
    turned: bool
    below: bool


def pot_chart(
    used: Sequence[tuple[date, Decimal]],
    *,
    months: Sequence[date],
    frame: Decimal,
    at_end: Decimal | None,
    committed: Decimal | None = None,
    box: Box = WIDE,
) -> PotChart | None:
    """Place the amounts in a box; None where there is nothing to draw.

    The forecast goes from now by what is `committed` already, half a month on, to what is used `at_end`.
    """
    if not used or frame <= 0 or len(months) < 2:
        return None
    step, steps = _axis(max(frame, at_end or frame, *(amount for _month, amount in used)))
    top = step * steps
    xs = {month: _x(index, len(months), box) for index, month in enumerate(months)}
    points = [(xs[month], _y(amount, top, box)) for month, amount in used if month in xs]
    if not points:
        return None
    now = points[-1]
    end = (xs[months[-1]], _y(at_end, top, box)) if at_end is not None and xs[months[-1]] != now[0] else None
    between = []
    if end and committed is not None:
        half = min(now[0] + _x(1, len(months), box) / 2 - Decimal(box.left) / 2, end[0])
        between = [(half, _y(min(committed, at_end or committed), top, box))]
    base = _text(Decimal(box.foot))
    return PotChart(
        box=box,
        ticks=tuple(Tick(_text(_y(step * number, top, box)), step * number) for number in range(steps + 1)),
        months=tuple(Month(_text(x), month) for index, (month, x) in enumerate(xs.items()) if not index % box.every),
        line=_points(points),
        area=f"{_text(points[0][0])},{base} {_points(points)} {_text(now[0])},{base}",
        now=(_text(now[0]), _text(now[1])),
        limit=_text(_y(frame, top, box)),
        forecast=_points([now, *between, end]) if end else "",
        end=(_text(end[0]), _text(end[1])) if end else None,
        turned=now[0] - LABEL_WIDTH < box.left,
        below=end is not None and now[1] - end[1] < LABEL_HEIGHT,
    )


def _axis(largest: Decimal) -> tuple[Decimal, int]:
    """(step, steps) of the axis: a round step of which at most five reach `largest`, 1, 2, 2.5 or 5 times a power."""
    power = Decimal(10) ** (largest.adjusted() - 1)
    steps = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10), Decimal(20))
    step = next(each * power for each in steps if each * power * MOST_STEPS >= largest)
    return step, int((largest / step).to_integral_value(ROUND_CEILING))


def _x(index: int, count: int, box: Box) -> Decimal:
    return box.left + Decimal(box.end - box.left) * index / (count - 1)


def _y(amount: Decimal, top: Decimal, box: Box) -> Decimal:
    return box.foot - Decimal(box.foot - box.top) * amount / top


def _points(points: Sequence[tuple[Decimal, Decimal]]) -> str:
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in points)


def _text(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))
