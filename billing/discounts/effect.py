"""What a tier would cost and save on hours that are not billed: shown before a decision is saved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q

from advisory.kernel.money import ZERO
from billing.pricing.lines import price_minutes
from billing.selfcost.models import RateVersion
from clients.organisations import Organisation
from engagements.work.models import TimeEntry


@dataclass(frozen=True, slots=True)
class Price:
    """The unbilled hours at one discount, before VAT: gross - discount = net, in kroner."""

    percent: Decimal
    gross: Decimal
    discount: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class Effect:
    """Minutes that are not billed and that a decision would price, with the price at each percentage asked for.

    `without_rate` minutes lie on days no rate covers and are in no price.
    """

    minutes: int
    without_rate: int
    prices: dict[Decimal, Price]
    #: Which hours they are: minutes by reference of the engagement, the most first; those without a rate too.
    engagements: tuple[tuple[str, int], ...] = ()


def effect(organisation: Organisation, first: date, last: date, percents: Iterable[Decimal]) -> Effect:
    """The organisation's unbilled billable hours from `first` to and including `last`, at each discount.

    Hours of a proposal count as unbilled. Priced as invoice lines are: added up per engagement, service type and
    rate before the øre is rounded. Two queries.
    """
    rates = list(RateVersion.objects.order_by("-valid_from"))
    entries = (
        TimeEntry.objects.billable()
        .of_organisation(organisation)
        .filter(Q(hold=None) | Q(hold__draft__isnull=False), day__range=(first, last))
        .values_list("engagement", "engagement__reference", "service_type", "service_type__service", "day", "minutes")
    )
    groups: dict[tuple[int | None, int | None, int], int] = defaultdict(int)
    by_pk = {rate.pk: rate for rate in rates}
    without_rate = 0
    worked: dict[str, int] = defaultdict(int)
    for engagement, reference, service_type, service, day, minutes in entries:
        worked[reference or ""] += minutes
        rate = next((rate for rate in rates if rate.service == service and rate.valid_from <= day), None)
        if rate is None or not rate.prices_hours:
            without_rate += minutes
        else:
            groups[engagement, service_type, rate.pk] += minutes
    prices = {}
    for percent in set(percents):
        lines = [price_minutes(minutes, by_pk[key[2]].rate.amount, percent) for key, minutes in groups.items()]
        prices[percent] = Price(
            percent=percent,
            gross=sum((line.gross for line in lines), ZERO),
            discount=sum((line.discount for line in lines), ZERO),
            net=sum((line.net for line in lines), ZERO),
        )
    by_size = tuple(sorted(worked.items(), key=lambda pair: (-pair[1], pair[0])))
    return Effect(sum(groups.values()), without_rate, prices, by_size)
