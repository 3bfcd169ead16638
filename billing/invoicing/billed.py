"""What has been billed already: dated decisions (rates, tiers) may not reach back into it.

Everything here asks the frozen rows. `hold_the_series` keeps documents from being issued while a decision is made.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Max, QuerySet

from advisory.kernel.counters import locked
from billing.invoicing import chain
from billing.invoicing.models import InvoicedHour, InvoiceLine
from clients.organisations import Organisation


def hold_the_series() -> None:
    """Let no document be issued until the transaction ends, so that what was asked here stays true.

    Every writer of documents locks the same counter before any other row; so does whoever calls this.
    """
    locked(chain.KEY)


def latest_billed_day(service: str | None = None) -> date | None:
    """The last day of work on any issued line, of one self-cost service or of all; None before the first."""
    lines = InvoiceLine.objects.all()
    if service is not None:
        lines = lines.filter(rate_version__service=service)
    found: date | None = lines.aggregate(latest=Max("last_day"))["latest"]
    return found


def standing_hours(organisation: Organisation, first: date, last: date) -> QuerySet[InvoicedHour]:
    """The organisation's billed hours from `first` to and including `last` that no credit note has taken back."""
    return InvoicedHour.objects.filter(
        line__engagement__organisation=organisation,
        day__range=(first, last),
        line__credits_line=None,
        line__credited_by=None,
    )
