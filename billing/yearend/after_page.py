"""What the page of the after-calculation says beside the figures: differences, sentences for the tiles, states.

Reads only. All sums are in `AfterFigures`; here are the differences to the plan and the words for the signs.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.money import half_up
from billing.invoicing.price_statement import tier_label
from billing.pricing.sold import Sold
from billing.selfcost.fund import Layer
from billing.selfcost.models import Unit
from billing.yearend.figures import BY_HOURS, AfterFigures, CostRow
from billing.yearend.models import AccountingYear, ServiceResult


class State(StrEnum):
    """Where a year stands."""

    NOT_STARTED = "not_started"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CLOSED = "closed"


def state_of(accounts: AccountingYear | None, result: ServiceResult | None) -> State:
    """Closed for good, handed over for review, being brought together, or nothing yet."""
    if result is not None:
        return State.CLOSED
    if accounts is None:
        return State.NOT_STARTED
    return State.SUBMITTED if accounts.submitted_at else State.DRAFT


@dataclass(frozen=True, slots=True)
class Share:
    """The service's part of a key that its shared costs have in common, in hours or full-time equivalents."""

    part: Decimal
    whole: Decimal

    @property
    def percent(self) -> Decimal:
        return half_up(Fraction(self.part) * 100 / Fraction(self.whole))


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of budget against accounts; None where one side has no figure."""

    plan: Decimal | None
    actual: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        return None if self.plan is None or self.actual is None else self.actual - self.plan


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier in «who paid what»: work of the year, issued and not issued yet."""

    code: str
    percent: Decimal
    name: str
    issued: Sold
    accrued: Sold

    @property
    def sold(self) -> Sold:
        return self.issued + self.accrued

    @property
    def query(self) -> str:
        """What names the tier in the address of its rows."""
        return urlencode({"tier": self.code, "percent": f"{self.percent:f}"})


@dataclass(frozen=True, slots=True)
class AfterPage:
    """The page of one service and year."""

    figures: AfterFigures
    costs: Compared
    self_cost: Compared
    quantity: Compared
    income: Compared
    result: Compared
    plan_share: Share | None
    actual_share: Share | None
    tiers: tuple[TierRow, ...]
    self_cost_words: str
    result_title: str
    result_words: str
    fund_words: str
    finding: str

    @property
    def share_points(self) -> Decimal | None:
        """The change of the service's share, in percentage points with one decimal."""
        if self.plan_share is None or self.actual_share is None:
            return None
        return (self.actual_share.percent - self.plan_share.percent).quantize(Decimal("0.1"))

    @property
    def costs_compare(self) -> bool:
        """Whether budget and accounts both count costs that are shared, or neither: only then their sums compare."""
        plan, actual = self.figures.plan, self.figures.actual
        if plan is None or actual is None:
            return False
        return any(row.part is not None for row in plan.rows) == any(row.part is not None for row in actual.rows)

    @property
    def has_fund(self) -> bool:
        """Whether the fund shown is the year's own: before the first closed year only today's is known."""
        return all(layer.origin <= self.figures.year for layer in self.figures.layers_before)

    @property
    def only_seats(self) -> bool:
        """Whether seats are all that was sold, so that what was sold is counted in seats."""
        return self.by_seats and not self.tiers and not self.figures.earlier

    @property
    def by_seats(self) -> bool:
        return self.figures.unit == Unit.SEATS

    @property
    def seats(self) -> int:
        return sum(each.seats for each in self.figures.income.seats)

    @property
    def result_size(self) -> Decimal | None:
        """The result without its sign, for a formula that writes the sign itself."""
        return None if self.figures.result is None else abs(self.figures.result)

    @property
    def is_shortfall(self) -> bool:
        return self.figures.result is not None and self.figures.result < 0


def after_page(figures: AfterFigures) -> AfterPage:
    """Give the page of the figures."""
    plan, actual, income = figures.plan, figures.actual, figures.income
    seats = sum(each.seats for each in income.seats)
    sold = Decimal(seats) if figures.unit == Unit.SEATS else half_up(Fraction(income.total.minutes, 60))
    return AfterPage(
        figures=figures,
        costs=Compared(plan.costs if plan else None, actual.costs if actual else None),
        self_cost=Compared(plan.self_cost if plan else None, actual.self_cost if actual else None),
        quantity=Compared(plan.quantity if plan else None, sold),
        income=Compared(plan.income if plan else None, figures.sold.gross),
        result=Compared(plan.result if plan else None, figures.result),
        plan_share=_share(plan.rows, 1) if plan else None,
        actual_share=_share(actual.rows, 60) if actual else None,
        tiers=tuple(
            TierRow(tier.code, tier.percent, tier_label(tier.code, tier.percent), tier.issued, tier.accrued)
            for tier in income.tiers
        ),
        self_cost_words=_self_cost_words(figures),
        result_title=_result_title(figures),
        result_words=_result_words(figures),
        fund_words=fund_words(figures.layers_after),
        finding=_finding(figures),
    )


def _share(rows: tuple[CostRow, ...], minutes: int) -> Share | None:
    """The key that all rows shared by hours have in common, in hours; None where they differ or there are none."""
    keys = {(row.part, row.whole) for row in rows if row.kind == BY_HOURS and row.part is not None and row.whole}
    if len(keys) != 1:
        return None
    [(part, whole)] = keys
    assert part is not None
    assert whole is not None
    return Share(half_up(part / minutes), half_up(whole / minutes))


def _kroner(amount: Decimal) -> str:
    return show.kroner(amount, get_language() or "nb")


def _self_cost_words(figures: AfterFigures) -> str:
    if figures.actual is None:
        return _("The accounts are missing")
    if figures.plan is None:
        return _("There is no budget to compare with")
    difference = figures.actual.self_cost - figures.plan.self_cost
    if difference > 0:
        return _("%(amount)s more than budgeted") % {"amount": _kroner(difference)}
    if difference < 0:
        return _("%(amount)s less than budgeted") % {"amount": _kroner(-difference)}
    return _("As budgeted")


def _result_title(figures: AfterFigures) -> str:
    if figures.result is None:
        return _("Result of %(year)s") % {"year": figures.year}
    if figures.result < 0:
        return _("Shortfall in %(year)s") % {"year": figures.year}
    if figures.result > 0:
        return _("Surplus in %(year)s") % {"year": figures.year}
    return _("Neither surplus nor shortfall in %(year)s") % {"year": figures.year}


def _result_words(figures: AfterFigures) -> str:
    if figures.result is None:
        return _("Shows here when the accounts are in")
    if figures.result < 0:
        return _("Covered by the self-cost fund") if figures.balance >= 0 else _("Carried to the price of later years")
    if figures.result > 0:
        return _("Goes back to the customers") if figures.balance > 0 else _("Covers earlier shortfall")
    return _("Income and self-cost are the same")


def fund_words(layers: tuple[Layer, ...]) -> str:
    """What has to happen to the oldest layer, and when."""
    if not layers:
        return _("The fund is empty")
    facts = {"amount": _kroner(abs(layers[0].amount)), "year": layers[0].due_year}
    if len(layers) == 1:
        return (_("Must be covered by %(year)s") if layers[0].amount < 0 else _("Must go back by %(year)s")) % facts
    if layers[0].amount < 0:
        return _("%(amount)s of it must be covered by %(year)s") % facts
    return _("%(amount)s of it must go back by %(year)s") % facts


def _finding(figures: AfterFigures) -> str:
    """What the year did to the layers, in one sentence."""
    rows = [row for row in figures.layers if row.opening]
    gone = [str(row.origin) for row in rows if not row.closing]
    if figures.result is None:
        return ""
    if not rows:
        return (
            {
                True: _("The shortfall of %(year)s is the fund's only layer."),
                False: _("The surplus of %(year)s is the fund's only layer."),
            }[figures.balance < 0]
            % {"year": figures.year}
            if figures.layers_after
            else _("The fund is empty.")
        )
    eaten = [str(row.origin) for row in rows if row.closing and abs(row.closing) < abs(row.opening)]
    used = _("The shortfall") if figures.result < 0 else _("The surplus")
    if gone and eaten:
        return _("%(used)s used up %(gone)s and took from %(eaten)s.") % {
            "used": used,
            "gone": _joined(gone),
            "eaten": _joined(eaten),
        }
    if gone:
        return _("%(used)s used up %(gone)s.") % {"used": used, "gone": _joined(gone)}
    if eaten:
        return _("%(used)s took from %(eaten)s.") % {"used": used, "eaten": _joined(eaten)}
    return _("%(year)s is a layer of its own.") % {"year": figures.year}


def _joined(words: list[str]) -> str:
    return (
        words[0]
        if len(words) == 1
        else _("%(first)s and %(last)s")
        % {
            "first": ", ".join(words[:-1]),
            "last": words[-1],
        }
    )
