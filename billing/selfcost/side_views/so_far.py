"""The year so far: hours for all of staff, kroner for administrators."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from billing.selfcost.risk_of_year import year_so_far
from engagements.work.models import SelfcostService


@staff("GET")
def selfcost_so_far(request: HttpRequest, service: str) -> HttpResponse:
    """The meter of a service with the rows its hours are the sum of."""
    if service not in SelfcostService.values:
        raise Http404
    on = timezone.localdate()
    return render(
        request,
        "selfcost/so_far.html",
        {
            "service": SelfcostService(service),
            "on": on,
            "meter": year_so_far(SelfcostService(service), on),
            "shows_kroner": user_of(request).is_administrator,
            "crumbs": [(_("Self-cost"), reverse("selfcost"))] if user_of(request).is_administrator else [],
        },
    )
