"""What the engagements storey holds about people and organisations, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from advisory.kernel import retention
from advisory.kernel.personal_data.sources import Source, leave_out, register
from advisory.kernel.retention import Kind, first_kept, first_kept_secondary, months_before
from engagements.catalogue.models import Recommendation
from engagements.outcomes.models import NextStep, Outcome
from engagements.work.models import (
    Activity,
    Engagement,
    HourHold,
    JointHour,
    JointOrder,
    JointShare,
    Phase,
    ReadyWeek,
    ServiceType,
    TimeEntry,
    VatTreatment,
)

SECONDARY = _("bokføringsloven § 13: three and a half years after the end of the year")
HOUSE = _("house rule: texts about how it went are needed no longer; the codes stay for the statistics")
#: Free text about how it went is kept so long; then only the codes stay.
TEXT_MONTHS = 36
#: What stands where a text that must be there was taken out.
NOTHING = "–"
#: 202600123 is the 123rd document of 2026.
NUMBERS_A_YEAR = 100_000


def register_sources() -> None:
    """Fill in this storey's part of the register."""
    own = "engagement__organisation"
    register(
        Source(
            Engagement,
            _("Engagements"),
            organisation="organisation",
            closed=("reference",),
            day="requested_on",
            law=SECONDARY,
            supports_books=True,
            unsettled=~Q(phase__in=(Phase.CLOSED, Phase.CANCELLED)),
            emptied={"title": NOTHING, "goal": "", "done": "", "their_reference": "", "place": ""},
        ),
        Source(Engagement.team.through, _("Teams of engagements"), organisation=own),
        Source(
            TimeEntry,
            _("Hours"),
            organisation=own,
            day="day",
            # The database keeps what a proposal or an invoice holds.
            sealed=Q(hold__isnull=False),
            books=Q(hold__isnull=False),
            unsettled=Q(billable=True, hold=None),
            emptied={"text": ""},
        ),
        Source(ReadyWeek, _("Weeks marked ready"), day="marked_at"),
        Source(
            Outcome,
            _("Goals and results"),
            organisation=own,
            day="created_at",
            emptied={"goal": NOTHING, "result": ""},
        ),
        Source(NextStep, _("Next steps"), organisation=own, goes_with_organisation=True),
        Source(
            Recommendation,
            _("Recommended tools"),
            organisation=own,
            closed=("catalogue_id", "url", "version"),
            day="recommended_on",
            emptied={"reason": NOTHING},
        ),
        Source(JointOrder, _("Joint orders"), closed=("reference",), day="created_at"),
        Source(JointShare, _("Parts of joint orders"), organisation=own),
        Source(JointHour, _("Joint hours"), closed=("key",), day="day"),
        Source(Activity, _("Internal activities")),
        Source(ServiceType, _("Service types"), closed=("code",)),
        Source(VatTreatment, _("VAT treatments"), day="valid_from"),
    )
    leave_out("Row ids and numbers of documents.", HourHold)


def _ended_before(day: date) -> models.QuerySet[Engagement]:
    ended = Engagement.objects.filter(phase__in=(Phase.COMPLETED, Phase.CLOSED, Phase.CANCELLED))
    return ended.alias(ended_on=Coalesce("completed_on", "requested_on")).filter(ended_on__lt=day)


def _is_billed(since: int = 0) -> Exists:
    """Whether a document holds one of its hours: then the agreement is part of the books of the document's year.

    The numbers of documents begin with their year.
    """
    documents = HourHold.objects.filter(entry__engagement=OuterRef("pk"), document__gte=since * NUMBERS_A_YEAR)
    return Exists(documents)


def _old_results(day: date) -> models.QuerySet[Engagement]:
    outcomes = Outcome.objects.filter(engagement=OuterRef("pk")).exclude(result="", goal=NOTHING)
    tools = Recommendation.objects.filter(engagement=OuterRef("pk")).exclude(reason=NOTHING)
    steps = NextStep.objects.filter(engagement=OuterRef("pk"))
    return _ended_before(months_before(day, TEXT_MONTHS)).filter(Exists(outcomes) | Exists(tools) | Exists(steps))


def _empty_results(keys: Sequence[Any], now: datetime) -> int:
    Outcome.objects.filter(engagement__in=keys).update(goal=NOTHING, result="")
    Recommendation.objects.filter(engagement__in=keys).update(reason=NOTHING)
    NextStep.objects.filter(engagement__in=keys).delete()
    return len(keys)


def _old_agreements(day: date) -> models.QuerySet[Engagement]:
    told = ~Q(goal="") | ~Q(done="") | ~Q(their_reference="") | ~Q(place="") | ~Q(cancel_reason__in=("", NOTHING))
    secondary = _ended_before(first_kept_secondary(day)).exclude(_is_billed())
    primary = _ended_before(first_kept(day)).filter(_is_billed()).exclude(_is_billed(first_kept(day).year))
    return Engagement.objects.filter(told).filter(Q(pk__in=secondary) | Q(pk__in=primary))


def _empty_agreements(keys: Sequence[Any], now: datetime) -> int:
    rows = Engagement.objects.filter(pk__in=keys)
    rows.exclude(cancel_reason="").update(cancel_reason=NOTHING)
    return rows.update(goal="", done="", their_reference="", place="")


def _old_entries(day: date) -> models.QuerySet[TimeEntry]:
    """Notes of hours that nothing holds; what a document holds is part of the books."""
    return TimeEntry.objects.filter(day__lt=first_kept_secondary(day), hold=None).exclude(text="")


def _empty_entries(keys: Sequence[Any], now: datetime) -> int:
    rows = TimeEntry.objects.filter(pk__in=keys)
    # The hour that several organisations shared says the same once more.
    whole = JointHour.objects.filter(parts__in=keys).exclude(parts__hold__isnull=False)
    JointHour.objects.filter(pk__in=list(whole.values_list("pk", flat=True))).update(text="")
    return rows.update(text="")


def register_kinds() -> None:
    """Say how long this storey keeps its own."""
    retention.register(
        Kind(
            "results", _("Goals, results, reasons and next steps"),
            _("the texts are taken out; status, measures and codes stay"), _("3 years after the engagement ended"),
            HOUSE, _old_results, _empty_results,
        ),
        Kind(
            "agreements", _("Agreements and reports of engagements"),
            _("goal, report, place and references are taken out; title, hours and phase stay"),
            _("3.5 years after the end of the year, 5 years where an invoice rests on it"), SECONDARY,
            _old_agreements, _empty_agreements,
        ),
        Kind(
            "hours", _("Notes of hours that are on no invoice"), _("the note is emptied; day and minutes stay"),
            _("3.5 years after the end of the year"), SECONDARY, _old_entries, _empty_entries,
        ),
    )  # fmt: skip
