"""Which pots may pay a discount: shown before a decision is made. Reads only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.discounts.ledger import holdings
from billing.discounts.models import Pot, Tier


def pots_for(tier: Tier, day: date, *, hardship: bool = False) -> list[tuple[Pot, Decimal]]:
    """The pots that may pay the tier's discount on the day, in the order they are spent, with what is free in each.

    Those with nothing free are left out, unless none has anything.
    """
    found = [
        pot for pot in Pot.objects.open_on(day).filter(for_hardship=hardship) if not pot.tiers or tier.code in pot.tiers
    ]
    held = holdings([pot.pk for pot in found])
    rows = [(pot, held[pot.pk].free) for pot in found]
    return [row for row in rows if row[1]] or rows
