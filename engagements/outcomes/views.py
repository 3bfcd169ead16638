"""Staff pages of goals and results."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from engagements.outcomes.forms import OutcomeForm
from engagements.outcomes.models import Outcome
from engagements.outcomes.record import record_outcome, remove_outcome
from engagements.references import engagement_for
from engagements.work.rights import may_write
from engagements.work.views.turn_away import turned_away


@staff("GET", "POST")
def engagement_outcomes(request: HttpRequest, reference: str) -> HttpResponse:
    """The goals of an engagement, and a form for one more."""
    user, engagement = user_of(request), engagement_for(user_of(request), reference)
    form = OutcomeForm.of(None, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            record_outcome(engagement=engagement, **form.cleaned_data, by=user, now=timezone.now())
        except DomainError as refused:
            if refused.status == 403:
                raise
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The goal is saved."))
            return redirect("engagement_outcomes", reference)
    context = {
        "engagement": engagement,
        "outcomes": engagement.outcomes.all(),
        "form": form,
        "may_write": may_write(user, engagement),
    }
    return render(request, "engagements/outcomes.html", context, status=422 if form.errors else 200)


def _outcome_of(request: HttpRequest, reference: str, outcome: int) -> Outcome:
    engagement = engagement_for(user_of(request), reference)
    found = engagement.outcomes.filter(pk=outcome).first()
    if found is None:
        raise Http404
    found.engagement = engagement
    return found


@staff("GET", "POST")
def engagement_outcome(request: HttpRequest, reference: str, outcome: int) -> HttpResponse:
    """One goal with its measures and its result."""
    found = _outcome_of(request, reference, outcome)
    if away := turned_away(request, found.engagement):
        return away
    form = OutcomeForm.of(found, request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data | {"engagement": found.engagement, "outcome": found}
        try:
            record_outcome(**facts, by=user_of(request), now=timezone.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The goal is saved."))
            return redirect("engagement_outcomes", reference)
    context = {"engagement": found.engagement, "outcome": found, "form": form}
    return render(request, "engagements/outcome.html", context, status=422 if form.errors else 200)


@staff("POST")
def engagement_outcome_remove(request: HttpRequest, reference: str, outcome: int) -> HttpResponse:
    """Take a goal away."""
    found = _outcome_of(request, reference, outcome)
    remove_outcome(outcome=found, by=user_of(request), now=timezone.now())
    messages.success(request, _("The goal is deleted."))
    return redirect("engagement_outcomes", reference)
