"""What would become of the rate if the plan does not hold: fewer hours sold, or higher salaries.

Pure, and through the very function that makes the rate: `calculate` is asked again with the other figure. The
use of the fund and the step stay as they are decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from advisory.kernel.money import half_up
from billing.selfcost.calculation import Calculation, NegativeRate, SelfCost, calculate

#: What is asked, in percent.
FEWER_HOURS = Decimal(10)
HIGHER_SALARIES = Decimal(2)


@dataclass(frozen=True, slots=True)
class Effect:
    """The rate as it would be, in kroner; `change` from the planned rate, and in percent of it (None for 0 kr)."""

    rate: Decimal
    change: Decimal
    percent: Decimal | None
    self_cost: Decimal
    billable_hours: Decimal


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Both effects; None where there is nothing to ask (no salary in the base, or no rate with the other figure)."""

    fewer_hours: Effect | None
    higher_salaries: Effect | None


def sensitivity(planned: Calculation, *, with_higher_salaries: SelfCost | None) -> Sensitivity:
    """Give both effects on the `planned` rate; `with_higher_salaries` is the same base with salaries raised."""
    hours = planned.billable_hours * (100 - FEWER_HOURS) / 100
    return Sensitivity(
        fewer_hours=_effect(planned, planned.base, hours),
        higher_salaries=_effect(planned, with_higher_salaries, planned.billable_hours)
        if with_higher_salaries
        else None,
    )


def raised(amount: Decimal) -> Decimal:
    """A salary `HIGHER_SALARIES` percent higher, to the øre."""
    return half_up(Fraction(amount) * (100 + Fraction(HIGHER_SALARIES)) / 100)


def _effect(planned: Calculation, base: SelfCost, hours: Decimal) -> Effect | None:
    try:
        result = calculate(base, fund_use=planned.fund_use, billable_hours=hours, step=planned.step)
    except NegativeRate:
        return None
    change = result.rate - planned.rate
    return Effect(
        rate=result.rate,
        change=change,
        percent=half_up(Fraction(change) * 100 / Fraction(planned.rate)) if planned.rate else None,
        self_cost=result.self_cost,
        billable_hours=hours,
    )
