"""The verb of the tier table: a new table from a day on. Tables are never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, show
from advisory.kernel.errors import DomainError, OnlyAdministrators
from advisory.kernel.fields import nok
from advisory.kernel.money import half_up
from advisory.kernel.users import User
from billing.discounts import rules
from billing.discounts.models import Tier, TierTable
from billing.discounts.rules import Step, TableMistake
from billing.invoicing.billed import hold_the_series, latest_billed_day
from billing.pricing.statement import TierBandFact

MISTAKES = {
    TableMistake.EMPTY: _("Add the tiers of the table."),
    TableMistake.CODE_TWICE: _("Two tiers have the same code."),
    TableMistake.START_TWICE: _("Two tiers start at the same income."),
    TableMistake.NO_START_AT_ZERO: _("One tier must start at 0 kroner."),
    TableMistake.PERCENT_OUT_OF_RANGE: _("A discount is from 0 to 100 percent."),
    TableMistake.NOT_FALLING: _("The discount must fall as the income rises."),
    TableMistake.NO_FULL_PRICE: _("The highest incomes pay full self-cost: let the last tier have 0 percent."),
}


class TableUnsound(DomainError):
    """The tiers do not make a table; `mistakes` says why."""

    def __init__(self, mistakes: Sequence[TableMistake]) -> None:
        super().__init__()
        self.mistakes = tuple(mistakes)

    @property
    def message(self) -> str:
        return " ".join(str(MISTAKES[mistake]) for mistake in self.mistakes)


class TableStartTaken(DomainError):
    """Another table starts that day."""

    template = _("Another tier table already starts on %(day)s. Choose another day.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class TableReachesBack(DomainError):
    """Work up to `day` has been priced with the tables there are."""

    template = _("Work up to and including %(day)s has been invoiced. Choose a later day to start from.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


@transaction.atomic
def adopt_tier_table(*, valid_from: date, steps: Sequence[Step], note: str = "", by: User, now: datetime) -> TierTable:
    """Give the table that new decisions use from `valid_from` on; decisions already made keep their tier.

    Raises `TableUnsound`, `TableStartTaken`, `TableReachesBack` and `OnlyAdministrators`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    hold_the_series()
    mistakes = rules.table_mistakes(steps)
    if mistakes:
        raise TableUnsound(mistakes)
    if TierTable.objects.filter(valid_from=valid_from).exists():
        raise TableStartTaken(day=valid_from)
    billed = latest_billed_day()
    if billed is not None and valid_from <= billed:
        raise TableReachesBack(day=billed)
    table = TierTable.objects.create(valid_from=valid_from, note=note, adopted_at=now, adopted_by=by)
    Tier.objects.bulk_create(
        [
            Tier(table=table, code=step.code, income_from=nok(step.income_from), percent=step.percent)
            for step in sorted(steps, key=lambda step: step.income_from)
        ]
    )
    audit.record(
        "tiers.adopt",
        table,
        by=by,
        now=now,
        after={"valid_from": valid_from, "tiers": {step.code: [step.income_from, step.percent] for step in steps}},
        reason=note,
    )
    return table


def bands(table: TierTable) -> tuple[TierBandFact, ...]:
    """The steps of a table as facts, lowest income first."""
    tiers = sorted(table.tiers.all(), key=lambda tier: tier.income_from.amount)
    ends = [half_up(tier.income_from.amount) for tier in tiers[1:]]
    return tuple(
        TierBandFact(tier.code, half_up(tier.income_from.amount), end, tier.percent)
        for tier, end in zip(tiers, [*ends, None], strict=True)
    )
