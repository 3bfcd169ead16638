"""The ring-fence report: the years, one report, the rows behind its figures, and its files. For administrators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from advisory.kernel.access import administrators
from advisory.kernel.files import download
from billing.discounts.models import Pot
from billing.ringfence import work
from billing.ringfence.changes import changes
from billing.ringfence.figures import live
from billing.ringfence.files import draft
from billing.ringfence.forms import EARLIEST, LATEST, PeriodForm, RowsForm
from billing.ringfence.models import FundingReport
from billing.ringfence.page import Page, page_of
from billing.ringfence.report import from_json, whole_year
from billing.ringfence.years import years

PAGE_SIZE = 50


@administrators("GET")
def reports(request: HttpRequest) -> HttpResponse:
    """The years that have a report; with `?from=&to=` the report of that period."""
    asked = "from" in request.GET or "to" in request.GET
    today = timezone.localdate()
    form = PeriodForm(
        request.GET if asked else None, initial={"from": date(today.year, 1, 1), "to": today}, auto_id="period_%s"
    )
    if asked and form.is_valid():
        return _show(request, *form.period, form=form)
    return render(
        request,
        "reports/funding/list.html",
        {"years": years(), "form": form},
        status=422 if asked else 200,
    )


@administrators("GET")
def report(request: HttpRequest, year: int) -> HttpResponse:
    """The report of a year: the frozen one where the year is closed, else what the books say now."""
    return _show(request, *_of_year(year))


@administrators("GET")
def hours(request: HttpRequest) -> HttpResponse:
    """The time entries behind the hours of a period, perhaps of one area."""
    form = RowsForm(_asked(request))
    if not form.is_valid():
        return _refused(request, form)
    first, last = form.period
    area = form.cleaned_data["area"]
    entries = work.entries(first, last)
    if area:
        entries = entries.filter(funding_area=area)
    minutes = entries.order_by().aggregate(total=Sum("minutes"))["total"] or 0
    rows = entries.select_related("advisor", "engagement__organisation", "service_type", "activity")
    page = Paginator(rows.order_by("day", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "reports/funding/hours.html",
        {"page": page, "minutes": minutes, "area": area, **_back(first, last)},
    )


@administrators("GET")
def invoice_lines(request: HttpRequest) -> HttpResponse:
    """The lines of invoices and credit notes behind what customers and pots paid, with what falls in the period."""
    form = RowsForm(_asked(request))
    if not form.is_valid():
        return _refused(request, form)
    first, last = form.period
    area, pot = form.cleaned_data["area"], form.cleaned_data["pot"]
    lines = work.lines(first, last)
    if area:
        lines = lines.filter(funding_area=area)
    if pot:
        lines = work.paid_by(lines, pot)
    page = Paginator(lines.select_related("invoice__organisation").order_by("invoice", "position"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    # A line counts whole in its year.
    parts = work.parts_within(page, *((EARLIEST, LATEST) if whole_year(first, last) else (first, last)))
    return render(
        request,
        "reports/funding/lines.html",
        {
            "page": page,
            "parts": parts,
            "area": area,
            "pot": Pot.objects.filter(pk=pot).first() if pot else None,
            "from_pots": pot is not None,
            **_back(first, last),
        },
    )


@administrators("GET")
def report_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The year's report as PDF: the stored file where the year is closed."""
    return _file(*_of_year(year), "pdf")


@administrators("GET")
def report_workbook(request: HttpRequest, year: int) -> HttpResponse:
    """The year's report as a workbook: the stored file where the year is closed."""
    return _file(*_of_year(year), "xlsx")


@administrators("GET")
def period_pdf(request: HttpRequest) -> HttpResponse:
    """The report of `?from=&to=` as PDF."""
    form = PeriodForm(_asked(request))
    return _file(*form.period, "pdf") if form.is_valid() else _refused(request, form)


@administrators("GET")
def period_workbook(request: HttpRequest) -> HttpResponse:
    """The report of `?from=&to=` as a workbook."""
    form = PeriodForm(_asked(request))
    return _file(*form.period, "xlsx") if form.is_valid() else _refused(request, form)


def _asked(request: HttpRequest) -> Mapping[str, Any]:
    """What the address asks for; without a period, this calendar year."""
    if "from" in request.GET or "to" in request.GET:
        return request.GET
    year = timezone.localdate().year
    return {**request.GET.dict(), "from": date(year, 1, 1), "to": date(year, 12, 31)}


def _of_year(year: int) -> tuple[date, date]:
    if not EARLIEST.year <= year <= LATEST.year:
        raise Http404
    return date(year, 1, 1), date(year, 12, 31)


def _kept(first: date, last: date) -> FundingReport | None:
    """The frozen report of exactly this period."""
    return FundingReport.objects.filter(first=first, last=last).select_related("made_by").first()


def _show(request: HttpRequest, first: date, last: date, *, form: PeriodForm | None = None) -> HttpResponse:
    now = timezone.now()
    kept = _kept(first, last)
    figures = live(first, last, now=now)
    frozen = from_json(kept.figures) if kept else None
    page: Page = page_of(frozen or figures)
    return render(
        request,
        "reports/funding/report.html",
        {
            "page": page,
            "figures": page.figures,
            "report": kept,
            "changes": changes(frozen, figures) if frozen else (),
            "form": form,
            **_back(first, last),
        },
    )


def _file(first: date, last: date, kind: str) -> HttpResponse:
    kept = _kept(first, last)
    if kept is not None:
        return download(kept.files.get(kind=kind))
    # To the minute, which is what the file says: two within a minute have the same bytes.
    now = timezone.now().replace(second=0, microsecond=0)
    return download(draft(live(first, last, now=now), kind, language=get_language() or "nb"))


def _back(first: date, last: date) -> dict[str, object]:
    """The period and the addresses that belong to it."""
    year = whole_year(first, last)
    query = urlencode({"from": first.isoformat(), "to": last.isoformat()})
    return {
        "first": first,
        "last": last,
        "year": year,
        "query": query,
        "back": reverse("funding_report", args=[year]) if year else f"{reverse('funding_reports')}?{query}",
        "pdf_url": reverse("funding_pdf", args=[year]) if year else f"{reverse('funding_period_pdf')}?{query}",
        "book_url": reverse("funding_workbook", args=[year])
        if year
        else f"{reverse('funding_period_workbook')}?{query}",
    }


def _refused(request: HttpRequest, form: PeriodForm) -> HttpResponse:
    """What was asked for is no period: the form again, with what was written."""
    return render(request, "reports/funding/list.html", {"years": years(), "form": form}, status=422)
