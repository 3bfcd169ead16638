"""Work that was sold, summed: minutes and what they came to. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from advisory.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class Sold:
    """Minutes of work and their price in kroner: gross at self-cost, discount, and what is left to pay."""

    minutes: int = 0
    gross: Decimal = ZERO
    discount: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount

    def __add__(self, other: Sold) -> Sold:
        return Sold(self.minutes + other.minutes, self.gross + other.gross, self.discount + other.discount)

    def __sub__(self, other: Sold) -> Sold:
        return Sold(self.minutes - other.minutes, self.gross - other.gross, self.discount - other.discount)

    def __bool__(self) -> bool:
        return bool(self.minutes or self.gross or self.discount)
