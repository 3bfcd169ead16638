"""The memo's year as it became: 1 140, 780, 1 050 and 210 recorded hours, and 2 560 000 kr shared by them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.yearend.models import AccountingYear, ActualLine
from engagements.models import Activity, Engagement, TimeEntry
from tests import builders
from tests.builders import NOW


def accounts(year: int = 2026, *, by: User | None = None, **fields: Any) -> AccountingYear:
    """The accounts of a year, without lines."""
    return AccountingYear.objects.create(year=year, made_at=NOW, made_by=by or builders.administrator(), **fields)


def line(year: AccountingYear, label: str, amount: str, destination: str = "", **fields: Any) -> ActualLine:
    """A line at the end of the accounts."""
    position = year.lines.count() + 1
    return ActualLine.objects.create(
        accounting_year=year, position=position, label=label, amount=nok(amount), destination=destination, **fields
    )


def record(work: Engagement | Activity, hours: int, *, by: User, first: date = date(2026, 1, 1)) -> None:
    """So many hours on one piece of work, a day at a time."""
    engagement = work if isinstance(work, Engagement) else None
    left = hours * 60
    entries: list[TimeEntry] = []
    while left:
        minutes = min(left, 1440)
        entries.append(
            TimeEntry(
                advisor=by,
                day=first + timedelta(days=len(entries)),
                minutes=minutes,
                engagement=engagement,
                service_type=engagement.service_type if engagement else None,
                activity=work if isinstance(work, Activity) else None,
                funding_area=work.funding_area,
                billable=engagement is not None,
                created_at=NOW,
                changed_at=NOW,
            )
        )
        left -= minutes
    TimeEntry.objects.bulk_create(entries)


def memo_hours() -> None:
    """The hours of the memo's year by area."""
    advisor = builders.advisor()
    for area, hours in ((1, 1140), (2, 780), (4, 210)):
        record(builders.activity(funding_area=area), hours, by=advisor)
    record(builders.engagement(builders.organisation(), advisor), 850, by=advisor)
    record(builders.activity(funding_area=3), 200, by=advisor)
