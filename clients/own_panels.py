"""What this storey itself puts into the panels: its events, its rail, its tabs, its part of the portal's first page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from advisory.kernel.users import User
from clients import panels
from clients.income.models import IncomeDeclaration
from clients.memberships.models import Membership, Role
from clients.notes.models import Note
from clients.organisations import timeline
from clients.organisations.models import Organisation, Status
from clients.panels import Card, PortalCard, Todo
from clients.register.panels import register_card, warning_badge


def register() -> None:
    """Called once, when the program starts."""
    panels.register_timeline("note", _("Notes"), timeline.notes)
    panels.register_timeline("people", _("People"), timeline.people)
    panels.register_timeline("income", _("Income and discount"), timeline.declarations)
    panels.register_tab(_("Overview"), "organisation", order=0)
    panels.register_tab(_("Contacts"), "organisation_contacts", _contact_count, order=90)
    panels.register_badge(warning_badge)
    panels.register_card(register_card)
    panels.register_card(contact_card)
    panels.register_todo(income_todo)
    panels.register_portal_card(notes_card)
    panels.register_portal_card(people_card)


def _contact_count(organisation: Organisation) -> int:
    return organisation.contacts.filter(active=True).count()


def contact_card(organisation: Organisation, user: User, on: date) -> Card:
    """The rail's last sheet: whom to call, and where invoices go."""
    url = reverse("organisation_contacts", args=[organisation.number])
    contacts = organisation.contacts.filter(active=True)[:4]
    return Card(
        gettext("Contacts"), "organisations/_contacts_card.html", {"contacts": contacts}, 90, url, gettext("See all")
    )


def income_todo(membership: Membership, on: date) -> Iterable[Todo]:
    """The yearly question, to those who may answer it, until the last closed year is declared."""
    organisation = membership.organisation
    is_asked = organisation.is_voluntary and organisation.own_accounts and organisation.status == Status.ACTIVE
    if not is_asked or not membership.may(Role.FINANCE):
        return
    year = on.year - 1
    if not IncomeDeclaration.objects.filter(organisation=organisation, year=year).exists():
        yield Todo(
            gettext("What was your income in %(year)s?") % {"year": year},
            gettext("We need the answer to find your discount tier. It takes three minutes."),
            reverse("portal_income_new", args=[organisation.number]),
            verb=gettext("Declare income"),
            order=60,
        )


def notes_card(membership: Membership, on: date) -> PortalCard | None:
    """What an advisor chose to show."""
    notes = list(Note.objects.filter(organisation=membership.organisation, visible=True)[:3])
    return PortalCard(gettext("From us"), "portal/_notes_card.html", {"notes": notes}, 70) if notes else None


def people_card(membership: Membership, on: date) -> PortalCard | None:
    """Who can sign in: treasurers change every year, and the old one keeps access until somebody notices."""
    if not membership.may(Role.FINANCE):
        return None
    context = {
        "people": Membership.objects.current().filter(organisation=membership.organisation).by_rank(),
        "membership": membership,
        "is_owner": membership.may(Role.OWNER),
    }
    return PortalCard(gettext("Who has access"), "portal/_people_card.html", context, 90)
