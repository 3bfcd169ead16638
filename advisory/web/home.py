"""The portal's first page: what waits for an answer, then the sheets of every storey."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext

from advisory.kernel.seller import SellerParticulars
from clients import panels
from clients.access import portal
from clients.memberships import Membership, Role
from clients.panels import PortalCard
from engagements.models import Engagement


@portal(Role.READER)
def home(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Composed of what the storeys registered with `clients.panels`; each minds the member's role."""
    today = timezone.localdate()
    context = {
        "organisation": membership.organisation,
        "membership": membership,
        "todos": panels.todos(membership, today),
        "rows": in_rows(panels.portal_cards(membership, today)),
    }
    return render(request, "portal/home.html", context)


def questions_card(membership: Membership, on: date) -> PortalCard:
    """Whom to ask: the advisor of the newest engagement under way, else the house."""
    work = Engagement.objects.filter(organisation=membership.organisation).open().select_related("lead").first()
    seller = SellerParticulars.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    context = {
        "advisor": work.lead.name if work else "",
        "phone": seller.phone if seller else "",
        "email": work.lead.email if work else seller.email if seller else "",
    }
    return PortalCard(gettext("Questions?"), "portal/_questions_card.html", context, order=41, half=True)


def in_rows(cards: Sequence[PortalCard]) -> list[list[PortalCard]]:
    """The sheets from the top: two halves that follow each other share a row."""
    rows: list[list[PortalCard]] = []
    for card in cards:
        if card.half and rows and len(rows[-1]) == 1 and rows[-1][0].half:
            rows[-1].append(card)
        else:
            rows.append([card])
    return rows
