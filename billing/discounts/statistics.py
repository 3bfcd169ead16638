"""Who got a discount and who did not, by size, county and kind, for a year of decisions. Reads only.

Organisations are counted, each by its newest decision of the year; hardship is left out, since it follows from no
income. A single year is the only period on offer: periods that overlap could be subtracted from each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from billing.discounts import rules
from billing.discounts.decision_page import incomes
from billing.discounts.models import Basis, TierDecision
from billing.discounts.suppression import Group, Safe, safe
from billing.discounts.tables import bands
from billing.pricing.statement import TierBandFact
from clients.organisations import Kind


@dataclass(frozen=True, slots=True)
class Statistics:
    """Three tables over the same organisations."""

    by_size: Safe
    by_county: Safe
    by_kind: Safe


def years() -> list[int]:
    """The years in which something was decided, the newest first."""
    return [day.year for day in TierDecision.objects.datetimes("decided_at", "year", order="DESC")]


def statistics(year: int) -> Statistics:
    """The tables of the decisions made in `year`, as they may be shown."""
    newest: dict[int, TierDecision] = {}
    made = (
        TierDecision.objects.filter(decided_at__year=year)
        .exclude(basis=Basis.HARDSHIP)
        .select_related("organisation", "tier__table", "declaration")
        .order_by("decided_at", "pk")
    )
    for decision in made:
        newest[decision.organisation_id] = decision
    tables = {decision.tier.table_id: decision.tier.table for decision in newest.values()}
    steps = {pk: bands(table) for pk, table in tables.items()}
    sized = [(decision, *_size(decision, steps[decision.tier.table_id])) for decision in newest.values()]
    return Statistics(
        by_size=_table((order, name, decision) for decision, order, name in sized),
        by_county=_table(
            (
                (0, decision.organisation.county) if decision.organisation.county else (1, ""),
                decision.organisation.county or _("Not known"),
                decision,
            )
            for decision in newest.values()
        ),
        by_kind=_table(
            (
                (Kind.values.index(decision.organisation.kind), ""),
                capfirst(str(Kind(decision.organisation.kind).label)),
                decision,
            )
            for decision in newest.values()
        ),
    )


def _size(decision: TierDecision, steps: tuple[TierBandFact, ...]) -> tuple[tuple[int, str], str]:
    """Where the band of the declared income stands, and its name; last who declared nothing."""
    if decision.declaration is None:
        return (1, ""), _("No declaration")
    band = rules.band_of(decision.declaration.counted_income, steps)
    return (0, f"{band.income_from:015.2f}"), capfirst(incomes(band))


def _table(rows: Iterable[tuple[tuple[int, str], str, TierDecision]]) -> Safe:
    given: Counter[tuple[tuple[int, str], str]] = Counter()
    refused: Counter[tuple[tuple[int, str], str]] = Counter()
    for order, name, decision in rows:
        (given if decision.tier.percent else refused)[order, name] += 1
    keys = sorted({*given, *refused})
    return safe([Group(key[1], given[key], refused[key]) for key in keys], name=_("All"))
