"""Reads the year so far: hours of the service, agreed hours that are left, and the plan that was adopted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum

from billing.selfcost.models import RateVersion, Unit
from billing.selfcost.risk import AtRate, Plan, Risk
from engagements.models import Engagement, TimeEntry
from engagements.work.frame import frames_of
from engagements.work.models import FundingArea, Phase, SelfcostService


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """Billable minutes of one engagement in the year."""

    engagement: Engagement
    minutes: int


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """Agreed minutes of one open engagement that are not used."""

    engagement: Engagement
    agreed: int
    used: int

    @property
    def left(self) -> int:
        """What is left, never below zero."""
        return max(self.agreed - self.used, 0)


@dataclass(frozen=True, slots=True)
class YearSoFar:
    """The meter of a service with the rows that its hours are the sum of."""

    service: SelfcostService
    version: RateVersion
    risk: Risk
    recorded: tuple[RecordedRow, ...]
    planned: tuple[PlannedRow, ...]


def years_so_far(on: date) -> tuple[YearSoFar, ...]:
    """The meter of each service that has an hourly rate in force on `on`, adopted for that year."""
    found = (year_so_far(service, on) for service in SelfcostService)
    return tuple(each for each in found if each is not None)


def year_so_far(service: SelfcostService, on: date) -> YearSoFar | None:
    """The meter of one service; None without an hourly rate of the year. At most five queries.

    The plan is that of the rate in force. Hours that a credit note wrote off are not counted, nor is work of areas
    that grants pay for. Agreed hours are those of engagements that are agreed or going on.
    """
    versions = list(
        RateVersion.objects.filter(service=service, unit=Unit.HOURS, valid_from__lte=on).order_by("valid_from")
    )
    if not versions or versions[-1].year != on.year:
        return None
    version = versions[-1]
    entries = TimeEntry.objects.billable().filter(
        Q(hold__isnull=True) | Q(hold__written_off=False),
        funding_area=FundingArea.ADVICE,
        service_type__service=service,
        day__range=(date(on.year, 1, 1), on),
    )
    periods = list(_periods(versions, on))
    sums = {
        f"rate_{index}": Sum("minutes", filter=Q(day__range=(first, last)), default=0)
        for index, (_rate, first, last) in enumerate(periods)
    }
    rows: list[dict[str, Any]] = list(
        entries.order_by().values("engagement").annotate(total=Sum("minutes"), **sums)  # type: ignore[arg-type]
    )
    at_rates = tuple(
        AtRate(first, sum(row[f"rate_{index}"] for row in rows), rate.rate.amount)
        for index, (rate, first, _last) in enumerate(periods)
    )
    recorded = _recorded({row["engagement"]: row["total"] for row in rows if row["engagement"]})
    planned = _planned(service)
    plan = Plan(
        hours=version.billable_hours,
        self_cost=version.self_cost.amount,
        fund_use=version.fund_use.amount,
        rate=version.rate.amount,
    )
    return YearSoFar(
        service=service,
        version=version,
        risk=Risk(
            on=on,
            plan=plan,
            recorded=at_rates,
            planned_minutes=sum(row.left for row in planned),
            unpriced_minutes=sum(row["total"] for row in rows) - sum(part.minutes for part in at_rates),
        ),
        recorded=recorded,
        planned=planned,
    )


def _periods(versions: Sequence[RateVersion], on: date) -> list[tuple[RateVersion, date, date]]:
    """Each rate with its first and last day within the year, up to `on`."""
    start = date(on.year, 1, 1)
    found = []
    for index, version in enumerate(versions):
        after = versions[index + 1].valid_from if index + 1 < len(versions) else on + timedelta(days=1)
        first, last = max(version.valid_from, start), after - timedelta(days=1)
        # Hours of a time when the price was per seat have none.
        if first <= last and version.unit == Unit.HOURS:
            found.append((version, first, last))
    return found


def _recorded(minutes: dict[int, int]) -> tuple[RecordedRow, ...]:
    engagements = Engagement.objects.filter(pk__in=minutes).select_related("organisation")
    rows = [RecordedRow(engagement, minutes[engagement.pk]) for engagement in engagements]
    return tuple(sorted(rows, key=lambda row: (-row.minutes, row.engagement.reference)))


def _planned(service: SelfcostService) -> tuple[PlannedRow, ...]:
    engagements = list(
        Engagement.objects.filter(
            phase__in=(Phase.AGREED, Phase.ACTIVE),
            funding_area=FundingArea.ADVICE,
            service_type__service=service,
            minutes_agreed__isnull=False,
        ).select_related("organisation")
    )
    frames = frames_of(engagements)
    rows = [PlannedRow(each, each.minutes_agreed or 0, frames[each.pk].used) for each in engagements]
    return tuple(sorted((row for row in rows if row.left), key=lambda row: (-row.left, row.engagement.reference)))
