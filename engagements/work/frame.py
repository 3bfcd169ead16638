"""The frame of an engagement: minutes agreed, and what has been used of them.

Billable hours count (on engagements that nobody is billed for, all hours do); hours written off by a credit note
do not. Minutes throughout. The source is the memo's promise that nobody is billed more than was agreed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, Sum

from advisory.kernel.money import half_up_quotient
from engagements.work.models import Engagement, FundingArea, TimeEntry

WARN_PERCENT = 80

COUNTED = (Q(billable=True) | ~Q(engagement__funding_area=FundingArea.ADVICE)) & (
    Q(hold__isnull=True) | Q(hold__written_off=False)
)


@dataclass(frozen=True, slots=True)
class Frame:
    """Minutes `agreed` (None = no limit was agreed), `billed`, `logged` and not billed yet, and `free` of charge."""

    agreed: int | None
    billed: int = 0
    logged: int = 0
    free: int = 0

    @property
    def used(self) -> int:
        return self.billed + self.logged

    @property
    def left(self) -> int | None:
        """Minutes left, 0 where more is used than agreed."""
        return None if self.agreed is None else max(self.agreed - self.used, 0)

    @property
    def over(self) -> int:
        """Minutes used beyond what was agreed."""
        return 0 if self.agreed is None else max(self.used - self.agreed, 0)

    @property
    def warn_at(self) -> int | None:
        return None if self.agreed is None else self.agreed * WARN_PERCENT // 100

    @property
    def percent(self) -> int | None:
        """Whole percent used; 100 only when all is used."""
        if not self.agreed:
            return None
        share = half_up_quotient(self.used * 100, self.agreed)
        return min(share, 99) if self.used < self.agreed else share

    @property
    def is_near(self) -> bool:
        """80 % or more is used."""
        return self.warn_at is not None and self.used >= self.warn_at

    @property
    def is_full(self) -> bool:
        return self.agreed is not None and self.used >= self.agreed

    def with_more(self, minutes: int) -> Frame:
        """The frame as it would be with `minutes` more."""
        return Frame(self.agreed, self.billed, self.logged + minutes, self.free)


def frames_of(engagements: Collection[Engagement]) -> dict[int, Frame]:
    """The frame of each engagement by its id, in one query."""
    rows = (
        TimeEntry.objects.filter(engagement__in=[engagement.pk for engagement in engagements])
        .order_by()
        .values("engagement")
        .annotate(
            billed=Sum("minutes", filter=COUNTED & Q(hold__document__isnull=False), default=0),
            logged=Sum("minutes", filter=COUNTED & Q(hold__document__isnull=True), default=0),
            free=Sum("minutes", filter=~COUNTED, default=0),
        )
    )
    used = {row["engagement"]: row for row in rows}
    return {
        engagement.pk: Frame(
            engagement.minutes_agreed,
            **{key: used[engagement.pk][key] for key in ("billed", "logged", "free")},
        )
        if engagement.pk in used
        else Frame(engagement.minutes_agreed)
        for engagement in engagements
    }


def frame_of(engagement: Engagement) -> Frame:
    """The frame of one engagement."""
    return frames_of([engagement])[engagement.pk]
