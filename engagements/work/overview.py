"""What the engagement's page tells of its course: one line per part, how far it is, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import show
from advisory.kernel.users import User
from engagements.catalogue.models import Recommendation
from engagements.outcomes.models import NextStep, Outcome, OutcomeStatus
from engagements.panels import (
    EngagementCard,
    EngagementTask,
    HourWarning,
    engagement_cards,
    engagement_tasks,
    hour_warnings,
)
from engagements.work.hours_field import shown, shown_with_unit
from engagements.work.models import Engagement, Phase, TimeEntry

_OPEN_OUTCOMES = (OutcomeStatus.PLANNED, OutcomeStatus.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything below the head of the page."""

    tasks: Sequence[EngagementTask]
    outcomes: Sequence[Outcome]
    recommendations: Sequence[Recommendation]
    next_steps: Sequence[NextStep]
    team: Sequence[User]
    cards: Sequence[EngagementCard]
    warnings: Sequence[HourWarning]


def overview_of(engagement: Engagement, on: date) -> Overview:
    """The parts of the engagement as they stand on the day `on`."""
    outcomes = list(engagement.outcomes.all())
    recommendations = list(engagement.recommendations.all())
    next_steps = list(engagement.next_steps.all())
    last = engagement.time_entries.order_by("-day", "-pk").first()
    return Overview(
        tasks=[
            _agreement(engagement),
            _time(engagement, last),
            _outcomes(engagement, outcomes),
            _recommendations(engagement, recommendations),
            _report(engagement, next_steps),
            *engagement_tasks(engagement, on),
        ],
        outcomes=outcomes,
        recommendations=recommendations,
        next_steps=next_steps,
        team=list(engagement.team.order_by("name")),
        cards=engagement_cards(engagement, on),
        warnings=hour_warnings([engagement.pk], on).get(engagement.pk, []),
    )


def _agreement(engagement: Engagement) -> EngagementTask:
    label, url = _("Agreement"), reverse("engagement_agreement", args=[engagement.reference])
    if engagement.minutes_agreed is None:
        return EngagementTask(label, _("No limit of hours is agreed."), url, tag=_("Not settled"), tag_color="warning")
    detail = _("Up to %(hours)s hours.") % {"hours": shown(engagement.minutes_agreed)}
    if engagement.phase == Phase.REQUESTED:
        return EngagementTask(label, detail, url, tag=_("Waiting"), tag_color="neutral")
    return EngagementTask(label, detail, url, done=_("Done"))


def _time(engagement: Engagement, last: TimeEntry | None) -> EngagementTask:
    label, url = _("Hours"), reverse("engagement_time", args=[engagement.reference])
    if last is None:
        return EngagementTask(label, _("No hours yet."), url, done=_("Not begun"))
    detail = _("Latest: %(day)s %(text)s") % {
        "day": show.short_day(last.day),
        "text": f"{last.text}, {shown_with_unit(last.minutes)}" if last.text else shown_with_unit(last.minutes),
    }
    if engagement.phase in (Phase.AGREED, Phase.ACTIVE):
        return EngagementTask(label, detail, url, tag=_("Under way"), tag_color="info")
    return EngagementTask(label, detail, url, done=_("Done"))


def _outcomes(engagement: Engagement, outcomes: Sequence[Outcome]) -> EngagementTask:
    label, url = _("Outcome"), reverse("engagement_outcomes", args=[engagement.reference])
    if not outcomes:
        return EngagementTask(label, _("No goal is set yet."), url, done=_("Not begun"))
    settled = sum(outcome.status not in _OPEN_OUTCOMES for outcome in outcomes)
    detail = ngettext("%(count)s goal is set", "%(count)s goals are set", len(outcomes)) % {"count": len(outcomes)}
    if settled == len(outcomes):
        return EngagementTask(label, detail, url, done=_("Done"))
    detail += ", " + ngettext("%(count)s has a result", "%(count)s have a result", settled) % {"count": settled}
    return EngagementTask(label, detail, url, tag=_("Under way"), tag_color="info")


def _recommendations(engagement: Engagement, recommendations: Sequence[Recommendation]) -> EngagementTask:
    label, url = _("Recommendations"), reverse("engagement_recommendations", args=[engagement.reference])
    if not recommendations:
        return EngagementTask(label, _("No tools are recommended yet."), url, done=_("Not begun"))
    count = len(recommendations)
    detail = ngettext("%(count)s tool of the catalogue", "%(count)s tools of the catalogue", count) % {"count": count}
    return EngagementTask(label, detail, url, done=_("Done"))


def _report(engagement: Engagement, next_steps: Sequence[NextStep]) -> EngagementTask:
    label, url = _("Report"), reverse("engagement_report", args=[engagement.reference])
    if not engagement.done and not next_steps:
        return EngagementTask(label, _("Nothing is written yet."), url, done=_("Not begun"))
    steps = ngettext("%(count)s next step", "%(count)s next steps", len(next_steps)) % {"count": len(next_steps)}
    detail = _("The organisation can read it. %(steps)s.") % {"steps": steps}
    if engagement.phase in (Phase.COMPLETED, Phase.CLOSED):
        return EngagementTask(label, detail, url, done=_("Done"))
    return EngagementTask(label, detail, url, tag=_("Begun"), tag_color="neutral")
