"""The tier table: those there are, and a new one from a day on."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import administrators, staff, user_of
from advisory.kernel.errors import DomainError
from billing.discounts.decision_page import named_bands
from billing.discounts.forms import StepFormSet, TableForm
from billing.discounts.models import TierTable
from billing.discounts.table_effect import TableEffect, table_effect
from billing.discounts.tables import adopt_tier_table

PREVIEW = "preview"
#: Organisations named in the preview; more are counted.
MOST_SHOWN = 100
#: The limits follow the bands of Frivillighet Norge's membership fee (domain rules 2); the percentages are a choice.
USUAL = [
    ("T1", Decimal(0), Decimal(70)),
    ("T2", Decimal(500_000), Decimal(50)),
    ("T3", Decimal(1_000_000), Decimal(25)),
    ("T0", Decimal(5_000_000), Decimal(0)),
]


@staff("GET")
def tiers(request: HttpRequest) -> HttpResponse:
    """The table in force, those to come and those before."""
    today = timezone.localdate()
    tables = list(TierTable.objects.select_related("adopted_by").prefetch_related("tiers"))
    in_force = next((table for table in tables if table.valid_from <= today), None)
    return render(
        request,
        "discounts/tiers.html",
        {
            "tables": [(table, named_bands(table)) for table in tables],
            "in_force": in_force,
            "today": today,
        },
    )


@administrators("GET", "POST")
def new_tiers(request: HttpRequest) -> HttpResponse:
    """A form for a new table, filled with the one in force; it can show what it would change before it is adopted."""
    today = timezone.localdate()
    table = TierTable.objects.on(today)
    tiers = [(t.code, t.income_from.amount, t.percent) for t in table.tiers.all()] if table else USUAL
    language = get_language() or "nb"
    initial = [
        {"code": code, "income_from": show.typed(start, language), "percent": show.plain(percent, language)}
        for code, start, percent in tiers
    ]
    is_sent = request.method == "POST"
    form = TableForm(request.POST if is_sent else None)
    rows = StepFormSet(request.POST, prefix="tiers") if is_sent else StepFormSet(initial=initial, prefix="tiers")
    effect: TableEffect | None = None
    is_valid = is_sent and all([form.is_valid(), rows.is_valid()])
    if is_valid and request.POST.get("then") == PREVIEW:
        effect = table_effect(table, rows.steps(), today)
    elif is_valid:
        try:
            made = adopt_tier_table(
                valid_from=form.cleaned_data["valid_from"],
                note=form.cleaned_data["note"],
                steps=rows.steps(),
                by=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error("valid_from", error.message)
        else:
            messages.success(request, _("The tier table is adopted from %(day)s.") % {"day": show.day(made.valid_from)})
            return redirect("tiers")
    has_errors = bool(form.errors or (rows.is_bound and not rows.is_valid()))
    return render(
        request,
        "discounts/new_tiers.html",
        {
            "form": form,
            "rows": rows,
            "has_errors": has_errors,
            "effect": effect,
            "moved": effect.moved[:MOST_SHOWN] if effect else (),
            "not_shown": max(0, len(effect.moved) - MOST_SHOWN) if effect else 0,
        },
        status=422 if has_errors else 200,
    )
