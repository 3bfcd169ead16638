"""What a line of salary costs, and the hours it brings: the pure arithmetic of salary with the line's own tables."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from advisory.kernel.money import ZERO, half_up
from billing.official_rates import salary
from billing.official_rates.salary import SalaryCost
from billing.selfcost.models import SalaryLine


def annual(line: SalaryLine) -> Decimal:
    """The salary of the line in kroner: for full time, times the full-time equivalents."""
    return half_up(Fraction(line.annual_salary.amount) * Fraction(line.full_time_equivalents))


def cost_of(line: SalaryLine) -> SalaryCost:
    """Pay, holiday pay, pension and levy of the line, by its `on_costs` and zone (domain rules 1.3).

    The ceilings hold for one person: a line of several full-time equivalents gets as many of them, a part-time
    position one whole.
    """
    table = line.on_costs
    return salary.salary_cost(
        annual(line),
        holiday_percent=table.agreed_holiday_percent if line.agreed_holiday else table.holiday_percent,
        holiday_days=table.agreed_holiday_days if line.agreed_holiday else table.holiday_days,
        pension_percent=table.pension_percent,
        pension_ceiling=_ceiling(line, table.pension_ceiling.amount),
        levy_percent=line.levy_zone.percent,
        extra_percent=table.over_60_percent if line.over_60 else ZERO,
        extra_days=table.over_60_days if line.over_60 else 0,
        extra_ceiling=_ceiling(line, table.over_60_ceiling.amount) if line.over_60 else ZERO,
    )


def pension_base(line: SalaryLine) -> Decimal:
    """What the pension is a percentage of: the salary up to the ceiling."""
    return min(annual(line), _ceiling(line, line.on_costs.pension_ceiling.amount))


def hours_of_full_time(line: SalaryLine) -> Decimal:
    """The productive hours of one full-time equivalent, with two decimals."""
    table = line.on_costs
    days = table.agreed_holiday_days if line.agreed_holiday else table.holiday_days
    return salary.productive_hours(
        gross=table.gross_hours,
        hours_a_day=table.hours_a_day,
        holiday_days=days + (table.over_60_days if line.over_60 else 0),
        public_holiday_hours=table.public_holiday_hours,
        absence_percent=table.absence_percent,
    )


def hours_of(line: SalaryLine) -> Decimal:
    """The productive hours of the line: of a full year, times the full-time equivalents; two decimals."""
    return half_up(Fraction(hours_of_full_time(line)) * Fraction(line.full_time_equivalents))


def billable_hours_of(line: SalaryLine) -> Decimal:
    """The hours of the line that are expected to be sold: the service's part of them, times the billable share."""
    return half_up(_billable(line))


def suggested_hours(lines: Iterable[SalaryLine]) -> Decimal:
    """The billable hours that the people of a sheet bring, with one decimal: a plan is not exact to the minute."""
    whole = sum((_billable(line) for line in lines), Fraction(0))
    return half_up(whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _ceiling(line: SalaryLine, one: Decimal) -> Decimal:
    return half_up(Fraction(one) * max(Fraction(line.full_time_equivalents), Fraction(1)))


def _billable(line: SalaryLine) -> Fraction:
    share = Fraction(1)
    if line.key_part is not None and line.key_whole:
        share = Fraction(line.key_part) / Fraction(line.key_whole)
    return Fraction(hours_of(line)) * share * Fraction(line.billable_percent) / 100
