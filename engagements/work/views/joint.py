"""Staff pages of joint orders: the list, a new one, one with its key and hours, and a single hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, OuterRef, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.money import split
from advisory.kernel.users import User
from advisory.kernel.where_to import with_query
from engagements.work import undo
from engagements.work.frame import frames_of
from engagements.work.hours_field import shown
from engagements.work.joint import (
    agree_all,
    change_parts,
    close_joint_order,
    make_joint_order,
    shares_of,
)
from engagements.work.joint_forms import (
    ChangeJointHourForm,
    JointHourForm,
    JointOrderForm,
    Parties,
    PartyFormSet,
    rows_of,
)
from engagements.work.joint_hours import PartHeld, change_joint_hour, hold_of, parts_of, remove_joint_hour
from engagements.work.models import Engagement, JointHour, JointOrder, JointShare, Phase, TimeEntry
from engagements.work.phases import TAKES_HOURS

PER_PAGE = 50
HOUR = 60


@staff()
def joint_orders(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first, the open before the closed."""
    minutes = (
        JointHour.objects.filter(joint_order=OuterRef("pk"))
        .order_by()
        .values("joint_order")
        .annotate(sum=Sum("minutes"), last=Max("day"))
    )
    found = JointOrder.objects.annotate(
        minutes=Subquery(minutes.values("sum")), last_day=Subquery(minutes.values("last"))
    ).order_by("closed", "-reference")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names: dict[int, list[str]] = defaultdict(list)
    for share in JointShare.objects.filter(joint_order__in=[order.pk for order in page]).select_related(
        "engagement__organisation"
    ):
        names[share.joint_order_id].append(share.engagement.organisation.name)
    return render(
        request,
        "engagements/joint/list.html",
        {"page": page, "rows": [(order, names[order.pk]) for order in page]},
    )


@staff("GET", "POST")
def joint_order_new(request: HttpRequest) -> HttpResponse:
    """A new joint order; «More rows» adds rows without saving."""
    user = user_of(request)
    more = request.method == "POST" and "more" in request.POST
    form = JointOrderForm(request.POST or None, initial={"lead": user.pk})
    rows = _rows_as_written(request) if more else PartyFormSet(request.POST or None, prefix="parties")
    if request.method == "POST" and not more and form.is_valid() and rows.is_valid():
        try:
            order = make_joint_order(
                **form.cleaned_data, parties=rows.parties(), by=user, on=timezone.localdate(), now=timezone.now()
            )
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request,
                _("%(reference)s is registered, with an engagement for each organisation.")
                % {"reference": order.reference},
            )
            return redirect("joint_order", order.reference)
    wrong = request.method == "POST" and not more
    context = {"form": form if not more else _as_written(request), "rows": rows, "wrong": wrong}
    return render(request, "engagements/joint/new.html", context, status=422 if wrong else 200)


def _rows_as_written(request: HttpRequest) -> Parties:
    """The rows with what was typed, three empty ones more, and no mistakes: nobody has asked to save them yet."""
    typed = []
    for number in range(PartyFormSet.max_num):
        organisation, part = (request.POST.get(f"parties-{number}-{name}", "") for name in ("organisation", "part"))
        if organisation or part:
            typed.append({"organisation": organisation, "part": part})
    return PartyFormSet(initial=typed, prefix="parties")


def _as_written(request: HttpRequest) -> JointOrderForm:
    """The form with what was typed and no mistakes: nobody has asked to save it yet."""
    written = {name: request.POST.get(name, "") for name in JointOrderForm.base_fields if name != "team"}
    return JointOrderForm(initial={**written, "team": request.POST.getlist("team")})


def _order_for(user: User, reference: str) -> JointOrder:
    """The joint order, if the person may see it (all of staff); 404 otherwise."""
    found = JointOrder.objects.filter(reference=reference).first()
    if found is None or not user.is_staff_member:
        raise Http404
    return found


def _may_write(user: User, shares: Sequence[JointShare]) -> bool:
    """Whether the person may write on every engagement of the order."""
    if user.is_administrator:
        return True
    wanted = [share.engagement_id for share in shares]
    return Engagement.objects.writable_by(user).filter(pk__in=wanted).count() == len(wanted)


@staff("GET", "POST")
def joint_order(request: HttpRequest, joint: str) -> HttpResponse:
    """One joint order: who shares it and how, its hours, and the form that logs one for all."""
    user, order = user_of(request), _order_for(user_of(request), joint)
    form = JointHourForm(request.POST or None, initial={"day": _("today")})
    if request.method == "POST" and form.is_valid() and (hour := form.log(order, by=user, now=timezone.now())):
        _tell_of(request, hour)
        return redirect("joint_order", joint)
    shares = shares_of(order)
    frames = frames_of([share.engagement for share in shares])
    of_an_hour = split(HOUR, [share.part for share in shares]) if shares else []
    whole = sum(share.part for share in shares)
    waiting = [share for share in shares if share.engagement.phase == Phase.REQUESTED]
    blocked = [share for share in shares if share.engagement.phase not in TAKES_HOURS]
    hours = JointHour.objects.filter(joint_order=order).select_related("advisor").order_by("-day", "-pk")
    page = Paginator(hours, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "order": order,
        "shares": [
            (share, frames[share.engagement_id], minutes) for share, minutes in zip(shares, of_an_hour, strict=True)
        ],
        "whole": whole,
        "form": form,
        "may_write": _may_write(user, shares),
        "waiting": waiting,
        "blocked": blocked,
        "page": page,
        "hours": _rows(page),
        "total": hours.aggregate(total=Sum("minutes", default=0))["total"],
        "team": list(shares[0].engagement.team.order_by("name")) if shares else [],
        "removed": undo.removed(request),
    }
    return render(request, "engagements/joint/detail.html", context, status=422 if form.errors else 200)


def _rows(hours: Any) -> list[dict[str, Any]]:
    """Each hour with its parts and whether one of them is held, in one query."""
    parts: dict[int, list[TimeEntry]] = defaultdict(list)
    found = (
        TimeEntry.objects.filter(joint_hour__in=[hour.pk for hour in hours])
        .select_related("engagement__organisation", "hold")
        .order_by("engagement_id")
    )
    for part in found:
        parts[part.joint_hour_id or 0].append(part)
    return [
        {"hour": hour, "parts": parts[hour.pk], "locked": any(hasattr(part, "hold") for part in parts[hour.pk])}
        for hour in hours
    ]


def _tell_of(request: HttpRequest, hour: JointHour) -> None:
    count = hour.parts.aggregate(count=Count("pk"))["count"]
    messages.success(
        request,
        ngettext(
            "%(hours)s hours are saved, all of them with one organisation.",
            "%(hours)s hours are saved, split between %(count)s organisations.",
            count,
        )
        % {"hours": shown(hour.minutes), "count": count},
    )


@staff("GET", "POST")
def joint_order_parts(request: HttpRequest, joint: str) -> HttpResponse:
    """The key from now on."""
    user, order = user_of(request), _order_for(user_of(request), joint)
    shares = shares_of(order)
    if not _may_write(user, shares) and request.method == "GET":
        messages.error(request, _("You are not on the team of all of the engagements. Ask an administrator."))
        return redirect("joint_order", joint)
    more = request.method == "POST" and "more" in request.POST
    if more:
        rows = _rows_as_written(request)
    elif request.method == "POST":
        rows = PartyFormSet(request.POST, prefix="parties")
    else:
        rows = PartyFormSet(initial=rows_of(shares), prefix="parties")
    refusal = ""
    if request.method == "POST" and not more and rows.is_valid():
        try:
            change_parts(order=order, parties=rows.parties(), by=user, on=timezone.localdate(), now=timezone.now())
        except DomainError as refused:
            if refused.status == 403:
                raise
            refusal = refused.message
        else:
            messages.success(request, _("The parts are saved. They hold for hours logged from now on."))
            return redirect("joint_order", joint)
    wrong = request.method == "POST" and not more
    context = {"order": order, "rows": rows, "wrong": wrong, "refusal": refusal}
    return render(request, "engagements/joint/parts.html", context, status=422 if wrong else 200)


@staff("POST")
def joint_order_agreed(request: HttpRequest, joint: str) -> HttpResponse:
    """All organisations have agreed: hours can be logged."""
    order = _order_for(user_of(request), joint)
    count = agree_all(order=order, by=user_of(request), on=timezone.localdate(), now=timezone.now())
    messages.success(
        request,
        ngettext("%(count)s engagement is now agreed.", "%(count)s engagements are now agreed.", count)
        % {"count": count},
    )
    return redirect("joint_order", joint)


@staff("POST")
def joint_order_close(request: HttpRequest, joint: str) -> HttpResponse:
    """Close the order for hours, or open it again."""
    order = _order_for(user_of(request), joint)
    closed = request.POST.get("closed") != "no"
    close_joint_order(order=order, closed=closed, by=user_of(request), now=timezone.now())
    messages.success(
        request, _("The joint order is closed for hours.") if closed else _("The joint order is open again.")
    )
    return redirect("joint_order", joint)


def _hour_for(order: JointOrder, pk: int) -> JointHour:
    found = JointHour.objects.filter(pk=pk, joint_order=order).select_related("advisor", "joint_order").first()
    if found is None:
        raise Http404
    return found


@staff("GET", "POST")
def joint_hour(request: HttpRequest, joint: str, joint_hour: int) -> HttpResponse:
    """One hour with its parts: changed here by its owner or an administrator, read by all of staff."""
    user, order = user_of(request), _order_for(user_of(request), joint)
    hour = _hour_for(order, joint_hour)
    hold = hold_of(hour)
    mine = user.is_administrator or hour.advisor_id == user.pk
    is_open = mine and hold is None and not order.closed
    form = ChangeJointHourForm(request.POST or None, hour=hour) if is_open else None
    status = 200
    if request.method == "POST":
        if form is None:
            # The verb says why, with its own status.
            change_joint_hour(hour=hour, version=hour.version, minutes=hour.minutes, by=user, now=timezone.now())
            return redirect("joint_order", joint)
        if form.is_valid() and (changed := form.change(hour, by=user, now=timezone.now())):
            _tell_of(request, changed)
            return redirect("joint_order", joint)
        status = form.status
    context = {
        "order": order,
        "hour": hour,
        "parts": parts_of(hour),
        "form": form,
        "lock": PartHeld(hold).message if hold else "",
        "mine": mine,
    }
    return render(request, "engagements/joint/hour.html", context, status=status)


@staff("POST")
def joint_hour_remove(request: HttpRequest, joint: str, joint_hour: int) -> HttpResponse:
    """Remove an hour at once; the joint order's page offers to take it back."""
    order = _order_for(user_of(request), joint)
    hour = _hour_for(order, joint_hour)
    version = request.POST.get("version", "")
    facts = remove_joint_hour(
        hour=hour,
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
        by=user_of(request),
        now=timezone.now(),
    )
    key = f"j{joint_hour}"
    undo.remember(request, key, facts)
    return redirect(with_query(reverse("joint_order", args=[joint]), removed=key))
