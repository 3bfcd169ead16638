"""The timeline as it is drawn: by day, with a tag that says who can see each event. And this storey's own events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from advisory.kernel import show
from advisory.kernel.audit import AuditEvent
from advisory.kernel.users import User
from clients.income.models import IncomeDeclaration
from clients.memberships.models import Role
from clients.notes.models import Note
from clients.organisations.models import Organisation
from clients.panels import TimelineEvent


@dataclass(frozen=True, slots=True)
class Drawn:
    """An event as `c/timeline.html` draws it: `before`, a link with `link`, `after`; or `text` alone."""

    at: datetime | None
    text: str
    before: str
    link: str
    after: str
    url: str
    detail: str
    is_solid: bool
    tag: str
    tag_color: str
    is_new: bool


def by_day(
    events: Iterable[TimelineEvent], today: date, *, first_new: int | None = None
) -> list[tuple[str, list[Drawn]]]:
    """Days with their events, in the order given; heads read «I dag, fredag 20. november».

    The event at place `first_new` is where «Vis flere» leads the eye and the focus.
    """
    placed = groupby(enumerate(events), key=lambda pair: timezone.localdate(pair[1].at))
    return [
        (_heading(day, today), [_drawn(event, is_new=place == first_new) for place, event in of_day])
        for day, of_day in placed
    ]


def _heading(day: date, today: date) -> str:
    language = get_language() or "nb"
    named = show.weekday(day, language)
    if day == today:
        return gettext("Today, %(day)s") % {"day": named}
    return capfirst(named if day.year == today.year else f"{named} {day.year}")


def _drawn(event: TimelineEvent, *, is_new: bool) -> Drawn:
    link = event.link if event.link and event.link in event.text else event.text
    before, _link, after = event.text.partition(link)
    return Drawn(
        at=None if event.whole_day else event.at,
        text=event.text,
        before=before,
        link=link,
        after=after,
        url=event.url,
        detail=event.detail,
        is_solid=event.strong,
        tag=gettext("Visible") if event.visible else gettext("Internal only"),
        tag_color="info" if event.visible else "neutral",
        is_new=is_new,
    )


# --- This storey's own events


def notes(organisation: Organisation, user: User, limit: int) -> Iterable[TimelineEvent]:
    """What was noted."""
    for note in Note.objects.filter(organisation=organisation).select_related("written_by")[:limit]:
        yield TimelineEvent(
            note.written_at,
            "note",
            gettext("Note: %(text)s") % {"text": note.text},
            detail=gettext("Written by %(name)s") % {"name": note.written_by},
            visible=note.visible,
        )


def declarations(organisation: Organisation, user: User, limit: int) -> Iterable[TimelineEvent]:
    """That income was declared, never how much: the timeline is read by all staff."""
    declared = IncomeDeclaration.objects.filter(organisation=organisation).select_related("submitted_by")
    for declaration in declared.order_by("-submitted_at")[:limit]:
        yield TimelineEvent(
            declaration.submitted_at,
            "income",
            gettext("Income declaration for %(year)s") % {"year": declaration.year},
            detail=gettext("Registered by %(name)s, arrived %(day)s")
            % {"name": declaration.submitted_by, "day": show.day(declaration.arrived_on)},
            url=reverse("organisation_income", args=[organisation.number]),
            visible=True,
            strong=True,
        )


def people(organisation: Organisation, user: User, limit: int) -> Iterable[TimelineEvent]:
    """Contacts and access: who came, changed and went."""
    events = (
        AuditEvent.objects.filter(organisation=organisation.number, action__in=_PEOPLE)
        .select_related("actor")
        .order_by("-at", "-pk")[:limit]
    )
    for event in events:
        role = event.after.get("role") or event.before.get("role") or ""
        label = str(Role(role).label) if event.action.startswith("membership") and role in Role.values else role
        yield TimelineEvent(
            event.at,
            "people",
            str(_PEOPLE_TEXT[event.action]()) % {"name": event.object_label, "role": label},
            detail=gettext("By %(name)s") % {"name": event.actor} if event.actor else "",
            url=reverse("organisation_contacts", args=[organisation.number]),
            link=event.object_label,
        )


_PEOPLE_TEXT = {
    "contact.add": lambda: gettext("New contact: %(name)s"),
    "contact.change": lambda: gettext("Contact changed: %(name)s"),
    "contact.deactivate": lambda: gettext("Contact put away: %(name)s"),
    "contact.activate": lambda: gettext("Contact in use again: %(name)s"),
    "membership.give": lambda: gettext("Access to the portal given to %(name)s (%(role)s)"),
    "membership.change": lambda: gettext("Access of %(name)s changed to %(role)s"),
    "membership.end": lambda: gettext("Access of %(name)s ended"),
}
_PEOPLE = tuple(_PEOPLE_TEXT)
