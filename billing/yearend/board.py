"""What the board gets: the after-calculation of a service's year, and the rate that follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone

from advisory.kernel.money import half_up
from billing.pricing.statement import rate_from_json
from billing.selfcost.models import RateVersion
from billing.yearend.figures import AfterFigures, after_figures
from billing.yearend.models import AccountingYear


@dataclass(frozen=True, slots=True)
class NextRate:
    """The rate adopted last for the year after. `fund_use` is above zero for a surplus, below for a shortfall."""

    year: int
    self_cost: Decimal
    fund_use: Decimal
    quantity: Decimal
    step: Decimal
    rate: Decimal

    @property
    def rate_without_fund(self) -> Decimal:
        """What the rate would be if the fund were left alone: rounded down to the step, as every rate is."""
        steps = Fraction(self.self_cost) / Fraction(self.quantity) / Fraction(self.step)
        return half_up(Fraction(self.step) * (steps.numerator // steps.denominator))


@dataclass(frozen=True, slots=True)
class Board:
    """All that the PDF and the workbook say. Without `closed_at` they are drafts, as of `made_at`."""

    figures: AfterFigures
    next_rate: NextRate | None
    board_case: str
    comment: str
    made_at: datetime
    closed_at: datetime | None = None


def board(year: int, service: str, *, now: datetime, closed_at: datetime | None = None) -> Board:
    """Give the board's value of a year as it stands now; of a closed year its figures are the frozen ones."""
    accounts = AccountingYear.objects.filter(year=year).first()
    return Board(
        figures=after_figures(year, service, on=timezone.localdate(now)),
        next_rate=next_rate(year, service),
        board_case=accounts.board_case if accounts else "",
        comment=accounts.comment if accounts else "",
        made_at=now,
        closed_at=closed_at,
    )


def next_rate(year: int, service: str) -> NextRate | None:
    """The rate of the year after `year`, or None while none is adopted."""
    newest = RateVersion.objects.filter(service=service, year=year + 1).order_by("-valid_from").first()
    if newest is None:
        return None
    fact = rate_from_json(newest.calculation)
    return NextRate(year + 1, fact.self_cost, fact.fund_use, fact.billable_hours, fact.step, fact.rate)


def day_of(made: Board) -> date:
    """The day in Oslo that the file is of: of the closing, or of today."""
    return timezone.localdate(made.closed_at or made.made_at)
