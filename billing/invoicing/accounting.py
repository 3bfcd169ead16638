"""Where every billable hour up to a day has gone: billed, proposed, open or written off, and the sum that proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from engagements.models import TimeEntry


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
