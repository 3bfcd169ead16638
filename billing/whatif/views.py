"""The page that prices a year of real hours once more. It never writes; the address holds all that was asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators
from billing.models import RateVersion
from billing.whatif.forms import WhatIfForm, WhichForm
from billing.whatif.history import history_of
from billing.whatif.replay import Change
from billing.whatif.result import compare
from engagements.work.models import SelfcostService


@administrators()
def what_if(request: HttpRequest) -> HttpResponse:
    """The year as it was beside the year as it would have been."""
    today = timezone.localdate()
    years = sorted({today.year, *RateVersion.objects.values_list("year", flat=True)}, reverse=True)
    asked = {"year": str(today.year), "service": SelfcostService.ADVICE.value}
    which = WhichForm({**asked, **{name: request.GET[name] for name in asked if name in request.GET}}, years=years)
    if which.is_valid():
        history = history_of(which.cleaned_data["year"], which.cleaned_data["service"], on=today)
    else:
        history = history_of(today.year, SelfcostService.ADVICE, on=today)
    asks = any(name not in asked for name in request.GET)
    form = WhatIfForm(request.GET if asks else None, history=history)
    is_valid = which.is_valid() and (not form.is_bound or form.is_valid())
    change = form.change() if form.is_bound and is_valid else Change()
    result, labels = compare(history, change), _labels(history.is_actual)
    context = {
        "which": which,
        "form": form,
        "history": history,
        "result": result,
        "figures": [(figure, labels[figure.code]) for figure in result.figures],
        "is_valid": is_valid,
    }
    return render(request, "selfcost/what_if.html", context, status=200 if is_valid else 422)


def _labels(is_actual: bool) -> dict[str, str]:
    return {
        "hours": _("Hours"),
        "issued": _("Invoiced, at self-cost price"),
        "not_issued": _("Not invoiced yet"),
        "income": _("Income at self-cost price"),
        "self_cost": _("Self-cost by the accounts") if is_actual else _("Planned self-cost"),
        "result": _("Result against self-cost"),
        "discount": _("Discounts"),
        "net": _("The organisations pay"),
        "uncovered": _("Discounts that no pot can pay"),
    }
