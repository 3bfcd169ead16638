"""Which pots may pay a discount: shown before a decision is made. Reads only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from billing.discounts.ledger import balances
from billing.discounts.models import Pot, Tier


def pots_for(tier: Tier, day: date, *, hardship: bool = False) -> list[tuple[Pot, Decimal]]:
    """The pots that may pay the tier's discount on the day, in the order they are spent, with what each holds."""
    found = [
        pot for pot in Pot.objects.open_on(day).filter(for_hardship=hardship) if not pot.tiers or tier.code in pot.tiers
    ]
    left = balances([pot.pk for pot in found])
    return [(pot, left[pot.pk]) for pot in found]
