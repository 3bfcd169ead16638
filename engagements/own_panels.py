"""What this storey shows on pages of organisations and on the portal's first page. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, IntegerField, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.audit import AuditEvent
from advisory.kernel.spreadsheet import Show
from advisory.kernel.users import User
from clients import panels
from clients.memberships import Membership
from clients.organisations import Organisation, Status
from clients.panels import Action, Card, Fact, PortalCard, TimelineEvent
from engagements.catalogue.models import Recommendation
from engagements.panels import EngagementCard, register_engagement_card
from engagements.work.frame import COUNTED, frames_of
from engagements.work.hours_field import shown_with_unit
from engagements.work.lists import PHASE_COLORS
from engagements.work.models import Engagement, JointShare, Phase, TimeEntry

#: How long a completed engagement stays on the portal's first page.
RECENTLY = timedelta(days=60)


def register() -> None:
    """Called once, when the program starts."""
    panels.register_timeline("hours", _("Hours"), hours)
    panels.register_timeline("engagement", _("Engagements"), phases)
    panels.register_timeline("engagement", _("Engagements"), recommendations)
    panels.register_fact(
        "open_engagements",
        _("Open engagements"),
        open_engagements,
        num=True,
        order=30,
        show=Show.NUMBER,
        arrange=by_open_engagements,
        total=all_open_engagements,
    )
    panels.register_fact(
        "last_contact", _("Last contact"), last_contact, num=True, order=80, arrange=by_last_contact, show=Show.DAY
    )
    panels.register_tab(_("Engagements"), "organisation_engagements", _count, order=20)
    panels.register_action(new_engagement)
    panels.register_card(open_card)
    panels.register_portal_card(portal_card)
    register_engagement_card(joint_card)


# --- Timeline


def _at(day: date) -> datetime:
    """Noon of the day: events of a day have no time of their own."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def hours(organisation: Organisation, user: User, limit: int) -> Iterable[TimelineEvent]:
    """Hours, visible where they count against the agreement."""
    entries = TimeEntry.objects.of_organisation(organisation).select_related("engagement", "advisor")
    seen = set(
        TimeEntry.objects.of_organisation(organisation)
        .filter(COUNTED)
        .order_by("-day", "-pk")
        .values_list("pk", flat=True)[:limit]
    )
    for entry in entries.order_by("-day", "-pk")[:limit]:
        assert entry.engagement is not None
        text = gettext("%(hours)s, %(text)s") if entry.text else "%(hours)s"
        yield TimelineEvent(
            at=_at(entry.day),
            kind="hours",
            text=text % {"hours": shown_with_unit(entry.minutes), "text": entry.text},
            detail=f"{entry.engagement.title} · {entry.advisor}",
            url=reverse("engagement_time", args=[entry.engagement.reference]),
            visible=entry.pk in seen,
            whole_day=True,
        )


_PHASE_EVENTS = {f"engagement.{phase.value}": phase for phase in Phase}


def phases(organisation: Organisation, user: User, limit: int) -> Iterable[TimelineEvent]:
    """Engagements that began or moved; the organisation sees the phase too."""
    events = AuditEvent.objects.filter(
        organisation=organisation.number, action__in=["engagement.start", *_PHASE_EVENTS]
    ).order_by("-at", "-pk")[:limit]
    found = Engagement.objects.in_bulk([int(event.object_id) for event in events])
    for event in events:
        engagement = found.get(int(event.object_id))
        if engagement is None:
            continue
        phase = _PHASE_EVENTS.get(event.action)
        text = (
            gettext("%(title)s: %(phase)s") % {"title": engagement.title, "phase": phase.label}
            if phase
            else gettext("New engagement: %(title)s") % {"title": engagement.title}
        )
        yield TimelineEvent(
            at=event.at,
            kind="engagement",
            text=text,
            detail=engagement.reference,
            url=reverse("engagement", args=[engagement.reference]),
            visible=True,
            strong=phase in (Phase.AGREED, Phase.COMPLETED),
            link=engagement.title,
        )


def recommendations(organisation: Organisation, user: User, limit: int) -> Iterable[TimelineEvent]:
    """Tools recommended or advised against; they stand in the report."""
    found = Recommendation.objects.filter(engagement__organisation=organisation).select_related("engagement")
    for tool in found.order_by("-recommended_on", "-pk")[:limit]:
        text = gettext("Recommended: %(tool)s") if tool.advised else gettext("Advised against: %(tool)s")
        yield TimelineEvent(
            at=_at(tool.recommended_on),
            kind="engagement",
            text=text % {"tool": tool.title},
            detail=tool.engagement.title,
            url=reverse("engagement_recommendations", args=[tool.engagement.reference]),
            visible=True,
            whole_day=True,
        )


# --- Columns of the list of organisations


def _open_count() -> Coalesce:
    counted = (
        Engagement.objects.filter(organisation=OuterRef("pk"))
        .open()
        .order_by()
        .values("organisation")
        .annotate(count=Count("pk"))
    )
    return Coalesce(Subquery(counted.values("count")), 0, output_field=IntegerField())


def open_engagements(ids: Sequence[int], on: date) -> Mapping[int, Fact]:
    """How many engagements are neither closed nor cancelled."""
    counted = (
        Engagement.objects.filter(organisation__in=ids)
        .open()
        .order_by()
        .values_list("organisation")
        .annotate(count=Count("pk"))
    )
    found = dict(counted)
    return {pk: Fact(str(found.get(pk, 0)), quiet=pk not in found, sort_key=found.get(pk, 0)) for pk in ids}


def by_open_engagements(organisations: panels.Organisations, on: date) -> panels.Organisations:
    """Ordered by that number."""
    return organisations.annotate(sort_open_engagements=_open_count())


def all_open_engagements(organisations: panels.Organisations, on: date) -> str:
    """Their sum over all rows."""
    return str(Engagement.objects.filter(organisation__in=organisations.order_by().values("pk")).open().count())


def last_contact(ids: Sequence[int], on: date) -> Mapping[int, Fact]:
    """The day of the newest hours."""
    latest = (
        TimeEntry.objects.filter(engagement__organisation__in=ids)
        .order_by()
        .values_list("engagement__organisation")
        .annotate(day=Max("day"))
    )
    return {pk: Fact(show.day(day), sort_key=day) for pk, day in latest}


def by_last_contact(organisations: panels.Organisations, on: date) -> panels.Organisations:
    """Ordered by that day."""
    latest = (
        TimeEntry.objects.filter(engagement__organisation=OuterRef("pk"))
        .order_by()
        .values("engagement__organisation")
        .annotate(day=Max("day"))
    )
    return organisations.annotate(sort_last_contact=Subquery(latest.values("day")))


# --- The organisation's page


def _count(organisation: Organisation) -> int:
    return Engagement.objects.filter(organisation=organisation).count()


def new_engagement(organisation: Organisation, user: User) -> Action | None:
    """The next step for an active organisation."""
    if organisation.status != Status.ACTIVE:
        return None
    url = f"{reverse('engagement_new')}?organisation={organisation.number}"
    return Action(gettext("New engagement"), url, primary=True, order=10)


def _rows(engagements: Sequence[Engagement]) -> list[tuple[Engagement, Any, str]]:
    frames = frames_of(engagements)
    return [(found, frames[found.pk], PHASE_COLORS[Phase(found.phase)]) for found in engagements]


def open_card(organisation: Organisation, user: User, on: date) -> Card | None:
    """What is under way, with the hours used."""
    engagements = list(Engagement.objects.filter(organisation=organisation).open()[:4])
    if not engagements:
        return None
    url = reverse("organisation_engagements", args=[organisation.number])
    return Card(
        gettext("Open engagements"),
        "organisations/_engagements_card.html",
        {"rows": _rows(engagements)},
        30,
        url,
        gettext("See all"),
    )


# --- The portal's first page


def portal_card(membership: Membership, on: date) -> PortalCard | None:
    """The engagements under way, and those that ended lately."""
    engagements = [
        found
        for found in Engagement.objects.filter(organisation=membership.organisation).open()[:6]
        if found.completed_on is None or found.completed_on >= on - RECENTLY
    ]
    if not engagements:
        return None
    context = {"rows": _rows(engagements), "organisation": membership.organisation}
    return PortalCard(gettext("Engagements"), "portal/_engagements_card.html", context, 20, heading=True)


# --- The engagement's own page


def joint_card(engagement: Engagement, on: date) -> EngagementCard | None:
    """The joint order that the engagement is a part of, with the key."""
    own = JointShare.objects.filter(engagement=engagement).select_related("joint_order").first()
    if own is None:
        return None
    shares = own.joint_order.shares.select_related("engagement__organisation").order_by("pk")
    return EngagementCard(
        gettext("Part of a joint order"),
        "engagements/joint/_card.html",
        {"order": own.joint_order, "shares": list(shares), "engagement": engagement},
        order=20,
    )
