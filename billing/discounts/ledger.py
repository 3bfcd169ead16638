"""The pots' ledger: the one writer of `PotEntry`, and what the pots hold.

Every verb that moves a pot's money (grants, reservations, issuing, crediting) calls `book`. Entries are numbered
1, 2, 3 … per pot and each carries, after it, the balance and what of it is bound for engagements; free is the
difference. The row of the pot is locked while they are written, and the database refuses a balance or a bound sum
that does not follow, and a free sum below zero, whatever runs at the same time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advisory.kernel import money, show
from advisory.kernel.errors import DomainError
from advisory.kernel.fields import nok, sum_ore
from advisory.kernel.users import User
from billing.discounts.models import Pot, PotEntry, PotEntryKind

# The direction of each kind; the database checks the same.
_SIGN = {
    PotEntryKind.GRANT: 1,
    PotEntryKind.REFUND: 1,
    PotEntryKind.DRAW: -1,
    PotEntryKind.RETURN: -1,
    PotEntryKind.RESERVE: 1,
    PotEntryKind.RELEASE: -1,
}
# What they move: these the bound part of the balance, the others the balance itself.
_BINDING = (PotEntryKind.RESERVE, PotEntryKind.RELEASE)

Bound = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of a pot, in kroner and signed: grants, refunds and reservations above zero, the others below.

    `document` is the number of the invoice or credit note behind it, `engagement` the row of the work it is for:
    a draw uses up first what is bound for its engagement.
    """

    pot_id: int
    kind: PotEntryKind
    amount: Decimal
    document: int | None = None
    reason: str = ""
    engagement: int | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """What a pot holds, in kroner: of the `balance`, `reserved` is bound for engagements and the rest is free."""

    balance: Decimal
    reserved: Decimal

    @property
    def free(self) -> Decimal:
        return self.balance - self.reserved


class PotEmpty(DomainError):
    """The pot does not have enough that is free: `missing` kroner. Nothing was booked."""

    template = _("The discount pot %(name)s lacks %(amount)s. Add a grant to the pot, then try again.")

    def __init__(self, *, pot: Pot, missing: Decimal) -> None:
        super().__init__(pot=pot, missing=missing)
        self.pot, self.missing = pot, missing

    @property
    def message(self) -> str:
        amount = show.money(self.missing, get_language() or "nb")
        return str(self.template) % {"name": f"«{self.pot.name}»", "amount": amount}


class NotSoMuchBound(DomainError):
    """Less is bound for the engagement than is to be freed: `bound` kroner."""

    template = _("Only %(amount)s is bound for the engagement. Free that much or less.")

    def __init__(self, *, bound: Decimal) -> None:
        super().__init__(bound=bound)
        self.bound = bound

    @property
    def message(self) -> str:
        return str(self.template) % {"amount": show.money(self.bound, get_language() or "nb")}


def book(movements: Sequence[Movement], *, now: datetime, by: User | None) -> list[PotEntry]:
    """Write the movements in their order and give the entries, with sequence and sums, in the same order.

    Call it in the transaction of what causes the movements: it locks the pots, in the order of their ids, until
    that ends. Raises `PotEmpty` where the free sum would go below zero, `NotSoMuchBound` for a release of more than
    is bound, and `ValueError` for an amount of the wrong sign, or with a part of an øre. A document may move a pot
    once of each kind and engagement: add its lines up first.
    """
    if not movements:
        return []
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A pot is only moved inside the transaction of what moves it.")
    wanted = sorted({movement.pot_id for movement in movements})
    pots = {pot.pk: pot for pot in Pot.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    last = _last_entries(wanted)
    using = (PotEntryKind.DRAW, *_BINDING)
    bound = _bound({m.engagement for m in movements if m.engagement is not None and m.kind in using}, wanted)
    entries = []
    for movement in movements:
        kind = PotEntryKind(movement.kind)
        moved = money.ore(movement.amount)
        if moved * _SIGN[kind] <= 0:
            raise ValueError(f"The sign of a movement is that of its kind: {movement}.")
        sequence, balance, reserved = last.get(movement.pot_id, (0, 0, 0))
        amount, change = _effect(movement, kind, moved, bound)
        balance, reserved = balance + amount, reserved + change
        if balance < reserved:
            raise PotEmpty(pot=pots[movement.pot_id], missing=money.kroner(reserved - balance))
        last[movement.pot_id] = (sequence + 1, balance, reserved)
        entries.append(
            PotEntry(
                pot=pots[movement.pot_id],
                sequence=sequence + 1,
                kind=kind,
                amount=nok(money.kroner(amount)),
                balance=nok(money.kroner(balance)),
                reserved_change=nok(money.kroner(change)),
                reserved=nok(money.kroner(reserved)),
                engagement_id=movement.engagement,
                document=movement.document,
                at=now,
                by=by,
                reason=movement.reason,
            )
        )
    PotEntry.objects.bulk_create(entries)
    return entries


def _effect(movement: Movement, kind: PotEntryKind, moved: int, bound: Bound) -> tuple[int, int]:
    """What the movement does to the balance and to the bound sum, in øre; keeps `bound` up to date."""
    if movement.engagement is None:
        if kind in _BINDING:
            raise ValueError(f"Money is bound for an engagement: {movement}.")
        return moved, 0
    key = (movement.pot_id, movement.engagement)
    own = bound.get(key, 0)
    if kind == PotEntryKind.DRAW:
        change = max(moved, -own)
    elif kind in _BINDING:
        change = moved
        if own + change < 0:
            raise NotSoMuchBound(bound=money.kroner(own))
    else:
        return moved, 0
    bound[key] = own + change
    return (0 if kind in _BINDING else moved), change


def holdings(pot_ids: Iterable[int]) -> dict[int, Holding]:
    """What each pot holds and what of it is bound; nothing for a pot without entries. One query."""
    wanted = list(pot_ids)
    held = _last_entries(wanted)
    return {
        pot: Holding(money.kroner(balance), money.kroner(reserved))
        for pot in wanted
        for _sequence, balance, reserved in [held.get(pot, (0, 0, 0))]
    }


def balances(pot_ids: Iterable[int]) -> dict[int, Decimal]:
    """What each pot holds, bound or free, in kroner; 0.00 for a pot without entries. One query."""
    return {pot: held.balance for pot, held in holdings(pot_ids).items()}


def bound_for(engagements: Iterable[int], pot_ids: Iterable[int] | None = None) -> dict[tuple[int, int], Decimal]:
    """What is bound, in kroner, by (pot, engagement): the engagements' in the pots (all pots if None). One query."""
    found = _bound(set(engagements), None if pot_ids is None else list(pot_ids))
    return {key: money.kroner(ore) for key, ore in found.items() if ore}


def _bound(engagements: set[int], pot_ids: list[int] | None) -> Bound:
    """Øre by (pot, engagement); no query where there is no engagement."""
    if not engagements:
        return {}
    rows = PotEntry.objects.filter(engagement__in=engagements)
    if pot_ids is not None:
        rows = rows.filter(pot__in=pot_ids)
    sums = rows.values("pot", "engagement").annotate(bound=sum_ore("reserved_change")).order_by()
    return {(row["pot"], row["engagement"]): row["bound"] for row in sums}


def _last_entries(pot_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """(sequence, balance, reserved), the sums in øre, of the newest entry of each pot that has one."""
    newest = PotEntry.objects.filter(pot=OuterRef("pk")).order_by("-sequence")
    rows = PotEntry.objects.filter(
        pk__in=Pot.objects.filter(pk__in=pot_ids).annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
    )
    return {row.pot_id: (row.sequence, money.ore(row.balance.amount), money.ore(row.reserved.amount)) for row in rows}
