"""The board's PDF and the workbook of the after-calculation, for administrators."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from advisory.kernel.access import administrators
from advisory.kernel.files import download
from billing.yearend.after_forms import FIRST_YEAR, LAST_YEAR
from billing.yearend.files import file_of
from engagements.work.models import SelfcostService


@administrators("GET")
def after_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The board's PDF of `?service=`: the kept one where the year is closed, else a draft."""
    return _file(request, year, "pdf")


@administrators("GET")
def after_workbook(request: HttpRequest, year: int) -> HttpResponse:
    """The workbook of `?service=`, with live formulas."""
    return _file(request, year, "xlsx")


def _file(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    service = request.GET.get("service", SelfcostService.ADVICE.value)
    if not FIRST_YEAR <= year <= LAST_YEAR or service not in SelfcostService.values:
        raise Http404
    return download(file_of(year, service, kind, now=timezone.now(), language=get_language() or "nb"))
