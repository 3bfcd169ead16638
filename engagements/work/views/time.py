"""Pages of single hours: adding, changing, removing and taking back, and the list of all."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.list_file import list_file
from advisory.kernel.periods import PeriodKind, closed_months
from advisory.kernel.users import User
from advisory.kernel.where_to import back, with_query
from engagements.panels import hour_warnings
from engagements.references import engagement_for
from engagements.work import undo
from engagements.work.choices import places_of
from engagements.work.frame import Frame, frame_of
from engagements.work.grid import FULL_WEEK
from engagements.work.hours import HoursError, parse_hours
from engagements.work.hours_field import shown
from engagements.work.joint_hours import restore_joint_hour
from engagements.work.list_files import HOURS
from engagements.work.locks import lock_of
from engagements.work.log_time import (
    LONG_DAY,
    BeyondFrame,
    ChangedMeanwhile,
    Work,
    bills_by_default,
    change_time,
    minutes_on,
    remove_time,
    restore_time,
    work_of,
)
from engagements.work.models import Engagement, FundingArea, ServiceType, TimeEntry, TimeEntryQuerySet
from engagements.work.rights import may_change
from engagements.work.time_forms import ChangeTimeForm, LogTimeForm, TimeFilter
from engagements.work.weeks import Week

PER_PAGE = 50


def week_path(day: date) -> str:
    """The page of the week that the day lies in."""
    week = Week.of(day)
    return reverse("week", args=[week.year, week.number])


def tell_of(request: HttpRequest, entry: TimeEntry) -> None:
    """After hours are saved: that they are, and what deserves a look (a long day, a frame that runs out)."""
    messages.success(
        request,
        _("%(hours)s hours on %(work)s are saved.") % {"hours": shown(entry.minutes), "work": _name(work_of(entry))},
    )
    total = minutes_on(entry.advisor, entry.day)
    if total > LONG_DAY:
        messages.warning(
            request,
            _("You have now logged %(hours)s hours on this day. Check the figure.") % {"hours": shown(total)},
        )
    if entry.engagement is not None and entry.billable:
        frame = frame_of(entry.engagement)
        if frame.is_near:
            messages.warning(
                request,
                _("%(percent)s of the agreed hours on %(work)s are used, %(left)s hours are left.")
                % {
                    "percent": show.percent(frame.percent or 0),
                    "work": _name(entry.engagement),
                    "left": shown(frame.left or 0),
                },
            )


def _name(work: Work) -> str:
    return f"{work.organisation.name} – {work.title}" if isinstance(work, Engagement) else work.name


def frame_line(
    work: Work | None, minutes: int, day: date, *, billable: bool = True, entry: TimeEntry | None = None
) -> dict[str, Any]:
    """What is said before saving: used of agreed, what would be left, and the warnings of upper storeys.

    `entry` is the one that is changed: what it uses already is not used twice.
    """
    if not isinstance(work, Engagement):
        return {"engagement": None}
    now = frame_of(work)
    counts = billable and bills_by_default(work)
    own = entry.minutes if entry is not None and entry.engagement_id == work.pk and entry.billable else 0
    after: Frame = now.with_more((minutes if counts else 0) - own)
    return {
        "engagement": work,
        "frame": now,
        "after": after,
        "minutes": minutes if counts else 0,
        "warnings": hour_warnings([work.pk], day).get(work.pk, []),
    }


def line_of(form: LogTimeForm) -> dict[str, Any]:
    """The same for a form as it stands, also where it is only half filled in."""
    try:
        minutes = form.fields["minutes"].to_python(form["minutes"].value()) or 0
    except ValidationError:
        minutes = 0
    entry = form.entry if isinstance(form, ChangeTimeForm) else None
    billable = not form["not_billable"].value()
    return frame_line(form.chosen, minutes, timezone.localdate(), billable=billable, entry=entry)


@staff("GET", "POST")
def time_new(request: HttpRequest) -> HttpResponse:
    """Hours in one form; «save and new» keeps the day, `?engagement=2026-014` chooses the engagement."""
    user = user_of(request)
    places = places_of(user)
    asked = request.GET.get("engagement", "")
    initial = {
        "work": asked if places.find(asked) else "",
        "day": request.GET.get("day") or _("today"),
        "minutes": request.GET.get("hours", ""),
        "not_billable": request.GET.get("not_billable") == "on",
    }
    form = LogTimeForm(request.POST or None, initial=initial, places=places)
    if request.method == "POST" and form.is_valid() and (entry := form.log(by=user, now=timezone.now())):
        tell_of(request, entry)
        if "another" in request.POST:
            return redirect(with_query(reverse("time_new"), day=show.day(entry.day), next=back(request, "")))
        return redirect(back(request, week_path(entry.day)))
    context = {
        "form": form,
        "line": line_of(form),
        "beyond": form.beyond,
        "next": back(request, ""),
        "asked": asked and not places.find(asked),
        "full_week": FULL_WEEK,
        **_so_far(user),
    }
    return render(request, "time/new.html", context, status=422 if form.errors else 200)


def _so_far(user: User) -> dict[str, int]:
    """What the person has logged today and this week."""
    today = timezone.localdate()
    week = Week.of(today)
    entries = TimeEntry.objects.filter(advisor=user, day__range=(week.first, week.last))
    sums = dict(entries.order_by().values_list("day").annotate(minutes=Sum("minutes")))
    return {"today_minutes": sums.get(today, 0), "week_minutes": sum(sums.values())}


@staff()
def time_frame(request: HttpRequest) -> HttpResponse:
    """The line about the agreed hours alone, for the form that asks when its engagement or hours change."""
    places = places_of(user_of(request))
    try:
        minutes = parse_hours(request.GET.get("minutes", ""))
    except HoursError:
        minutes = 0
    work = places.find(request.GET.get("work", ""))
    number = request.GET.get("entry", "")
    entry = (
        TimeEntry.objects.filter(pk=number).first()
        if number.isascii() and number.isdigit() and len(number) < 19
        else None
    )
    line = frame_line(work, minutes, timezone.localdate(), billable="not_billable" not in request.GET, entry=entry)
    return render(request, "time/_frame.html", {"line": line})


def _entry_for(user: User, pk: int) -> TimeEntry:
    found = (
        TimeEntry.objects.filter(pk=pk)
        .select_related(
            "advisor",
            "engagement__organisation",
            "engagement__lead",
            "engagement__service_type",
            "activity",
            "service_type",
            "hold",
            "joint_hour__joint_order",
        )
        .first()
    )
    if found is None or not user.is_staff_member:
        raise Http404
    return found


@staff("GET", "POST")
def time_entry(request: HttpRequest, entry: int) -> HttpResponse:
    """One time entry: changed here by its owner or an administrator, read by all of staff, with its lock in words."""
    user, found = user_of(request), _entry_for(user_of(request), entry)
    usual = week_path(found.day) if found.advisor_id == user.pk else reverse("time_all")
    lock = lock_of(found, closed_months(PeriodKind.HOURS, first=found.day, last=found.day), reader=user)
    is_open = lock is None and may_change(user, found)
    form = (
        ChangeTimeForm(request.POST or None, entry=found, places=places_of(user, also=work_of(found)))
        if is_open
        else None
    )
    beyond: Engagement | None = None
    theirs: TimeEntry | None = None
    status = 200
    if request.method == "POST":
        if form is None:
            # The verb says why, with its own status.
            change_time(entry=found, version=found.version, minutes=found.minutes, by=user, now=timezone.now())
            return redirect(back(request, usual))
        if form.is_valid():
            try:
                changed = change_time(entry=found, **form.facts(), by=user, now=timezone.now())
            except BeyondFrame as refused:
                form.add_error("minutes", refused.message)
                beyond = refused.engagement
            except ChangedMeanwhile as conflict:
                form.add_error(None, conflict.message)
                theirs, status = conflict.theirs, 409
            except DomainError as refused:
                form.add_error(None, refused.message)
                status = refused.status
            else:
                tell_of(request, changed)
                return redirect(back(request, week_path(changed.day)))
        status = max(status, 422) if status != 409 else 409
    context = {
        "entry": found,
        "work": work_of(found),
        "form": form,
        "line": line_of(form) if form else {},
        "lock": lock,
        "beyond": beyond,
        "theirs": theirs,
        "next": back(request, ""),
        "back": back(request, usual),
    }
    return render(request, "time/entry.html", context, status=status)


@staff("POST")
def time_remove(request: HttpRequest, entry: int) -> HttpResponse:
    """Remove an entry at once; the page it leads back to offers to take it back."""
    user, found = user_of(request), _entry_for(user_of(request), entry)
    version = request.POST.get("version", "")
    facts = remove_time(
        entry=found,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        by=user,
        now=timezone.now(),
    )
    undo.remember(request, str(entry), facts)
    return redirect(with_query(back(request, week_path(found.day)), removed=str(entry)))


@staff("POST")
def time_undo(request: HttpRequest) -> HttpResponse:
    """Log again what was removed."""
    key = request.POST.get("key", "")
    facts = undo.recall(request, key)
    where = with_query(back(request, reverse("time")), removed="")
    if facts is None:
        messages.info(request, _("There is nothing left to take back."))
        return redirect(where)
    try:
        restore = restore_joint_hour if "joint_order" in facts else restore_time
        restore(facts=facts, by=user_of(request), now=timezone.now())
    except DomainError as refused:
        messages.error(request, refused.message)
        return redirect(where)
    undo.forget(request, key)
    messages.success(request, _("The hours are back."))
    return redirect(where)


def _filtered(user: User, asked: dict[str, Any]) -> TimeEntryQuerySet:
    found = TimeEntry.objects.all()
    who = asked.get("advisor")
    if who:
        found = found.filter(advisor=user.pk if who == "me" else who)
    if asked.get("first"):
        found = found.filter(day__gte=asked["first"])
    if asked.get("last"):
        found = found.filter(day__lte=asked["last"])
    state = asked.get("state")
    if state == "unbilled":
        found = found.billable().not_issued()
    elif state == "billed":
        found = found.filter(hold__document__isnull=False, hold__written_off=False)
    elif state == "free":
        found = found.filter(Q(billable=False) | Q(hold__written_off=True))
    for word in str(asked.get("q") or "").split():
        found = found.filter(
            Q(text__icontains=word)
            | Q(engagement__title__icontains=word)
            | Q(engagement__reference__icontains=word)
            | Q(engagement__organisation__name__icontains=word)
            | Q(engagement__organisation__search_name__contains=word.casefold())
            | Q(activity__name__icontains=word)
        )
    return found


def _with_works(entries: TimeEntryQuerySet) -> TimeEntryQuerySet:
    return entries.select_related("advisor", "engagement__organisation", "activity", "service_type", "hold").order_by(
        "-day", "-pk"
    )


@staff()
def time_all(request: HttpRequest) -> HttpResponse:
    """All hours, by advisor, period, billing and text; the sum is of all that the filters find."""
    user = user_of(request)
    defaults = {"advisor": "me"} if user.is_advisor and "advisor" not in request.GET else {}
    form = TimeFilter({**defaults, **request.GET.dict()})
    asked = form.cleaned_data if form.is_valid() else {}
    found = _filtered(user, asked) if form.is_valid() else TimeEntry.objects.none()
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("hours"),
        title=_("Hours"),
        columns=HOURS,
        rows=_with_works(found),
    )
    if file:
        return file
    page = Paginator(_with_works(found), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(entry, work_of(entry)) for entry in page],
        "total": found.aggregate(total=Sum("minutes", default=0))["total"],
        "removed": undo.removed(request),
    }
    return render(request, "time/all.html", context)


@staff()
def engagement_time(request: HttpRequest, reference: str) -> HttpResponse:
    """The hours of one engagement, newest first."""
    user, found = user_of(request), engagement_for(user_of(request), reference)
    entries = TimeEntry.objects.filter(engagement=found)
    name = _("hours-%(reference)s") % {"reference": reference}
    file = list_file(
        request,
        on=timezone.localdate(),
        name=name,
        title=_("Hours"),
        columns=HOURS,
        rows=_with_works(entries),
    )
    if file:
        return file
    page = Paginator(_with_works(entries), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "engagement": found,
        "cap": frame_of(found),
        "page": page,
        "counts": found.funding_area != FundingArea.ADVICE,
        "by_kind": _by_kind(entries),
        "removed": undo.removed(request),
        "user_id": user.pk,
    }
    return render(request, "engagements/time.html", context)


def _by_kind(entries: TimeEntryQuerySet) -> list[tuple[str, int]]:
    """Minutes by service type, the largest first."""
    rows = entries.order_by().values("service_type").annotate(minutes=Sum("minutes")).order_by("-minutes")
    kinds = ServiceType.objects.in_bulk([row["service_type"] for row in rows])
    return [(str(kinds[row["service_type"]]), row["minutes"]) for row in rows]
