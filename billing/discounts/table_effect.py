"""What a new tier table would change: who would get another tier at renewal. Nothing that is decided is touched.

Reads only, and gives tiers, never incomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.discounts import grounds, rules
from billing.discounts.models import TierDecision, TierTable
from billing.discounts.rules import Step
from billing.discounts.tables import bands
from billing.invoicing.price_statement import tier_label
from billing.pricing.statement import TierBandFact
from clients.income import IncomeDeclaration
from clients.organisations import Organisation


@dataclass(frozen=True, slots=True)
class Moved:
    """An organisation that the new table would place otherwise, and how long the decision it has holds."""

    organisation: Organisation
    was: str
    was_percent: Decimal
    becomes: str
    becomes_percent: Decimal
    holds_until: date | None

    @property
    def is_less(self) -> bool:
        return self.becomes_percent < self.was_percent


@dataclass(frozen=True, slots=True)
class TableEffect:
    """All that would move, by name, and how many were looked at."""

    moved: tuple[Moved, ...]
    looked_at: int

    @property
    def less(self) -> int:
        return sum(one.is_less for one in self.moved)

    @property
    def more(self) -> int:
        return len(self.moved) - self.less


def table_effect(table: TierTable | None, steps: Sequence[Step], on: date) -> TableEffect:
    """What sound `steps` would change against `table`, by the newest declaration of each active organisation.

    The rule of two years in a row is left out: it shows who moves in the end. Three queries, whatever the number.
    """
    customers = list(Organisation.objects.active().voluntary().select_related("parent__parent"))
    # A branch without accounts of its own moves with the body above (domain rules 2 g).
    newest: dict[int, Decimal] = {}
    declared = IncomeDeclaration.objects.filter(organisation__in={one.judged_by.pk for one in customers})
    for declaration in declared.order_by("year", "submitted_at", "pk"):
        newest[declaration.organisation_id] = declaration.counted_income
    eligible = [one for one in customers if one.judged_by.pk in newest and grounds.is_eligible(one)]
    ends: dict[int, date] = {}
    for decision in TierDecision.objects.for_many([one.pk for one in eligible]).covering(on):
        ends.setdefault(decision.organisation_id, decision.valid_to)
    before, after = bands(table) if table else (), _bands(steps)
    moved = [
        moved
        for one in eligible
        if before and (moved := _moved(one, newest[one.judged_by.pk], before, after, ends.get(one.pk)))
    ]
    moved.sort(key=lambda one: (one.organisation.search_name, one.organisation.number))
    return TableEffect(tuple(moved), len(eligible))


def _moved(
    organisation: Organisation,
    income: Decimal,
    before: Sequence[TierBandFact],
    after: Sequence[TierBandFact],
    holds_until: date | None,
) -> Moved | None:
    was, becomes = (rules.band_of(income, steps) for steps in (before, after))
    if was.percent == becomes.percent:
        return None
    return Moved(
        organisation,
        tier_label(was.code, was.percent),
        was.percent,
        tier_label(becomes.code, becomes.percent),
        becomes.percent,
        holds_until,
    )


def _bands(steps: Sequence[Step]) -> tuple[TierBandFact, ...]:
    rising = sorted(steps, key=lambda step: step.income_from)
    ends = [*(step.income_from for step in rising[1:]), None]
    return tuple(
        TierBandFact(step.code, step.income_from, end, step.percent) for step, end in zip(rising, ends, strict=True)
    )
