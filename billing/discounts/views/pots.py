"""The pots: what each holds, its ledger, a new one, a changed frame, other terms. Staff read, administrators change."""

from __future__ import annotations

from datetime import date
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, staff, user_of
from advisory.kernel.forms_once import once, say_once
from advisory.kernel.list_file import list_file
from billing.discounts import pot_figures, pot_words
from billing.discounts.ledger import PotEmpty
from billing.discounts.list_files import MOVEMENTS, POTS
from billing.discounts.models import Pot, PotEntry
from billing.discounts.pot_chart import NARROW, WIDE, pot_chart
from billing.discounts.pot_forms import FrameForm, PotForm, TermsForm
from billing.discounts.pots import (
    BaseGrantForJointProjects,
    PotNameTaken,
    add_grant,
    change_terms,
    open_pot,
    return_grant,
)
from billing.discounts.reservations import bound_in
from engagements.work.models import Engagement

PAGE_SIZE = 50
# So many movements stand on the pot's own page; the rest on a page of their own.
NEWEST = 10


@staff("GET")
def pots(request: HttpRequest) -> HttpResponse:
    """All pots, those that pay now first, each in the order in which they are asked."""
    today = timezone.localdate()
    found = Pot.objects.order_by("-ends", "rank", "name")
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("pots"),
        title=_("Discount pots"),
        columns=POTS,
        rows=found,
        enriched=pot_figures.figures,
    )
    if file:
        return file
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(row, pot_words.pays_for(row.pot)) for row in pot_figures.figures(page)]
    return render(
        request,
        "discounts/pots/list.html",
        {"page": page, "rows": rows, "today": today, "asked": Pot.objects.open_on(today)},
    )


@staff("GET")
def pot(request: HttpRequest, pot: int) -> HttpResponse:
    """One pot: used, bound and free, where it goes, per tier, what is bound for whom, and its newest movements."""
    found = get_object_or_404(Pot, pk=pot)
    today = timezone.localdate()
    [known] = pot_figures.figures([found])
    months = pot_figures.used_by_month(found, today)
    pace = pot_figures.forecast(found, known, today)
    entries = PotEntry.objects.filter(pot=found).select_related("by").order_by("-sequence")
    bound = bound_in(found)
    engagements = Engagement.objects.filter(pk__in=bound).select_related("organisation").in_bulk()
    drawn = partial(
        pot_chart,
        months,
        months=pot_figures.months_of(found),
        frame=known.granted if found.ends < today else known.frame,
        at_end=pace.used_at_end if pace else None,
        committed=pace.committed if pace else None,
    )
    return render(
        request,
        "discounts/pots/detail.html",
        {
            "pot": found,
            "pays_for": pot_words.pays_for(found),
            "figures": known,
            "spent": found.ends < today,
            "tiers": pot_figures.use_by_tier(found, today),
            "forecast": pace,
            "months": months,
            "chart": drawn(box=WIDE),
            "small_chart": drawn(box=NARROW),
            "bound": [(engagements[engagement], amount) for engagement, amount in bound.items()],
            "events": pot_words.events(entries[:NEWEST]),
            "count": entries.count(),
            "newest": NEWEST,
            "today": today,
        },
    )


@staff("GET")
def pot_movements(request: HttpRequest, pot: int) -> HttpResponse:
    """All movements of a pot, the newest first, with what was free after each."""
    found = get_object_or_404(Pot, pk=pot)
    entries = PotEntry.objects.filter(pot=found).select_related("by").order_by("-sequence")
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("movements"),
        title=_("Movements"),
        columns=MOVEMENTS,
        rows=entries,
        enriched=pot_words.events,
    )
    if file:
        return file
    page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"pot": found, "page": page, "events": pot_words.events(page)}
    return render(request, "discounts/pots/movements.html", context)


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
        except BaseGrantForJointProjects as error:
            form.add_error("areas", error.message)
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
        by, now = user_of(request), timezone.now()
        try:
            with once(form, by=by, now=now) as is_first:
                if is_first:
                    verb(
                        pot=found,
                        amount=form.cleaned_data["amount"],
                        reason=form.cleaned_data["reason"],
                        by=by,
                        now=now,
                    )
        except PotEmpty as error:
            form.add_error("amount", error.message)
        else:
            say_once(request, is_first, _("The frame is changed."))
            return redirect("pot", found.pk)
    [known] = pot_figures.figures([found])
    return render(
        request,
        "discounts/pots/change.html",
        {"pot": found, "figures": known, "form": form},
        status=422 if form.errors else 200,
    )


@administrators("GET", "POST")
def pot_terms(request: HttpRequest, pot: int) -> HttpResponse:
    """A form that changes what the pot may pay for, and when it is asked."""
    found = get_object_or_404(Pot, pk=pot)
    terms = {name: getattr(found, name) for name in ("funding", "areas", "tiers", "for_hardship", "rank")}
    form = TermsForm(request.POST if request.method == "POST" else None, initial=terms)
    if request.method == "POST" and form.is_valid():
        try:
            change_terms(pot=found, **form.cleaned_data, by=user_of(request), now=timezone.now())
        except BaseGrantForJointProjects as error:
            form.add_error("areas", error.message)
        else:
            messages.success(request, _("The terms of the pot are saved."))
            return redirect("pot", found.pk)
    return render(
        request, "discounts/pots/terms.html", {"pot": found, "form": form}, status=422 if form.errors else 200
    )
