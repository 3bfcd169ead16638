"""Why a rate differs from the one before: each cost's part of an hour, this year less last year. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from advisory.kernel.money import ZERO, half_up
from billing.pricing.statement import RateFact

#: Labels of parts that are no cost line; the screen words them.
FUND = "fund"
ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Part:
    """What one cost adds to an hour's price since the rate before, in kroner; `kind` is cost, fund or rounding."""

    kind: str
    label: str
    change: Decimal


@dataclass(frozen=True, slots=True)
class RateChange:
    """The rate less the one before: kroner, percent with one decimal, and the parts, which sum to it."""

    before: Decimal
    change: Decimal
    percent: Decimal | None
    parts: tuple[Part, ...]


def rate_change(rate: RateFact, before: RateFact) -> RateChange:
    """Give the change with its parts, the largest first; a part of zero is left out.

    A cost's part is attributed / hours of each year, matched by label. What is left when the parts are rounded is
    the rounding of the rates themselves.
    """
    change = rate.rate - before.rate
    this, last = _per_hour(rate), _per_hour(before)
    parts = [
        Part("cost", this.get(key, last.get(key, (key, ZERO)))[0], _less(this.get(key), last.get(key)))
        for key in [*this, *(key for key in last if key not in this)]
    ]
    fund = half_up(_fund_per_hour(before) - _fund_per_hour(rate))
    parts.append(Part(FUND, "", fund))
    parts.append(Part(ROUNDING, "", change - sum((part.change for part in parts), ZERO)))
    shown = [part for part in parts if part.change]
    shown.sort(key=lambda part: -abs(part.change))
    return RateChange(before.rate, change, _percent(change, before.rate), tuple(shown))


def _per_hour(rate: RateFact) -> dict[str, tuple[str, Fraction]]:
    found: dict[str, tuple[str, Fraction]] = {}
    for line in rate.cost_lines:
        key = line.label.casefold()
        label, so_far = found.get(key, (line.label, Fraction(0)))
        found[key] = (label, so_far + Fraction(line.attributed) / Fraction(rate.billable_hours))
    return found


def _less(this: tuple[str, Fraction] | None, last: tuple[str, Fraction] | None) -> Decimal:
    return half_up((this[1] if this else Fraction(0)) - (last[1] if last else Fraction(0)))


def _fund_per_hour(rate: RateFact) -> Fraction:
    return Fraction(rate.fund_use) / Fraction(rate.billable_hours)


def _percent(change: Decimal, before: Decimal) -> Decimal | None:
    if not before:
        return None
    return (change * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)
