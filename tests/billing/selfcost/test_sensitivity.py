"""The sensitivity beside the rate: the worked examples with one figure changed, by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from advisory.kernel.fields import nok
from billing.models import AssetLine, CostBase, CostLine, SalaryLine
from billing.selfcost import arithmetic
from billing.selfcost.calculation import CostLine as PureLine
from billing.selfcost.calculation import Key, SelfCost, calculate
from billing.selfcost.higher_salaries import with_higher_salaries
from billing.selfcost.rows import rows_of
from billing.selfcost.sensitivity import Effect, sensitivity
from billing.selfcost.sheet import sheet
from tests import builders
from tests.builders import NOW

MEMO = SelfCost((PureLine("Area 3 by hours", Decimal("2500000.00"), Key(Decimal(1000), Decimal(3256))),))


def _bottom_up() -> CostBase:
    """Worked example 2: two people, travel, support by a key, equipment, a grant deducted; 2 279.8 hours."""
    by = builders.administrator()
    table = builders.on_costs(valid_from=date(2026, 1, 1), by=by)
    base = CostBase.objects.create(
        year=2026,
        service="advice",
        version=1,
        billable_hours=Decimal("2279.80"),
        rate_step=Decimal("1.00"),
        income_deducted=nok(120_000),
        income_source="Tilskudd",
        made_at=NOW,
        made_by=by,
    )
    for position, (label, salary) in enumerate((("Rådgiver", 640_000), ("Seniorrådgiver", 720_000)), start=1):
        SalaryLine.objects.create(
            cost_base=base,
            position=position,
            label=label,
            annual_salary=nok(salary),
            full_time_equivalents=1,
            on_costs=table,
            levy_zone=table.zones.get(code="I"),
            billable_percent=70,
        )
    CostLine.objects.create(cost_base=base, position=1, label="Reiser", amount=nok(95_000), kind="travel")
    CostLine.objects.create(
        cost_base=base, position=2, label="Støtte", amount=nok(1_180_000), kind="support", key_part=2, key_whole=5
    )
    AssetLine.objects.create(
        cost_base=base,
        position=1,
        label="Utstyr",
        acquisition=nok(150_000),
        years=5,
        opening_value=nok(150_000),
        interest_percent=Decimal(4),
    )
    return base


def test_a_tenth_fewer_hours_is_the_same_cost_shared_by_fewer() -> None:
    planned = calculate(MEMO, fund_use=Decimal(0), billable_hours=Decimal(800))
    # 767 813.27 / 720 = 1 066.4073…
    assert sensitivity(planned, with_higher_salaries=None).fewer_hours == Effect(
        rate=Decimal("1066.40"),
        change=Decimal("106.64"),
        percent=Decimal("11.11"),
        self_cost=Decimal("767813.27"),
        billable_hours=Decimal("720.0"),
    )


def test_a_base_that_gives_no_rate_with_the_other_figure_has_no_effect() -> None:
    planned = calculate(MEMO, fund_use=Decimal("767813.27"), billable_hours=Decimal(800))
    effects = sensitivity(planned, with_higher_salaries=SelfCost(()))
    assert effects.higher_salaries is None
    assert effects.fewer_hours is not None
    assert (effects.fewer_hours.rate, effects.fewer_hours.percent) == (Decimal("0.00"), None)


@pytest.mark.django_db
def test_higher_salaries_carry_their_on_costs_into_the_rate() -> None:
    base = _bottom_up()
    effects = sheet(base).sensitivity
    assert effects is not None
    assert effects.higher_salaries is not None
    assert effects.fewer_hours is not None
    # 652 800: 590 030.77 + 70 803.69 + 13 056.00 + 95 018.55; 734 400: 663 784.62 + 79 654.15 + 14 688.00 + 106 895.87.
    assert effects.higher_salaries.self_cost == Decimal("2084293.79") + Decimal("32037.86")
    # 2 116 331.65 / 2 279.8 = 928.297…, down to the krone; the planned rate is 914.
    assert (effects.higher_salaries.rate, effects.higher_salaries.change) == (Decimal(928), Decimal(14))
    # 2 084 293.79 / 2 051.82 = 1 015.82…
    assert effects.fewer_hours.rate == Decimal(1015)


@pytest.mark.django_db
def test_costs_of_kind_salary_rise_and_nothing_is_written() -> None:
    base = _bottom_up()
    base.salaries.all().delete()
    line = CostLine.objects.create(cost_base=base, position=3, label="Lønn", amount=nok("100000.01"), kind="salary")
    rows = rows_of(base)
    higher = with_higher_salaries(base, rows)
    assert higher is not None
    # 2 % of 100 000.01 is 2 000.0002.
    assert higher.total - arithmetic.self_cost(base, rows).total == Decimal("2000.00")
    line.refresh_from_db()
    assert line.amount.amount == rows.lines[2].amount.amount == Decimal("100000.01")
    line.delete()
    assert with_higher_salaries(base, rows_of(base)) is None
