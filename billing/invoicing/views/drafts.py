"""One proposal: its lines, its hours by id, what it would print, and putting hours off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel import show
from advisory.kernel.access import administrators, user_of
from billing.invoicing import pdf
from billing.invoicing.gather import discard, take_out
from billing.invoicing.models import InvoiceDraft
from billing.invoicing.price_statement import Hour, price_statement
from billing.invoicing.quote import Quote, quote
from billing.invoicing.run import pot_effects
from billing.invoicing.views.proposals import VERBS


@administrators("GET")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal as it would be issued today."""
    found = quote(_draft(pk), on=timezone.localdate())
    return render(
        request,
        "billing/draft.html",
        {
            "quote": found,
            "draft": found.draft,
            "organisation": found.draft.organisation,
            "document": found.document,
            "price": price_statement(found.document, for_staff=True) if found.document else None,
            "hours": _hours(found),
            "pots": pot_effects([found]),
            "problems": [(problem, VERBS.get(problem.code, "")) for problem in found.problems],
        },
    )


@administrators("GET")
def draft_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The PDF of the proposal, marked as not being an invoice."""
    found = quote(_draft(pk), on=timezone.localdate())
    if found.document is None:
        messages.warning(request, _("There is nothing to preview yet: no hour has a price."))
        return redirect("draft", pk=pk)
    name = _("draft") + f"-{found.draft.organisation.number}.pdf"
    response = HttpResponse(pdf.render(found.document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@administrators("POST")
def draft_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop the proposal; its hours can be gathered again."""
    found = _draft(pk)
    discard(found, by=user_of(request), now=timezone.now())
    messages.success(
        request,
        _("The proposal for %(organisation)s is discarded. The hours are unbilled and can be gathered again.")
        % {"organisation": found.organisation.name},
    )
    return redirect("proposals")


@administrators("POST")
def draft_defer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the ticked hours out of the proposal; they stay unbilled."""
    found = _draft(pk)
    ticked = [int(each) for each in request.POST.getlist("entry") if each.isascii() and each.isdigit()]
    if not ticked:
        messages.warning(request, _("Tick the hours you will put off."))
        return redirect("draft", pk=pk)
    held = [entry for entry in quote(found, on=timezone.localdate()).entries if entry.pk in set(ticked)]
    minutes = sum(entry.minutes for entry in held)
    freed = take_out(found, entries=[entry.pk for entry in held], by=user_of(request), now=timezone.now())
    messages.success(
        request,
        ngettext(
            "%(hours)s hours (%(count)s entry) are put off. They stay unbilled.",
            "%(hours)s hours (%(count)s entries) are put off. They stay unbilled.",
            freed,
        )
        % {"hours": show.hours(minutes), "count": freed},
    )
    if not InvoiceDraft.objects.filter(pk=pk).exists():
        return redirect("proposals")
    return redirect("draft", pk=pk)


def _draft(pk: int) -> InvoiceDraft:
    return get_object_or_404(InvoiceDraft.objects.select_related("organisation", "made_by"), pk=pk)


def _hours(found: Quote) -> list[tuple[int, Hour, bool]]:
    """The hours of the proposal by day, as (id, hour, whether it has a price)."""
    lines = {entry.pk: plan.line.text for plan in found.lines for entry in plan.entries}
    return [
        (
            entry.pk,
            Hour(
                day=entry.day,
                text=entry.text,
                line=lines.get(entry.pk, str(entry.service_type or "")),
                engagement=entry.engagement.reference if entry.engagement else "",
                minutes=entry.minutes,
                advisor=str(entry.advisor),
            ),
            entry.pk in lines,
        )
        for entry in found.entries
    ]
