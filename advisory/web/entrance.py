"""`/` and `/portal/`: everyone is sent to the first page of his role."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from advisory.kernel.access import signed_in, user_of
from clients.access import memberships_of


@signed_in("GET")
def home(request: HttpRequest) -> HttpResponse:
    """Staff to their day, members to their organisation; who has neither is told so."""
    if user_of(request).is_staff_member:
        return redirect("today")
    return _to_the_portal(request)


@signed_in("GET")
def portal(request: HttpRequest) -> HttpResponse:
    """To the only organisation, or a choice where there are several. Staff who are members come here by the address."""
    return _to_the_portal(request)


def _to_the_portal(request: HttpRequest) -> HttpResponse:
    memberships = list(memberships_of(user_of(request)))
    if not memberships:
        return render(request, "portal/none.html")
    if len(memberships) == 1:
        return redirect("portal_home", memberships[0].organisation.number)
    return render(request, "portal/choose.html", {"memberships": memberships})
