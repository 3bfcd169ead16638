"""The year so far against its plan: will the hours that are recorded and agreed bring in what the service costs?

    income   = recorded hours, each at the rate of its day + agreed hours that are left, at the rate in force
    result   = income - self-cost of the adopted plan
    missing  = self-cost - use of the fund - income

Pure. A forecast, and no more: costs are the plan's until the accounts are there, and the after-calculation is what
counts. Sums are kroner, hours are minutes as they are stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from advisory.kernel.money import ZERO, half_up, half_up_quotient
from billing.pricing.lines import price_minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """What was adopted for the year: the hours to sell, what they have to bring in, and the rate in force."""

    hours: Decimal
    self_cost: Decimal
    fund_use: Decimal
    rate: Decimal

    @property
    def minutes(self) -> int:
        """The hours to sell, in whole minutes."""
        return half_up_quotient(*(Fraction(self.hours) * 60).as_integer_ratio())

    @property
    def to_recover(self) -> Decimal:
        """What the hours have to bring in."""
        return self.self_cost - self.fund_use


@dataclass(frozen=True, slots=True)
class AtRate:
    """Minutes recorded on days of one rate; `first` is the day it starts."""

    first: date
    minutes: int
    rate: Decimal

    @property
    def income(self) -> Decimal:
        """HU(minutes * rate / 60)."""
        return price_minutes(self.minutes, self.rate, ZERO).gross


@dataclass(frozen=True, slots=True)
class Risk:
    """The year as it stands on `on`: recorded hours by rate, agreed minutes that are left, and what follows."""

    on: date
    plan: Plan
    recorded: tuple[AtRate, ...]
    planned_minutes: int
    #: Recorded before the first rate of the service: hours without a price.
    unpriced_minutes: int = 0

    @property
    def recorded_minutes(self) -> int:
        """All billable minutes so far."""
        return sum(part.minutes for part in self.recorded) + self.unpriced_minutes

    @property
    def minutes(self) -> int:
        """Recorded and agreed."""
        return self.recorded_minutes + self.planned_minutes

    @property
    def minutes_off_plan(self) -> int:
        """More (or less) than the plan."""
        return self.minutes - self.plan.minutes

    @property
    def minutes_short(self) -> int:
        """How far the plan is away; zero where it is reached."""
        return max(-self.minutes_off_plan, 0)

    @property
    def hours_off_plan(self) -> Decimal:
        """`minutes_off_plan` in hours."""
        return half_up(Fraction(self.minutes_off_plan, 60))

    @property
    def recorded_income(self) -> Decimal:
        """What the recorded hours bring in before discount."""
        return sum((part.income for part in self.recorded), ZERO)

    @property
    def planned_income(self) -> Decimal:
        """What the agreed hours that are left would bring in at the rate in force."""
        return price_minutes(self.planned_minutes, self.plan.rate, ZERO).gross

    @property
    def income(self) -> Decimal:
        """Recorded and agreed."""
        return self.recorded_income + self.planned_income

    @property
    def income_of_plan(self) -> Decimal:
        """What the hours of the plan bring in at the rate in force."""
        return half_up(Fraction(self.plan.hours) * Fraction(self.plan.rate))

    @property
    def income_off_plan(self) -> Decimal:
        """More (or less) than the plan's."""
        return self.income - self.income_of_plan

    @property
    def result(self) -> Decimal:
        """Gross income less the self-cost of the plan: what would go into the fund."""
        return self.income - self.plan.self_cost

    @property
    def result_of_plan(self) -> Decimal:
        """The result if all goes by the plan: minus the use of the fund, less what is lost by rounding down."""
        return self.income_of_plan - self.plan.self_cost

    @property
    def result_off_plan(self) -> Decimal:
        """Better (or worse) than the plan's."""
        return self.result - self.result_of_plan

    @property
    def missing_back(self) -> Decimal:
        """What comes in beyond what has to; zero where something is missing."""
        return max(-self.missing, ZERO)

    @property
    def missing(self) -> Decimal:
        """What is still to be brought in; below zero where more comes in than has to."""
        return self.plan.to_recover - self.income

    @property
    def hours_missing(self) -> Decimal | None:
        """The hours that would bring in what is missing, up to the next half; None where nothing is."""
        if self.missing <= 0 or not self.plan.rate:
            return None
        halves = Fraction(self.missing) / Fraction(self.plan.rate) * 2
        return Decimal(-(-halves.numerator // halves.denominator)) / 2

    @property
    def days_gone(self) -> int:
        """Days of the year up to and with `on`."""
        return self.on.timetuple().tm_yday

    @property
    def days(self) -> int:
        """Days of the whole year."""
        return date(self.on.year, 12, 31).timetuple().tm_yday

    @property
    def minutes_by_now(self) -> int:
        """What an even year of the plan would have brought by `on`."""
        return half_up_quotient(*(Fraction(self.plan.minutes) * self.days_gone / self.days).as_integer_ratio())

    @property
    def missing_at_this_pace(self) -> Decimal:
        """What would be missing if the rest of the year went as it has gone; below zero where nothing would."""
        income = half_up(Fraction(self.recorded_income) * self.days / self.days_gone)
        return self.plan.to_recover - income
