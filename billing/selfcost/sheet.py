"""The cost base as the sheet shows it: costs beside last year's, the hours, the rate step by step, and the control.

Reads only. Every figure on the page is made here or in the pure calculation; the template adds nothing up.
"""

from __future__ import annotations

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
from billing.selfcost import arithmetic, comparison
from billing.selfcost.base import fingerprint
from billing.selfcost.calculation import Calculation, SelfCostError
from billing.selfcost.comparison import RateChange
from billing.selfcost.models import CostBase, CostLine, RateVersion
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
class CostRow:
    """A cost: last year's amount and ours, the change, and the service's part of it."""

    line: CostLine
    before: Decimal | None
    amount: Decimal
    change: Decimal | None
    attributed: Decimal


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
class Sheet:
    """All that the page about one version of a cost base shows."""

    base: CostBase
    state: State
    rows: tuple[CostRow, ...]
    # Costs before the split: last year's, ours and the change; then the service's part of ours.
    before: Decimal | None
    amount: Decimal
    change: Decimal | None
    attributed: Decimal
    key: SharedKey | None
    self_cost: Decimal
    result: Calculation | None
    rate: RateVersion | None
    last: RateFact | None
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
        return 2 if self.rows else 1

    @property
    def sound(self) -> bool:
        """Whether all controls hold."""
        return all(check.holds for check in self.checks)

    @property
    def hours_change(self) -> Decimal | None:
        """Billable hours against last year's."""
        if self.last is None or self.base.billable_hours is None:
            return None
        return self.base.billable_hours - self.last.billable_hours

    @property
    def share_percent(self) -> Decimal | None:
        """The part of the service's own hours that is sold, where the key is in hours that exceed them."""
        if self.key is None or self.base.billable_hours is None or self.base.billable_hours > self.key.part:
            return None
        return self.base.billable_hours * 100 / self.key.part if self.key.part else None

    @property
    def step_words(self) -> str:
        """What the rate is rounded down to, in words."""
        known = {half_up(Decimal(value)): str(words) for value, words in STEPS}
        return known.get(self.base.rate_step, show.money(self.base.rate_step))

    @property
    def lost_to_rounding(self) -> Decimal | None:
        """The rate less the figure before rounding: zero or below, with four decimals."""
        return None if self.result is None else self.result.rate - self.result.raw_rate


def sheet(base: CostBase) -> Sheet:
    """Give the page's value; five queries, whatever the number of costs."""
    lines = list(base.lines.all())
    rate = RateVersion.objects.filter(cost_base=base).select_related("adopted_by").first()
    last = last_years(base.service, base.year)
    rows = _rows(lines, last)
    try:
        result = arithmetic.calculated(base, lines)
        fact = arithmetic.rate_fact(base, lines, valid_from=date(base.year, 1, 1))
        changed = comparison.rate_change(fact, last) if last else None
    except SelfCostError:
        result, changed = None, None
    totals = arithmetic.self_cost(base, lines)
    events = list(AuditEvent.objects.of(base)[:50])
    before = sum((row.before for row in rows if row.before is not None), ZERO) if last else None
    amount = sum((row.amount for row in rows), ZERO)
    return Sheet(
        base=base,
        state=_state(base, rate),
        rows=rows,
        before=before,
        amount=amount,
        change=None if before is None else amount - before,
        attributed=totals.costs,
        key=_shared_key(lines),
        self_cost=totals.total,
        result=result,
        rate=rate,
        last=last,
        rate_change=changed,
        parts=_bars(changed),
        checks=tuple(_checks(base, lines, result)),
        saved_at=events[0].at if events else base.made_at,
        returned_because=_returned_because(base, events),
        fingerprint=fingerprint(base),
    )


def last_years(service: str, year: int) -> RateFact | None:
    """The rate that ended the year before, as it was adopted."""
    version = RateVersion.objects.filter(service=service, year=year - 1).order_by("-valid_from").first()
    return rate_from_json(version.calculation) if version else None


def state_of(base: CostBase) -> State:
    """Where the base stands; one query unless the rate came along."""
    return _state(base, RateVersion.objects.filter(cost_base=base).first())


def _state(base: CostBase, rate: RateVersion | None) -> State:
    if rate is not None:
        return State.ADOPTED
    return State.SUBMITTED if base.submitted_at else State.DRAFT


def _rows(lines: list[CostLine], last: RateFact | None) -> tuple[CostRow, ...]:
    before: dict[str, Decimal] = {}
    for fact in last.cost_lines if last else ():
        before[fact.label.casefold()] = before.get(fact.label.casefold(), ZERO) + fact.amount
    rows = []
    for line in lines:
        was = before.pop(line.label.casefold(), None)
        amount = line.amount.amount
        rows.append(CostRow(line, was, amount, None if was is None else amount - was, arithmetic.attributed(line)))
    return tuple(rows)


def _shared_key(lines: list[CostLine]) -> SharedKey | None:
    keys = {(line.key_part, line.key_whole) for line in lines if line.key_part is not None}
    if len(keys) != 1:
        return None
    [(part, whole)] = keys
    if part is None or whole is None:
        return None
    return SharedKey(part, whole, next((line.key_label for line in lines if line.key_label), ""))


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


def _checks(base: CostBase, lines: list[CostLine], result: Calculation | None) -> list[Check]:
    return [
        Check(bool(lines) and all(line.source for line in lines), _("Every cost says where its figure comes from")),
        Check(
            bool(lines) and all(line.funding_area == FundingArea.ADVICE for line in lines),
            _("No cost of area 1, 2 or 4 is in the price"),
        ),
        Check(bool(base.billable_hours), _("The billable hours are planned")),
        Check(
            result is not None and result.planned_income <= result.to_recover,
            _("Planned income does not exceed self-cost"),
        ),
    ]


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
