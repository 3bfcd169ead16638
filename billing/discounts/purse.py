"""Who pays a discount: what the pots hold while drafts are priced one after the other.

Nothing is booked here. The ledger books the same by the same rule: what is bound for the engagement goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from advisory.kernel.money import ZERO
from billing.discounts.ledger import Holding


@dataclass(slots=True)
class Purse:
    """What the pots hold, by their row ids, and what is bound in them by (pot, engagement); both in kroner."""

    held: dict[int, Holding]
    bound: dict[tuple[int, int], Decimal]
    # What the lines so far take, by (pot, engagement), and what the pots that were asked lacked.
    spent: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    missing: dict[tuple[int, ...], Decimal] = field(default_factory=dict)

    def has_for(self, pot: int, engagement: int) -> Decimal:
        """What is bound for the engagement and what is free."""
        own = self.bound.get((pot, engagement), ZERO)
        return own + (self.held[pot].free if pot in self.held else ZERO)

    def pay(self, discount: Decimal, pots: Sequence[int], engagement: int) -> tuple[tuple[int, Decimal], ...]:
        """Share a line's discount between `pots`, in their order; give (pot, amount) with amounts above zero.

        Each gives what is bound in it for the engagement and what is free. What all of them lack is noted as
        `missing` and written down for the last one, so that the shares always sum to the discount. No pots, no shares.
        """
        shares: dict[int, Decimal] = {}
        rest = discount
        for pot in pots:
            part = min(rest, self.has_for(pot, engagement))
            if part > 0:
                self._take(pot, engagement, part)
                shares[pot], rest = part, rest - part
        if rest and pots:
            asked = tuple(pots)
            self.missing[asked] = self.missing.get(asked, ZERO) + rest
            last = pots[-1]
            shares[last] = shares.get(last, ZERO) + rest
            self.spent[last, engagement] = self.spent.get((last, engagement), ZERO) + rest
        return tuple(shares.items())

    def _take(self, pot: int, engagement: int, part: Decimal) -> None:
        self.spent[pot, engagement] = self.spent.get((pot, engagement), ZERO) + part
        own = self.bound.get((pot, engagement), ZERO)
        from_bound = min(own, part)
        self.bound[pot, engagement] = own - from_bound
        held = self.held[pot]
        self.held[pot] = Holding(held.balance - part, held.reserved - from_bound)

    def copy(self) -> Purse:
        """The same money, for a draft that may turn out not to be issued."""
        return Purse(dict(self.held), dict(self.bound))
