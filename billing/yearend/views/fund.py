"""Pages of the self-cost fund: the ledger with its running balance, the layers, the opening, and corrections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.forms_once import once, say_once
from billing.yearend import fund_ledger
from billing.yearend.after_forms import CorrectionForm, OpeningForm
from billing.yearend.after_page import fund_words
from billing.yearend.figures import fund_history
from billing.yearend.fund_chart import fund_chart
from billing.yearend.models import ServiceResult
from engagements.work.models import SelfcostService

PAGE_SIZE = 50


@administrators("GET")
def funds(request: HttpRequest) -> HttpResponse:
    """To the fund of the service most people ask for."""
    return redirect("fund", SelfcostService.ADVICE.value)


@administrators("GET")
def fund(request: HttpRequest, service: str) -> HttpResponse:
    """One fund: what it holds, by year of origin, and every movement."""
    chosen = _service(service)
    layers = fund_ledger.layers(chosen)
    entries = list(fund_ledger.entries(chosen).select_related("by", "result__closing__accounting_year"))
    closed = fund_ledger.last_closed_year(chosen)
    today = timezone.localdate()
    history = fund_history(entries, max([entry.year for entry in entries], default=today.year) + 1)
    return render(
        request,
        "selfcost/fund/page.html",
        {
            **_place(chosen),
            "balance": fund_ledger.balance(chosen),
            "layers": layers,
            "words": fund_words(layers),
            "closed": closed,
            "open_year": closed + 1 if closed is not None else today.year,
            "chart": fund_chart(history),
            "history": history,
            "page": Paginator(entries[::-1], PAGE_SIZE).get_page(request.GET.get("page")),
            "can_open": not entries and closed is None,
        },
    )


@administrators("GET", "POST")
def open_fund(request: HttpRequest, service: str) -> HttpResponse:
    """Bring in the fund as it was when the ledger began."""
    chosen = _service(service)
    form = OpeningForm(
        request.POST if request.method == "POST" else None, initial={"as_of": timezone.localdate().year - 1}
    )
    if request.method == "POST" and form.is_valid():
        try:
            fund_ledger.open_fund(
                service=chosen,
                as_of=form.cleaned_data["as_of"],
                opening=form.layers(),
                reason=form.cleaned_data["reason"],
                by=user_of(request),
                now=timezone.now(),
            )
        except fund_ledger.OriginAfter as error:
            form.add_error("as_of", error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The fund is brought in."))
            return redirect("fund", chosen)
    return _form(request, "selfcost/fund/open.html", chosen, form)


@administrators("GET", "POST")
def correct_fund(request: HttpRequest, service: str) -> HttpResponse:
    """Put a closed year right by new entries."""
    chosen = _service(service)
    years = list(
        ServiceResult.objects.filter(service=chosen)
        .order_by("-closing__accounting_year__year")
        .values_list("closing__accounting_year__year", flat=True)
    )
    if not years:
        return redirect("fund", chosen)
    form = CorrectionForm(request.POST if request.method == "POST" else None, years=years)
    if request.method == "POST" and form.is_valid():
        by, now = user_of(request), timezone.now()
        try:
            with once(form, by=by, now=now) as is_first:
                if is_first:
                    fund_ledger.correct(
                        service=chosen,
                        origin=form.cleaned_data["origin"],
                        amount=form.signed,
                        reason=form.cleaned_data["reason"],
                        by=by,
                        now=now,
                    )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            say_once(request, is_first, _("The correction is booked."))
            return redirect("fund", chosen)
    return _form(request, "selfcost/fund/correct.html", chosen, form, open_year=years[0] + 1)


def _form(request: HttpRequest, template: str, service: str, form: Any, **more: Any) -> HttpResponse:
    context = {
        **_place(service),
        "form": form,
        "balance": fund_ledger.balance(service),
        "layers": fund_ledger.layers(service),
        **more,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _service(service: str) -> str:
    if service not in SelfcostService.values:
        raise Http404
    return service


def _place(service: str) -> dict[str, Any]:
    chosen = SelfcostService(service)
    return {
        "service": chosen,
        "crumbs": [(_("Self-cost"), reverse("selfcost"))],
        "own_url": reverse("fund", args=[service]),
        "tabs": [
            {
                "href": reverse("fund", args=[each.value]),
                "label": capfirst(each.label),
                "is_current": each == chosen,
            }
            for each in SelfcostService
        ],
    }
