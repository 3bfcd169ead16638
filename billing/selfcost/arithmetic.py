"""From rows of a cost base to the pure calculation and back to the facts that a price keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from advisory.kernel.money import half_up
from billing.pricing.statement import RateFact
from billing.selfcost import calculation
from billing.selfcost.calculation import Calculation, Key, SelfCost
from billing.selfcost.models import CostBase, CostLine
from engagements.work.models import SelfcostService


def attributed(line: CostLine) -> Decimal:
    """The service's part of one cost, in kroner."""
    return _pure(line).attributed


def self_cost(base: CostBase, lines: Sequence[CostLine]) -> SelfCost:
    """The cost base as a pure value."""
    return SelfCost(
        cost_lines=tuple(_pure(line) for line in lines),
        income_deducted=base.income_deducted.amount,
    )


def calculated(base: CostBase, lines: Sequence[CostLine]) -> Calculation:
    """The rate with its arithmetic. Raises `SelfCostError` where the base gives none."""
    return calculation.calculate(
        self_cost(base, lines),
        fund_use=base.fund_use.amount,
        billable_hours=base.billable_hours or Decimal(0),
        step=base.rate_step,
    )


def rate_fact(base: CostBase, lines: Sequence[CostLine], *, valid_from: date) -> RateFact:
    """The rate as statements and the rate version keep it: words in the house's language, two decimals.

    Raises `SelfCostError` where the base gives no rate.
    """
    result = calculated(base, lines)
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
    )


def _pure(line: CostLine) -> calculation.CostLine:
    key = None
    if line.key_part is not None and line.key_whole is not None:
        key = Key(half_up(line.key_part), half_up(line.key_whole))
    return calculation.CostLine(line.label, line.amount.amount, key)
