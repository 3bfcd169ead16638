"""What really happened in a year, as the pieces that `replay` prices once more. Reads only, never row by row.

A credited invoice and its credit note are nothing together, whatever the price, so neither is a piece; hours that a
credit note freed are among those that are not invoiced yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Prefetch

from advisory.kernel.fields import kroner, sum_ore
from advisory.kernel.money import ZERO
from billing.discounts.models import Basis, Pot, PotEntry, Tier, TierDecision, TierTable
from billing.discounts.tables import bands
from billing.invoicing.models import PotShare
from billing.pricing.statement import TierBandFact
from billing.selfcost.models import RateVersion, Unit
from billing.whatif import replay
from billing.whatif.replay import Ground, Payer, Piece
from billing.yearend.figures import after_figures
from billing.yearend.income import counted_lines, unissued_hours
from engagements.models import TimeEntry


@dataclass(frozen=True, slots=True)
class History:
    """A year of a service: its work in pieces, the pots that may pay, the tiers in force, and what the year cost.

    `self_cost` is the accounts' (`is_actual`), or the adopted plan's while there are no accounts; None without both.
    """

    year: int
    service: str
    pieces: tuple[Piece, ...]
    pots: tuple[replay.Pot, ...]
    rows: tuple[Pot, ...]
    tiers: tuple[TierBandFact, ...]
    rates: tuple[Decimal, ...]
    self_cost: Decimal | None
    is_actual: bool

    def may_pay(self, piece: Piece, code: str) -> list[int]:
        """The pots that may pay the piece in a tier, in the order they are asked."""
        if not code:
            return []
        return [
            pot.pk
            for pot in self.rows
            if pot.pays_for(piece.last_day, piece.area, code, hardship=piece.ground.hardship)
        ]


def history_of(year: int, service: str, *, on: date) -> History:
    """The year as it stands in the books on the day `on`."""
    decisions = list(TierDecision.objects.select_related("tier", "declaration").order_by("-decided_at", "-pk"))
    tables = {
        table.pk: bands(table)
        for table in TierTable.objects.prefetch_related(Prefetch("tiers", Tier.objects.order_by("income_from")))
    }
    pieces = (
        *_issued(year, service, {decision.pk: decision for decision in decisions}, tables),
        *_not_issued(year, service, decisions, tables),
    )
    rows = tuple(Pot.objects.filter(starts__lte=date(year, 12, 31), ends__gte=date(year, 1, 1)).in_order())
    figures = after_figures(year, service, on=on)
    actual, plan = figures.actual, figures.plan
    table = TierTable.objects.on(date(year, 12, 31))
    return History(
        year=year,
        service=service,
        pieces=pieces,
        pots=_pots(rows, pieces),
        rows=rows,
        tiers=tables[table.pk] if table else (),
        rates=tuple(sorted({piece.rate for piece in pieces})),
        self_cost=actual.self_cost if actual else plan.self_cost if plan else None,
        is_actual=actual is not None,
    )


def _issued(
    year: int, service: str, decisions: dict[int, TierDecision], tables: dict[int, tuple[TierBandFact, ...]]
) -> list[Piece]:
    lines = (
        counted_lines(year, service)
        .filter(invoice__credits=None, invoice__credit_note=None)
        .select_related("invoice__organisation")
        .prefetch_related(Prefetch("pot_shares", PotShare.objects.order_by("position")))
        .order_by("invoice", "position")
    )
    made = []
    for line in lines:
        decision = decisions.get(line.decision_id or 0)
        organisation = line.invoice.organisation
        made.append(
            Piece(
                payer=Payer(organisation.pk, organisation.number, organisation.name),
                first_day=line.first_day,
                last_day=line.last_day,
                minutes=line.minutes,
                rate=line.unit_price.amount,
                percent=line.discount_percent,
                area=line.funding_area,
                issued=True,
                paid=tuple((share.pot_id, share.amount.amount) for share in line.pot_shares.all()),
                ground=_ground(decision, tables),
            )
        )
    return made


def _not_issued(
    year: int, service: str, decisions: Sequence[TierDecision], tables: dict[int, tuple[TierBandFact, ...]]
) -> list[Piece]:
    """Hours that are not invoiced yet, in the lines they would become (as the after-calculation accrues them)."""
    rates = list(RateVersion.objects.filter(service=service).order_by("-valid_from"))
    of_organisation: dict[int, list[TierDecision]] = defaultdict(list)
    for decision in decisions:
        of_organisation[decision.organisation_id].append(decision)
    groups: dict[tuple[int, int, int, int], list[TimeEntry]] = defaultdict(list)
    facts: dict[tuple[int, int, int, int], tuple[RateVersion, TierDecision | None]] = {}
    for entry in unissued_hours([year], service).select_related("engagement__organisation").order_by("day", "pk"):
        rate = next((version for version in rates if version.valid_from <= entry.day), None)
        if rate is None or rate.unit != Unit.HOURS or entry.engagement is None:
            continue
        own = of_organisation[entry.engagement.organisation_id]
        tier = next((each for each in own if each.valid_from <= entry.day <= each.valid_to), None)
        key = (entry.engagement.pk, entry.service_type_id or 0, rate.pk, tier.pk if tier else 0)
        groups[key].append(entry)
        facts[key] = (rate, tier)
    made = []
    for key, entries in groups.items():
        rate, tier = facts[key]
        engagement = entries[0].engagement
        assert engagement is not None
        organisation = engagement.organisation
        made.append(
            Piece(
                payer=Payer(organisation.pk, organisation.number, organisation.name),
                first_day=entries[0].day,
                last_day=entries[-1].day,
                minutes=sum(entry.minutes for entry in entries),
                rate=rate.rate.amount,
                percent=tier.tier.percent if tier else ZERO,
                area=entries[0].funding_area,
                issued=False,
                ground=_ground(tier, tables),
            )
        )
    return made


def _ground(decision: TierDecision | None, tables: dict[int, tuple[TierBandFact, ...]]) -> Ground:
    """What a tier rests on; the full price where nothing is decided."""
    if decision is None:
        return Ground()
    by_income = decision.basis in (Basis.ACCOUNTS, Basis.BUDGET) and decision.declaration is not None
    return Ground(
        code=decision.tier.code,
        hardship=decision.basis == Basis.HARDSHIP,
        income=decision.declaration.counted_income if by_income and decision.declaration else None,
        bands=tables[decision.tier.table_id],
    )


def _pots(rows: Sequence[Pot], pieces: Sequence[Piece]) -> tuple[replay.Pot, ...]:
    """Each pot with what it has for the pieces: granted less returned, less what it paid for other work."""
    sums: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for row in (
        PotEntry.objects.filter(pot__in=[pot.pk for pot in rows])
        .order_by()
        .values("pot")
        .annotate(sum=sum_ore("amount"))
    ):
        # The balance, to which what the pieces took is laid back.
        sums[row["pot"]] += kroner(row["sum"])
    for piece in pieces:
        for pot, amount in piece.paid:
            sums[pot] += amount
    return tuple(replay.Pot(pot.pk, pot.name, sums[pot.pk]) for pot in rows)
