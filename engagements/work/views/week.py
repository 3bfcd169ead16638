"""The week page: a table of hours in one form, a line for new hours above it; on a phone one day at a time."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from advisory.kernel.where_to import with_query
from engagements.work import undo
from engagements.work.choices import Places, code_of, places_of
from engagements.work.grid import FULL_WEEK, Grid, RowKey, grid_of, rows_of_week
from engagements.work.models import Engagement
from engagements.work.ready_weeks import is_ready, mark_ready, take_back
from engagements.work.save_week import Saved, save_cells
from engagements.work.time_forms import QuickTimeForm
from engagements.work.views.time import line_of, tell_of
from engagements.work.weeks import NoSuchWeek, Week, parse_week

#: More rows than anybody fills in a week; the query cannot ask for endless ones.
MOST_ROWS = 40


@staff()
def this_week(request: HttpRequest) -> HttpResponse:
    """To the week of today, or to the one that was asked for in words (`?week=47`)."""
    today = timezone.localdate()
    week = Week.of(today)
    asked, year = request.GET.get("week", ""), request.GET.get("year", "")
    if asked.strip():
        in_year = int(year) if year.isascii() and year.isdigit() and len(year) == 4 else week.year
        try:
            week = parse_week(asked, year=in_year)
        except NoSuchWeek:
            messages.error(request, _("There is no week «%(week)s» in %(year)s.") % {"week": asked, "year": in_year})
    return redirect("week", week.year, week.number)


@staff("GET", "POST")
def week(request: HttpRequest, year: int, week: int) -> HttpResponse:
    """One's own week."""
    try:
        shown = Week.checked(year, week)
    except NoSuchWeek:
        raise Http404 from None
    user = user_of(request)
    if request.method != "POST":
        return _page(request, user, shown)
    if "quick" in request.POST:
        return _quick(request, user, shown)
    if "ready" in request.POST:
        return _mark(request, user, shown)
    return _save(request, user, shown)


def _mark(request: HttpRequest, user: User, week: Week) -> HttpResponse:
    """Mark the week as ready, or take that back (`ready=no`)."""
    now = timezone.now()
    if request.POST["ready"] == "no":
        take_back(week=week, by=user, now=now)
        return redirect("week", *_parts(week))
    try:
        mark_ready(week=week, by=user, now=now)
    except DomainError as error:
        return _page(request, user, week, refused=error.message, status=422)
    messages.success(request, _("Week %(number)s is marked as ready.") % {"number": week.number})
    return redirect("week", *_parts(week))


def _wanted_rows(request: HttpRequest, user: User, week: Week) -> list[RowKey]:
    """Empty rows that the query asks for: by name, and those of the week before."""
    asked = request.GET.get("rows", "").split(",")
    rows = [RowKey.parse(text) for text in asked if text and text != "previous"][:MOST_ROWS]
    if "previous" in asked:
        rows += rows_of_week(user, week.previous)
    if added := request.GET.get("add", ""):
        rows.append(RowKey.parse(added))
    return rows


def _day_of(request: HttpRequest, week: Week) -> date:
    """The day that a phone shows: `?day=`, else today, else Monday."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = timezone.localdate()
    return day if day in week else week.first


def _page(
    request: HttpRequest,
    user: User,
    week: Week,
    *,
    form: QuickTimeForm | None = None,
    beyond: Engagement | None = None,
    saved: Saved | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = _wanted_rows(request, user, week) + sorted(saved.rows if saved else [])
    grid = grid_of(
        advisor=user,
        week=week,
        more_rows=rows,
        refusals=saved.refused if saved else None,
        saved=saved.written if saved else (),
    )
    places = places_of(user)
    form = form or _blank(request, user, week, places)
    day = _day_of(request, week)
    context = {
        "grid": grid,
        "week": week,
        "day": day,
        "day_index": week.days.index(day),
        "today": timezone.localdate(),
        "now": timezone.now(),
        "full_week": FULL_WEEK,
        "form": form,
        "line": line_of(form),
        "beyond": beyond,
        "saved": saved,
        "has_errors": status != 200,
        "addable": _addable(grid, places),
        "is_ready": is_ready(user, week),
        "refused": refused,
        "kept_rows": request.GET.get("rows", ""),
        "removed": undo.removed(request) if not saved else [],
        "here": request.get_full_path(),
    }
    return render(request, "time/week.html", context, status=status)


def _blank(request: HttpRequest, user: User, week: Week, places: Places) -> QuickTimeForm:
    """The new line: today where the week has it, and what was used last."""
    today = timezone.localdate()
    return QuickTimeForm(
        initial={
            "work": code_of(places.recent[0]) if places.recent else "",
            "day": _("today") if today in week else week.first,
        },
        places=places,
    )


def _addable(grid: Grid, places: Places) -> list[tuple[str, list[tuple[str, str]]]]:
    """What the week has no row for yet."""
    shown = {row.key.reference for row in grid.rows}
    groups = [(name, [choice for choice in choices if choice[0] not in shown]) for name, choices in places.grouped()]
    return [(name, choices) for name, choices in groups if choices]


def _quick(request: HttpRequest, user: User, week: Week) -> HttpResponse:
    form = QuickTimeForm(request.POST, places=places_of(user))
    if form.is_valid() and (entry := form.log(by=user, now=timezone.now())):
        tell_of(request, entry)
        return redirect("week", *_parts(Week.of(entry.day)))
    return _page(request, user, week, form=form, beyond=form.beyond, status=422)


def _parts(week: Week) -> tuple[int, int]:
    return week.year, week.number


def _save(request: HttpRequest, user: User, week: Week) -> HttpResponse:
    saved = save_cells(
        posted=request.POST.dict(),
        advisor=user,
        week=week,
        by=user,
        now=timezone.now(),
        use=request.POST.get("use", ""),
        step=request.POST.get("step", ""),
    )
    for entry, facts in saved.removed.items():
        undo.remember(request, str(entry), facts)
    if saved.refused:
        return _page(request, user, week, saved=saved, status=409 if saved.conflict else 422)
    written = len(saved.written) - len(saved.removed)
    if written and not request.POST.get("step"):
        text = ngettext("%(count)s cell is saved.", "%(count)s cells are saved.", written)
        messages.success(request, text % {"count": written})
    where = with_query(
        reverse("week", args=_parts(week)),
        rows=request.GET.get("rows", ""),
        day=request.GET.get("day", ""),
        removed=",".join(map(str, saved.removed)),
    )
    return redirect(where)
