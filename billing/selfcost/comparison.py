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
    """What one cost adds to an hour's price since the rate before, in kroner; `kind` is cost, fund or rounding.

    `now` and `before` are the service's part of the cost in the two years, None where it was not there.
    """

    kind: str
    label: str
    change: Decimal
    now: Decimal | None = None
    before: Decimal | None = None


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
    this, last = _by_label(rate), _by_label(before)
    labels = {line.label.casefold(): line.label for line in (*before.cost_lines, *rate.cost_lines)}
    parts = [
        Part(
            "cost",
            labels[key],
            half_up(_per_hour(this.get(key), rate) - _per_hour(last.get(key), before)),
            this.get(key),
            last.get(key),
        )
        for key in labels
    ]
    fund = half_up(_per_hour(before.fund_use, before) - _per_hour(rate.fund_use, rate))
    parts.append(Part(FUND, "", fund, rate.fund_use, before.fund_use))
    parts.append(Part(ROUNDING, "", change - sum((part.change for part in parts), ZERO)))
    shown = [part for part in parts if part.change]
    shown.sort(key=lambda part: -abs(part.change))
    return RateChange(before.rate, change, _percent(change, before.rate), tuple(shown))


def _by_label(rate: RateFact) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in rate.cost_lines:
        key = line.label.casefold()
        found[key] = found.get(key, ZERO) + line.attributed
    return found


def _per_hour(amount: Decimal | None, rate: RateFact) -> Fraction:
    return Fraction(amount or 0) / Fraction(rate.billable_hours)


def _percent(change: Decimal, before: Decimal) -> Decimal | None:
    if not before:
        return None
    return (change * 100 / before).quantize(Decimal("0.1"), ROUND_HALF_UP)
