"""The after-calculation of a service's year as one frozen value: plan, actual, income, result, and the fund.

    result = income of the year's work at full price + what earlier years' work has changed since they were closed
             - actual self-cost
    interest and layers: billing.selfcost.fund

The page, the board's PDF and the workbook only render `AfterFigures`; a closed year gives the value it was closed
with. Work of closed years: correction(W) = income of W now - what W's own closing and later ones have counted of it,
so that over all years nothing is counted twice or lost, whatever happens to December's hours in March.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from advisory.kernel.money import ZERO, half_up
from billing.official_rates.models import InterestRate
from billing.pricing.lines import PricedLine
from billing.pricing.sold import Sold
from billing.pricing.statement import rate_from_json
from billing.selfcost import fund
from billing.selfcost.fund import Layer, Movement
from billing.selfcost.models import RateVersion, Unit
from billing.yearend import frozen, fund_ledger
from billing.yearend.actual import ActualCosts, NoFullTimeToShareBy, NoHoursToShareBy, actual_costs
from billing.yearend.income import YearIncome, incomes_of_work
from billing.yearend.models import AccountingYear, FundEntry, FundEntryKind, ServiceResult
from engagements.work.models import SelfcostService

#: Of the stored form.
VERSION = 1

# Kinds of a row of costs.
DIRECT, BY_HOURS, BY_FULL_TIME, DEPRECIATION, INTEREST, DEDUCTED = (
    "direct",
    "by_hours",
    "by_full_time",
    "depreciation",
    "interest",
    "deducted",
)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know before the year is closed, by its code; `remarks.py` says it in words.

    `blocks` = the year cannot be closed. `amount`, `count` and `year` are filled where the words need them.
    """

    code: str
    blocks: bool = False
    amount: Decimal | None = None
    count: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class CostRow:
    """A cost and the service's part of it: `attributed` = HU(amount * part / whole), or the amount without a key.

    By hours, an actual key is in minutes and a planned one in hours. A row of income deducted is below zero.
    """

    kind: str
    account: str
    label: str
    amount: Decimal
    part: Decimal | None
    whole: Decimal | None
    attributed: Decimal
    #: The row of the accounts, where it is one.
    line: int | None = None


@dataclass(frozen=True, slots=True)
class RateInForce:
    """A rate and the day it began; a year may have several."""

    version: int
    valid_from: date
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """The cost base that was adopted last for the year, as its rate keeps it. `quantity` is hours or seats."""

    version: int
    valid_from: date
    unit: str
    rows: tuple[CostRow, ...]
    self_cost: Decimal
    fund_use: Decimal
    quantity: Decimal
    step: Decimal
    rate: Decimal
    income: Decimal
    rates: tuple[RateInForce, ...] = ()

    @property
    def costs(self) -> Decimal:
        """All costs before they are shared."""
        return sum((row.amount for row in self.rows if row.amount > 0), ZERO)

    @property
    def result(self) -> Decimal:
        """Planned income less planned self-cost: the planned use of the fund, and what the rounding left."""
        return self.income - self.self_cost


@dataclass(frozen=True, slots=True)
class Actual:
    """What the service really cost, and the minutes it was counted by."""

    rows: tuple[CostRow, ...]
    self_cost: Decimal
    minutes: int
    all_minutes: int

    @property
    def costs(self) -> Decimal:
        """All costs before they are shared."""
        return sum((row.amount for row in self.rows if row.kind != DEDUCTED), ZERO)

    @property
    def deducted(self) -> Decimal:
        """Income deducted, above zero."""
        return -sum((row.attributed for row in self.rows if row.kind == DEDUCTED), ZERO) or ZERO


@dataclass(frozen=True, slots=True)
class EarlierWork:
    """Work of a closed year, counted now and as closings have counted it; the difference is this year's."""

    origin: int
    now: Sold
    counted: Sold

    @property
    def change(self) -> Sold:
        return self.now - self.counted


@dataclass(frozen=True, slots=True)
class LayerRow:
    """A layer through the year: kroner on 1 January (corrections in the year with it), movement, 31 December."""

    origin: int
    opening: Decimal
    movement: Decimal
    closing: Decimal

    @property
    def due_year(self) -> int:
        """The last year in which it may be used up."""
        return Layer(self.origin, self.closing).due_year


@dataclass(frozen=True, slots=True)
class FundYear:
    """The layers on 31 December of a year."""

    year: int
    layers: tuple[Layer, ...]

    @property
    def balance(self) -> Decimal:
        return fund.balance(self.layers)


@dataclass(frozen=True, slots=True)
class AfterFigures:
    """The whole after-calculation. Without accounts there is no `actual`, no `result`, and the fund stands still.

    Signs: a result or a fund above zero is a surplus that goes back to the customers; below zero, a shortfall.
    """

    year: int
    service: str
    unit: str
    plan: Plan | None
    actual: Actual | None
    income: YearIncome
    earlier: tuple[EarlierWork, ...] = ()
    result: Decimal | None = None
    #: None while nobody has written the year's interest.
    interest_percent: Decimal | None = None
    interest: Decimal = ZERO
    layers_before: tuple[Layer, ...] = ()
    layers_after: tuple[Layer, ...] = ()
    movements: tuple[Movement, ...] = ()
    #: Corrections of closed years that were booked in this one; they are in `layers_before`.
    corrected: Decimal = ZERO
    history: tuple[FundYear, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def opening(self) -> Decimal:
        return fund.balance(self.layers_before)

    @property
    def balance(self) -> Decimal:
        """The fund on 31 December."""
        return fund.balance(self.layers_after)

    @property
    def movement(self) -> Decimal:
        """Result and interest."""
        return self.balance - self.opening

    @property
    def changed_earlier(self) -> Sold:
        """What work of closed years adds to the year, or takes from it."""
        return sum((work.change for work in self.earlier), Sold())

    @property
    def sold(self) -> Sold:
        """All income that the result counts."""
        return self.income.total + self.changed_earlier

    @property
    def layers(self) -> tuple[LayerRow, ...]:
        """Every layer that was there before or is there after, oldest first."""
        before = {layer.origin: layer.amount for layer in self.layers_before}
        after = {layer.origin: layer.amount for layer in self.layers_after}
        return tuple(
            LayerRow(
                origin,
                before.get(origin, ZERO),
                after.get(origin, ZERO) - before.get(origin, ZERO),
                after.get(origin, ZERO),
            )
            for origin in sorted({*before, *after})
        )

    @property
    def blockers(self) -> tuple[Remark, ...]:
        """What stands in the way of closing."""
        return tuple(remark for remark in self.remarks if remark.blocks)


def to_json(figures: AfterFigures) -> dict[str, Any]:
    """Give the figures as JSON values, with their version."""
    return {"version": VERSION, **frozen.to_json(figures)}


def from_json(data: Any) -> AfterFigures:
    """Give the figures that `to_json` wrote, equal to the original. Raises `frozen.UnreadableFigures`."""
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise frozen.UnreadableFigures("These figures are of a version that is not known.")
    return frozen.from_json(AfterFigures, data)


def after_figures(year: int, service: str, *, on: date | None = None) -> AfterFigures:
    """Give the after-calculation of `service` for `year`: of a closed year as it was closed, else as the books stand.

    `on` is the day that tells whether the year is over; without it nobody asks.
    """
    service = SelfcostService(service).value
    results = {
        result.closing.accounting_year.year: result
        for result in ServiceResult.objects.filter(service=service).select_related("closing__accounting_year")
    }
    if year in results:
        return from_json(results[year].figures)
    closed = {of: from_json(result.figures) for of, result in sorted(results.items())}
    return _open_figures(year, service, closed, on)


def _open_figures(year: int, service: str, closed: dict[int, AfterFigures], on: date | None) -> AfterFigures:
    accounts = AccountingYear.objects.filter(year=year).first()
    remarks: list[Remark] = []
    actual, costs = _actual(accounts, service, remarks)
    counted = _counted(figures for of, figures in closed.items() if of < year)
    incomes = incomes_of_work([year, *counted], service)
    income = incomes[year]
    earlier = tuple(
        EarlierWork(origin, incomes[origin].total, sold)
        for origin, sold in sorted(counted.items())
        if incomes[origin].total - sold
    )
    percent = InterestRate.objects.filter(year=year).values_list("percent", flat=True).first()
    entries = list(fund_ledger.entries(service))
    standing = fund_ledger.layers(service)
    remarks += _remarks(year, income, percent, costs, closed, on)
    plan = _plan(year, service)
    if plan is None:
        remarks.append(Remark("no_plan"))
    figures = AfterFigures(
        year=year,
        service=service,
        unit=plan.unit if plan else Unit.HOURS.value,
        plan=plan,
        actual=actual,
        income=income,
        earlier=earlier,
        interest_percent=percent,
        layers_before=standing,
        layers_after=standing,
        corrected=sum(
            (e.amount.amount for e in entries if e.kind == FundEntryKind.CORRECTION and e.year == year), ZERO
        ),
        history=fund_history(entries, year),
        remarks=tuple(remarks),
    )
    if actual is None:
        return replace(figures, remarks=(*remarks, *_due(standing, year, on)))
    return _with_result(figures, actual, on)


def _with_result(figures: AfterFigures, actual: Actual, on: date | None) -> AfterFigures:
    sold = [_priced(tier.total) for tier in figures.income.tiers]
    sold += [_priced(figures.income.seats_sold), *(_priced(work.change) for work in figures.earlier)]
    done = fund.after_calculation(
        year=figures.year,
        self_cost=actual.self_cost,
        sold=sold,
        interest_percent=figures.interest_percent or ZERO,
        layers=figures.layers_before,
    )
    return replace(
        figures,
        actual=actual,
        result=done.result,
        interest=done.interest,
        layers_before=done.layers_before,
        layers_after=done.layers,
        movements=fund.movements(done.layers_before, year=figures.year, result=done.result, interest=done.interest),
        history=(*figures.history, FundYear(figures.year, done.layers)),
        remarks=(*figures.remarks, *_due(done.layers, figures.year, on)),
    )


def _priced(sold: Sold) -> PricedLine:
    return PricedLine(sold.gross, sold.discount, sold.net)


def _counted(closed: Iterable[AfterFigures]) -> dict[int, Sold]:
    """What closings have counted of each closed year's work: its own, and the changes later ones have booked."""
    counted: dict[int, Sold] = defaultdict(Sold)
    for figures in closed:
        counted[figures.year] += figures.income.total
        for work in figures.earlier:
            counted[work.origin] += work.change
    return counted


def _actual(
    accounts: AccountingYear | None, service: str, remarks: list[Remark]
) -> tuple[Actual | None, ActualCosts | None]:
    if accounts is None:
        remarks.append(Remark("no_accounts", blocks=True))
        return None, None
    try:
        costs = actual_costs(accounts)
    except NoHoursToShareBy:
        remarks.append(Remark("no_hours_key", blocks=True))
        return None, None
    except NoFullTimeToShareBy:
        remarks.append(Remark("no_full_time_key", blocks=True))
        return None, None
    own = costs.of_service(service)
    rows = [
        CostRow(DIRECT, row.account, row.label, row.amount, None, None, row.amount, row.pk) for row in own.direct.rows
    ]
    rows += [
        CostRow(
            BY_HOURS if part.by_hours else BY_FULL_TIME,
            part.row.account,
            part.row.label,
            part.row.amount,
            part.part,
            part.whole,
            part.amount,
            part.row.pk,
        )
        for part in own.shared
    ]
    for asset in own.assets:
        rows.append(_whole(DEPRECIATION, asset.label, asset.depreciation))
        rows.append(_whole(INTEREST, asset.label, asset.interest))
    destination = "deduct_advice" if service == SelfcostService.ADVICE else "deduct_courses"
    rows += [
        CostRow(DEDUCTED, row.account, row.label, row.amount, None, None, row.amount, row.pk)
        for row in costs.sum_of(destination).rows
    ]
    minutes = costs.minutes.advice if service == SelfcostService.ADVICE else costs.minutes.courses
    self_cost = costs.self_cost(service).total
    return Actual(tuple(rows), self_cost, minutes, costs.minutes.total), costs


def _whole(kind: str, label: str, amount: Decimal) -> CostRow:
    return CostRow(kind, "", label, amount, None, None, amount)


def _plan(year: int, service: str) -> Plan | None:
    versions = list(RateVersion.objects.filter(service=service, year=year).order_by("valid_from"))
    if not versions:
        return None
    newest = versions[-1]
    fact = rate_from_json(newest.calculation)
    rows = tuple(
        CostRow(
            DEDUCTED if line.amount < 0 else DIRECT if line.key_whole is None else BY_HOURS,
            "",
            line.label,
            line.amount,
            line.key_part,
            line.key_whole,
            line.attributed,
        )
        for line in fact.cost_lines
    )
    income = half_up(Fraction(fact.rate) * Fraction(fact.billable_hours))
    return Plan(
        version=fact.version,
        valid_from=fact.valid_from,
        unit=newest.unit,
        rows=rows,
        self_cost=fact.self_cost,
        fund_use=fact.fund_use,
        quantity=fact.billable_hours,
        step=fact.step,
        rate=fact.rate,
        income=income,
        rates=tuple(RateInForce(v.version, v.valid_from, v.rate.amount) for v in versions),
    )


def _remarks(
    year: int,
    income: YearIncome,
    percent: Decimal | None,
    costs: ActualCosts | None,
    closed: dict[int, AfterFigures],
    on: date | None,
) -> list[Remark]:
    found = []
    if on is not None and on.year <= year:
        found.append(Remark("not_over", blocks=True, year=year))
    last = max(closed, default=None)
    if last is not None and last > year:
        found.append(Remark("later_closed", blocks=True, year=last))
    open_before = _open_before(year, last)
    if open_before is not None:
        found.append(Remark("earlier_open", blocks=True, year=open_before))
    if percent is None:
        found.append(Remark("no_interest", blocks=True, year=year))
    if costs is not None and costs.unmapped.rows:
        found.append(Remark("unmapped", blocks=True, amount=costs.unmapped.amount, count=len(costs.unmapped.rows)))
    if income.unpriced_minutes:
        found.append(Remark("unpriced", count=income.unpriced_minutes))
    if income.other_areas:
        found.append(Remark("other_areas", amount=income.other_areas.gross, count=income.other_areas.minutes))
    if income.straddling:
        found.append(Remark("straddling", count=income.straddling))
    return found


def _open_before(year: int, last: int | None) -> int | None:
    """The first earlier year that has to be closed before `year`; None where there is none."""
    if last is not None and last < year - 1:
        return last + 1
    if last is None:
        return (
            AccountingYear.objects.filter(year__lt=year, closing=None)
            .values_list("year", flat=True)
            .order_by("year")
            .first()
        )
    return None


def _due(layers: tuple[Layer, ...], year: int, on: date | None) -> list[Remark]:
    """Layers that have to be settled next year at the latest, and those that should have been by now."""
    is_over = on is None or on.year > year
    found = []
    for layer in layers:
        if layer.due_year < year or (layer.due_year == year and is_over):
            found.append(Remark("overdue", amount=layer.amount, year=layer.origin))
        elif layer.due_year <= year + 1:
            found.append(Remark("due_next", amount=layer.amount, year=layer.origin))
    return found


def fund_history(entries: Sequence[FundEntry], year: int) -> tuple[FundYear, ...]:
    """The layers at the end of each year before `year`, from the first entry on."""
    earlier = [entry for entry in entries if entry.year < year]
    if not earlier:
        return ()
    found, sums = [], dict[int, Decimal]()
    for each in range(min(entry.year for entry in earlier), year):
        for entry in earlier:
            if entry.year == each:
                sums[entry.origin] = sums.get(entry.origin, ZERO) + entry.amount.amount
        found.append(FundYear(each, fund.ordered(Layer(origin, amount) for origin, amount in sums.items())))
    return tuple(found)
