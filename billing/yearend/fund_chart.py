"""The geometry of the chart of the fund: a bar for each year's end, stacked by the year the money came from. Pure.

Surplus stands above the base line, shortfall hangs below it. Each origin has one look in all bars (solid, hatched,
light, in turn), so that a layer can be followed without colour. Coordinates are texts that SVG takes; they never
reach an amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from advisory.kernel.money import ZERO
from billing.yearend.figures import FundYear

WIDTH, HEIGHT = 560, 250
LEFT, RIGHT, TOP, BOTTOM = 76, 12, 26, 30
#: A part lower than this has no room for its year inside.
ROOM_FOR_TEXT = Decimal(20)
WIDEST_BAR = Decimal(68)
#: In turn by origin.
LOOKS = ("solid", "hatch", "light")


@dataclass(frozen=True, slots=True)
class Tick:
    """A line across the chart at `amount` kroner."""

    y: str
    amount: Decimal
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A layer of a bar: its box, its look, and where its year stands (empty where there is no room)."""

    origin: int
    amount: Decimal
    look: str
    x: str
    y: str
    width: str
    height: str
    middle: str
    text_y: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A year's end: its parts, oldest nearest to the base line, and where its sum is written."""

    year: int
    balance: Decimal
    middle: str
    sum_y: str
    is_last: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class FundChart:
    """Ticks from the top, bars from the left; `year_y` is the base line of the years' names."""

    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    left: str
    right: str
    year_y: str


def fund_chart(history: Sequence[FundYear]) -> FundChart | None:
    """Place the years' layers in a box of 560 by 250; None where no year has any."""
    if not any(year.layers for year in history):
        return None
    step, low, high = _scale([year.balance for year in history])
    scale = Decimal(HEIGHT - TOP - BOTTOM) / (high - low)
    origins = sorted({layer.origin for year in history for layer in year.layers})
    looks = {origin: LOOKS[index % len(LOOKS)] for index, origin in enumerate(origins)}

    def y_of(amount: Decimal) -> Decimal:
        return TOP + (high - amount) * scale

    slot = Decimal(WIDTH - LEFT - RIGHT) / len(history)
    width = min(slot * Decimal("0.6"), WIDEST_BAR)
    bars = []
    for index, year in enumerate(history):
        middle = LEFT + slot * index + slot / 2
        reached, parts = ZERO, []
        for layer in year.layers:
            ends = sorted((y_of(reached), y_of(reached + layer.amount)))
            height = ends[1] - ends[0]
            parts.append(
                Part(
                    origin=layer.origin,
                    amount=layer.amount,
                    look=looks[layer.origin],
                    x=_text(middle - width / 2),
                    y=_text(ends[0]),
                    width=_text(width),
                    height=_text(height),
                    middle=_text(middle),
                    text_y=_text((ends[0] + ends[1]) / 2) if height >= ROOM_FOR_TEXT else "",
                )
            )
            reached += layer.amount
        end = y_of(year.balance)
        bars.append(
            Bar(
                year=year.year,
                balance=year.balance,
                middle=_text(middle),
                sum_y=_text(end + 17 if year.balance < 0 else end - 8),
                is_last=index == len(history) - 1,
                parts=tuple(parts),
            )
        )
    amount, ticks = high, []
    while amount >= low:
        ticks.append(Tick(_text(y_of(amount)), amount, not amount))
        amount -= step
    return FundChart(tuple(ticks), tuple(bars), _text(Decimal(LEFT)), _text(Decimal(WIDTH - RIGHT)), str(HEIGHT - 6))


def _scale(balances: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """A round step, and the first round numbers beyond all balances; at most seven lines, and zero is one of them."""
    highest, lowest = max([*balances, ZERO]), min([*balances, ZERO])
    span = highest - lowest
    power = Decimal(10) ** (span.adjusted() - 1)
    step = next(each * power for each in map(Decimal, (1, 2, 5, 10, 20, 25, 50)) if each * power * 5 >= span)

    def beyond(amount: Decimal) -> Decimal:
        whole = (abs(amount) / step).to_integral_value(ROUND_HALF_UP)
        return (whole + (whole * step < abs(amount))) * step

    return step, -beyond(lowest), beyond(highest)


def _text(value: Decimal) -> str:
    return str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))
