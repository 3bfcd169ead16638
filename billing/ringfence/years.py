"""The calendar years that a report can be made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.db.models.functions import ExtractYear

from billing.ringfence.models import FundingReport
from billing.yearend.models import AccountingYear
from engagements.work.models import TimeEntry


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year with its recorded minutes; `frozen_at` is when its report was frozen, None while it is a draft."""

    year: int
    minutes: int
    has_accounts: bool
    frozen_at: datetime | None


def years() -> list[YearRow]:
    """Years with hours or accounts, the newest first. Three queries."""
    hours: Iterable[tuple[int, int]] = (
        TimeEntry.objects.order_by()
        .annotate(work_year=ExtractYear("day"))
        .values_list("work_year")
        .annotate(minutes=Sum("minutes"))
    )
    minutes = dict(hours)
    accounts = set(AccountingYear.objects.values_list("year", flat=True))
    frozen = dict(FundingReport.objects.values_list("closing__accounting_year__year", "made_at"))
    return [
        YearRow(year, minutes.get(year, 0), year in accounts, frozen.get(year))
        for year in sorted({*minutes, *accounts}, reverse=True)
    ]
