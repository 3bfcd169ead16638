"""Staff's side of the report: the preview of what the organisation reads, its text, and the PDF."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from engagements.outcomes.forms import ReportForm
from engagements.outcomes.record import write_report
from engagements.references import engagement_for
from engagements.report.answer import context_of, pdf_answer
from engagements.report.build import report_of
from engagements.work.rights import may_write
from engagements.work.views.turn_away import turned_away


@staff()
def engagement_report(request: HttpRequest, reference: str) -> HttpResponse:
    """The report as the organisation reads it."""
    user, engagement = user_of(request), engagement_for(user_of(request), reference)
    report = report_of(engagement, on=timezone.localdate(), language=translation.get_language() or "nb")
    context = context_of(report) | {"engagement": engagement, "may_write": may_write(user, engagement)}
    return render(request, "engagements/report.html", context)


@staff()
def engagement_report_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The report as a PDF in the organisation's language."""
    engagement = engagement_for(user_of(request), reference)
    return pdf_answer(engagement, on=timezone.localdate(), language=engagement.organisation.language)


@staff("GET", "POST")
def engagement_report_text(request: HttpRequest, reference: str) -> HttpResponse:
    """The report's prose and next steps."""
    user, engagement = user_of(request), engagement_for(user_of(request), reference)
    if away := turned_away(request, engagement):
        return away
    steps = list(engagement.next_steps.all())
    form = ReportForm(request.POST or None, steps=steps, initial={"done": engagement.done})
    if request.method == "POST" and form.is_valid():
        try:
            write_report(
                engagement=engagement,
                done=form.cleaned_data["done"],
                next_steps=form.steps(),
                by=user,
                now=timezone.now(),
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The report is saved."))
            return redirect("engagement_report", reference)
    context = {"form": form, "engagement": engagement}
    return render(request, "engagements/report_text.html", context, status=422 if form.errors else 200)
