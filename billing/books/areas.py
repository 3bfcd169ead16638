"""The check of the ring-fence: no cost of area 4 on grant money, and nothing but area 3 in the price of an hour."""

from __future__ import annotations

from advisory.kernel.errors import DomainError
from billing.books.finding import KRONER, Disagreement, Finding, finding
from billing.discounts.models import PotFunding
from billing.invoicing.models import PotShare
from billing.models import AccountingYear, CostLine, Pot
from billing.yearend.actual import actual_costs
from billing.yearend.models import Destination
from engagements.work.models import FundingArea


def areas() -> Finding:
    """Closed years, pots and adopted cost bases keep area 4 and the grants apart (the memo's fourth area)."""
    closed = list(AccountingYear.objects.filter(closing__isnull=False).order_by("year"))
    rows = [*(row for year in closed for row in _year(year)), *_pots(), *_paid_lines(), *_cost_lines()]
    return finding("areas", {"years": str(len(closed))}, rows)


def _year(accounting_year: AccountingYear) -> list[Disagreement]:
    """The year's cost of area 4, shared costs included, is no more than its own project money."""
    name = {"year": str(accounting_year.year)}
    try:
        costs = actual_costs(accounting_year)
    except DomainError:
        return [Disagreement("year_unread", name)]
    cost, own = costs.of(Destination.AREA_4).total, costs.project_money.income
    return [Disagreement("area_4", name, str(own), str(cost), KRONER)] if cost > own else []


def _pots() -> list[Disagreement]:
    """Pots of the base grant that may pay for area 4."""
    return [
        Disagreement("pot_area", {"pot": pot.name})
        for pot in Pot.objects.filter(funding=PotFunding.BASE_GRANT).order_by("pk")
        if FundingArea.JOINT_PROJECTS in pot.areas
    ]


def _paid_lines() -> list[Disagreement]:
    """Lines of area 4 whose discount the base grant paid."""
    shares = PotShare.objects.filter(
        pot__funding=PotFunding.BASE_GRANT, line__funding_area=FundingArea.JOINT_PROJECTS
    ).select_related("line", "pot")
    return [
        Disagreement(
            "paid_line",
            {"document": str(share.invoice_id), "position": str(share.line.position), "pot": share.pot.name},
            "0.00",
            str(share.amount.amount),
            KRONER,
        )
        for share in shares.order_by("invoice", "line", "position")
    ]


def _cost_lines() -> list[Disagreement]:
    """Costs of other areas in a cost base that a rate was adopted from."""
    lines = (
        CostLine.objects.filter(cost_base__rate_version__isnull=False)
        .exclude(funding_area=FundingArea.ADVICE)
        .select_related("cost_base")
    )
    return [
        Disagreement(
            "cost_line",
            {"label": line.label, "year": str(line.cost_base.year), "area": str(line.funding_area)},
            "0.00",
            str(line.amount.amount),
            KRONER,
        )
        for line in lines.order_by("cost_base", "position")
    ]
