"""Closing months: after that their hours stay as they are (bokføringsforskriften § 5-14)."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from advisory.kernel.access import administrators, user_of
from advisory.kernel.periods import (
    ClosedMonth,
    MonthHeld,
    PeriodKind,
    close_month,
    first_of_month,
    held_months,
    open_month,
)
from engagements.work.models import TimeEntry
from engagements.work.ready_weeks import not_ready
from engagements.work.time_forms import OpenMonthForm

MOST_MONTHS = 24


def _months(today: date) -> list[date]:
    """The months since the first hours, the present one first."""
    earliest = TimeEntry.objects.aggregate(day=Min("day"))["day"] or today
    found = [first_of_month(today)]
    while len(found) < MOST_MONTHS and found[-1] > first_of_month(earliest):
        found.append(first_of_month(found[-1] - timedelta(days=1)))
    return found


def _last_of(month: date) -> date:
    return first_of_month(month + timedelta(days=31)) - timedelta(days=1)


def _name(month: date) -> str:
    return capfirst(date_format(month, "F Y"))


def _page(
    request: HttpRequest,
    *,
    form: OpenMonthForm,
    opening: date | None = None,
    closing: date | None = None,
    status: int = 200,
) -> HttpResponse:
    today = timezone.localdate()
    months = _months(today)
    billable = Q(billable=True, engagement__isnull=False)
    sums = {
        row["month"]: row
        for row in TimeEntry.objects.filter(day__gte=months[-1])
        .order_by()
        .annotate(month=TruncMonth("day"))
        .values("month")
        .annotate(
            advisors=Count("advisor", distinct=True),
            unbilled=Sum("minutes", filter=billable & Q(hold=None)),
            proposed=Sum("minutes", filter=billable & Q(hold__draft__isnull=False)),
            minutes=Sum("minutes"),  # the last: from here on the name is the sum
        )
    }
    closed = {
        row.month: row
        for row in ClosedMonth.objects.filter(kind=PeriodKind.HOURS, month__gte=months[-1]).select_related("closed_by")
    }
    held = held_months(PeriodKind.HOURS, list(closed))
    rows = [
        {
            "month": month,
            "name": _name(month),
            "sums": sums.get(month),
            "closed": closed.get(month),
            "held": held.get(month, ""),
            "is_present": month == first_of_month(today),
        }
        for month in months
    ]
    asked = next((row for row in rows if row["month"] == closing and not row["closed"] and not row["is_present"]), None)
    unready = not_ready(first=closing, last=_last_of(closing), today=today) if asked and closing else []
    context = {"rows": rows, "form": form, "opening": opening, "closing": asked, "unready": unready}
    return render(request, "settings/months.html", context, status=status)


def _month_of(text: str) -> date:
    try:
        return first_of_month(date.fromisoformat(f"{text}-01"))
    except ValueError:
        raise Http404 from None


@administrators()
def months(request: HttpRequest) -> HttpResponse:
    """The latest months with their hours, each to be closed or opened.

    `?open=2026-10` asks for the reason, `?close=2026-10` tells what is unfinished in the month first.
    """
    opening, closing = (request.GET.get(name, "") for name in ("open", "close"))
    return _page(
        request,
        form=OpenMonthForm(),
        opening=_month_of(opening) if opening else None,
        closing=_month_of(closing) if closing else None,
    )


@administrators("POST")
def month_close(request: HttpRequest) -> HttpResponse:
    """Close a month."""
    month = _month_of(request.POST.get("month", ""))
    close_month(kind=PeriodKind.HOURS, month=month, by=user_of(request), now=timezone.now())
    messages.success(request, _("%(month)s is closed.") % {"month": _name(month)})
    return redirect("closed_months")


@administrators("POST")
def month_open(request: HttpRequest) -> HttpResponse:
    """Open a closed month again, with the reason."""
    month = _month_of(request.POST.get("month", ""))
    found = ClosedMonth.objects.filter(kind=PeriodKind.HOURS, month=month).first()
    form = OpenMonthForm(request.POST)
    if found is not None and not form.is_valid():
        return _page(request, form=form, opening=month, status=422)
    if found is not None:
        try:
            open_month(closed=found, by=user_of(request), now=timezone.now(), reason=form.cleaned_data["reason"])
        except MonthHeld as error:
            form.add_error(None, error.message)
            return _page(request, form=form, opening=month, status=422)
        messages.success(request, _("%(month)s is open again.") % {"month": _name(month)})
    return redirect("closed_months")
