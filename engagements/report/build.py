"""Gathering the report: what the organisation may read of one engagement, frozen for one day and one language.

Only hours that count against the agreement are in it, so that the entries add up to the hours used. Nothing that
is internal enters the value, so no renderer can show it by mistake.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from advisory.kernel.seller import SellerParticulars
from clients.organisations import Organisation
from engagements.report.value import (
    EngagementReport,
    HoursByKind,
    NextStep,
    OutcomeFact,
    RecommendationFact,
    TimeFact,
)
from engagements.work.frame import COUNTED
from engagements.work.models import Engagement, TimeEntry, TimeEntryQuerySet


def shown_entries(engagement: Engagement) -> list[TimeEntry]:
    """The time entries that the organisation sees, by day."""
    return list(
        TimeEntry.objects.filter(COUNTED, engagement=engagement).select_related("service_type").order_by("day", "pk")
    )


def entries_shown_to(organisation: Organisation) -> TimeEntryQuerySet:
    """The time entries of all the organisation's engagements that it sees, the newest first."""
    return (
        TimeEntry.objects.filter(COUNTED, engagement__organisation=organisation)
        .select_related("service_type", "engagement")
        .order_by("-day", "-pk")
    )


def report_of(engagement: Engagement, *, on: date, language: str) -> EngagementReport:
    """The report as it stands, made on the day `on` in `nb`, `nn` or `en`.

    Kinds of work come with the largest first, entries by day. Minutes throughout; `minutes_agreed` is 0 where no
    limit was agreed. The seller's name is empty where no particulars are valid on the day.
    """
    entries = shown_entries(engagement)
    times = tuple(
        TimeFact(
            day=entry.day,
            kind=entry.service_type.name_in(language) if entry.service_type else "",
            text=entry.text,
            minutes=entry.minutes,
        )
        for entry in entries
    )
    by_kind: Counter[str] = Counter()
    for time in times:
        by_kind[time.kind] += time.minutes
    seller = SellerParticulars.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    return EngagementReport(
        reference=engagement.reference,
        title=engagement.title,
        organisation=engagement.organisation.name,
        seller=seller.name if seller else "",
        phase=engagement.phase,
        goal=engagement.goal,
        done=engagement.done,
        started_on=engagement.started_on,
        ended_on=engagement.completed_on,
        minutes_agreed=engagement.minutes_agreed or 0,
        minutes_used=sum(time.minutes for time in times),
        hours=tuple(HoursByKind(kind, minutes) for kind, minutes in by_kind.most_common()),
        entries=times,
        outcomes=tuple(
            OutcomeFact(
                goal=outcome.goal,
                result=outcome.result,
                status=outcome.status,
                evidence=outcome.evidence,
                before=outcome.before,
                after=outcome.after,
                target=outcome.target,
                unit=outcome.unit,
            )
            for outcome in engagement.outcomes.all()
        ),
        recommendations=tuple(
            RecommendationFact(
                title=tool.title, url=tool.url, version=tool.version, reason=tool.reason, advised=tool.advised
            )
            for tool in engagement.recommendations.all()
        ),
        next_steps=tuple(NextStep(text=step.text, due=step.due) for step in engagement.next_steps.all()),
        made_on=on,
        language=language,
    )
