"""The portal's first page: what waits for an answer, then the sheets of every storey."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from clients import panels
from clients.access import portal
from clients.memberships import Membership, Role


@portal(Role.READER)
def home(request: HttpRequest, membership: Membership) -> HttpResponse:
    """Composed of what the storeys registered with `clients.panels`; each minds the member's role."""
    today = timezone.localdate()
    context = {
        "organisation": membership.organisation,
        "membership": membership,
        "todos": panels.todos(membership, today),
        "cards": panels.portal_cards(membership, today),
    }
    return render(request, "portal/home.html", context)
