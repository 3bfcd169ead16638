"""The portal's first page: what waits for an answer, then the sheets of every storey."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clients import panels
from clients.access import portal
from clients.memberships import Membership, Role
from clients.panels import PortalCard


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


def in_rows(cards: Sequence[PortalCard]) -> list[list[PortalCard]]:
    """The sheets from the top: two halves that follow each other share a row."""
    rows: list[list[PortalCard]] = []
    for card in cards:
        if card.half and rows and len(rows[-1]) == 1 and rows[-1][0].half:
            rows[-1].append(card)
        else:
            rows.append([card])
    return rows
