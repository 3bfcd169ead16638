"""VAT by group: one rounding for each (category, percent), never one for each line.

Percentages are compared as numbers, so "25" and "25.00" are one group. Groups stand by category, then by
falling percent. A credit note does not compute what an invoice has already stored: see `credit_vat_groups`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from advisory.kernel.money import half_up_quotient, kroner, ore
from billing.pricing.lines import PercentOutOfRange


@dataclass(frozen=True, slots=True)
class VatGroup:
    """VAT of one (category, percent): rounded once on the sum of the group's nets."""

    category: str
    percent: Decimal
    base: Decimal
    vat: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class TaxedNet:
    """The part of a line that VAT looks at. `reason` says why a category other than S bears no VAT."""

    category: str
    percent: Decimal
    net: Decimal
    reason: str = ""


class CreditExceedsGroup(ValueError):
    """A credit larger than what is left of its VAT group on the invoice."""

    def __init__(self, category: str, percent: Decimal, base: Decimal, left: Decimal) -> None:
        super().__init__(f"{base} is credited in {category} {percent} %, where {left} is left.")
        self.category = category
        self.percent = percent
        self.base = base
        self.left = left


class _Taxed(Protocol):
    @property
    def category(self) -> str: ...
    @property
    def percent(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def reason(self) -> str: ...


def vat_of(base: Decimal, percent: Decimal) -> Decimal:
    """Give HU(base * percent / 100) of a base in whole øre. Raises `PercentOutOfRange` outside 0-100."""
    if not 0 <= percent <= 100:
        raise PercentOutOfRange(percent)
    numerator, denominator = percent.as_integer_ratio()
    return kroner(half_up_quotient(ore(base) * numerator, denominator * 100))


def vat_groups(lines: Iterable[_Taxed]) -> tuple[VatGroup, ...]:
    """Give the VAT groups of a document's lines (anything with the fields of `TaxedNet`), in printing order.

    Where the lines of a group give several reasons, the first one given is the group's.
    """
    bases: dict[tuple[str, Decimal], int] = {}
    reasons: dict[tuple[str, Decimal], str] = {}
    for line in lines:
        key = (line.category, line.percent)
        bases[key] = bases.get(key, 0) + ore(line.net)
        reasons[key] = reasons.get(key) or line.reason
    groups = []
    for (category, percent), base_ore in bases.items():
        base = kroner(base_ore)
        groups.append(VatGroup(category, percent, base, vat_of(base, percent), reasons[category, percent]))
    return _in_order(groups)


def left_to_credit(groups: Sequence[VatGroup], credits: Iterable[Sequence[VatGroup]]) -> tuple[VatGroup, ...]:
    """Give what is left of an invoice's groups after its credit notes; both have positive amounts."""
    left = {(group.category, group.percent): group for group in groups}
    for credit in credits:
        for part in credit:
            key = (part.category, part.percent)
            if key not in left:
                raise CreditExceedsGroup(part.category, part.percent, part.base, kroner(0))
            before = left[key]
            left[key] = VatGroup(
                before.category, before.percent, before.base - part.base, before.vat - part.vat, before.reason
            )
    return _in_order(left.values())


def credit_vat_groups(lines: Iterable[_Taxed], left: Sequence[VatGroup]) -> tuple[VatGroup, ...]:
    """Give the VAT groups of a credit note over `lines`, with what is `left` of the invoice's groups.

    Amounts are positive. The credit that empties a group takes the VAT that is left of it, so that crediting
    everything, at once or in any number of parts, gives zero; any other credit is computed, but never takes
    more VAT than is left. Raises `CreditExceedsGroup` for a credit beyond what is left.
    """
    stored = {(group.category, group.percent): group for group in left}
    credited = []
    for group in vat_groups(lines):
        rest = stored.get((group.category, group.percent))
        if rest is None or not 0 <= group.base <= rest.base:
            raise CreditExceedsGroup(group.category, group.percent, group.base, rest.base if rest else kroner(0))
        vat = rest.vat if group.base == rest.base else min(group.vat, rest.vat)
        credited.append(VatGroup(group.category, rest.percent, group.base, vat, rest.reason))
    return tuple(credited)


def _in_order(groups: Iterable[VatGroup]) -> tuple[VatGroup, ...]:
    return tuple(sorted(groups, key=lambda group: (group.category, -group.percent)))
