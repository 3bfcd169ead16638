"""Pages of the import of a trial balance: upload, columns and accounts, taken in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel.access import administrators, user_of
from advisory.kernel.errors import DomainError
from billing.yearend.account_forms import ColumnsForm, MappingForm, UploadForm
from billing.yearend.accounts import FIRST_YEAR, LAST_YEAR
from billing.yearend.models import TrialBalance
from billing.yearend.trial_balance import Columns, TrialBalanceRefused, columns_of, read_file, recognised
from billing.yearend.trial_balance_import import (
    Preview,
    Taken,
    discard_trial_balance,
    preview,
    take_in,
    upload_trial_balance,
)


@administrators("GET", "POST")
def upload(request: HttpRequest, year: int) -> HttpResponse:
    """Choose the file; the next page shows what it holds."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            kept = upload_trial_balance(
                year=year, name=sent.name, content=sent.read(), by=user_of(request), now=timezone.now()
            )
        except TrialBalanceRefused as error:
            for text in error.messages:
                form.add_error("file", text)
        except DomainError as error:
            form.add_error("file", error.message)
        else:
            return redirect("account_file_preview", year, kept.pk)
    context = {**_place(year), "form": form}
    return render(request, "selfcost/accounts/upload.html", context, status=422 if form.errors else 200)


@administrators("GET", "POST")
def look(request: HttpRequest, year: int, file: int) -> HttpResponse:
    """The columns, and the accounts with where they go; sent back, they become the lines of the year."""
    found = _file(year, file)
    table = read_file(found.name, bytes(found.content))
    given = request.POST if request.method == "POST" else request.GET
    choices = columns_of(table)
    known = recognised(table, year)
    chosen = ColumnsForm(given if "account" in given else None, columns=choices, initial=_initial(known))
    columns = known if not chosen.is_bound else chosen.columns() if chosen.is_valid() else None
    problem, seen, mapping = "", None, None
    if columns is not None:
        try:
            seen = preview(found, columns)
        except DomainError as error:
            problem = error.message
    if seen is not None and columns is not None:
        rows = [(each.account, f"{each.account} {each.label}", each.destination) for each in seen.changes]
        mapping = MappingForm(request.POST if request.method == "POST" else None, rows=rows, empty=_("Not placed yet"))
        if request.method == "POST" and mapping.is_valid():
            try:
                taken = take_in(
                    file=found,
                    columns=columns,
                    destinations=mapping.destinations(),
                    by=user_of(request),
                    now=timezone.now(),
                )
            except DomainError as error:
                problem = error.message
            else:
                messages.success(request, _done(taken))
                return redirect("accounts", year)
    context = {
        **_place(year),
        "file": found,
        "columns_form": chosen,
        "columns": columns,
        "problem": problem,
        "form": mapping,
        "table": [(number, row) for number, row in table[:8]],
        **_drawn(seen, mapping),
    }
    failed = problem or chosen.errors or (mapping is not None and mapping.errors)
    return render(request, "selfcost/accounts/preview.html", context, status=422 if failed else 200)


@administrators("POST")
def discard(request: HttpRequest, year: int, file: int) -> HttpResponse:
    """Delete a file that nothing was imported from."""
    discard_trial_balance(file=_file(year, file), by=user_of(request), now=timezone.now())
    messages.success(request, _("The file is deleted."))
    return redirect("accounts", year)


def _file(year: int, pk: int) -> TrialBalance:
    found = (
        TrialBalance.objects.select_related("accounting_year", "uploaded_by")
        .filter(pk=pk, accounting_year__year=year)
        .first()
    )
    if found is None:
        raise Http404
    return found


def _initial(known: Columns | None) -> dict[str, Any]:
    if known is None:
        return {}
    return {name: getattr(known, name) for name in ("account", "name", "amount", "debit", "credit")}


def _drawn(seen: Preview | None, mapping: MappingForm | None) -> dict[str, Any]:
    """The changes with their lists of destinations: those that lack one, and the rest."""
    if seen is None or mapping is None:
        return {"seen": None}
    drawn = [(change, mapping[f"to-{change.account}"]) for change in seen.changes]
    return {
        "seen": seen,
        "lacking": [pair for pair in drawn if not pair[0].destination],
        "placed": [pair for pair in drawn if pair[0].destination],
    }


def _done(taken: Taken) -> str:
    """What the import did, in words."""
    words = ngettext("%(count)s account is imported.", "%(count)s accounts are imported.", taken.accounts)
    parts = [words % {"count": taken.accounts}]
    if taken.new or taken.changed or taken.gone:
        parts.append(
            _("New: %(new)s. Changed: %(changed)s. Gone: %(gone)s.")
            % {"new": taken.new, "changed": taken.changed, "gone": taken.gone}
        )
    else:
        parts.append(_("Nothing was changed."))
    if taken.unmapped:
        lacking = ngettext(
            "%(count)s account has no destination.", "%(count)s accounts have no destination.", taken.unmapped
        )
        parts.append(lacking % {"count": taken.unmapped})
    return " ".join(parts)


def _place(year: int) -> dict[str, Any]:
    crumbs = [
        (_("Self-cost"), reverse("selfcost")),
        (_("Accounts"), reverse("account_years")),
        (str(year), reverse("accounts", args=[year])),
    ]
    return {"year": year, "crumbs": crumbs, "steps": [_("Upload"), _("Place the accounts"), _("Imported")]}
