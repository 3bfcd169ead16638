"""The organisation's side of engagements: the list, one engagement with its hours, and the report."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel.list_file import list_file
from clients.access import portal
from clients.memberships import Membership, Role
from engagements.report.answer import context_of, pdf_answer
from engagements.report.build import entries_shown_to, report_of
from engagements.report.weeks import entries_by_week
from engagements.work.frame import frame_of, frames_of
from engagements.work.joint import part_of
from engagements.work.list_files import OWN_ENGAGEMENTS, OWN_HOURS, with_frames
from engagements.work.lists import PHASE_COLORS
from engagements.work.models import Engagement, EngagementQuerySet, Phase

PER_PAGE = 50


def engagements_for(membership: Membership) -> EngagementQuerySet:
    """The engagements of the member's organisation; every page below starts here."""
    return Engagement.objects.filter(organisation=membership.organisation).select_related(
        "organisation", "service_type", "beneficiary"
    )


def _engagement_for(membership: Membership, reference: str) -> Engagement:
    found = engagements_for(membership).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _language() -> str:
    return translation.get_language() or "nb"


@portal(Role.READER)
def engagements(request: HttpRequest, membership: Membership) -> HttpResponse:
    """All engagements, newest first, with used and agreed hours."""
    organisation = membership.organisation
    found = engagements_for(membership).order_by("-reference")
    file = list_file(
        request,
        on=timezone.localdate(),
        name=_("engagements"),
        title=_("Engagements"),
        columns=OWN_ENGAGEMENTS,
        rows=found,
        enriched=with_frames,
    ) or list_file(
        request,
        on=timezone.localdate(),
        name=_("hours"),
        title=_("Hours"),
        columns=OWN_HOURS,
        rows=entries_shown_to(organisation),
        which="hours",
    )
    if file:
        return file
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    frames = frames_of(list(page))
    rows = [(found, frames[found.pk], PHASE_COLORS[Phase(found.phase)]) for found in page]
    context = {"organisation": organisation, "page": page, "rows": rows}
    return render(request, "portal/engagements/list.html", context)


@portal(Role.READER)
def engagement(request: HttpRequest, membership: Membership, reference: str) -> HttpResponse:
    """One engagement: goal, phase, hours against the agreement, and every entry by week."""
    found = _engagement_for(membership, reference)
    name = _("hours-%(reference)s") % {"reference": reference}
    entries = entries_shown_to(membership.organisation).filter(engagement=found)
    file = list_file(
        request,
        on=timezone.localdate(),
        name=name,
        title=_("Hours"),
        columns=OWN_HOURS,
        rows=entries,
    )
    if file:
        return file
    report = report_of(found, on=timezone.localdate(), language=_language())
    context = {
        "organisation": membership.organisation,
        "engagement": found,
        "cap": frame_of(found),
        "color": PHASE_COLORS[Phase(found.phase)],
        "part": part_of(found),
        "weeks": entries_by_week(report),
        "has_report": bool(report.done or report.next_steps or report.outcomes or report.recommendations),
    }
    return render(request, "portal/engagements/detail.html", context)


@portal(Role.READER)
def engagement_report(request: HttpRequest, membership: Membership, reference: str) -> HttpResponse:
    """The report as it stands today."""
    found = _engagement_for(membership, reference)
    context = context_of(report_of(found, on=timezone.localdate(), language=_language()))
    context |= {"organisation": membership.organisation, "engagement": found}
    return render(request, "portal/engagements/report.html", context)


@portal(Role.READER)
def engagement_report_pdf(request: HttpRequest, membership: Membership, reference: str) -> HttpResponse:
    """The same as a PDF."""
    return pdf_answer(_engagement_for(membership, reference), on=timezone.localdate(), language=_language())
