"""What a rate would change before it is adopted: which unbilled hours, and what each organisation would pay."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from advisory.kernel.fields import nok
from advisory.kernel.money import ZERO
from billing.discounts.models import Pot
from billing.invoicing.quote import Quote, quotes_as_if
from billing.selfcost import arithmetic
from billing.selfcost.models import CostBase, RateVersion
from billing.selfcost.rows import Rows
from clients.organisations import Organisation
from engagements.work.models import TimeEntry

#: Of a rate that is not adopted; rows in the database count from one.
_UNSAVED = 0


@dataclass(frozen=True, slots=True)
class Price:
    """Before VAT, in kroner: gross - discount = net."""

    gross: Decimal = ZERO
    discount: Decimal = ZERO
    net: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OrganisationEffect:
    """One organisation's unbilled minutes, at the rates as they are and with the new one."""

    organisation: Organisation
    minutes: int
    now: Price
    after: Price

    @property
    def change(self) -> Decimal:
        """What more, or less, it would pay."""
        return self.after.net - self.now.net


@dataclass(frozen=True, slots=True)
class PotEffect:
    """What a pot would pay of the discounts, now and after."""

    name: str
    now: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """What more, or less, it would pay."""
        return self.after - self.now


@dataclass(frozen=True, slots=True)
class Effect:
    """All that the rate would change; empty where no unbilled hour lies on its days."""

    rows: tuple[OrganisationEffect, ...]
    pots: tuple[PotEffect, ...]
    minutes: int
    now: Price
    after: Price

    @property
    def change(self) -> Decimal:
        """What more, or less, all would pay together."""
        return self.after.net - self.now.net

    @property
    def discount_change(self) -> Decimal:
        """What more, or less, the pots would pay together."""
        return self.after.discount - self.now.discount

    @property
    def fingerprint(self) -> str:
        """A short text that is another when anything here is; empty where nothing would change."""
        if not self.rows:
            return ""
        seen = [(row.organisation.pk, row.minutes, row.now, row.after) for row in self.rows]
        return hashlib.sha256(repr((seen, self.pots)).encode()).hexdigest()[:16]


def effect_of(base: CostBase, rows: Rows, *, valid_from: date, on: date) -> Effect:
    """What adopting the base's rate from `valid_from` would change, priced as if invoiced on `on`.

    Counts the service's billable hours that no issued document holds, from that day until the next rate begins.
    The same number of queries whatever the number of hours. Raises `SellerUnknown` where hours are touched and
    nobody says who issues, and `SelfCostError` where the base gives no rate.
    """
    entries = list(_touched(base.service, valid_from))
    if not entries:
        return Effect((), (), 0, Price(), Price())
    fact = arithmetic.rate_fact(base, rows, valid_from=valid_from)
    version = RateVersion(
        pk=_UNSAVED,
        service=base.service,
        year=base.year,
        version=base.version,
        valid_from=valid_from,
        rate=nok(fact.rate),
        unit=base.unit,
    )
    now = quotes_as_if(entries, on=on, rate=None)
    after = quotes_as_if(entries, on=on, rate=(version, fact))
    made = tuple(
        OrganisationEffect(was.draft.organisation, minutes_of(was), _price(was), _price(becomes))
        for was, becomes in zip(now, after, strict=True)
    )
    return Effect(
        rows=made,
        pots=_pots(now, after),
        minutes=sum(row.minutes for row in made),
        now=_sum(row.now for row in made),
        after=_sum(row.after for row in made),
    )


def minutes_of(quote: Quote) -> int:
    """The minutes of a quote, also those without a price."""
    return sum(entry.minutes for entry in quote.entries)


def _touched(service: str, valid_from: date) -> Iterable[TimeEntry]:
    entries = TimeEntry.objects.billable().filter(
        Q(hold=None) | Q(hold__draft__isnull=False), service_type__service=service, day__gte=valid_from
    )
    following = RateVersion.objects.filter(service=service, valid_from__gt=valid_from).order_by("valid_from").first()
    if following is not None:
        entries = entries.filter(day__lt=following.valid_from)
    related = ("engagement__organisation", "engagement__beneficiary", "service_type")
    return entries.select_related(*related).order_by("engagement__organisation__search_name", "day", "pk")


def _price(quote: Quote) -> Price:
    document = quote.document
    return Price(document.gross, document.discount, document.net) if document else Price()


def _sum(prices: Iterable[Price]) -> Price:
    prices = tuple(prices)
    return Price(
        sum((price.gross for price in prices), ZERO),
        sum((price.discount for price in prices), ZERO),
        sum((price.net for price in prices), ZERO),
    )


def _pots(now: Sequence[Quote], after: Sequence[Quote]) -> tuple[PotEffect, ...]:
    before, becomes = _draws(now), _draws(after)
    pots = Pot.objects.in_order().filter(pk__in={*before, *becomes})
    return tuple(PotEffect(pot.name, before[pot.pk], becomes[pot.pk]) for pot in pots)


def _draws(quotes: Iterable[Quote]) -> defaultdict[int, Decimal]:
    drawn: defaultdict[int, Decimal] = defaultdict(lambda: ZERO)
    for quote in quotes:
        for (pot, _engagement), amount in quote.draws.items():
            drawn[pot] += amount
    return drawn
