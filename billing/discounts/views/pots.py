"""The pots: what each holds, its ledger, a new one, and a changed frame. Staff read, administrators change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, staff, user_of
from billing.discounts import pot_figures
from billing.discounts.forms import FrameForm, PotForm
from billing.discounts.ledger import PotEmpty
from billing.discounts.models import Pot, PotEntry
from billing.discounts.pot_chart import pot_chart
from billing.discounts.pots import PotNameTaken, add_grant, open_pot, return_grant
from billing.invoicing.models import Invoice

PAGE_SIZE = 50


@staff("GET")
def pots(request: HttpRequest) -> HttpResponse:
    """All pots, those that pay now first."""
    today = timezone.localdate()
    page = Paginator(Pot.objects.order_by("-ends", "name"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "discounts/pots/list.html", {"page": page, "rows": pot_figures.figures(page), "today": today}
    )


@staff("GET")
def pot(request: HttpRequest, pot: int) -> HttpResponse:
    """One pot: used and left, per tier, and the ledger with its running balance."""
    found = get_object_or_404(Pot, pk=pot)
    today = timezone.localdate()
    [known] = pot_figures.figures([found])
    entries = PotEntry.objects.filter(pot=found).select_related("by").order_by("-sequence")
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    _named(page)
    months = pot_figures.used_by_month(found, today)
    pace = pot_figures.forecast(found, known, today)
    return render(
        request,
        "discounts/pots/detail.html",
        {
            "pot": found,
            "figures": known,
            "tiers": pot_figures.use_by_tier(found),
            "forecast": pace,
            "months": months,
            "chart": pot_chart(
                months,
                months=pot_figures.months_of(found),
                frame=known.frame,
                at_end=pace.used_at_end if pace else None,
            ),
            "page": page,
            "today": today,
        },
    )


def _named(entries: Iterable[PotEntry]) -> None:
    """Write on each entry for whom its document was (`who`), with one query for the page."""
    rows = list(entries)
    numbers = [entry.document for entry in rows if entry.document]
    names = dict(Invoice.objects.filter(number__in=numbers).values_list("number", "organisation__name"))
    for entry in rows:
        entry.who = names.get(entry.document or 0, "")  # type: ignore[attr-defined]


@administrators("GET", "POST")
def new_pot(request: HttpRequest) -> HttpResponse:
    """A form for a new pot."""
    year = timezone.localdate().year
    form = PotForm(
        request.POST if request.method == "POST" else None,
        initial={"starts": date(year, 1, 1), "ends": date(year, 12, 31)},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = open_pot(**form.cleaned_data, by=user_of(request), now=timezone.now())
        except PotNameTaken as error:
            form.add_error("name", error.message)
        else:
            messages.success(request, _("The pot «%(name)s» is open.") % {"name": made.name})
            return redirect("pot", made.pk)
    return render(request, "discounts/pots/new.html", {"form": form}, status=422 if form.errors else 200)


@administrators("GET", "POST")
def change_pot(request: HttpRequest, pot: int) -> HttpResponse:
    """A form that changes the frame: more money, or money back."""
    found = get_object_or_404(Pot, pk=pot)
    form = FrameForm(request.POST if request.method == "POST" else None, initial={"change": "grant"})
    if request.method == "POST" and form.is_valid():
        verb = add_grant if form.cleaned_data["change"] == "grant" else return_grant
        try:
            verb(
                pot=found,
                amount=form.cleaned_data["amount"],
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                now=timezone.now(),
            )
        except PotEmpty as error:
            form.add_error("amount", error.message)
        else:
            messages.success(request, _("The frame is changed."))
            return redirect("pot", found.pk)
    [known] = pot_figures.figures([found])
    return render(
        request,
        "discounts/pots/change.html",
        {"pot": found, "figures": known, "form": form},
        status=422 if form.errors else 200,
    )
