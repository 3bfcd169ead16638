"""Who gets discounts and who does not: counts that pick out nobody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators
from billing.discounts import statistics
from billing.discounts.suppression import LEAST


@administrators("GET")
def discount_statistics(request: HttpRequest) -> HttpResponse:
    """Discounts given and not, by size, county and kind, for one year of decisions."""
    years = statistics.years()
    asked = request.GET.get("year", "")
    fitting = [year for year in years if str(year) == asked]
    year = fitting[0] if fitting else (years[0] if years else timezone.localdate().year)
    found = statistics.statistics(year)
    tables = [
        ("size", _("By size"), _("Counted income"), found.by_size),
        ("county", _("By county"), _("County"), found.by_county),
        ("kind", _("By kind"), _("Kind"), found.by_kind),
    ]
    context = {"year": year, "years": years, "tables": tables, "least": LEAST, "is_empty": not found.by_kind.rows}
    return render(request, "discounts/statistics.html", context)
