"""Salary with its on-costs, and productive hours: the worked examples of the domain rules, and hand calculation."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import kroner
from billing.official_rates.salary import MoreHolidayThanYear, SalaryCost, productive_hours, salary_cost
from tests.properties import some_examples

FIVE_WEEKS = {
    "holiday_percent": Decimal("12.00"),
    "holiday_days": 25,
    "pension_percent": Decimal("2.00"),
    "pension_ceiling": Decimal("1500000.00"),
    "levy_percent": Decimal("14.10"),
}


def _cost(annual: str, **other: object) -> SalaryCost:
    return salary_cost(Decimal(annual), **{**FIVE_WEEKS, **other})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("annual", "pay", "holiday_pay", "pension", "levy", "total"),
    [
        ("640000", "578461.54", "69415.38", "12800.00", "93155.45", "753832.37"),
        ("720000", "650769.23", "78092.31", "14400.00", "104799.88", "848061.42"),
    ],
)
def test_the_worked_examples_hold_to_the_ore(
    annual: str, pay: str, holiday_pay: str, pension: str, levy: str, total: str
) -> None:
    cost = _cost(annual)
    assert cost == SalaryCost(Decimal(pay), Decimal(holiday_pay), Decimal(pension), Decimal(levy))
    assert cost.total == Decimal(total)


def test_a_person_over_60_has_more_days_and_more_holiday_pay_up_to_the_ceiling() -> None:
    below = _cost("640000", extra_percent=Decimal("2.3"), extra_days=5, extra_ceiling=Decimal(780_000))
    # 640 000 * 230 / 260; 12 % and 2.3 % of it; 2 % of 640 000; 14.1 % of the three.
    assert below == SalaryCost(*map(Decimal, ("566153.85", "80960.00", "12800.00", "93047.85")))
    above = _cost("640000", extra_percent=Decimal("2.3"), extra_days=5, extra_ceiling=Decimal(500_000))
    # 12 % of 566 153.85 is 67 938.46(2); 2.3 % of 500 000 is 11 500.
    assert above.holiday_pay == Decimal("79438.46")


def test_pension_counts_salary_up_to_its_ceiling() -> None:
    assert _cost("1500000").pension == Decimal("30000.00")
    assert _cost("2000000").pension == Decimal("30000.00")
    assert _cost("2000000", pension_ceiling=Decimal(0)).pension == Decimal("0.00")


def test_a_full_year_of_1950_hours_leaves_1628_44_to_work_in() -> None:
    year = {
        "gross": Decimal(1950),
        "hours_a_day": Decimal("7.5"),
        "holiday_days": 25,
        "public_holiday_hours": Decimal(75),
    }
    assert productive_hours(**year, absence_percent=Decimal("3.5")) == Decimal("1628.44")  # type: ignore[arg-type]
    assert productive_hours(**year, absence_percent=Decimal(0)) == Decimal("1687.50")  # type: ignore[arg-type]


def test_more_holiday_than_the_year_has_days_is_refused() -> None:
    with pytest.raises(MoreHolidayThanYear):
        _cost("640000", extra_days=236)
    with pytest.raises(MoreHolidayThanYear):
        productive_hours(
            gross=Decimal(100),
            hours_a_day=Decimal("7.5"),
            holiday_days=25,
            public_holiday_hours=Decimal(0),
            absence_percent=Decimal(0),
        )


@some_examples
@given(
    annual=st.integers(0, 500_000_000).map(kroner),
    percents=st.tuples(*[st.integers(0, 10_000).map(kroner)] * 4),
    days=st.tuples(st.integers(0, 130), st.integers(0, 130)),
    ceilings=st.tuples(*[st.integers(0, 500_000_000).map(kroner)] * 2),
)
def test_each_part_is_the_fraction_it_stands_for_within_half_an_ore(
    annual: Decimal,
    percents: tuple[Decimal, ...],
    days: tuple[int, int],
    ceilings: tuple[Decimal, ...],
) -> None:
    holiday, pension, levy, extra = percents
    cost = salary_cost(
        annual,
        holiday_percent=holiday,
        holiday_days=days[0],
        pension_percent=pension,
        pension_ceiling=ceilings[0],
        levy_percent=levy,
        extra_percent=extra,
        extra_days=days[1],
        extra_ceiling=ceilings[1],
    )
    pay = Fraction(annual) * (260 - sum(days)) / 260
    exact = {
        "pay": pay,
        "holiday_pay": (
            Fraction(cost.pay) * Fraction(holiday) + min(Fraction(cost.pay), Fraction(ceilings[1])) * Fraction(extra)
        )
        / 100,
        "pension": min(Fraction(annual), Fraction(ceilings[0])) * Fraction(pension) / 100,
        "levy": Fraction(cost.pay + cost.holiday_pay + cost.pension) * Fraction(levy) / 100,
    }
    for name, value in exact.items():
        part = getattr(cost, name)
        assert abs(Fraction(part) - value) <= Fraction(1, 200), name
        assert part == part.quantize(Decimal("0.01"))
    assert cost.total == cost.pay + cost.holiday_pay + cost.pension + cost.levy
