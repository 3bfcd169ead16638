"""What a calendar year's accounts say of the areas: their cost, the grants, and what area 3's sources come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from advisory.kernel.money import ZERO
from billing.ringfence.report import AREAS, NOTHING, ByArea, Financing, Missing, PotUse, Source
from billing.ringfence.work import Billed
from billing.yearend.actual import ActualCosts, NoFullTimeToShareBy, NoHoursToShareBy, actual_costs
from billing.yearend.figures import after_figures
from billing.yearend.income import income_of_work
from billing.yearend.models import AccountingYear, YearClosing
from engagements.work.models import SelfcostService


@dataclass(frozen=True, slots=True)
class YearMoney:
    """`cost` is None where it cannot be given (`missing` says why); grants are None without accounts.

    `paid` are the rows of financing that are no grant, empty where only the books know them.
    """

    cost: ByArea | None
    missing: tuple[Missing, ...]
    base_grant: Decimal | None = None
    project_money: Decimal | None = None
    paid: tuple[Financing, ...] = ()
    unmapped_rows: int = 0
    unmapped: Decimal = ZERO


def year_money(year: int | None, on: date, billed: Billed, pots: Sequence[PotUse]) -> YearMoney:
    """Give the money of `year` as it stands `on` a day; no year is any other period, whose accounts nobody has."""
    if year is None:
        return YearMoney(None, (Missing.PART_OF_YEAR,))
    accounting_year = AccountingYear.objects.filter(year=year).first()
    if accounting_year is None or not accounting_year.lines.exists():
        return YearMoney(None, (Missing.NO_ACCOUNTS,))
    try:
        actual = actual_costs(accounting_year)
    except (NoHoursToShareBy, NoFullTimeToShareBy):
        return YearMoney(None, (Missing.NO_KEY,))
    return YearMoney(
        cost=tuple(sum((bearer.total for bearer in actual.of_area(area)), ZERO) for area in AREAS),
        missing=(Missing.UNMAPPED,) if actual.unmapped.rows else (),
        base_grant=actual.base_grant.income,
        project_money=actual.project_money.income,
        paid=tuple(row for row in _paid(year, on, actual, billed, pots) if row.amounts != NOTHING),
        unmapped_rows=len(actual.unmapped.rows),
        unmapped=actual.unmapped.amount,
    )


def _paid(year: int, on: date, actual: ActualCosts, billed: Billed, pots: Sequence[PotUse]) -> list[Financing]:
    """What is no grant: customers, pots, income that was deducted, and what the fund bears of the year's result.

    The fund bears the result of the after-calculation: of a closed year as it was closed. What has changed in the
    year's work since is borne by a later year, as the year bears changes in the work of earlier ones.
    """
    afters = [after_figures(year, service, on=on) for service in SelfcostService.values]
    is_closed = YearClosing.objects.filter(accounting_year__year=year).exists()
    incomes = [income_of_work(year, after.service) if is_closed else after.income for after in afters]
    seats = sum((income.seats_sold.net for income in incomes), ZERO)
    net = billed.net_by_area()
    rows = [Financing(Source.CUSTOMERS, (*net[:2], net[2] + seats, net[3]))]
    rows.append(_of_area_3(Source.NOT_INVOICED, sum((income.accrued.net for income in incomes), ZERO)))
    rows += [Financing(Source.POT, billed.pot_by_area(pot.pot), pot.name, pot.pot) for pot in pots]
    rows.append(_of_area_3(Source.NOT_DRAWN, sum((income.expected_from_pots for income in incomes), ZERO)))
    for after, income in zip(afters, incomes, strict=True):
        since = after.income.total.gross - income.total.gross
        deducted = actual.self_cost(income.service).income_deducted
        rows.append(_of_area_3(Source.DEDUCTED, deducted, income.service))
        rows.append(_of_area_3(Source.OTHER_YEARS, after.changed_earlier.gross + since, income.service))
        rows.append(_of_area_3(Source.FUND, -(after.result or ZERO) or ZERO, income.service))
    return rows


def _of_area_3(source: Source, amount: Decimal, name: str = "") -> Financing:
    return Financing(source, (ZERO, ZERO, amount, ZERO), name)
