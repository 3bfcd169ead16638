"""What the registers put on the organisation's page: a tag beside the name and a sheet in the rail."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from advisory.kernel.users import User
from clients.organisations.models import Organisation
from clients.panels import Badge, Card
from clients.register import icnpo
from clients.register.comparing import differences
from clients.register.filling import may_fetch
from clients.register.look_up import known_of
from clients.register.models import AnswerStatus
from clients.register.warnings import warning_in, warnings_of


def warning_badge(organisation: Organisation, on: date) -> Badge | None:
    """Bankrupt, being wound up, deleted: before any other tag."""
    warning = warnings_of([organisation]).get(organisation.pk)
    return Badge(warning.tag, "danger") if warning else None


def register_card(organisation: Organisation, user: User, on: date) -> Card | None:
    """What the registers answered and when, where it differs from ours, and a button to ask again."""
    if not organisation.organisation_number:
        return None
    known = known_of(organisation.organisation_number)
    if known is None and not may_fetch():
        return None
    context = {
        "number": organisation.number,
        "known": known,
        "is_removed": known is not None and known.entities.status == AnswerStatus.REMOVED,
        "warning": warning_in(known.entities) if known else None,
        "category": icnpo.name(known.category) if known else "",
        "differences": differences(organisation, known) if known else [],
        "may_fetch": may_fetch(),
        "fetch_url": reverse("register_fetch", args=[organisation.number]),
        "take_url": reverse("register_take_over", args=[organisation.number]),
    }
    return Card(_("The registers"), "organisations/register/_card.html", context, 70)
