"""Running all checks of the books and keeping the verdict. The checks only read."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from billing.books import areas, discounts, hours, records, selfcost
from billing.books.finding import Finding, to_json
from billing.books.models import BooksCheck

#: Verdicts kept: more than a year of nights.
KEPT = 400
#: A verdict older than this is none: one night was left out.
STALE = timedelta(hours=26)


def examine(on: date) -> list[Finding]:
    """What each check finds, seen from the day `on`, in the order of the page."""
    return [
        discounts.draws(),
        discounts.pots(),
        hours.hours(on),
        selfcost.rates(),
        selfcost.fund(),
        areas.areas(),
        records.chain(),
        records.guarded(),
    ]


def run(now: datetime) -> BooksCheck:
    """Examine the books and keep the verdict, with the 400 newest."""
    # One transaction, so that all checks see the same books where the database can show them.
    with transaction.atomic():
        found = examine(timezone.localdate(now))
        made = BooksCheck.objects.create(
            checked_at=now,
            agrees=all(each.agrees for each in found),
            findings=[to_json(each) for each in found],
        )
        old = BooksCheck.objects.order_by("-checked_at", "-pk").values_list("pk", flat=True)[KEPT:]
        BooksCheck.objects.filter(pk__in=list(old)).delete()
    return made


def latest() -> BooksCheck | None:
    """The newest verdict."""
    return BooksCheck.objects.order_by("-checked_at", "-pk").first()


def is_stale(check: BooksCheck, now: datetime) -> bool:
    """Whether the verdict is too old to say anything of today."""
    return check.checked_at < now - STALE
