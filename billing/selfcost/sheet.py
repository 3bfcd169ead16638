"""The cost base as the sheet shows it: costs beside last year's, the hours, the rate step by step, and the control.

Reads only. Every figure on the page is made here or in the pure calculation; the template adds nothing up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import show
from advisory.kernel.audit import AuditEvent
from advisory.kernel.money import ZERO, half_up
from billing.pricing.statement import RateFact, rate_from_json
from billing.selfcost import arithmetic, comparison, sheet_rows
from billing.selfcost.base import fingerprint
from billing.selfcost.calculation import Calculation, SelfCostError
from billing.selfcost.comparison import RateChange
from billing.selfcost.fund_use import FundBefore, fund_before
from billing.selfcost.higher_salaries import with_higher_salaries
from billing.selfcost.models import CostBase, RateVersion, Unit
from billing.selfcost.rows import Rows, rows_of, shared_by
from billing.selfcost.salaries import suggested_hours
from billing.selfcost.sensitivity import Sensitivity, sensitivity
from billing.selfcost.sheet_rows import AssetRow, CostRow, GoneRow, KeyRow, SalaryRow, Sums
from billing.selfcost.words import Words, words_of
from engagements.work.models import FundingArea

#: What a rate can be rounded down to, in kroner.
STEPS = [
    ("0.01", gettext_lazy("nearest øre")),
    ("1", gettext_lazy("nearest krone")),
    ("5", gettext_lazy("nearest five kroner")),
]


class State(StrEnum):
    """Where a base stands; its steps are 1 costs, 2 hours, 3 control, 4 adopted."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ADOPTED = "adopted"


@dataclass(frozen=True, slots=True)
class SharedKey:
    """The key that all shared costs of the base have in common, as written."""

    part: Decimal
    whole: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Check:
    """A control before adoption, with what it says when it holds and when it does not."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class BarPart:
    """A part of the change, and its size against the largest, for a row of bars."""

    label: str
    kind: str
    change: Decimal
    now: Decimal | None
    before: Decimal | None
    size: Decimal
    largest: Decimal


@dataclass(frozen=True, slots=True)
class Slots:
    """The names of the rows on the page, in the order of the rows."""

    lines: tuple[str, ...]
    salaries: tuple[str, ...]
    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the page about one version of a cost base shows."""

    base: CostBase
    state: State
    words: Words
    rows: tuple[CostRow, ...]
    salaries: tuple[SalaryRow, ...]
    assets: tuple[AssetRow, ...]
    keys: tuple[KeyRow, ...]
    # What last year had and this year has not.
    gone_costs: tuple[GoneRow, ...]
    gone_people: tuple[GoneRow, ...]
    gone_assets: tuple[GoneRow, ...]
    # Costs, people, assets, and all three.
    cost_sums: Sums
    salary_sums: Sums
    asset_sums: Sums
    sums: Sums
    key: SharedKey | None
    # The same of last year, where all its shared costs had one key.
    last_key: SharedKey | None
    suggested_hours: Decimal | None
    fund: FundBefore
    self_cost: Decimal
    result: Calculation | None
    sensitivity: Sensitivity | None
    rate: RateVersion | None
    last: RateFact | None
    last_base: CostBase | None
    rate_change: RateChange | None
    parts: tuple[BarPart, ...]
    checks: tuple[Check, ...]
    saved_at: datetime
    returned_because: str
    fingerprint: str

    @property
    def step(self) -> int:
        """The step the base is at, from 1; one more than the last when it is adopted."""
        if self.state is State.ADOPTED:
            return 5
        if self.state is State.SUBMITTED:
            return 3
        return 2 if self.rows or self.salaries or self.assets else 1

    @property
    def sound(self) -> bool:
        """Whether all controls hold."""
        return all(check.holds for check in self.checks)

    @property
    def by_seats(self) -> bool:
        """Whether the price is per seat."""
        return self.base.unit == Unit.SEATS

    @property
    def amount(self) -> Decimal:
        """All costs of the sheet before they are shared."""
        return self.sums.amount

    @property
    def before(self) -> Decimal | None:
        """What the same rows cost last year."""
        return self.sums.before

    @property
    def change(self) -> Decimal | None:
        """This year's costs less last year's."""
        return self.sums.change

    @property
    def attributed(self) -> Decimal:
        """The service's part of all costs."""
        return self.sums.attributed

    @property
    def income_change(self) -> Decimal | None:
        """The income deducted against last year's."""
        if self.last_base is None:
            return None
        return self.base.income_deducted.amount - self.last_base.income_deducted.amount

    @property
    def key_change(self) -> SharedKey | None:
        """The key less last year's."""
        if self.key is None or self.last_key is None:
            return None
        return SharedKey(self.key.part - self.last_key.part, self.key.whole - self.last_key.whole, "")

    @property
    def hours_change(self) -> Decimal | None:
        """Billable hours against last year's."""
        if self.last is None or self.base.billable_hours is None or self.last.unit != self.base.unit:
            return None
        return self.base.billable_hours - self.last.billable_hours

    @property
    def share_percent(self) -> Decimal | None:
        """The part of the service's own hours that is sold, where the key is in hours that exceed them."""
        if self.key is None or self.base.billable_hours is None or self.base.billable_hours > self.key.part:
            return None
        return self.base.billable_hours * 100 / self.key.part if self.key.part and not self.by_seats else None

    @property
    def step_words(self) -> str:
        """What the rate is rounded down to, in words."""
        known = {half_up(Decimal(value)): str(words) for value, words in STEPS}
        return known.get(self.base.rate_step, show.money(self.base.rate_step))

    @property
    def lost_to_rounding(self) -> Decimal | None:
        """The rate less the figure before rounding: zero or below, with four decimals."""
        return None if self.result is None else self.result.rate - self.result.raw_rate

    @property
    def fund_rest(self) -> Decimal | None:
        """Of the fund that is not due, what the rule uses this year."""
        years = self.base.spread_years
        return None if years is None else self.fund.use(years) - self.fund.due

    @property
    def rule_holds(self) -> bool:
        """Whether the use of the fund is what its rule gives of the fund as it is now."""
        base = self.base
        return base.spread_years is None or self.fund.use(base.spread_years) == base.fund_use.amount


def sheet(base: CostBase, rows: Rows | None = None, slots: Slots | None = None) -> Sheet:
    """Give the page's value; the same number of queries whatever the number of rows.

    Without `rows` the saved ones are read; with them the page is that of a sheet being written.
    """
    rows = rows or rows_of(base)
    slots = slots or Slots(
        tuple(f"lines-{index}" for index in range(len(rows.lines))),
        tuple(f"salaries-{index}" for index in range(len(rows.salaries))),
        tuple(f"assets-{index}" for index in range(len(rows.assets))),
    )
    rate = RateVersion.objects.filter(cost_base=base).select_related("adopted_by").first()
    version = _last_version(base.service, base.year)
    last = rate_from_json(version.calculation) if version else None
    before = rows_of(version.cost_base) if version else None
    try:
        result = arithmetic.calculated(base, rows)
        fact = arithmetic.rate_fact(base, rows, valid_from=date(base.year, 1, 1))
        changed = comparison.rate_change(fact, last) if last and last.unit == fact.unit else None
    except SelfCostError:
        result, changed = None, None
    events = list(AuditEvent.objects.of(base)[:50])
    costs = sheet_rows.cost_rows(rows, before, slots.lines)
    people = sheet_rows.salary_rows(rows, before, slots.salaries)
    assets = sheet_rows.asset_rows(rows, before, slots.assets)
    fund = fund_before(base.service, base.year, base.expected_result.amount)
    gone_costs, gone_people, gone_assets = sheet_rows.gone_rows(rows, before)
    compared = last is not None
    return Sheet(
        base=base,
        state=_state(base, rate),
        words=words_of(base.unit, base.year),
        rows=costs,
        salaries=people,
        assets=assets,
        keys=sheet_rows.key_rows(rows, base.service),
        gone_costs=gone_costs,
        gone_people=gone_people,
        gone_assets=gone_assets,
        cost_sums=sheet_rows.sums(costs, gone_costs, compared=compared),
        salary_sums=sheet_rows.sums(people, gone_people, compared=compared),
        asset_sums=sheet_rows.sums(assets, gone_assets, compared=compared),
        sums=sheet_rows.sums((*costs, *people, *assets), (*gone_costs, *gone_people, *gone_assets), compared=compared),
        key=_shared_key(rows),
        last_key=_last_key(last),
        suggested_hours=suggested_hours(rows.salaries) if rows.salaries and base.unit == Unit.HOURS else None,
        fund=fund,
        self_cost=arithmetic.self_cost(base, rows).total,
        result=result,
        sensitivity=sensitivity(result, with_higher_salaries=with_higher_salaries(base, rows)) if result else None,
        rate=rate,
        last=last,
        last_base=version.cost_base if version else None,
        rate_change=changed,
        parts=_bars(changed),
        checks=tuple(_checks(base, rows, result, fund)),
        saved_at=events[0].at if events else base.made_at,
        returned_because=_returned_because(base, events),
        fingerprint=fingerprint(base, rows),
    )


def _last_version(service: str, year: int) -> RateVersion | None:
    earlier = RateVersion.objects.filter(service=service, year=year - 1).select_related("cost_base")
    return earlier.order_by("-valid_from").first()


def state_of(base: CostBase) -> State:
    """Where the base stands; one query unless the rate came along."""
    return _state(base, RateVersion.objects.filter(cost_base=base).first())


def _state(base: CostBase, rate: RateVersion | None) -> State:
    if rate is not None:
        return State.ADOPTED
    return State.SUBMITTED if base.submitted_at else State.DRAFT


def _shared_key(rows: Rows) -> SharedKey | None:
    shared = [row for row in rows.shareable if row.key_part is not None]
    keys = {(row.key_part, row.key_whole) for row in shared}
    if len(keys) != 1:
        return None
    [(part, whole)] = keys
    if part is None or whole is None:
        return None
    return SharedKey(part, whole, next((word for row in shared if (word := shared_by(row))), ""))


def _last_key(last: RateFact | None) -> SharedKey | None:
    keys = {(line.key_part, line.key_whole) for line in last.cost_lines if line.key_part is not None} if last else set()
    if len(keys) != 1:
        return None
    [(part, whole)] = keys
    return None if part is None or whole is None else SharedKey(part, whole, "")


def _bars(changed: RateChange | None) -> tuple[BarPart, ...]:
    if changed is None:
        return ()
    words = {comparison.FUND: _("Use of the self-cost fund"), comparison.ROUNDING: _("Rounding")}
    largest = max((abs(part.change) for part in changed.parts), default=ZERO)
    return tuple(
        BarPart(
            words.get(part.kind, part.label),
            part.kind,
            part.change,
            part.now,
            part.before,
            abs(part.change),
            largest,
        )
        for part in changed.parts
    )


def _checks(base: CostBase, rows: Rows, result: Calculation | None, fund: FundBefore) -> Iterator[Check]:
    sourced = all(line.source for line in rows.lines) and all(line.source for line in rows.assets)
    if base.income_deducted.amount:
        sourced = sourced and bool(base.income_source)
    yield Check(rows.has_costs and sourced, _("Every cost says where its figure comes from"))
    yield Check(
        rows.has_costs and all(line.funding_area == FundingArea.ADVICE for line in rows.lines),
        _("No cost of area 1, 2 or 4 is in the price"),
    )
    planned = _("The planned seats are written") if base.unit == Unit.SEATS else _("The billable hours are planned")
    yield Check(bool(base.billable_hours), planned)
    yield Check(
        result is not None and result.planned_income <= result.to_recover,
        _("Planned income does not exceed self-cost"),
    )
    if fund.due:
        due = _("What must be handed back this year is in the price")
        if fund.due < 0:
            due = _("What must be covered this year is in the price")
        yield Check(abs(base.fund_use.amount) >= abs(fund.due) and base.fund_use.amount * fund.due > 0, due)
    if base.spread_years is not None:
        yield Check(fund.use(base.spread_years) == base.fund_use.amount, _("The use of the fund follows its rule"))


def _returned_because(base: CostBase, events: list[AuditEvent]) -> str:
    """Why the control sent the base back, until it is handed over again."""
    if base.submitted_at is not None:
        return ""
    for event in events:
        if event.action == "cost_base.send_back":
            return event.reason
        if event.action == "cost_base.submit":
            return ""
    return ""
