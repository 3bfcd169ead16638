"""Staff pages of engagements: list, board, one engagement, its agreement and its phase."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel.access import staff, user_of
from advisory.kernel.errors import DomainError
from advisory.kernel.list_file import list_file
from advisory.kernel.users import User
from clients.organisations import Organisation
from engagements.references import engagement_for
from engagements.work import lists
from engagements.work.forms import AgreementForm, EngagementFilter, EngagementForm, MoveForm
from engagements.work.frame import frame_of, frames_of
from engagements.work.list_files import ENGAGEMENTS, with_frames
from engagements.work.models import Engagement, Phase
from engagements.work.overview import overview_of
from engagements.work.phases import MOVES, move, moves_from
from engagements.work.rights import may_write
from engagements.work.start import agree_hours, change_engagement, start_engagement
from engagements.work.views.turn_away import turned_away

PER_PAGE = 50
BOARD_PHASES = (Phase.REQUESTED, Phase.AGREED, Phase.ACTIVE, Phase.COMPLETED)
PER_COLUMN = 30
#: The verbs on the buttons that move an engagement along.
MOVE_VERBS = {
    (Phase.REQUESTED, Phase.AGREED): gettext_lazy("Mark as agreed"),
    (Phase.AGREED, Phase.ACTIVE): gettext_lazy("Start the engagement"),
    (Phase.ACTIVE, Phase.COMPLETED): gettext_lazy("Complete"),
    (Phase.COMPLETED, Phase.CLOSED): gettext_lazy("Close"),
    (Phase.COMPLETED, Phase.ACTIVE): gettext_lazy("Open again"),
}


def _asked(request: HttpRequest, user: User) -> tuple[EngagementFilter, dict[str, Any]]:
    """The filters as asked for, or as the role expects: advisors begin with their own."""
    defaults = {"whose": "mine" if user.is_advisor else "all", "phase": "open"}
    form = EngagementFilter({**defaults, **{key: value for key, value in request.GET.items() if value}})
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else dict(defaults)
    return form, asked


@staff()
def engagements(request: HttpRequest) -> HttpResponse:
    """The list: mine or all, by phase, organisation and text."""
    user = user_of(request)
    form, asked = _asked(request, user)
    sort = request.GET.get("sort", "")
    sort = sort if sort in lists.SORTS else lists.DEFAULT_SORT
    found = lists.with_last_day(lists.filtered(user, asked)).order_by(*lists.SORTS[sort])
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("engagements"),
        title=_("Engagements"),
        columns=ENGAGEMENTS,
        rows=found,
        enriched=with_frames,
    )
    if file:
        return file
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    frames = frames_of(list(page))
    return render(
        request,
        "engagements/list.html",
        {
            "form": form,
            "page": page,
            "rows": [(engagement, frames[engagement.pk]) for engagement in page],
            "sort": sort,
            "colors": lists.PHASE_COLORS,
            "organisation": _organisation(asked.get("organisation")),
        },
    )


def _organisation(number: Any) -> Organisation | None:
    return Organisation.objects.filter(number=number).first() if number else None


@staff()
def board(request: HttpRequest) -> HttpResponse:
    """The open engagements in columns by phase; a card moves by its select and button."""
    user = user_of(request)
    form, asked = _asked(request, user)
    del form.fields["phase"]
    found = list(lists.filtered(user, asked, phases=False).filter(phase__in=BOARD_PHASES).order_by("-reference"))
    frames = frames_of(found)
    columns = []
    for phase in BOARD_PHASES:
        cards = [engagement for engagement in found if engagement.phase == phase]
        columns.append(
            {
                "phase": phase,
                "count": len(cards),
                "cards": [(card, frames[card.pk]) for card in cards[:PER_COLUMN]],
                "hidden": max(len(cards) - PER_COLUMN, 0),
                "moves": [to for to in MOVES[phase] if to != Phase.CANCELLED],
            }
        )
    return render(request, "engagements/board.html", {"form": form, "columns": columns})


@staff("GET", "POST")
def engagement_new(request: HttpRequest) -> HttpResponse:
    """A new engagement, for the organisation in `?organisation=` where there is one."""
    user = user_of(request)
    number = request.GET.get("organisation", "")
    organisation = _organisation(number if number.isascii() and number.isdigit() and len(number) < 8 else None)
    form = EngagementForm(request.POST or None, initial={"organisation": organisation, "lead": user.pk})
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        try:
            engagement = start_engagement(**facts, by=user, on=timezone.localdate(), now=timezone.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(
                request, _("Engagement %(reference)s is registered.") % {"reference": engagement.reference}
            )
            return redirect("engagement", engagement.reference)
    context = {"form": form, "organisation": organisation}
    return render(request, "engagements/new.html", context, status=422 if form.errors else 200)


@staff()
def engagement(request: HttpRequest, reference: str) -> HttpResponse:
    """One engagement: its frame, how far it has come, outcomes and tools."""
    found = engagement_for(user_of(request), reference)
    return _page(request, found, MoveForm())


def _page(request: HttpRequest, found: Engagement, move_form: MoveForm, status: int = 200) -> HttpResponse:
    user = user_of(request)
    moves = [(to, MOVE_VERBS[Phase(found.phase), to]) for to in moves_from(found) if to != Phase.CANCELLED]
    context = {
        "engagement": found,
        "cap": frame_of(found),
        "overview": overview_of(found, timezone.localdate()),
        "color": lists.PHASE_COLORS[Phase(found.phase)],
        "may_write": may_write(user, found),
        "moves": moves,
        "may_cancel": Phase.CANCELLED in moves_from(found),
        "move_form": move_form,
    }
    return render(request, "engagements/detail.html", context, status=status)


@staff("GET", "POST")
def engagement_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """What the engagement is about and who works on it."""
    user, found = user_of(request), engagement_for(user_of(request), reference)
    if away := turned_away(request, found):
        return away
    form = EngagementForm(request.POST or None, engagement=found)
    if request.method == "POST" and form.is_valid():
        try:
            change_engagement(engagement=found, **form.cleaned_data, by=user, now=timezone.now())
        except DomainError as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("The engagement is saved."))
            return redirect("engagement", reference)
    context = {"form": form, "engagement": found}
    return render(request, "engagements/edit.html", context, status=422 if form.errors else 200)


@staff("GET", "POST")
def engagement_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """The agreed hours, and who approved them."""
    user, found = user_of(request), engagement_for(user_of(request), reference)
    if away := turned_away(request, found):
        return away
    form = AgreementForm(request.POST or None, initial={"minutes": found.minutes_agreed})
    if request.method == "POST" and form.is_valid():
        try:
            agree_hours(engagement=found, **form.cleaned_data, by=user, now=timezone.now())
        except DomainError as refused:
            form.add_error("minutes", refused.message)
        else:
            messages.success(request, _("The agreed hours are saved."))
            return redirect("engagement", reference)
    context = {"form": form, "engagement": found, "cap": frame_of(found)}
    return render(request, "engagements/agreement.html", context, status=422 if form.errors else 200)


@staff("POST")
def engagement_phase(request: HttpRequest, reference: str) -> HttpResponse:
    """Move the engagement; back to the page it was moved from."""
    user, found = user_of(request), engagement_for(user_of(request), reference)
    form = MoveForm(request.POST)
    from_board = request.POST.get("back") == "board"
    if form.is_valid():
        facts = form.cleaned_data
        try:
            moved = move(
                engagement=found,
                to=Phase(facts["to"]),
                seen=facts["seen"],
                reason=facts["reason"],
                by=user,
                on=timezone.localdate(),
                now=timezone.now(),
            )
        except DomainError as refused:
            if from_board:
                messages.error(request, f"{found}: {refused.message}")
                return redirect("engagement_board")
            form.add_error("reason" if facts["to"] == Phase.CANCELLED else None, refused.message)
            return _page(request, found, form, refused.status)
        text = _("%(title)s is now «%(phase)s».") % {"title": found.title, "phase": Phase(moved.phase).label}
        messages.success(request, text)
    else:
        messages.error(request, _("Choose the phase that the engagement moves to."))
    return redirect("engagement_board") if from_board else redirect("engagement", reference)
