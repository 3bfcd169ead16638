"""The pots' ledger: the one writer of `PotEntry`, and what the pots hold.

Every verb that moves a pot's money (grants, issuing, crediting) calls `book`. Entries are numbered 1, 2, 3 … per
pot and each carries the balance after it; the row of the pot is locked while they are written, and the database
refuses a balance that does not follow or is below zero, whatever runs at the same time.
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
from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.discounts.models import Pot, PotEntry, PotEntryKind

# The direction of each kind; the database checks the same.
_SIGN = {PotEntryKind.GRANT: 1, PotEntryKind.REFUND: 1, PotEntryKind.DRAW: -1, PotEntryKind.RETURN: -1}


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of a pot, signed as it is stored: grants and refunds above zero, draws and returns below.

    `document` is the number of the invoice or credit note behind it.
    """

    pot_id: int
    kind: PotEntryKind
    amount: Decimal
    document: int | None = None
    reason: str = ""


class PotEmpty(DomainError):
    """The pot does not hold enough: `missing` kroner. Nothing was booked."""

    template = _("The discount pot %(name)s lacks %(amount)s. Add a grant to the pot, then try again.")

    def __init__(self, *, pot: Pot, missing: Decimal) -> None:
        super().__init__(pot=pot, missing=missing)
        self.pot, self.missing = pot, missing

    @property
    def message(self) -> str:
        amount = show.money(self.missing, get_language() or "nb")
        return str(self.template) % {"name": f"«{self.pot.name}»", "amount": amount}


def book(movements: Sequence[Movement], *, now: datetime, by: User | None) -> list[PotEntry]:
    """Write the movements in their order and give the entries, with sequence and balance, in the same order.

    Call it in the transaction of what causes the movements: it locks the pots, in the order of their ids, until
    that ends. Raises `PotEmpty` where a balance would go below zero, and `ValueError` for an amount that is not
    above zero or has a part of an øre. A document may move a pot once of each kind: add its lines up first.
    """
    if not movements:
        return []
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A pot is only moved inside the transaction of what moves it.")
    wanted = sorted({movement.pot_id for movement in movements})
    pots = {pot.pk: pot for pot in Pot.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    last = _last_entries(wanted)
    entries = []
    for movement in movements:
        kind = PotEntryKind(movement.kind)
        moved = money.ore(movement.amount)
        if moved * _SIGN[kind] <= 0:
            raise ValueError(f"The sign of a movement is that of its kind: {movement}.")
        sequence, balance = last.get(movement.pot_id, (0, 0))
        balance += moved
        if balance < 0:
            raise PotEmpty(pot=pots[movement.pot_id], missing=money.kroner(-balance))
        last[movement.pot_id] = (sequence + 1, balance)
        entries.append(
            PotEntry(
                pot=pots[movement.pot_id],
                sequence=sequence + 1,
                kind=kind,
                amount=nok(money.kroner(moved)),
                balance=nok(money.kroner(balance)),
                document=movement.document,
                at=now,
                by=by,
                reason=movement.reason,
            )
        )
    PotEntry.objects.bulk_create(entries)
    return entries


def balances(pot_ids: Iterable[int]) -> dict[int, Decimal]:
    """What each pot holds, in kroner; 0.00 for a pot without entries. One query."""
    wanted = list(pot_ids)
    held = {pot: balance for pot, (_sequence, balance) in _last_entries(wanted).items()}
    return {pot: money.kroner(held.get(pot, 0)) for pot in wanted}


def _last_entries(pot_ids: list[int]) -> dict[int, tuple[int, int]]:
    """(sequence, balance in øre) of the newest entry of each pot that has one."""
    newest = PotEntry.objects.filter(pot=OuterRef("pk")).order_by("-sequence")
    rows = PotEntry.objects.filter(
        pk__in=Pot.objects.filter(pk__in=pot_ids).annotate(newest=Subquery(newest.values("pk")[:1])).values("newest")
    )
    return {row.pot_id: (row.sequence, money.ore(row.balance.amount)) for row in rows}
