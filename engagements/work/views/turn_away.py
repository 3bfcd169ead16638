"""Forms of an engagement are for those who may write on it; others are told so on the page they came from."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from advisory.kernel.access import user_of
from engagements.work.models import Engagement
from engagements.work.rights import NotOnTheTeam, require_writer


def turned_away(request: HttpRequest, engagement: Engagement) -> HttpResponse | None:
    """For someone who may not write: back to the engagement with the reason (a POST is refused with 403)."""
    try:
        require_writer(user_of(request), engagement)
    except NotOnTheTeam as refused:
        if request.method == "POST":
            raise
        messages.error(request, refused.message)
        return redirect("engagement", engagement.reference)
    return None
