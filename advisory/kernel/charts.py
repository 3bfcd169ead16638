"""The geometry of the charts: where columns, lines and labels stand. Pure, for drawings only.

Across, positions are percentages, so that a chart fills its sheet and its text keeps its size on a phone; down,
they are pixels of a plot that is `HEIGHT` high between `TOP` and the base line. Bars start at zero, there are at
most five grid lines, and no figure is told by the drawing alone: a table stands below each chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from advisory.kernel.bars import FILLS

TOP, BASE = 24, 222
HEIGHT = BASE - TOP
#: A part lower than this has no room for its name.
ROOM_FOR_TEXT = 18


def _number(value: Any) -> Decimal:
    return Decimal(getattr(value, "amount", value) or 0)


def _rounded(value: Decimal) -> str:
    text = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP)}"
    return text.rstrip("0").rstrip(".")


def grid(highest: Decimal) -> list[Decimal]:
    """At most five round steps from zero that reach `highest`: 1, 2, 2.5 or 5 times a power of ten."""
    if highest <= 0:
        return [Decimal(0)]
    power = Decimal(1).scaleb(highest.adjusted() - 1)
    for factor in ("1", "2", "2.5", "5", "10", "20", "25", "50"):
        step = Decimal(factor) * power
        count = int((highest / step).to_integral_value(ROUND_CEILING))
        if count <= 4:
            return [step * k for k in range(count + 1)]
    raise AssertionError("fifty times a tenth of the leading power always reaches in four steps")


@dataclass(frozen=True, slots=True)
class Line:
    """A grid line: its value and how far down it lies."""

    value: Decimal
    y: str


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a column."""

    fill: str
    name: str
    y: str
    height: str
    text_y: str
    has_room: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its parts from the base up; `total` is written above it at `total_y`."""

    label: str
    x: str
    middle: str
    width: str
    total: Decimal
    total_y: str
    blocks: tuple[Block, ...]


def _down(value: Decimal, top: Decimal) -> Decimal:
    return BASE - value * HEIGHT / top


def _lines(steps: Sequence[Decimal]) -> list[Line]:
    top = steps[-1] or Decimal(1)
    return [Line(step, _rounded(_down(step, top))) for step in steps]


def columns(rows: Sequence[tuple[str, Sequence[tuple[str, Any]]]]) -> dict[str, Any]:
    """Stacked columns: `rows` are (label, [(name of the part, value), …]), parts from the base up.

    A part keeps its fill (solid, hatch, plain, by order of first appearance) in every column, so that the same
    layer looks the same from year to year. Negative parts are drawn as nothing.
    """
    names = list(dict.fromkeys(name for _label, parts in rows for name, _value in parts))
    fills = {name: (FILLS[0], FILLS[1], "plain")[at % 3] for at, name in enumerate(names)}
    totals = [sum((max(_number(value), Decimal(0)) for _n, value in parts), Decimal(0)) for _l, parts in rows]
    steps = grid(max(totals, default=Decimal(0)))
    top = steps[-1] or Decimal(1)
    slot = Decimal(84) / max(len(rows), 1)
    width = slot * Decimal("0.55")
    drawn = []
    for at, ((label, parts), total) in enumerate(zip(rows, totals, strict=True)):
        left = 14 + slot * at + (slot - width) / 2
        blocks, reached = [], Decimal(0)
        for name, value in parts:
            part = max(_number(value), Decimal(0))
            if not part:
                continue
            lower, upper = _down(reached, top), _down(reached + part, top)
            # Two pixels of air between neighbours, but never a vanished part.
            height = max(lower - upper - (2 if reached else 0), Decimal(1))
            upper = lower - (2 if reached else 0) - height
            middle = upper + height / 2 + 4
            blocks.append(
                Block(fills[name], name, _rounded(upper), _rounded(height), _rounded(middle), height >= ROOM_FOR_TEXT)
            )
            reached += part
        drawn.append(
            Column(
                label,
                f"{_rounded(left)}%",
                f"{_rounded(left + width / 2)}%",
                f"{_rounded(width)}%",
                total,
                _rounded(_down(total, top) - 8),
                tuple(blocks),
            )
        )
    return {"columns": drawn, "lines": _lines(steps), "base": BASE}


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a line chart, with the label of its place on the axis."""

    label: str
    value: Decimal
    x: str
    y: str


def line(
    points: Sequence[tuple[str, Any]], forecast: Sequence[tuple[str, Any]] = (), *, limit: Any = None
) -> dict[str, Any]:
    """A line from the first point to the last, a forecast that goes on from there, and a limit across.

    `known` and `expected` are SVG paths in a box of 100 x 100, `area` the ground under the known line.
    """
    all_points = [*points, *forecast]
    values = [_number(value) for _label, value in all_points]
    ceiling = _number(limit) if limit is not None else Decimal(0)
    steps = grid(max([*values, ceiling], default=Decimal(0)))
    top = steps[-1] or Decimal(1)
    span = Decimal(84) / max(len(all_points) - 1, 1)
    across = [6 + span * at for at in range(len(all_points))]
    placed = [
        Point(label, value, f"{_rounded(x)}%", _rounded(_down(value, top)))
        for (label, _v), value, x in zip(all_points, values, across, strict=True)
    ]
    corners = [f"{_rounded(x)} {_rounded(_down(v, top))}" for x, v in zip(across, values, strict=True)]
    known, expected = corners[: len(points)], corners[max(len(points) - 1, 0) :]
    return {
        "points": placed,
        "last": placed[len(points) - 1] if points else None,
        "end": placed[-1] if forecast else None,
        "known": "M" + " L".join(known) if len(known) > 1 else "",
        "area": f"M{_rounded(across[0])} {BASE} L" + " L".join(known) + f" L{_rounded(across[len(known) - 1])} {BASE}Z"
        if len(known) > 1
        else "",
        "expected": "M" + " L".join(expected) if len(expected) > 1 and forecast else "",
        "limit": _rounded(_down(ceiling, top)) if limit is not None else "",
        "lines": _lines(steps),
        "base": BASE,
    }
