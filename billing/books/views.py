"""The page of the books' checks: the last run, and a button that runs them now."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators
from billing.books.check import is_stale, latest, run
from billing.books.finding import from_json
from billing.books.models import BooksCheck
from billing.books.words import say

#: Earlier runs in the rail.
SHOWN = 14


@administrators()
def books(request: HttpRequest) -> HttpResponse:
    """What the last run found, each check in words."""
    check = latest()
    context = {
        "check": check,
        "is_stale": check is not None and is_stale(check, timezone.now()),
        "findings": [say(from_json(found)) for found in check.findings] if check else [],
        "earlier": BooksCheck.objects.order_by("-checked_at", "-pk")[1 : SHOWN + 1],
    }
    return render(request, "settings/books.html", context)


@administrators("POST")
def books_run(request: HttpRequest) -> HttpResponse:
    """Run all checks now."""
    if run(timezone.now()).agrees:
        messages.success(request, _("The books are checked, and everything agrees."))
    else:
        messages.error(request, _("The books are checked, and something does not agree."))
    return redirect("books")
