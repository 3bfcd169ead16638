"""The mail that invites, in the organisation's language (staff: the house's), and how its link is hidden afterwards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import show
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.texts import Kind, Placeholder, Texts, from_template
from advisory.kernel.users import StaffRole
from clients.invitations.models import Invitation
from clients.memberships.models import Role

KIND = "invitation"
_LINK = re.compile(r"/invitation/[\w-]+/")


def letter(invitation: Invitation, token: str, now: datetime) -> OutboundMessage:
    """The unsaved mail with the link. It says the same to a new person and to one who is known."""
    organisation = invitation.organisation
    language = organisation.language if organisation else settings.LANGUAGE_CODE
    seller = _seller_name(timezone.localdate(now))
    with translation.override(language):
        values = {
            "greeting": _greeting(invitation.name),
            "who": invitation.invited_by.name or seller,
            "role": str((Role if organisation else StaffRole)(invitation.role).label),
            "seller": seller,
            **_addresses(token),
            "last": _day(timezone.localdate(invitation.expires_at)),
        }
        if organisation:
            values["organisation"] = organisation.name
        text = Texts().compose(TO_MEMBERS if organisation else TO_STAFF, language, values)
    return OutboundMessage(
        kind=KIND,
        reference=f"{invitation.pk}.{invitation.digest[:16]}",
        recipient=invitation.email,
        organisation=organisation.number if organisation else None,
        language=language,
        subject=text.subject,
        body=text.body,
        created_at=now,
    )


def without_link(body: str) -> str:
    """The mail's text with the token taken out: whoever reads it could accept in another's place."""
    return _LINK.sub("/invitation/…/", body)


def _seller_name(on: date) -> str:
    """Ours on the day, else the name in the sender's address."""
    seller = SellerParticulars.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    return seller.name if seller else settings.DEFAULT_FROM_EMAIL.partition("<")[0].strip()


def _greeting(name: str) -> str:
    return _("Hello, %(name)s!") % {"name": name} if name else _("Hello!")


def _addresses(token: str) -> dict[str, str]:
    return {
        "link": settings.SITE_URL + reverse("invitation", args=[token]),
        "privacy": settings.SITE_URL + reverse("privacy"),
    }


def _day(day: date) -> str:
    return show.long_day(day, translation.get_language() or settings.LANGUAGE_CODE)


def _example(role: Role | StaffRole, **more: str) -> Mapping[str, str]:
    return {
        **more,
        "greeting": _greeting(""),
        "who": "Kompetansebasen",
        "role": str(role.label),
        "seller": "Kompetansebasen",
        **_addresses("example"),
        "last": _day(date(2026, 12, 4)),
    }


_COMMON = (
    Placeholder("greeting", gettext_lazy("a greeting, with the name where we know it")),
    Placeholder("who", gettext_lazy("who invites")),
    Placeholder("role", gettext_lazy("the role that is offered")),
    Placeholder("seller", gettext_lazy("our name")),
    Placeholder("link", gettext_lazy("the address where the invitation is accepted"), necessary=True),
    Placeholder("last", gettext_lazy("the last day of the invitation"), necessary=True),
    Placeholder("privacy", gettext_lazy("the address of the page about privacy")),
)
TO_MEMBERS = Kind(
    key="invitation",
    label=gettext_lazy("Invitation to an organisation"),
    about=gettext_lazy("Goes to those who are invited to act for an organisation in the portal."),
    placeholders=(Placeholder("organisation", gettext_lazy("the organisation's name"), necessary=True), *_COMMON),
    default=from_template(
        "mail/invitation.txt", lambda: _("Invitation to %(name)s in our portal") % {"name": "{organisation}"}
    ),
    example=lambda: _example(Role.FINANCE, organisation="Bygdekor Vest"),
)
TO_STAFF = Kind(
    key="invitation-staff",
    label=gettext_lazy("Invitation to staff"),
    about=gettext_lazy("Goes to those who are invited to work here."),
    placeholders=_COMMON,
    default=from_template("mail/invitation_staff.txt", lambda: _("Invitation to %(name)s") % {"name": "{seller}"}),
    example=lambda: _example(StaffRole.ADVISOR),
)
