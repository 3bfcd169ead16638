"""The totals of a document: sums of what its lines and VAT groups already say, rounded nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from advisory.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class Totals:
    """gross - discount = net; net + vat = total. Kroner with two decimals."""

    gross: Decimal
    discount: Decimal
    net: Decimal
    vat: Decimal
    total: Decimal


class _Priced(Protocol):
    @property
    def gross(self) -> Decimal: ...
    @property
    def discount(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...


class _Grouped(Protocol):
    @property
    def vat(self) -> Decimal: ...


def totals(lines: Iterable[_Priced], groups: Iterable[_Grouped]) -> Totals:
    """Give the totals of a document from its priced lines and its VAT groups."""
    gross = discount = net = ZERO
    for line in lines:
        gross += line.gross
        discount += line.discount
        net += line.net
    vat = sum((group.vat for group in groups), ZERO)
    return Totals(gross, discount, net, vat, net + vat)
