"""The report as an answer: the same context for staff's preview and the portal, and the PDF as a download."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from engagements.outcomes.models import Evidence, OutcomeStatus
from engagements.report.build import report_of
from engagements.report.pdf import render
from engagements.report.value import EngagementReport, OutcomeFact
from engagements.work.models import Engagement, Phase

STATUS_COLORS = {OutcomeStatus.ACHIEVED: "info", OutcomeStatus.PARTLY: "info"}


def _outcome(fact: OutcomeFact) -> dict[str, Any]:
    status = OutcomeStatus(fact.status)
    return {
        "fact": fact,
        "status": status.label,
        "color": STATUS_COLORS.get(status, "neutral"),
        "evidence": Evidence(fact.evidence).label,
        "is_measured": fact.before is not None or fact.after is not None or fact.target is not None,
    }


def context_of(report: EngagementReport) -> dict[str, Any]:
    """What `portal/engagements/_report.html` draws."""
    outcomes = [_outcome(fact) for fact in report.outcomes]
    return {
        "report": report,
        "phase": Phase(report.phase).label,
        "outcomes": outcomes,
        "first_outcome": outcomes[0] if outcomes else None,
        "has_measures": any(outcome["is_measured"] for outcome in outcomes),
    }


def pdf_answer(engagement: Engagement, *, on: date, language: str) -> HttpResponse:
    """The report of the day as a PDF to download, in the language given."""
    content = render(report_of(engagement, on=on, language=language))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"{engagement.reference}-{slugify(engagement.title) or 'rapport'}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
