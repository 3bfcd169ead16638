"""The mail that invites, in the organisation's language (staff: the house's), and how its link is hidden afterwards."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.users import StaffRole
from clients.invitations.models import Invitation
from clients.memberships.models import Role

KIND = "invitation"
_LINK = re.compile(r"/invitation/[\w-]+/")


def letter(invitation: Invitation, token: str, now: datetime) -> OutboundMessage:
    """The unsaved mail with the link. It says the same to a new person and to one who is known."""
    organisation = invitation.organisation
    language = organisation.language if organisation else settings.LANGUAGE_CODE
    on = timezone.localdate(now)
    seller = SellerParticulars.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    seller_name = seller.name if seller else settings.DEFAULT_FROM_EMAIL.partition("<")[0].strip()
    with translation.override(language):
        subject = gettext("Invitation to %(name)s in our portal") if organisation else gettext("Invitation to %(name)s")
        role = Role(invitation.role).label if organisation else StaffRole(invitation.role).label
        facts = {
            "invitation": invitation,
            "organisation": organisation,
            "role": role,
            "link": settings.SITE_URL + reverse("invitation", args=[token]),
            "last": timezone.localdate(invitation.expires_at),
            "seller_name": seller_name,
        }
        body = render_to_string("mail/invitation.txt", facts).strip() + "\n"
        subject %= {"name": organisation.name if organisation else seller_name}
    return OutboundMessage(
        kind=KIND,
        reference=f"{invitation.pk}.{invitation.digest[:16]}",
        recipient=invitation.email,
        organisation=organisation.number if organisation else None,
        language=language,
        subject=subject[:250],
        body=body,
        created_at=now,
    )


def without_link(body: str) -> str:
    """The mail's text with the token taken out: whoever reads it could accept in another's place."""
    return _LINK.sub("/invitation/…/", body)
