"""Pages of the after-calculation: the year, the rows behind its figures, its closing, and what goes into the price."""

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
from advisory.kernel.money import ZERO
from billing.selfcost.fund import LONGEST_SPREAD
from billing.selfcost.fund_use import fund_before
from billing.yearend import closing, remarks
from billing.yearend.after_forms import FIRST_YEAR, LAST_YEAR, CarryOverForm, CloseForm
from billing.yearend.after_page import State, after_page, state_of
from billing.yearend.after_rows import rows_behind
from billing.yearend.carry_over import carry_over
from billing.yearend.figures import AfterFigures, Remark, after_figures
from billing.yearend.fund_chart import fund_chart
from billing.yearend.models import AccountingYear, ServiceResult, YearClosing
from engagements.work.models import SelfcostService

PAGE_SIZE = 100
#: Where a remark is put right: a url name, whether it takes the year, and the words of the link.
_PLACES = {
    "no_interest": ("interest", False),
    "no_accounts": ("accounts", True),
    "unmapped": ("account_mapping", True),
    "no_hours_key": ("accounts", True),
    "no_full_time_key": ("account_full_time", True),
}


@administrators("GET")
def newest_after(request: HttpRequest) -> HttpResponse:
    """To the after-calculation of the newest year that is open."""
    closed = YearClosing.objects.order_by("-accounting_year__year").values_list("accounting_year__year", flat=True)
    last = closed.first()
    if last is not None:
        return redirect("after", last + 1)
    opened = AccountingYear.objects.order_by("-year").values_list("year", flat=True).first()
    return redirect("after", opened or timezone.localdate().year)


@administrators("GET")
def after(request: HttpRequest, year: int) -> HttpResponse:
    """One service's year: budget against accounts, the fund by layers, who paid what."""
    service = _service(request, year)
    figures = after_figures(year, service, on=timezone.localdate())
    accounts, result = _standing(year, service)
    state = state_of(accounts, result)
    page = after_page(figures)
    return render(
        request,
        "selfcost/after/page.html",
        {
            **_place(year, service),
            "page": page,
            "figures": figures,
            "state": state,
            "accounts": accounts,
            "result": result,
            "closing": result.closing if result else None,
            "warnings": [_shown(remark, year, service) for remark in figures.remarks if not remark.blocks],
            "todo": [_shown(remark, year, service) for remark in figures.blockers],
            "before": year - 1 if year > FIRST_YEAR else None,
            "next": year + 1 if year < min(timezone.localdate().year, LAST_YEAR) else None,
            "chart": fund_chart(figures.history),
            "carry": _carry(figures) if state is State.CLOSED else None,
        },
    )


@administrators("GET")
def after_rows(request: HttpRequest, year: int, of: str) -> HttpResponse:
    """What a figure is the sum of."""
    service = _service(request, year)
    figures = after_figures(year, service, on=timezone.localdate())
    rows = rows_behind(of, figures, request.GET)
    behind = rows.entries if rows.entries is not None else rows.lines
    page = Paginator(behind if behind is not None else rows.accrued, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "selfcost/after/rows.html",
        {**_place(year, service), "rows": rows, "page": page, "of": of},
    )


@administrators("GET", "POST")
def close_year(request: HttpRequest, year: int) -> HttpResponse:
    """The review of all services' figures, and the closing."""
    _service(request, year)
    accounts = AccountingYear.objects.filter(year=year).select_related("made_by", "submitted_by").first()
    if (
        accounts is None
        or accounts.submitted_at is None
        or YearClosing.objects.filter(accounting_year=accounts).exists()
    ):
        return redirect("after", year)
    figures = closing.figures_of_all(year, on=timezone.localdate())
    form = CloseForm(request.POST if request.method == "POST" else None, initial={"seen": closing.fingerprint(figures)})
    if request.method == "POST" and form.is_valid():
        try:
            closing.close_year(
                accounting_year=accounts, by=user_of(request), now=timezone.now(), seen=form.cleaned_data["seen"]
            )
        except closing.FiguresMoved as error:
            form = CloseForm({"seen": closing.fingerprint(figures)})
            form.add_error(None, error.message)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(
                request, _("%(year)s is closed. The figures are kept, and the fund has moved.") % {"year": year}
            )
            return redirect("after", year)
    person = user_of(request).pk
    return render(
        request,
        "selfcost/after/close.html",
        {
            **_place(year, SelfcostService.ADVICE.value),
            "accounts": accounts,
            "pages": [(SelfcostService(service), after_page(each)) for service, each in figures.items()],
            "blockers": _once(figures, year),
            "form": form,
            "own": person in (accounts.made_by_id, accounts.submitted_by_id),
        },
        status=422 if form.errors else 200,
    )


@administrators("POST")
def carry_into_price(request: HttpRequest, year: int) -> HttpResponse:
    """Make or change the draft of a later cost base, so that it uses the fund."""
    _service(request, year)
    form = CarryOverForm(request.POST, year=year)
    if not form.is_valid() or form.cleaned_data["service"] not in SelfcostService.values:
        messages.error(request, _("Choose the year and over how many years the fund is spread."))
        return redirect("after", year)
    service, into = form.cleaned_data["service"], form.cleaned_data["into"]
    try:
        base = carry_over(
            service=service,
            into=into,
            spread_years=form.cleaned_data["spread_years"],
            by=user_of(request),
            now=timezone.now(),
        )
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(f"{reverse('after', args=[year])}?service={service}")
    messages.success(
        request, _("The draft of the cost base for %(year)s now uses the self-cost fund.") % {"year": base.year}
    )
    return redirect("cost_base", into, service)


def _service(request: HttpRequest, year: int) -> str:
    service = request.GET.get("service", SelfcostService.ADVICE.value)
    if not FIRST_YEAR <= year <= LAST_YEAR or service not in SelfcostService.values:
        raise Http404
    return service


def _standing(year: int, service: str) -> tuple[AccountingYear | None, ServiceResult | None]:
    accounts = AccountingYear.objects.filter(year=year).select_related("made_by", "submitted_by").first()
    result = (
        ServiceResult.objects.filter(closing__accounting_year__year=year, service=service)
        .select_related("closing__closed_by")
        .first()
    )
    return accounts, result


def _place(year: int, service: str) -> dict[str, Any]:
    chosen = SelfcostService(service)
    return {
        "year": year,
        "service": chosen,
        "crumbs": [(_("Self-cost"), reverse("selfcost"))],
        "here": _("After-calculation %(year)s") % {"year": year},
        "own_url": f"{reverse('after', args=[year])}?service={service}",
        "tabs": [
            {
                "href": f"{reverse('after', args=[year])}?service={each.value}",
                "label": capfirst(each.label),
                "is_current": each == chosen,
            }
            for each in SelfcostService
        ],
    }


def _shown(remark: Remark, year: int, service: str) -> dict[str, Any]:
    """A remark with its words, its colour, and where it is put right or what is behind it."""
    shown: dict[str, Any] = {"text": remarks.text(remark), "color": "warning", "url": "", "label": ""}
    if remark.code in ("overdue",):
        shown["color"] = "danger"
    if remark.code == "not_over":
        shown["color"] = "info"
    rows = {"other_areas": "other-areas", "straddling": "straddling", "unpriced": "unpriced"}.get(remark.code)
    if rows:
        shown["url"] = f"{reverse('after_rows', args=[year, rows])}?service={service}"
        shown["label"] = _("See the rows")
    elif remark.code in _PLACES:
        name, takes_year = _PLACES[remark.code]
        shown["url"] = reverse(name, args=[year] if takes_year else [])
        shown["label"] = _("Write the interest") if name == "interest" else _("Go to the accounts")
    elif remark.code == "earlier_open" and remark.year is not None:
        shown["url"] = reverse("after", args=[remark.year])
        shown["label"] = _("Go to %(year)s") % {"year": remark.year}
    return shown


def _once(figures: dict[str, AfterFigures], year: int) -> list[dict[str, Any]]:
    """What stands in the way for any service, each thing once."""
    found = {remark: service for service, each in reversed(figures.items()) for remark in each.blockers}
    return [_shown(remark, year, service) for remark, service in found.items()]


def _carry(figures: AfterFigures) -> dict[str, Any] | None:
    """What the rule would take into the price of the next year for each spread; None where the fund is empty."""
    before = fund_before(figures.service, figures.year + 1, ZERO)
    if not before.balance:
        return None
    return {
        "form": CarryOverForm(year=figures.year, initial={"service": figures.service, "spread_years": 1}),
        "into": figures.year + 1,
        "balance": before.balance,
        "size": abs(before.balance),
        "uses": [(years, before.use(years)) for years in range(1, LONGEST_SPREAD + 1)],
    }
