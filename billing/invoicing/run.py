"""What a set of proposals adds up to, before it is issued: sums, tiers, pots, the largest and the smallest.

All figures come from the quotes; nothing is priced here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from advisory.kernel.money import ZERO
from billing.discounts.ledger import bound_for, holdings
from billing.discounts.models import Pot
from billing.invoicing.quote import Quote


@dataclass(frozen=True, slots=True)
class Sums:
    """Count, minutes and kroner of some quotes."""

    count: int
    minutes: int
    gross: Decimal
    discount: Decimal
    net: Decimal
    vat: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class TierSum:
    """The quotes of one tier. `code` is empty for the full price, None where a document has several."""

    code: str | None
    percent: Decimal
    sums: Sums


@dataclass(frozen=True, slots=True)
class PotEffect:
    """What the set takes from a pot, in kroner: `before` is free, and of `drawn` so much was `bound` for its work."""

    pot: Pot
    before: Decimal
    drawn: Decimal
    bound: Decimal

    @property
    def after(self) -> Decimal:
        return self.before - (self.drawn - self.bound)


@dataclass(frozen=True, slots=True)
class Review:
    """What an administrator reads before issuing. `first_due` and `last_due` differ where customers do."""

    sums: Sums
    tiers: tuple[TierSum, ...]
    pots: tuple[PotEffect, ...]
    largest: Quote
    smallest: Quote
    first_due: date | None
    last_due: date | None
    up_to: date


def sums_of(quotes: Iterable[Quote]) -> Sums:
    """Add up quotes."""
    count = minutes = 0
    gross = discount = net = vat = total = ZERO
    for quote in quotes:
        count += 1
        minutes += quote.minutes
        gross += quote.gross
        discount += quote.discount
        net += quote.net
        vat += quote.vat
        total += quote.total
    return Sums(count, minutes, gross, discount, net, vat, total)


def review_of(quotes: Sequence[Quote]) -> Review:
    """The review of at least one ready quote."""
    by_total = sorted(quotes, key=lambda quote: quote.total)
    dues = sorted(due for quote in quotes if quote.document and (due := quote.document.due_on))
    return Review(
        sums=sums_of(quotes),
        tiers=tuple(_tiers(quotes)),
        pots=tuple(pot_effects(quotes)),
        largest=by_total[-1],
        smallest=by_total[0],
        first_due=dues[0] if dues else None,
        last_due=dues[-1] if dues else None,
        up_to=max(quote.draft.up_to for quote in quotes),
    )


def tiers_of(quote: Quote) -> list[tuple[str, Decimal]]:
    """The tiers of a document's lines, (code, percent), each once and in their order; no code for the full price."""
    lines = quote.document.lines if quote.document else ()
    found = ((line.statement.tier.code if line.discount_percent else "", line.discount_percent) for line in lines)
    return list(dict.fromkeys(found))


def _tiers(quotes: Sequence[Quote]) -> list[TierSum]:
    groups: dict[tuple[str | None, Decimal], list[Quote]] = {}
    for quote in quotes:
        found = tiers_of(quote)
        groups.setdefault(found[0] if len(found) == 1 else (None, ZERO), []).append(quote)
    # Full price first, then by rising discount; the mixed ones last.
    order = sorted(groups, key=lambda key: (key[0] is None, key[1], key[0] or ""))
    return [TierSum(code, percent, sums_of(groups[code, percent])) for code, percent in order]


def pot_effects(quotes: Iterable[Quote]) -> list[PotEffect]:
    """What the quotes take from each pot, in three queries."""
    draws: dict[tuple[int, int], Decimal] = {}
    for quote in quotes:
        for key, amount in quote.draws.items():
            draws[key] = draws.get(key, ZERO) + amount
    drawn: dict[int, Decimal] = {}
    of_bound: dict[int, Decimal] = {}
    bound = bound_for({engagement for _pot, engagement in draws}, {pot for pot, _engagement in draws})
    for (pot, engagement), amount in draws.items():
        drawn[pot] = drawn.get(pot, ZERO) + amount
        of_bound[pot] = of_bound.get(pot, ZERO) + min(amount, bound.get((pot, engagement), ZERO))
    held = holdings(drawn)
    return [
        PotEffect(pot, held[pot.pk].free, drawn[pot.pk], of_bound[pot.pk])
        for pot in Pot.objects.filter(pk__in=drawn).order_by("name")
    ]
