"""Pages where lines and seats of a year's accounts are written by hand."""

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
from advisory.kernel.forms_once import once, say_once
from billing.yearend.account_forms import LineForm, SeatForm
from billing.yearend.account_lines import add_line, change_line, remove_line
from billing.yearend.account_seats import add_seat_sale, change_seat_sale, remove_seat_sale
from billing.yearend.account_views.pages import required
from billing.yearend.models import AccountingYear, ActualLine, SeatSale


@administrators("GET", "POST")
def new_line(request: HttpRequest, year: int) -> HttpResponse:
    """A form for a line by hand."""
    found = required(year)
    form = LineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by, now = user_of(request), timezone.now()
        try:
            with once(form, by=by, now=now) as is_first:
                if is_first:
                    add_line(accounting_year=found, written=form.written(), by=by, now=now)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            say_once(request, is_first, _("The line is added."))
            return redirect("accounts", year)
    return _page(request, year, form, title=_("New line"), verb=_("Add the line"))


@administrators("GET", "POST")
def change(request: HttpRequest, year: int, line: int) -> HttpResponse:
    """A line by hand, to be written anew or removed."""
    found = _line(required(year), line)
    form = LineForm(request.POST if request.method == "POST" else None, initial=LineForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_line(line=found, written=form.written(), by=user_of(request), now=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The line is saved."))
            return redirect("account_rows", year)
    remove = reverse("account_line_remove", args=[year, line])
    return _page(request, year, form, title=_("Change the line"), verb=_("Save"), remove=remove)


@administrators("POST")
def remove(request: HttpRequest, year: int, line: int) -> HttpResponse:
    """Take a line by hand out."""
    remove_line(line=_line(required(year), line), by=user_of(request), now=timezone.now())
    messages.success(request, _("The line is deleted."))
    return redirect("account_rows", year)


@administrators("GET", "POST")
def new_seats(request: HttpRequest, year: int) -> HttpResponse:
    """A form for seats sold."""
    found = required(year)
    form = SeatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by, now = user_of(request), timezone.now()
        try:
            with once(form, by=by, now=now) as is_first:
                if is_first:
                    add_seat_sale(accounting_year=found, written=form.written(), by=by, now=now)
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            say_once(request, is_first, _("The seats are added."))
            return redirect("accounts", year)
    return _page(request, year, form, title=_("Seats sold"), verb=_("Add the seats"))


@administrators("GET", "POST")
def change_seats(request: HttpRequest, year: int, sale: int) -> HttpResponse:
    """Seats sold, to be written anew or removed."""
    found = _sale(required(year), sale)
    form = SeatForm(request.POST if request.method == "POST" else None, initial=SeatForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            change_seat_sale(sale=found, written=form.written(), by=user_of(request), now=timezone.now())
        except DomainError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("The seats are saved."))
            return redirect("accounts", year)
    remove = reverse("account_seats_remove", args=[year, sale])
    return _page(request, year, form, title=_("Change the seats sold"), verb=_("Save"), remove=remove)


@administrators("POST")
def remove_seats(request: HttpRequest, year: int, sale: int) -> HttpResponse:
    """Take seats sold out."""
    remove_seat_sale(sale=_sale(required(year), sale), by=user_of(request), now=timezone.now())
    messages.success(request, _("The seats are deleted."))
    return redirect("accounts", year)


def _line(accounts: AccountingYear, pk: int) -> ActualLine:
    found = accounts.lines.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _sale(accounts: AccountingYear, pk: int) -> SeatSale:
    found = accounts.seat_sales.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: HttpRequest, year: int, form: Any, *, title: str, verb: str, remove: str = "") -> HttpResponse:
    crumbs = [
        (_("Self-cost"), reverse("selfcost")),
        (_("Accounts"), reverse("account_years")),
        (str(year), reverse("accounts", args=[year])),
    ]
    context = {"year": year, "crumbs": crumbs, "form": form, "title": title, "verb": verb, "remove": remove}
    return render(request, "selfcost/accounts/form.html", context, status=422 if form.errors else 200)
