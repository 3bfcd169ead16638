"""The pots that pay the discounts: one a year from the ministry, what is left of it given back in February.

From the memo's year on there is also a gift that is spent first, on the smallest, and money set aside for hardship.
Some of the ministry's is bound for engagements, and some of that freed again.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from advisory.kernel.money import ZERO, half_up
from advisory.kernel.users import User
from advisory.web.demo.wishes import Wishes, at
from billing.discounts.ledger import balances, holdings
from billing.discounts.models import PotFunding
from billing.discounts.pots import add_grant, open_pot, return_grant
from billing.discounts.reservations import release, reserve
from billing.invoicing.engagement_page import estimate
from billing.models import Pot
from engagements.models import Engagement
from engagements.work.models import FundingArea, Phase

#: For a year of eight hundred hours.
GRANT = Decimal("250000.00")
GIFT, HARDSHIP = Decimal("15000.00"), Decimal("20000.00")
#: So much work at most has money bound for it, and so much of the last one's is freed.
MOST_BOUND = 5
ONE_HUNDRED = Decimal("100.00")


def years(wishes: Wishes) -> range:
    """The years whose work is discounted, and the one before the memo's."""
    return range(wishes.year - 1, wishes.as_of.year + 1)


def opening(year: int, wishes: Wishes) -> datetime:
    """When the year's pot is opened: as the year begins, or as the demo does."""
    return wishes.before_as_of(max(at(date(year, 1, 4), 10), at(wishes.first_day - timedelta(days=27), 10)))


def open_year(year: int, *, by: User, wishes: Wishes, now: datetime) -> None:
    """Open the pots of a year."""
    open_pot(
        name=main_pot(year),
        funder="Kulturdepartementet",
        purpose="Rabatt på rådgivning til frivillige organisasjoner med lave inntekter",
        amount=granted(year, wishes),
        starts=date(year, 1, 1),
        ends=date(year, 12, 31),
        by=by,
        now=now,
    )
    if year < wishes.year:
        return
    open_pot(
        name=f"Gavepott {year}",
        funder="Eksempelsparebankens gavefond",
        purpose="Gave til rådgivning for de minste organisasjonene",
        amount=GIFT,
        starts=date(year, 1, 1),
        ends=date(year, 12, 31),
        funding=PotFunding.OWN,
        tiers=("T1",),
        rank=50,
        by=by,
        now=now,
    )
    open_pot(
        name=f"Særlige tilfeller {year}",
        funder="Kulturdepartementet",
        purpose="Høyere rabatt til organisasjoner som har fått det vanskelig",
        amount=HARDSHIP,
        starts=date(year, 1, 1),
        ends=date(year, 12, 31),
        for_hardship=True,
        by=by,
        now=now,
    )


def main_pot(year: int) -> str:
    """The name of the ministry's pot of a year."""
    return f"Rabattpott {year}"


def granted(year: int, wishes: Wishes) -> Decimal:
    """The memo's 250 000 kr for a whole year; a part of it for the year of which the demo has some months only."""
    days = (date(year, 12, 31) - max(date(year, 1, 1), wishes.first_day)).days + 1
    tenths = 10 if year >= wishes.year else min(10, max(2, -(-days * 25 // 730)))
    return GRANT * wishes.scale * tenths / 10


def grant_more(day: date, *, by: User, wishes: Wishes, now: datetime) -> None:
    """Chance gave more discount than the grant holds: the funder gives once more."""
    pot = Pot.objects.get(name=main_pot(day.year))
    add_grant(pot=pot, amount=GRANT * wishes.scale, reason="Tilleggsbevilgning", by=by, now=now)


def give_back(year: int, *, by: User, now: datetime) -> None:
    """Return what is left of a year's pot."""
    pot = Pot.objects.get(name=main_pot(year))
    left = balances([pot.pk])[pot.pk]
    if left:
        return_grant(pot=pot, amount=left, reason="Ubrukt ved årets slutt", by=by, now=now)


def bind_for_work(day: date, *, by: User, now: datetime) -> None:
    """Bind a third of the discount on the agreed hours for the newest work that goes on, and free some of it."""
    pot = Pot.objects.get(name=main_pot(day.year))
    work = Engagement.objects.filter(phase=Phase.ACTIVE, funding_area=FundingArea.ADVICE).order_by("-reference")
    bound: list[Engagement] = []
    for each in work.select_related("organisation", "service_type"):
        found = estimate(each, day)
        # Never more than a tenth of what is free: the proposals need the rest.
        amount = half_up(found.discount / 3) if found else ZERO
        if amount > ONE_HUNDRED and amount * 10 < holdings([pot.pk])[pot.pk].free:
            reserve(pot=pot, engagement=each, amount=amount, by=by, now=now)
            bound.append(each)
        if len(bound) == MOST_BOUND:
            break
    if bound:
        release(pot=pot, engagement=bound[-1], amount=ONE_HUNDRED, reason="Færre timer enn avtalt", by=by, now=now)
