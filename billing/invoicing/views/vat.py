"""VAT on one page: what each term comes to, and how each service type is taxed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators
from advisory.kernel.list_file import list_file
from advisory.kernel.seller import SellerParticulars
from billing.invoicing import vat_terms
from billing.invoicing.list_files import VAT
from engagements.work.services import taxed_on


@administrators("GET")
def vat(request: HttpRequest) -> HttpResponse:
    """The terms of `?year=`, the newest with documents where none is asked for."""
    today = timezone.localdate()
    years = vat_terms.years_issued() or [today.year]
    asked = request.GET.get("year", "")
    year = int(asked) if asked in map(str, years) else years[0]
    terms = vat_terms.terms_of(year)
    sums = [found for term in terms for found in term.sums]
    name = _("vat")
    file = list_file(request, on=today, name=f"{name}-{year}", title=_("VAT by term"), columns=VAT, rows=sums)
    if file:
        return file
    return render(
        request,
        "settings/vat.html",
        {
            "terms": terms,
            "sums": sums,
            "year": year,
            "today": today,
            "tabs": [{"label": each, "href": f"?year={each}", "is_current": each == year} for each in years],
            "seller": SellerParticulars.objects.filter(valid_from__lte=today).order_by("-valid_from").first(),
            "kinds": taxed_on(today),
        },
    )
