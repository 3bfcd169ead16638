"""What a pot's page shows: granted, used and left, per tier, month by month, and how far it will last.

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
from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.invoicing.models import PotShare
from billing.invoicing.price_statement import tier_label

OF_THE_FRAME = (PotEntryKind.GRANT, PotEntryKind.RETURN)


@dataclass(frozen=True, slots=True)
class TierUse:
    """What a tier's discounts have taken from the pot, in kroner."""

    name: str
    percent: Decimal
    used: Decimal


@dataclass(frozen=True, slots=True)
class PotFigures:
    """Kroner: the frame is grants less what was given back; used is discounts less those of credited invoices."""

    pot: Pot
    frame: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        return self.frame - self.used

    @property
    def used_percent(self) -> Decimal | None:
        return _share(self.used, self.frame)

    @property
    def left_percent(self) -> Decimal | None:
        return _share(self.left, self.frame)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is used when the pot ends if the pace so far holds; `short` is what is missing then, or zero."""

    used_at_end: Decimal
    left_at_end: Decimal
    short: Decimal


def figures(pots: Iterable[Pot]) -> list[PotFigures]:
    """The figures of each pot, in the given order; one query for all."""
    pots = list(pots)
    sums: dict[tuple[int, bool], int] = {}
    rows = PotEntry.objects.filter(pot__in=pots).values("pot", "kind").annotate(moved=sum_ore("amount")).order_by()
    for row in rows:
        key = (row["pot"], row["kind"] in OF_THE_FRAME)
        sums[key] = sums.get(key, 0) + row["moved"]
    return [PotFigures(pot, kroner(sums.get((pot.pk, True))), kroner(-sums.get((pot.pk, False), 0))) for pot in pots]


def use_by_tier(pot: Pot) -> list[TierUse]:
    """What each tier has used, the largest discount first; credit notes are taken off."""
    rows = (
        PotShare.objects.filter(pot=pot)
        .values("line__decision__tier__code", "line__discount_percent")
        .annotate(used=Sum(ore("amount")))
        .order_by("-line__discount_percent")
    )
    return [
        TierUse(
            tier_label(row["line__decision__tier__code"] or "", row["line__discount_percent"]),
            row["line__discount_percent"],
            kroner(row["used"]),
        )
        for row in rows
    ]


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
    entries = PotEntry.objects.filter(pot=pot).exclude(kind__in=OF_THE_FRAME)
    for at, amount in entries.annotate(moved=ore("amount")).values_list("at", "moved").iterator():
        month = min(max(timezone.localdate(at).replace(day=1), months[0]), months[-1])
        moved[month] = moved.get(month, 0) - amount
    found, so_far = [], 0
    for month in months:
        so_far += moved.get(month, 0)
        found.append((month, from_ore(so_far)))
    return found


def forecast(pot: Pot, known: PotFigures, on: date) -> Forecast | None:
    """Spread what is used over the days so far, for the pot's whole time; None outside it or with nothing used."""
    if not pot.starts <= on < pot.ends or known.used <= 0:
        return None
    days, all_days = (on - pot.starts).days + 1, (pot.ends - pot.starts).days + 1
    at_end = from_ore(half_up_quotient(in_ore(known.used) * all_days, days))
    return Forecast(at_end, known.frame - at_end, max(at_end - known.frame, ZERO))


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return half_up(part * 100 / whole).quantize(Decimal("0.1")) if whole else None
