"""The checks of the report: what would show that one area pays for another, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from advisory.kernel.fields import kroner, sum_ore
from advisory.kernel.money import ZERO
from billing.discounts.models import Pot, PotEntry, PotFunding
from billing.invoicing.models import InvoiceLine
from billing.ringfence.report import AREAS, Checked, Financing, Finding, PotUse, Source
from billing.ringfence.work import Billed, lines
from billing.selfcost.models import CostLine
from engagements.work.models import FundingArea

MOST_DOCUMENTS = 20


@dataclass(frozen=True, slots=True)
class Accounts:
    """What the checks ask of a year's accounts; `unmapped` are the rows nobody has said the destination of."""

    cost: tuple[Decimal, ...] | None
    project_money: Decimal
    unmapped_rows: int
    unmapped: Decimal


def checks(
    *,
    first: date,
    last: date,
    minutes: int,
    billed: Billed,
    rows: Sequence[Financing],
    pots: Sequence[PotUse],
    accounts: Accounts | None,
) -> tuple[Checked, ...]:
    """Give all checks, failing ones first, those that cannot be made last."""
    found = [
        # The database refuses an hour, an activity or an engagement without an area.
        Checked(Finding.HOURS_HAVE_AREA, True, count=minutes),
        _no_grant_in_area_4(rows, billed, accounts),
        _rate_holds_area_3(first, last),
        _pots_pay_discounts(first, last, pots),
        _financing_is_cost(rows, accounts),
    ]
    if accounts is not None:
        found.append(
            Checked(
                Finding.ACCOUNTS_ARE_MAPPED,
                not accounts.unmapped_rows,
                amount=accounts.unmapped,
                count=accounts.unmapped_rows,
            )
        )
    return tuple(sorted(found, key=lambda check: (not check.known, check.holds)))


def _no_grant_in_area_4(rows: Sequence[Financing], billed: Billed, accounts: Accounts | None) -> Checked:
    """Area 4 costs no more than its own money, and no pot of the base grant has paid a discount there."""
    area = FundingArea.JOINT_PROJECTS
    drawn = [pot for pot, where in billed.pots if where == area]
    crossed = list(Pot.objects.filter(pk__in=drawn, funding=PotFunding.BASE_GRANT).values_list("pk", flat=True))
    from_pots = sum((kroner(billed.pots[pot, area]) for pot in crossed), ZERO)
    if accounts is None or accounts.cost is None:
        return Checked(Finding.NO_GRANT_IN_AREA_4, not from_pots, known=bool(from_pots), amount=from_pots)
    lacking = sum((max(row.amounts[3], ZERO) for row in rows if row.source is Source.UNCOVERED), ZERO)
    return Checked(
        Finding.NO_GRANT_IN_AREA_4,
        not from_pots and not lacking,
        amount=accounts.cost[3],
        other=lacking + from_pots,
    )


def _rate_holds_area_3(first: date, last: date) -> Checked:
    """No adopted cost base of the years holds a cost of another area."""
    foreign = list(
        CostLine.objects.filter(cost_base__rate_version__isnull=False, cost_base__year__range=(first.year, last.year))
        .exclude(funding_area=FundingArea.ADVICE)
        .select_related("cost_base")
        .order_by("cost_base", "position", "pk")
    )
    base = foreign[0].cost_base if foreign else None
    return Checked(
        Finding.RATE_HOLDS_AREA_3,
        not foreign,
        amount=sum((line.amount.amount for line in foreign), ZERO),
        count=len(foreign),
        areas=tuple(sorted({line.funding_area for line in foreign})),
        base=(base.year, base.service, base.version) if base else None,
    )


def _pots_pay_discounts(first: date, last: date, pots: Sequence[PotUse]) -> Checked:
    """Each document with work in the period has drawn from pots what its lines were discounted, to the øre."""
    documents = lines(first, last).order_by().values("invoice")
    discounted = dict(
        InvoiceLine.objects.filter(invoice__in=documents)
        .order_by()
        .values_list("invoice")
        .annotate(total=sum_ore("discount"))
    )
    drawn = dict(
        PotEntry.objects.filter(document__in=documents)
        .order_by()
        .values_list("document")
        .annotate(total=sum_ore("amount"))
    )
    wrong = sorted(number for number, total in discounted.items() if total + drawn.get(number, 0))
    return Checked(
        Finding.POTS_PAY_DISCOUNTS,
        not wrong,
        amount=sum((pot.used for pot in pots), ZERO),
        other=sum((pot.frame for pot in pots), ZERO),
        count=len(wrong),
        documents=tuple(wrong[:MOST_DOCUMENTS]),
    )


def _financing_is_cost(rows: Sequence[Financing], accounts: Accounts | None) -> Checked:
    """Every area is paid in full by its own money, and by no more than it cost."""
    if accounts is None or accounts.cost is None:
        return Checked(Finding.FINANCING_IS_COST, False, known=False)
    left = [row for row in rows if row.source is Source.UNCOVERED]
    areas = tuple(area for place, area in enumerate(AREAS) if any(row.amounts[place] for row in left))
    return Checked(Finding.FINANCING_IS_COST, not areas, amount=sum((row.total for row in left), ZERO), areas=areas)
