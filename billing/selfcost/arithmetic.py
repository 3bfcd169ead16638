"""From rows of a cost base to the pure calculation and back to the facts that a price keeps."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from advisory.kernel.money import half_up
from billing.pricing.statement import RateFact
from billing.selfcost import calculation
from billing.selfcost.calculation import Asset, Calculation, Key, SelfCost
from billing.selfcost.models import AssetLine, CostBase, CostLine, SalaryLine
from billing.selfcost.rows import Rows
from billing.selfcost.salaries import cost_of
from engagements.work.models import SelfcostService


def attributed(line: CostLine | SalaryLine) -> Decimal:
    """The service's part of one cost or one salary with its on-costs, in kroner."""
    return pure_line(line).attributed


def self_cost(base: CostBase, rows: Rows) -> SelfCost:
    """The cost base as a pure value: costs first, then people, then assets."""
    return SelfCost(
        cost_lines=tuple(pure_line(line) for line in rows.shareable),
        assets=tuple(pure_asset(line) for line in rows.assets),
        income_deducted=base.income_deducted.amount,
    )


def calculated(base: CostBase, rows: Rows) -> Calculation:
    """The rate with its arithmetic. Raises `SelfCostError` where the base gives none."""
    return calculation.calculate(
        self_cost(base, rows),
        fund_use=base.fund_use.amount,
        billable_hours=base.billable_hours or Decimal(0),
        step=base.rate_step,
    )


def rate_fact(base: CostBase, rows: Rows, *, valid_from: date) -> RateFact:
    """The rate as statements and the rate version keep it: words in the house's language, two decimals.

    Raises `SelfCostError` where the base gives no rate.
    """
    result = calculated(base, rows)
    with translation.override(settings.LANGUAGE_CODE):
        facts = calculation.cost_facts(
            result.base,
            depreciation=_("Depreciation of {asset}"),
            interest=_("Interest on {asset}"),
            income_deducted=_("Income deducted"),
        )
        name = str(SelfcostService(base.service).label)
    return RateFact(
        service=base.service,
        service_name=name,
        year=base.year,
        version=base.version,
        valid_from=valid_from,
        cost_lines=facts,
        self_cost=result.self_cost,
        fund_use=result.fund_use,
        billable_hours=half_up(result.billable_hours),
        step=half_up(result.step),
        rate=result.rate,
        unit=str(base.unit),
    )


def pure_line(line: CostLine | SalaryLine) -> calculation.CostLine:
    """A cost, or a salary with its on-costs, as a pure value."""
    key = None
    if line.key_part is not None and line.key_whole is not None:
        key = Key(half_up(line.key_part), half_up(line.key_whole))
    amount = cost_of(line).total if isinstance(line, SalaryLine) else line.amount.amount
    return calculation.CostLine(line.label, amount, key)


def pure_asset(line: AssetLine) -> Asset:
    """An asset as a pure value."""
    return Asset(
        label=line.label,
        acquisition=line.acquisition.amount,
        years=line.years,
        opening_value=line.opening_value.amount,
        interest_percent=Decimal(line.interest_percent),
    )
