"""Where every billable hour up to a day has gone: billed, proposed, open or written off, and the sum that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from advisory.kernel.seller import SellerUnknown
from billing.invoicing.models import InvoicedHour, InvoiceDraft
from billing.invoicing.quote import quotes
from engagements.models import HourHold, TimeEntry


@dataclass(frozen=True, slots=True)
class HoursAccounted:
    """Minutes of billable work up to a day. `total` is counted on its own, not added up from the parts."""

    total: int
    billed: int
    written_off: int
    proposed: int
    open: int

    @property
    def agrees(self) -> bool:
        return self.total == self.billed + self.written_off + self.proposed + self.open


def hours_accounted(up_to: date) -> HoursAccounted:
    """Minutes by what became of them, in one query."""
    sums = (
        TimeEntry.objects.billable()
        .up_to(up_to)
        .aggregate(
            total=Sum("minutes", default=0),
            billed=Sum("minutes", filter=Q(hold__document__isnull=False, hold__written_off=False), default=0),
            written_off=Sum("minutes", filter=Q(hold__written_off=True), default=0),
            proposed=Sum("minutes", filter=Q(hold__draft__isnull=False), default=0),
            open=Sum("minutes", filter=Q(hold__isnull=True), default=0),
        )
    )
    return HoursAccounted(**sums)


@dataclass(frozen=True, slots=True)
class HoursProven:
    """Minutes of all billable work by what became of them, counted from different sides so that the sum can fail.

    `total` is counted from the hours; `billed` and `written_off` from the documents' own specifications; `ready` and
    `blocked` from standing proposals, as they would be priced on the day; `deferred` are open hours up to the day of
    their organisation's proposal, `open` the rest that nothing holds. `lost` = held by proposals that do not exist.
    """

    total: int
    billed: int
    written_off: int
    ready: int
    blocked: int
    deferred: int
    open: int
    lost: Mapping[int, int]

    @property
    def parts(self) -> int:
        return self.billed + self.written_off + self.ready + self.blocked + self.deferred + self.open

    @property
    def agrees(self) -> bool:
        return self.total == self.parts


def hours_proven(on: date) -> HoursProven:
    """Where all billable hours are on the day `on`; the number of queries does not follow the hours."""
    drafts = list(InvoiceDraft.objects.select_related("organisation").order_by("pk"))
    try:
        ready_drafts = {quote.draft.pk for quote in quotes(drafts, on=on) if quote.ready}
    except SellerUnknown:
        # Nobody can issue on that day.
        ready_drafts = set()
    in_proposals = dict(
        HourHold.objects.filter(draft__isnull=False)
        .order_by()
        .values_list("draft")
        .annotate(minutes=Sum("entry__minutes"))
    )
    standing = {draft.pk for draft in drafts}
    unheld = TimeEntry.objects.billable().unbilled()
    deferred = unheld.filter(day__lte=F("engagement__organisation__invoice_draft__up_to"))
    return HoursProven(
        total=_minutes(TimeEntry.objects.billable()),
        billed=_minutes(InvoicedHour.objects.filter(invoice__credits=None, invoice__credit_note=None)),
        written_off=_minutes(InvoicedHour.objects.filter(invoice__credit_note__hours_released=False)),
        ready=sum(minutes for draft, minutes in in_proposals.items() if draft in ready_drafts),
        blocked=sum(minutes for draft, minutes in in_proposals.items() if draft in standing - ready_drafts),
        deferred=_minutes(deferred),
        open=_minutes(unheld) - _minutes(deferred),
        lost={draft: minutes for draft, minutes in sorted(in_proposals.items()) if draft not in standing},
    )


def _minutes(rows: QuerySet[Any]) -> int:
    total: int = rows.aggregate(total=Sum("minutes", default=0))["total"]
    return total
