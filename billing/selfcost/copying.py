"""A new cost base from an earlier one: all kinds of rows, carried forward where a year has gone.

An asset opens with the value it closed with, and is left out when nothing is left of it. Salaries get the on-costs
in force on 1 January of the new year where there is a table with the same zone.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from advisory.kernel.fields import nok
from billing.official_rates.models import InterestRate, LevyZone, OnCosts
from billing.selfcost.arithmetic import pure_asset
from billing.selfcost.calculation import Asset
from billing.selfcost.models import AllocationKey, AssetLine, CostBase, CostLine, SalaryLine


def figures(source: CostBase, base: CostBase) -> None:
    """Copy what stands beside the rows; the decided use of the fund and the expected result are of one year."""
    base.billable_hours, base.rate_step, base.unit = source.billable_hours, source.rate_step, source.unit
    base.income_deducted, base.income_source = source.income_deducted, source.income_source
    base.spread_years = source.spread_years
    if source.year == base.year:
        base.fund_use, base.expected_result = source.fund_use, source.expected_result


def rows(source: CostBase, base: CostBase) -> None:
    """Copy costs, people, assets and keys into a base that is saved and empty."""
    keys = list(source.keys.all())
    for key in keys:
        key.pk, key.cost_base = None, base
    AllocationKey.objects.bulk_create(keys)
    lines = list(source.lines.all())
    for line in lines:
        line.pk, line.cost_base = None, base
    CostLine.objects.bulk_create(lines)
    zones = _zones(base.year) if source.year != base.year else {}
    salaries = list(source.salaries.select_related("levy_zone"))
    for salary in salaries:
        zone = zones.get(salary.levy_zone.code)
        if zone is not None:
            salary.levy_zone, salary.on_costs = zone, zone.on_costs
        salary.pk, salary.cost_base = None, base
    SalaryLine.objects.bulk_create(salaries)
    AssetLine.objects.bulk_create(_assets(source, base))


def rolled(asset: Asset, years: int) -> Decimal | None:
    """What is left of an asset `years` later, in kroner; None where it is used up.

    A rest of less than an øre for each year is what rounding left: the asset is used up all the same.
    """
    left = asset.opening_value - years * asset.depreciation
    return left if left > Decimal(asset.years).scaleb(-2) else None


def _assets(source: CostBase, base: CostBase) -> list[AssetLine]:
    gone = base.year - source.year
    rate = InterestRate.objects.filter(year=base.year).first() if gone else None
    kept = []
    for line in source.assets.all():
        opening = rolled(pure_asset(line), gone)
        if opening is None:
            continue
        line.opening_value = nok(opening)
        if rate is not None:
            line.interest_percent = rate.percent
        line.pk, line.cost_base = None, base
        kept.append(line)
    return kept


def _zones(year: int) -> dict[str, LevyZone]:
    table = OnCosts.objects.on(date(year, 1, 1))
    return {zone.code: zone for zone in table.zones.select_related("on_costs")} if table else {}
