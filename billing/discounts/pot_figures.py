"""What a pot's page shows: used, bound and free, per tier, month by month, and how far it will last.

Reads only; sums are whole øre.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from advisory.kernel.fields import kroner, ore, sum_ore
from advisory.kernel.money import ZERO, half_up, half_up_quotient
from advisory.kernel.money import kroner as from_ore
from advisory.kernel.money import ore as in_ore
from advisory.kernel.seller import SellerUnknown
from billing.discounts import state
from billing.discounts.ledger import bound_for
from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.discounts.reservations import bound_in
from billing.invoicing.models import InvoiceDraft, PotShare
from billing.invoicing.price_statement import tier_label
from billing.invoicing.quote import quotes
from engagements.work.models import Engagement

OF_THE_FRAME = (PotEntryKind.GRANT, PotEntryKind.RETURN)
USE = (PotEntryKind.DRAW, PotEntryKind.REFUND)
#: So long back the pace of a forecast looks.
PACE_MONTHS = 3


@dataclass(frozen=True, slots=True)
class TierUse:
    """What a tier's discounts have taken from the pot and what is bound for its engagements, in kroner."""

    name: str
    percent: Decimal
    used: Decimal
    bound: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class PotFigures:
    """Kroner. `granted` is all that was given, `returned` went back to the funder; used + bound + free is the rest.

    `used` is discounts on invoices less those of credited ones.
    """

    pot: Pot
    granted: Decimal
    returned: Decimal
    used: Decimal
    bound: Decimal

    @property
    def frame(self) -> Decimal:
        """What the pot may pay in all: granted less returned."""
        return self.granted - self.returned

    @property
    def free(self) -> Decimal:
        return self.frame - self.used - self.bound

    @property
    def used_percent(self) -> Decimal | None:
        return _share(self.used, self.granted)

    @property
    def bound_percent(self) -> Decimal | None:
        return _share(self.bound, self.granted)

    @property
    def free_percent(self) -> Decimal | None:
        return _share(self.free, self.granted)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where a pot goes, in kroner: what is ready and bound now, and the pace of the last months from then on.

    `committed` is used, in proposals that are ready, or bound; `used_at_end` is that and the pace until the pot
    ends; `short` is what is missing then, or zero. `dry_on` is the first day nothing is free, None if it lasts.
    """

    ready: Decimal
    committed: Decimal
    a_month: Decimal
    used_at_end: Decimal
    left_at_end: Decimal
    short: Decimal
    dry_on: date | None


def figures(pots: Iterable[Pot]) -> list[PotFigures]:
    """The figures of each pot, in the given order; one query for all."""
    pots = list(pots)
    sums: dict[tuple[int, str], int] = {}
    rows = (
        PotEntry.objects.filter(pot__in=pots)
        .values("pot", "kind")
        .annotate(moved=sum_ore("amount"), bound=sum_ore("reserved_change"))
        .order_by()
    )
    for row in rows:
        sums[row["pot"], row["kind"]] = row["moved"]
        sums[row["pot"], "bound"] = sums.get((row["pot"], "bound"), 0) + row["bound"]
    return [
        PotFigures(
            pot,
            granted=kroner(sums.get((pot.pk, PotEntryKind.GRANT))),
            returned=kroner(-sums.get((pot.pk, PotEntryKind.RETURN), 0)),
            used=kroner(-sum(sums.get((pot.pk, kind), 0) for kind in USE)),
            bound=kroner(sums.get((pot.pk, "bound"))),
        )
        for pot in pots
    ]


def use_by_tier(pot: Pot, on: date) -> list[TierUse]:
    """What each tier has used, and what is bound for engagements that have the tier on the day; by falling percent.

    Credit notes are taken off. Four queries at most.
    """
    used: dict[tuple[str, Decimal], int] = {}
    rows = (
        PotShare.objects.filter(pot=pot)
        .values("line__decision__tier__code", "line__discount_percent")
        .annotate(used=Sum(ore("amount")))
        .order_by()
    )
    for row in rows:
        used[row["line__decision__tier__code"] or "", row["line__discount_percent"]] = row["used"]
    bound: dict[tuple[str, Decimal], Decimal] = {}
    held = bound_in(pot)
    payers = dict(Engagement.objects.filter(pk__in=held).values_list("pk", "organisation"))
    standing = state.states(set(payers.values()), on)
    for engagement, amount in held.items():
        stands = standing[payers[engagement]]
        key = (stands.decision.tier.code, stands.percent) if stands.decision and stands.percent else ("", ZERO)
        bound[key] = bound.get(key, ZERO) + amount
    keys = sorted({*used, *bound}, key=lambda key: (-key[1], key[0]))
    return [TierUse(tier_label(*key), key[1], kroner(used.get(key)), bound.get(key, ZERO)) for key in keys]


def months_of(pot: Pot) -> list[date]:
    """The first days of the months the pot pays for."""
    found, month = [], pot.starts.replace(day=1)
    while month <= pot.ends:
        found.append(month)
        month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return found


def used_by_month(pot: Pot, on: date) -> list[tuple[date, Decimal]]:
    """What was used in all at the end of each of the pot's months until `on`, by the day it was booked in Oslo.

    What is booked after the pot's last day (December is billed in January) stands in its last month.
    """
    months = [month for month in months_of(pot) if month <= on]
    if not months:
        return []
    moved: dict[date, int] = {}
    for day, amount in _moves(pot):
        month = min(max(day.replace(day=1), months[0]), months[-1])
        moved[month] = moved.get(month, 0) - amount
    found, so_far = [], 0
    for month in months:
        so_far += moved.get(month, 0)
        found.append((month, from_ore(so_far)))
    return found


def forecast(pot: Pot, known: PotFigures, on: date) -> Forecast | None:
    """Where the pot goes if the pace of the last three months holds; None outside its days, or with nothing to go by.

    The pace is what invoices took since the same day three months ago, or since the pot's first day. Proposals count
    as if they were issued today; what is bound counts as used.
    """
    if not pot.starts <= on <= pot.ends:
        return None
    since = max(pot.starts, _months_before(on, PACE_MONTHS))
    recent = -sum(entry for day, entry in _moves(pot) if day >= since)
    ready, from_bound = _ready(pot, on)
    if recent <= 0 and not ready and not known.bound:
        return None
    days, left = (on - since).days + 1, (pot.ends - on).days
    committed = known.used + ready + known.bound - from_bound
    at_end = committed + from_ore(half_up_quotient(max(recent, 0) * left, days))
    free = in_ore(known.frame - committed)
    # Days until what is used by then is all that is free now.
    lasts = -(-max(free, 0) * days // recent) if recent > 0 else left + 1
    return Forecast(
        ready=ready,
        committed=committed,
        a_month=from_ore(half_up_quotient(max(recent, 0) * 365, days * 12)),
        used_at_end=at_end,
        left_at_end=known.frame - at_end,
        short=max(at_end - known.frame, ZERO),
        dry_on=on if free <= 0 else on + timedelta(days=lasts) if lasts <= left else None,
    )


def _ready(pot: Pot, on: date) -> tuple[Decimal, Decimal]:
    """What the proposals that are ready take from the pot, and how much of that is bound for them; in kroner."""
    drafts = InvoiceDraft.objects.select_related("organisation").order_by("pk")
    try:
        ready = [quote for quote in quotes(drafts, on=on) if quote.ready]
    except SellerUnknown:
        return ZERO, ZERO
    draws: dict[int, Decimal] = {}
    for quote in ready:
        for (payer, engagement), amount in quote.draws.items():
            if payer == pot.pk:
                draws[engagement] = draws.get(engagement, ZERO) + amount
    bound = bound_for(draws, [pot.pk])
    from_bound = sum((min(amount, bound.get((pot.pk, work), ZERO)) for work, amount in draws.items()), ZERO)
    return sum(draws.values(), ZERO), from_bound


def _moves(pot: Pot) -> Iterable[tuple[date, int]]:
    """(day in Oslo, øre as signed) of each draw and refund."""
    entries = PotEntry.objects.filter(pot=pot, kind__in=USE)
    for at, moved in entries.annotate(moved=ore("amount")).values_list("at", "moved").iterator():
        yield timezone.localdate(at), moved


def _months_before(day: date, months: int) -> date:
    """The day after the same day so many months ago (31 May → 1 March), so that the days between are whole months."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=day.day), following)


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return half_up(part * 100 / whole).quantize(Decimal("0.1")) if whole else None
