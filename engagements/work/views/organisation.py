"""The engagements of one organisation, under its name."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from advisory.kernel.access import staff, user_of
from clients import panels
from clients.organisations import Organisation
from engagements.work import lists
from engagements.work.frame import frames_of
from engagements.work.models import Engagement


@staff()
def organisation_engagements(request: HttpRequest, number: int) -> HttpResponse:
    """All engagements of the organisation, the open ones first."""
    user = user_of(request)
    organisation = Organisation.objects.filter(number=number).first()
    if organisation is None:
        raise Http404
    found = Engagement.objects.visible_to(user).filter(organisation=organisation).select_related("lead", "organisation")
    engagements = list(lists.with_last_day(found).order_by("-reference")[:200])
    frames = frames_of(engagements)
    context = {
        "organisation": organisation,
        "badge": panels.badge(organisation, timezone.localdate()),
        "tabs": panels.tabs(organisation, "organisation_engagements"),
        "actions": panels.actions(organisation, user),
        "rows": [(engagement, frames[engagement.pk]) for engagement in engagements],
        "colors": lists.PHASE_COLORS,
    }
    return render(request, "organisations/engagements.html", context)
