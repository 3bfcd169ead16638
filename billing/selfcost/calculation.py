"""Self-cost and the rate: what a service costs in a year, divided by the hours it is expected to sell.

    self_cost = attributed cost lines + depreciation + interest - income deducted
    rate      = floor((self_cost - fund_use) / billable_hours / step) * step

Pure. Every value keeps the figures it was made from, so a screen shows each step and computes nothing. Sums
are kroner with two decimals; the rule behind (costs, support functions by key, capital cost on the average
residual value) is selvkostforskriften §§ 2-5, which the centre follows of its own will.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from advisory.kernel.money import ORE, ZERO, half_up
from billing.pricing.lines import PercentOutOfRange
from billing.pricing.statement import CostLineFact


class SelfCostError(ValueError):
    """A cost base that gives no rate: the base of the mistakes below."""


class HoursNotAboveZero(SelfCostError):
    """No hours to divide the cost by."""

    def __init__(self, hours: Decimal) -> None:
        super().__init__(f"The billable hours must be above zero: {hours}.")
        self.hours = hours


class InvalidStep(SelfCostError):
    """A step that is not a positive multiple of 0.01."""

    def __init__(self, step: Decimal) -> None:
        super().__init__(f"The step of the rate must be a positive multiple of 0.01: {step}.")
        self.step = step


class NegativeRate(SelfCostError):
    """More income and fund are used than the service costs."""

    def __init__(self, to_recover: Decimal) -> None:
        super().__init__(f"The rate would be negative: {to_recover} is left to recover.")
        self.to_recover = to_recover


class InvalidKey(SelfCostError):
    """A key whose whole is not above zero, or whose part is not from zero to the whole."""

    def __init__(self, part: Decimal, whole: Decimal) -> None:
        super().__init__(f"A key must have 0 <= part <= whole, and whole above zero: {part} of {whole}.")
        self.part = part
        self.whole = whole


class InvalidLifetime(SelfCostError):
    """An asset that is not in use for at least one year."""

    def __init__(self, years: int) -> None:
        super().__init__(f"An asset must be in use for at least one year: {years}.")
        self.years = years


@dataclass(frozen=True, slots=True)
class Key:
    """The share of a cost that this service bears: part / whole, in hours or full-time equivalents."""

    part: Decimal
    whole: Decimal

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole or self.whole == 0:
            raise InvalidKey(self.part, self.whole)


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost of the year; without a key the service bears all of it."""

    label: str
    amount: Decimal
    key: Key | None = None

    @property
    def attributed(self) -> Decimal:
        """The service's part: HU(amount * part / whole), or the amount."""
        if self.key is None:
            return half_up(self.amount)
        return half_up(Fraction(self.amount) * Fraction(self.key.part) / Fraction(self.key.whole))


@dataclass(frozen=True, slots=True)
class Asset:
    """Something bought for several years; `opening_value` is what is left of it on 1 January."""

    label: str
    acquisition: Decimal
    years: int
    opening_value: Decimal
    interest_percent: Decimal

    def __post_init__(self) -> None:
        if self.years < 1:
            raise InvalidLifetime(self.years)
        if not 0 <= self.interest_percent <= 100:
            raise PercentOutOfRange(self.interest_percent)

    @property
    def depreciation(self) -> Decimal:
        """HU(acquisition / years)."""
        return half_up(Fraction(self.acquisition) / self.years)

    @property
    def closing_value(self) -> Decimal:
        """What is left of it on 31 December."""
        return self.opening_value - self.depreciation

    @property
    def interest(self) -> Decimal:
        """HU(average of opening and closing value * percent / 100)."""
        average = Fraction(self.opening_value + self.closing_value) / 2
        return half_up(average * Fraction(self.interest_percent) / 100)


@dataclass(frozen=True, slots=True)
class SelfCost:
    """What the service costs in a year, planned or actual, with all it is the sum of."""

    cost_lines: tuple[CostLine, ...]
    assets: tuple[Asset, ...] = ()
    income_deducted: Decimal = ZERO

    @property
    def costs(self) -> Decimal:
        """The attributed cost lines."""
        return sum((line.attributed for line in self.cost_lines), ZERO)

    @property
    def depreciation(self) -> Decimal:
        """The depreciation of all assets."""
        return sum((asset.depreciation for asset in self.assets), ZERO)

    @property
    def interest(self) -> Decimal:
        """The calculated interest of all assets."""
        return sum((asset.interest for asset in self.assets), ZERO)

    @property
    def total(self) -> Decimal:
        """Self-cost: costs + depreciation + interest - income deducted."""
        return half_up(self.costs + self.depreciation + self.interest - self.income_deducted)


@dataclass(frozen=True, slots=True)
class Calculation:
    """A rate with its arithmetic. Made by `calculate`; every figure here may be shown as it stands."""

    base: SelfCost
    self_cost: Decimal
    fund_use: Decimal
    # What the hours have to bring in: self_cost - fund_use.
    to_recover: Decimal
    billable_hours: Decimal
    step: Decimal
    # Before the rounding down, shown with four decimals.
    raw_rate: Decimal
    rate: Decimal
    # rate * hours, and what the rounding down leaves to the fund: to_recover - planned_income.
    planned_income: Decimal
    left_by_rounding: Decimal


def calculate(base: SelfCost, *, fund_use: Decimal, billable_hours: Decimal, step: Decimal = ORE) -> Calculation:
    """Give the rate of a cost base: kroner per hour, rounded down to a whole number of steps.

    Rounding down keeps planned income at or below self-cost; what it leaves stays in the fund. `fund_use` is
    negative where a deficit is to be covered. Raises `HoursNotAboveZero`, `InvalidStep` and `NegativeRate`.
    """
    if billable_hours <= 0:
        raise HoursNotAboveZero(billable_hours)
    if step <= 0 or Fraction(step) % Fraction(ORE):
        raise InvalidStep(step)
    self_cost = base.total
    to_recover = half_up(self_cost - fund_use)
    if to_recover < 0:
        raise NegativeRate(to_recover)
    rate = rounded_down(to_recover, billable_hours=billable_hours, step=step)
    planned_income = half_up(Fraction(rate) * Fraction(billable_hours))
    return Calculation(
        base=base,
        self_cost=self_cost,
        fund_use=half_up(fund_use),
        to_recover=to_recover,
        billable_hours=billable_hours,
        step=step,
        raw_rate=_with_four_decimals(Fraction(to_recover) / Fraction(billable_hours)),
        rate=rate,
        planned_income=planned_income,
        left_by_rounding=to_recover - planned_income,
    )


def cost_facts(base: SelfCost, *, depreciation: str, interest: str, income_deducted: str) -> tuple[CostLineFact, ...]:
    """Give the lines of a cost base as a price statement keeps them; their attributed sums are the self-cost.

    The three words come in the reader's language; `{asset}` in the first two is the asset's label. Income
    deducted is a negative line. A line of zero is left out.
    """
    facts = [
        CostLineFact(
            label=line.label,
            amount=line.amount,
            key_part=line.key.part if line.key else None,
            key_whole=line.key.whole if line.key else None,
            attributed=line.attributed,
        )
        for line in base.cost_lines
    ]
    for asset in base.assets:
        facts.append(_whole_cost(depreciation.replace("{asset}", asset.label), asset.depreciation))
        facts.append(_whole_cost(interest.replace("{asset}", asset.label), asset.interest))
    facts.append(_whole_cost(income_deducted, -base.income_deducted))
    return tuple(fact for fact in facts if fact.attributed or fact.amount)


def rounded_down(to_recover: Decimal, *, billable_hours: Decimal, step: Decimal) -> Decimal:
    """Give floor(to_recover / billable_hours / step) * step, exactly. Kroner with two decimals."""
    steps = Fraction(to_recover) / Fraction(billable_hours) / Fraction(step)
    return half_up((steps.numerator // steps.denominator) * Fraction(step))


def _whole_cost(label: str, amount: Decimal) -> CostLineFact:
    return CostLineFact(label, amount, None, None, half_up(amount))


def _with_four_decimals(value: Fraction) -> Decimal:
    return half_up(value * 100).scaleb(-2)
