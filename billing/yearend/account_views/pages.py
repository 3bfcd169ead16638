"""Pages of a year's accounts: the years, one year, its rows and what each area cost; administrators only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.files import download
from advisory.kernel.spreadsheet import CSV_TYPE, XLSX_TYPE
from billing.selfcost.forms import SendBackForm
from billing.yearend import account_page, actual
from billing.yearend.account_files import accounts_csv, accounts_workbook
from billing.yearend.account_forms import DescribeForm, FullTimeForm, MappingForm, OpenForm
from billing.yearend.account_lines import map_lines
from billing.yearend.account_page import UNMAPPED, State
from billing.yearend.accounts import (
    FIRST_YEAR,
    LAST_YEAR,
    describe_accounts,
    is_closed,
    open_accounts,
    send_back_accounts,
    submit_accounts,
    write_full_time_key,
)
from billing.yearend.actual import BEARERS
from billing.yearend.mapping import remember
from billing.yearend.models import AccountingYear, AccountMapping, Destination, YearKey


@administrators("GET", "POST")
def years(request: HttpRequest) -> HttpResponse:
    """All years with accounts, the newest first, and a form that opens another."""
    form = OpenForm(request.POST if request.method == "POST" else None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        opened = open_accounts(year=form.cleaned_data["year"], by=user_of(request), now=timezone.now())
        return redirect("accounts", opened.year)
    found = AccountingYear.objects.select_related("closing__closed_by", "made_by", "submitted_by")
    rows = [(each, account_page.state_of(each, getattr(each, "closing", None))) for each in found]
    context = {"rows": rows, "form": form, "crumbs": _crumbs()}
    return render(request, "selfcost/accounts/years.html", context, status=422 if form.errors else 200)


@administrators("GET")
def accounts(request: HttpRequest, year: int) -> HttpResponse:
    """The accounts of a year, or what to do where there are none."""
    found = _found(year)
    if found is None:
        return render(request, "selfcost/accounts/empty.html", _place(year))
    return render(request, "selfcost/accounts/detail.html", {**_place(year), "page": account_page.page(found)})


@administrators("POST")
def start(request: HttpRequest, year: int) -> HttpResponse:
    """Open the accounts of a year without a file."""
    _must_be_a_year(year)
    open_accounts(year=year, by=user_of(request), now=timezone.now())
    return redirect("accounts", year)


@administrators("GET")
def rows(request: HttpRequest, year: int) -> HttpResponse:
    """The rows of the accounts: all, or those of one sum (`to`), of one source (`from`)."""
    found = required(year)
    to, origin = request.GET.get("to", ""), request.GET.get("from", "")
    if to not in ("", UNMAPPED, *Destination.values) or origin not in ("", "imported", "hand"):
        raise Http404
    every = actual.rows_of(found)
    shown = [
        row
        for row in every
        if (not to or row.destination == ("" if to == UNMAPPED else to))
        and (not origin or row.imported == (origin == "imported"))
    ]
    context = {
        **_place(year, inside=True),
        "accounts": found,
        "rows": shown,
        "sum": actual.Sum(tuple(shown)),
        "to": to,
        "to_label": _("Not placed yet") if to == UNMAPPED else Destination(to).label if to else "",
        "origin": origin,
        "unmapped_key": UNMAPPED,
        "groups": account_page.GROUPS,
        "is_open": found.submitted_at is None and not is_closed(found),
    }
    return render(request, "selfcost/accounts/rows.html", context)


@administrators("GET")
def cost(request: HttpRequest, year: int, bearer: str) -> HttpResponse:
    """What one area, or one service of area 3, cost: each row with the part that is its."""
    if bearer not in BEARERS:
        raise Http404
    found = required(year)
    costs, no_costs = None, ""
    try:
        costs = actual.actual_costs(found)
    except DomainError as error:
        no_costs = error.message
    context = {
        **_place(year, inside=True),
        "bearer": Destination(bearer),
        "cost": costs.of(bearer) if costs else None,
        "no_costs": no_costs,
    }
    return render(request, "selfcost/accounts/cost.html", context)


@administrators("GET")
def hours(request: HttpRequest, year: int) -> HttpResponse:
    """The recorded hours of the year by area, engagement and activity."""
    _must_be_a_year(year)
    groups = account_page.recorded_work(year)
    context = {**_place(year, inside=True), "groups": groups, "minutes": sum(group.minutes for group in groups)}
    return render(request, "selfcost/accounts/hours.html", context)


@administrators("GET")
def export(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """All rows as XLSX or CSV."""
    found = required(year)
    lines = actual.rows_of(found)
    if kind == "xlsx":
        content, media_type = accounts_workbook(year, lines, made_at=timezone.localtime()), XLSX_TYPE
    elif kind == "csv":
        content, media_type = accounts_csv(lines), CSV_TYPE
    else:
        raise Http404
    response = HttpResponse(content, content_type=media_type)
    name = _("accounts")
    response["Content-Disposition"] = f'attachment; filename="{name}-{year}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


@administrators("GET", "POST")
def full_time(request: HttpRequest, year: int) -> HttpResponse:
    """The full-time equivalents of each area."""
    found = required(year)
    key = YearKey.objects.filter(accounting_year=found).first()
    form = FullTimeForm(request.POST if request.method == "POST" else None, initial=FullTimeForm.initial_of(key))
    if request.method == "POST" and form.is_valid():
        try:
            write_full_time_key(
                accounting_year=found, full_time=form.weights(), by=user_of(request), now=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The full-time equivalents are saved."))
            return redirect("accounts", year)
    return _form(request, year, form, title=_("Full-time equivalents %(year)s") % {"year": year}, verb=_("Save"))


@administrators("GET", "POST")
def describe(request: HttpRequest, year: int) -> HttpResponse:
    """The case of the board, a comment, and whose the figures of equipment are."""
    found = required(year)
    form = DescribeForm(request.POST if request.method == "POST" else None, initial=DescribeForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            describe_accounts(accounting_year=found, **form.cleaned_data, by=user_of(request), now=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts", year)
    return _form(request, year, form, title=_("About the accounts of %(year)s") % {"year": year}, verb=_("Save"))


@administrators("GET", "POST")
def year_mapping(request: HttpRequest, year: int) -> HttpResponse:
    """Where each line of the year goes; those without a destination first."""
    found = required(year)
    lines = sorted(actual.rows_of(found), key=lambda row: bool(row.destination))
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        rows=[(str(row.pk), f"{row.account} {row.label}".strip(), row.destination) for row in lines],
        empty=_("Not placed yet"),
    )
    if request.method == "POST" and form.is_valid():
        try:
            count = map_lines(
                accounting_year=found,
                destinations={int(key): value for key, value in form.destinations().items()},
                by=user_of(request),
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved. Changed: %(count)s.") % {"count": count})
            return redirect("accounts", year)
    drawn = [(row, form[f"to-{row.pk}"]) for row in lines]
    context = {**_place(year, inside=True), "form": form, "drawn": drawn}
    return render(request, "selfcost/accounts/mapping.html", context, status=422 if form.errors else 200)


@administrators("GET", "POST")
def mapping(request: HttpRequest) -> HttpResponse:
    """Where each account went the last time: what the next import begins with."""
    known = list(AccountMapping.objects.select_related("changed_by"))
    form = MappingForm(
        request.POST if request.method == "POST" else None,
        rows=[(row.account, f"{row.account} {row.label}".strip(), row.destination) for row in known],
        empty=_("Forget this account"),
    )
    if request.method == "POST" and form.is_valid():
        labels = {row.account: row.label for row in known}
        count = remember(
            {account: (labels[account], to) for account, to in form.destinations().items()},
            by=user_of(request),
            now=timezone.now(),
        )
        messages.success(request, _("Saved. Changed: %(count)s.") % {"count": count})
        return redirect("account_mappings")
    drawn = [(row, form[f"to-{row.account}"]) for row in known]
    context = {"form": form, "drawn": drawn, "crumbs": [*_crumbs(), (_("Accounts"), reverse("account_years"))]}
    return render(request, "selfcost/accounts/mappings.html", context, status=422 if form.errors else 200)


@administrators("POST")
def submit(request: HttpRequest, year: int) -> HttpResponse:
    """Hand the accounts over for review."""
    try:
        submit_accounts(accounting_year=required(year), by=user_of(request), now=timezone.now())
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The accounts are handed over. Another administrator must close the year."))
    return redirect("accounts", year)


@administrators("GET", "POST")
def send_back(request: HttpRequest, year: int) -> HttpResponse:
    """Say what must be changed; the accounts can be written in again."""
    found = required(year)
    form = SendBackForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            send_back_accounts(
                accounting_year=found, reason=form.cleaned_data["reason"], by=user_of(request), now=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The accounts are sent back. They can be changed again."))
            return redirect("accounts", year)
    return _form(
        request, year, form, title=_("Send back the accounts of %(year)s") % {"year": year}, verb=_("Send back")
    )


@administrators("GET")
def file(request: HttpRequest, year: int, file: int) -> HttpResponse:
    """A trial balance as it was uploaded."""
    found = required(year).trial_balances.filter(pk=file).first()
    if found is None:
        raise Http404
    return download(found)


def required(year: int) -> AccountingYear:
    """The accounts of the year, or 404."""
    found = _found(year)
    if found is None:
        raise Http404
    return found


def _found(year: int) -> AccountingYear | None:
    _must_be_a_year(year)
    return AccountingYear.objects.select_related("made_by", "submitted_by").filter(year=year).first()


def _must_be_a_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Self-cost"), reverse("selfcost"))]


def _place(year: int, *, inside: bool = False) -> dict[str, Any]:
    """The year and the way back: to the years, and from a page of the accounts to the accounts."""
    crumbs = [*_crumbs(), (_("Accounts"), reverse("account_years"))]
    if inside:
        crumbs.append((str(year), reverse("accounts", args=[year])))
    return {"year": year, "crumbs": crumbs, "State": State}


def _form(request: HttpRequest, year: int, form: Any, *, title: str, verb: str, **more: Any) -> HttpResponse:
    """A page with one form and nothing else."""
    context = {**_place(year, inside=True), "form": form, "title": title, "verb": verb, **more}
    return render(request, "selfcost/accounts/form.html", context, status=422 if form.errors else 200)
