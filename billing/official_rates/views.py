"""Pages of the dated tables; administrators only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from billing.official_rates.forms import InterestForm, OnCostsForm, ZoneFormSet
from billing.official_rates.models import InterestRate, LevyZone, OnCosts
from billing.official_rates.salary import SalaryCost, productive_hours, salary_cost
from billing.official_rates.tables import set_interest, set_on_costs
from billing.selfcost.models import CostBase, SalaryLine

#: A round sum that the page computes with, to show how.
EXAMPLE_SALARY = Decimal(600_000)


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table with the cost bases that use it, and what a salary costs by it in its first zone."""

    table: OnCosts
    zones: list[LevyZone]
    bases: list[CostBase]
    example: SalaryCost
    holiday_hours: Decimal
    hours: Decimal


@administrators("GET")
def on_costs(request: HttpRequest) -> HttpResponse:
    """The tables of on-costs, newest first: the one in force, those to come and those before."""
    today = timezone.localdate()
    tables = list(OnCosts.objects.select_related("set_by").prefetch_related("zones"))
    bases: dict[int, list[CostBase]] = {}
    for line in SalaryLine.objects.select_related("cost_base").order_by("-cost_base__year", "cost_base"):
        using = bases.setdefault(line.on_costs_id, [])
        if line.cost_base not in using:
            using.append(line.cost_base)
    in_force = next((table for table in tables if table.valid_from <= today), None)
    return render(
        request,
        "settings/on_costs/list.html",
        {
            "tables": [_shown(table, bases.get(table.pk, [])) for table in tables],
            "in_force": in_force,
            "today": today,
            "example_salary": EXAMPLE_SALARY,
        },
    )


@administrators("GET", "POST")
def on_costs_new(request: HttpRequest) -> HttpResponse:
    """A form for a new table, filled with the newest one."""
    newest = OnCosts.objects.order_by("-valid_from").first()
    zones = [{"code": zone.code, "percent": zone.percent} for zone in newest.zones.all()] if newest else []
    is_sent = request.method == "POST"
    form = OnCostsForm(request.POST if is_sent else None, initial=OnCostsForm.initial_of(newest) if newest else None)
    rows = ZoneFormSet(request.POST, prefix="zones") if is_sent else ZoneFormSet(initial=zones, prefix="zones")
    if is_sent and all([form.is_valid(), rows.is_valid()]):
        try:
            made = set_on_costs(
                valid_from=form.cleaned_data["valid_from"],
                facts=form.facts(),
                zones=rows.zones(),
                by=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(
                request,
                _("The table of on-costs is saved. It applies from %(day)s.") % {"day": show.day(made.valid_from)},
            )
            return redirect("on_costs")
    has_errors = bool(form.errors or (rows.is_bound and not rows.is_valid()))
    return render(
        request,
        "settings/on_costs/new.html",
        {"form": form, "rows": rows, "newest": newest, "has_errors": has_errors},
        status=422 if has_errors else 200,
    )


@administrators("GET", "POST")
def interest(request: HttpRequest) -> HttpResponse:
    """The interest of each year, and a form to set or correct one (`?year=` fills it in)."""
    rates = list(InterestRate.objects.select_related("set_by"))
    is_sent = request.method == "POST"
    form = InterestForm(request.POST if is_sent else None, initial=_initial(request, rates))
    if is_sent and form.is_valid():
        try:
            rate = set_interest(**form.cleaned_data, by=user_of(request), now=timezone.now())
        except DomainError as error:
            form.refuse(error)
        else:
            words = _("The interest for %(year)s is %(percent)s.")
            messages.success(request, words % {"year": rate.year, "percent": show.percent(rate.percent)})
            return redirect("interest")
    return render(
        request,
        "settings/interest.html",
        {"rates": rates, "form": form, "known": {rate.year for rate in rates}},
        status=422 if form.errors else 200,
    )


def _initial(request: HttpRequest, rates: list[InterestRate]) -> dict[str, Any]:
    asked = request.GET.get("year", "")
    for rate in rates:
        if str(rate.year) == asked:
            return {"year": rate.year, "percent": rate.percent, "source": rate.source}
    return {"year": timezone.localdate().year}


def _shown(table: OnCosts, bases: list[CostBase]) -> ShownTable:
    zones = list(table.zones.all())
    return ShownTable(
        table=table,
        zones=zones,
        bases=bases,
        example=salary_cost(
            EXAMPLE_SALARY,
            holiday_percent=table.agreed_holiday_percent,
            holiday_days=table.agreed_holiday_days,
            pension_percent=table.pension_percent,
            pension_ceiling=table.pension_ceiling.amount,
            levy_percent=zones[0].percent,
        ),
        holiday_hours=table.hours_a_day * table.agreed_holiday_days,
        hours=productive_hours(
            gross=table.gross_hours,
            hours_a_day=table.hours_a_day,
            holiday_days=table.agreed_holiday_days,
            public_holiday_hours=table.public_holiday_hours,
            absence_percent=table.absence_percent,
        ),
    )
