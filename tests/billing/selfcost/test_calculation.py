"""Self-cost and the rate. The cases are the worked examples of the domain rules."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import kroner
from billing.pricing.lines import PercentOutOfRange
from billing.selfcost.calculation import (
    Asset,
    CostLine,
    HoursNotAboveZero,
    InvalidKey,
    InvalidLifetime,
    InvalidStep,
    Key,
    NegativeRate,
    SelfCost,
    calculate,
    cost_facts,
)
from tests.billing import oracle
from tests.properties import many_examples

MEMO = SelfCost((CostLine("Area 3 by hours", Decimal("2500000.00"), Key(Decimal(1000), Decimal(3256))),))
EQUIPMENT = Asset("Equipment", Decimal("150000.00"), 5, Decimal("150000.00"), Decimal("4.00"))
BOTTOM_UP = SelfCost(
    cost_lines=(
        CostLine("Salary A with on-costs", Decimal("753832.37")),
        CostLine("Salary B with on-costs", Decimal("848061.42")),
        CostLine("Travel and licences", Decimal("95000.00")),
        CostLine("Support functions", Decimal("1180000.00"), Key(Decimal(2), Decimal(5))),
    ),
    assets=(EQUIPMENT,),
    income_deducted=Decimal("120000.00"),
)
NOTHING = Decimal("0.00")


def test_the_memos_rate_with_its_arithmetic() -> None:
    calculation = calculate(MEMO, fund_use=NOTHING, billable_hours=Decimal("800.0"))
    assert calculation.self_cost == Decimal("767813.27")
    assert calculation.to_recover == Decimal("767813.27")
    # 767 813.27 / 800 = 959.7665875
    assert str(calculation.raw_rate) == "959.7666"
    assert calculation.rate == Decimal("959.76")
    assert calculation.planned_income == Decimal("767808.00")
    assert calculation.left_by_rounding == Decimal("5.27")
    assert calculation.base is MEMO


def test_a_base_from_the_bottom_up() -> None:
    assert BOTTOM_UP.cost_lines[3].attributed == Decimal("472000.00")
    assert EQUIPMENT.depreciation == Decimal("30000.00")
    assert EQUIPMENT.closing_value == Decimal("120000.00")
    assert EQUIPMENT.interest == Decimal("5400.00")
    assert (BOTTOM_UP.depreciation, BOTTOM_UP.interest) == (Decimal("30000.00"), Decimal("5400.00"))
    assert BOTTOM_UP.costs == Decimal("2168893.79")
    assert BOTTOM_UP.total == Decimal("2084293.79")
    calculation = calculate(BOTTOM_UP, fund_use=NOTHING, billable_hours=Decimal("2279.8"), step=Decimal(1))
    assert str(calculation.raw_rate) == "914.2441"
    assert str(calculation.rate) == "914.00"


def test_a_deficit_that_is_covered_raises_the_rate() -> None:
    base = SelfCost((CostLine("Area 3", Decimal("2650000.00"), Key(Decimal(1100), Decimal(3256))),))
    calculation = calculate(base, fund_use=Decimal("-30076.76"), billable_hours=Decimal(880))
    assert calculation.self_cost == Decimal("895270.27")
    assert calculation.to_recover == Decimal("925347.03")
    assert calculation.rate == Decimal("1051.53")


def test_a_small_balance_disappears_in_the_step_and_stays_in_the_fund() -> None:
    base = SelfCost((CostLine("Budget", Decimal("2145000.00")),))
    calculation = calculate(base, fund_use=Decimal("677.89"), billable_hours=Decimal(2290), step=Decimal(1))
    assert calculation.rate == Decimal("936.00")
    # 2 144 322.11 - 936 * 2 290 = 882.11
    assert calculation.left_by_rounding == Decimal("882.11")


def test_a_service_that_costs_nothing_has_the_rate_zero() -> None:
    assert calculate(SelfCost(()), fund_use=NOTHING, billable_hours=Decimal(1)).rate == 0


def test_the_facts_of_a_price_statement_sum_to_the_self_cost() -> None:
    facts = cost_facts(
        BOTTOM_UP,
        depreciation="Avskrivning: {asset}",
        interest="Rente: {asset}",
        income_deducted="Inntekter til fradrag",
    )
    assert [(fact.label, fact.attributed) for fact in facts[3:]] == [
        ("Support functions", Decimal("472000.00")),
        ("Avskrivning: Equipment", Decimal("30000.00")),
        ("Rente: Equipment", Decimal("5400.00")),
        ("Inntekter til fradrag", Decimal("-120000.00")),
    ]
    assert (facts[3].key_part, facts[3].key_whole) == (Decimal(2), Decimal(5))
    assert sum(fact.attributed for fact in facts) == BOTTOM_UP.total


def test_what_is_zero_is_no_line_of_a_price_statement() -> None:
    facts = cost_facts(MEMO, depreciation="D", interest="I", income_deducted="R")
    assert [fact.label for fact in facts] == ["Area 3 by hours"]


@pytest.mark.parametrize("hours", ["0", "-1"])
def test_hours_not_above_zero_are_refused(hours: str) -> None:
    with pytest.raises(HoursNotAboveZero):
        calculate(MEMO, fund_use=NOTHING, billable_hours=Decimal(hours))


@pytest.mark.parametrize("step", ["0", "-1", "0.005", "0.015"])
def test_a_step_that_is_no_multiple_of_an_ore_is_refused(step: str) -> None:
    with pytest.raises(InvalidStep):
        calculate(MEMO, fund_use=NOTHING, billable_hours=Decimal(800), step=Decimal(step))


def test_a_negative_rate_is_refused() -> None:
    with pytest.raises(NegativeRate) as refused:
        calculate(MEMO, fund_use=Decimal("767813.28"), billable_hours=Decimal(800))
    assert refused.value.to_recover == Decimal("-0.01")


@pytest.mark.parametrize(("part", "whole"), [("1", "0"), ("0", "0"), ("2", "1"), ("-1", "1"), ("-2", "-1")])
def test_a_key_beyond_the_whole_is_refused(part: str, whole: str) -> None:
    with pytest.raises(InvalidKey):
        Key(Decimal(part), Decimal(whole))


def test_an_asset_is_used_for_at_least_a_year_at_a_possible_percentage() -> None:
    with pytest.raises(InvalidLifetime):
        Asset("x", Decimal(1), 0, Decimal(1), Decimal(4))
    with pytest.raises(PercentOutOfRange):
        Asset("x", Decimal(1), 1, Decimal(1), Decimal("100.01"))


@many_examples
@given(
    cost=st.integers(0, 10**10).map(kroner),
    use=st.integers(-(10**9), 10**9).map(kroner),
    hours=st.integers(1, 10**5).map(lambda hundredths: Decimal(hundredths) / 100),
    step=st.sampled_from(["0.01", "0.05", "1", "2.50", "5", "100"]).map(Decimal),
)
def test_planned_income_never_exceeds_the_cost_and_misses_it_by_less_than_a_step(
    cost: Decimal, use: Decimal, hours: Decimal, step: Decimal
) -> None:
    base = SelfCost((CostLine("Cost", cost),))
    if cost - use < 0:
        with pytest.raises(NegativeRate):
            calculate(base, fund_use=use, billable_hours=hours, step=step)
        return
    rate = calculate(base, fund_use=use, billable_hours=hours, step=step).rate
    assert Fraction(rate) == oracle.rate(Fraction(cost - use), Fraction(hours), Fraction(step))
    income = Fraction(rate) * Fraction(hours)
    assert income <= cost - use < income + Fraction(step) * Fraction(hours)


@many_examples
@given(
    amount=st.integers(0, 10**10).map(kroner),
    whole=st.integers(1, 10**5),
    data=st.data(),
)
def test_a_cost_is_attributed_as_the_rule_in_fractions_says(amount: Decimal, whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    line = CostLine("Cost", amount, Key(Decimal(part), Decimal(whole)))
    assert Fraction(line.attributed) == oracle.hu(Fraction(amount) * part / whole)


@many_examples
@given(
    acquisition=st.integers(0, 10**9).map(kroner),
    years=st.integers(1, 40),
    opening=st.integers(0, 10**9).map(kroner),
    percent=st.integers(0, 10_000).map(kroner),
)
def test_capital_cost_is_computed_as_the_rule_in_fractions_says(
    acquisition: Decimal, years: int, opening: Decimal, percent: Decimal
) -> None:
    asset = Asset("Asset", acquisition, years, opening, percent)
    depreciation = oracle.hu(Fraction(acquisition) / years)
    assert Fraction(asset.depreciation) == depreciation
    average = (Fraction(opening) + Fraction(opening) - depreciation) / 2
    assert Fraction(asset.interest) == oracle.hu(average * Fraction(percent) / 100)
