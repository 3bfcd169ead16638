"""What a person costs in a year, and the hours that are left of it: salary with its on-costs (domain rules 1.3).

    pay         = A * (260 - d) / 260
    holiday pay = pay * f  (+ over 60: pay up to a ceiling * extra percent, and extra days in d)
    pension     = A up to a ceiling * percent
    levy        = (pay + holiday pay + pension) * the zone's percent

Pure. Each part is half-up to the øre. All percentages, days and ceilings come from the table in force
(`OnCosts`, `LevyZone`); none stands here but the 260 working days that the days of holiday are counted in.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from advisory.kernel.money import ZERO, half_up

#: 52 weeks of five days: what `holiday_days` are days of.
WORKING_DAYS = 260


class MoreHolidayThanYear(ValueError):
    """More days of holiday than the year has working days, or no hours left of it."""


@dataclass(frozen=True, slots=True)
class SalaryCost:
    """What an annual salary costs the employer, in kroner; the four parts sum to `total`."""

    pay: Decimal
    holiday_pay: Decimal
    pension: Decimal
    levy: Decimal

    @property
    def total(self) -> Decimal:
        """All four parts."""
        return self.pay + self.holiday_pay + self.pension + self.levy


def salary_cost(
    annual: Decimal,
    *,
    holiday_percent: Decimal,
    holiday_days: int,
    pension_percent: Decimal,
    pension_ceiling: Decimal,
    levy_percent: Decimal,
    extra_percent: Decimal = ZERO,
    extra_days: int = 0,
    extra_ceiling: Decimal = ZERO,
) -> SalaryCost:
    """Give what `annual` (kroner, already times the full-time equivalents) costs in a year.

    The three `extra_*` are what the law adds for a person over 60: `extra_percent` of the pay up to
    `extra_ceiling`, and `extra_days` more of holiday. Ceilings are kroner a year; zero means that nothing counts.
    Raises `MoreHolidayThanYear`.
    """
    away = holiday_days + extra_days
    if not 0 <= away <= WORKING_DAYS:
        raise MoreHolidayThanYear(f"{away} days of holiday in a year of {WORKING_DAYS}.")
    pay = half_up(Fraction(annual) * (WORKING_DAYS - away) / WORKING_DAYS)
    holiday_pay = half_up(_percent(pay, holiday_percent) + _percent(min(pay, extra_ceiling), extra_percent))
    pension = half_up(_percent(min(annual, pension_ceiling), pension_percent))
    levy = half_up(_percent(pay + holiday_pay + pension, levy_percent))
    return SalaryCost(pay, holiday_pay, pension, levy)


def productive_hours(
    *,
    gross: Decimal,
    hours_a_day: Decimal,
    holiday_days: int,
    public_holiday_hours: Decimal,
    absence_percent: Decimal,
) -> Decimal:
    """Give the hours of one full year that are left to work in, with two decimals.

    Gross hours less holiday and public holidays; absence is taken of what is left. Raises `MoreHolidayThanYear`
    where nothing is left.
    """
    present = Fraction(gross) - Fraction(hours_a_day) * holiday_days - Fraction(public_holiday_hours)
    if present <= 0:
        raise MoreHolidayThanYear(f"No hours are left of {gross}.")
    return half_up(present * (100 - Fraction(absence_percent)) / 100)


def _percent(amount: Decimal, percent: Decimal) -> Fraction:
    return Fraction(amount) * Fraction(percent) / 100
