"""`/today/`: the work list, the tiles, and the form for today's hours."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel.access import staff, user_of
from advisory.kernel.users import User
from advisory.web.today import tasks, tiles
from billing.invoicing.gather import standing
from billing.invoicing.quote import quotes
from billing.selfcost.risk_of_year import years_so_far
from engagements.models import Engagement
from engagements.work.choices import code_of, places_of
from engagements.work.grid import FULL_WEEK
from engagements.work.time_forms import QuickTimeForm
from engagements.work.views.time import line_of, tell_of
from engagements.work.weeks import Week


@staff("GET", "POST")
def today(request: HttpRequest) -> HttpResponse:
    """GET: the day. POST: hours on one engagement today, through the form and the verb of the week page."""
    user = user_of(request)
    places = places_of(user)
    recent = code_of(places.recent[0]) if places.recent else ""
    form = QuickTimeForm(request.POST or None, initial={"work": recent, "day": _("today")}, places=places)
    if request.method == "POST" and form.is_valid() and (entry := form.log(by=user, now=timezone.now())):
        tell_of(request, entry)
        return redirect("today")
    return _page(request, user, form, form.beyond)


def _page(request: HttpRequest, user: User, form: QuickTimeForm, beyond: Engagement | None) -> HttpResponse:
    now = timezone.localtime()
    on = now.date()
    week = Week.of(on)
    proposals = quotes(standing(), on=on) if user.is_administrator else []
    context = {
        "greeting": _greeting(now),
        "on": on,
        "week": week,
        "tiles": tiles.of_administrator(on, proposals) if user.is_administrator else tiles.of_advisor(user, on),
        "tasks": tasks.of_administrator(user, on, proposals) if user.is_administrator else tasks.of_advisor(user, on),
        "minutes_today": tiles.minutes_of(user, on, on),
        "minutes_week": tiles.minutes_of(user, week.first, week.last),
        "full_week": FULL_WEEK,
        "form": form,
        "line": line_of(form),
        "beyond": beyond,
        "meters": years_so_far(on),
        "shows_kroner": user.is_administrator,
    }
    return render(request, "today/page.html", context, status=422 if form.errors else 200)


def _greeting(now: datetime) -> str:
    if now.hour < 10:
        return _("Good morning")
    return _("Good day") if now.hour < 17 else _("Good evening")
