"""Staff pages of the tools that an engagement recommends."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from engagements.catalogue.forms import RecommendationForm
from engagements.catalogue.models import Recommendation
from engagements.catalogue.recommend import RecommendedAlready, recommend, withdraw
from engagements.references import engagement_for
from engagements.work.models import Engagement
from engagements.work.rights import may_write
from engagements.work.views.turn_away import turned_away


def _saved(
    request: HttpRequest, form: RecommendationForm, engagement: Engagement, found: Recommendation | None = None
) -> bool:
    facts: dict[str, Any] = form.cleaned_data | {"engagement": engagement, "recommendation": found}
    try:
        recommend(**facts, by=user_of(request), on=timezone.localdate(), now=timezone.now())
    except DomainError as refused:
        if refused.status == 403:
            raise
        form.add_error("catalogue_id" if isinstance(refused, RecommendedAlready) else None, refused.message)
        return False
    messages.success(request, _("The recommendation is saved."))
    return True


@staff("GET", "POST")
def engagement_recommendations(request: HttpRequest, reference: str) -> HttpResponse:
    """The tools of an engagement, and a form for one more."""
    user, engagement = user_of(request), engagement_for(user_of(request), reference)
    form = RecommendationForm.of(None, request.POST or None)
    if request.method == "POST" and form.is_valid() and _saved(request, form, engagement):
        return redirect("engagement_recommendations", reference)
    context = {
        "engagement": engagement,
        "recommendations": engagement.recommendations.all(),
        "form": form,
        "may_write": may_write(user, engagement),
    }
    return render(request, "engagements/recommendations.html", context, status=422 if form.errors else 200)


def _recommendation_of(request: HttpRequest, reference: str, recommendation: int) -> Recommendation:
    engagement = engagement_for(user_of(request), reference)
    found = engagement.recommendations.filter(pk=recommendation).first()
    if found is None:
        raise Http404
    found.engagement = engagement
    return found


@staff("GET", "POST")
def engagement_recommendation(request: HttpRequest, reference: str, recommendation: int) -> HttpResponse:
    """One tool and the advice about it."""
    found = _recommendation_of(request, reference, recommendation)
    if away := turned_away(request, found.engagement):
        return away
    form = RecommendationForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid() and _saved(request, form, found.engagement, found):
        return redirect("engagement_recommendations", reference)
    context = {"engagement": found.engagement, "recommendation": found, "form": form}
    return render(request, "engagements/recommendation.html", context, status=422 if form.errors else 200)


@staff("POST")
def engagement_recommendation_remove(request: HttpRequest, reference: str, recommendation: int) -> HttpResponse:
    """Take a recommendation back."""
    found = _recommendation_of(request, reference, recommendation)
    withdraw(recommendation=found, by=user_of(request), now=timezone.now())
    messages.success(request, _("The recommendation is deleted."))
    return redirect("engagement_recommendations", reference)
