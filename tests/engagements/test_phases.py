"""The course of an engagement and who may move it."""

from __future__ import annotations

from datetime import date

import pytest

from advisory.kernel.audit import AuditEvent
from engagements.models import Engagement
from engagements.work.models import Phase
from engagements.work.phases import MOVES, IllegalMove, MovedMeanwhile, ReasonMissing, move
from engagements.work.rights import NotOnTheTeam, NotStaff
from engagements.work.start import (
    AreaSettled,
    EngagementOver,
    FrameBelowUse,
    OrganisationInactive,
    agree_hours,
    change_engagement,
    start_engagement,
)
from tests import builders
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db

LEGAL = {
    ("requested", "agreed"),
    ("requested", "cancelled"),
    ("agreed", "active"),
    ("agreed", "cancelled"),
    ("active", "completed"),
    ("active", "cancelled"),
    ("completed", "closed"),
    ("completed", "active"),
}


@pytest.mark.parametrize("start", Phase.values)
@pytest.mark.parametrize("end", Phase.values)
def test_only_the_moves_of_the_course_are_allowed(start: str, end: str) -> None:
    lead = builders.advisor()
    work = builders.engagement(
        builders.organisation(), lead, phase=start, cancel_reason="Dårlig tid" if start == "cancelled" else ""
    )
    if (start, end) in LEGAL:
        moved = move(engagement=work, to=Phase(end), by=lead, on=TODAY, now=NOW, reason="Styret ønsker det")
        assert moved.phase == end
    else:
        with pytest.raises(IllegalMove):
            move(engagement=work, to=Phase(end), by=lead, on=TODAY, now=NOW, reason="Styret ønsker det")
        assert Engagement.objects.get(pk=work.pk).phase == start


def test_every_phase_has_a_place_in_the_course() -> None:
    assert set(MOVES) == set(Phase.values)


def test_an_illegal_move_says_what_to_do() -> None:
    lead = builders.advisor()
    work = builders.engagement(builders.organisation(), lead, phase="requested")
    with pytest.raises(IllegalMove) as refused:
        move(engagement=work, to=Phase.ACTIVE, by=lead, on=TODAY, now=NOW)
    assert refused.value.message


def test_cancelling_wants_a_reason() -> None:
    lead = builders.advisor()
    work = builders.engagement(builders.organisation(), lead)
    with pytest.raises(ReasonMissing):
        move(engagement=work, to=Phase.CANCELLED, by=lead, on=TODAY, now=NOW, reason="  ")
    move(engagement=work, to=Phase.CANCELLED, by=lead, on=TODAY, now=NOW, reason="Laget legges ned")
    assert Engagement.objects.get(pk=work.pk).cancel_reason == "Laget legges ned"


def test_becoming_active_and_completed_writes_the_day_and_opening_again_clears_the_end() -> None:
    lead = builders.advisor()
    work = builders.engagement(builders.organisation(), lead, phase="agreed", started_on=None)
    work = move(engagement=work, to=Phase.ACTIVE, by=lead, on=date(2026, 9, 1), now=NOW)
    work = move(engagement=work, to=Phase.COMPLETED, by=lead, on=date(2026, 11, 1), now=NOW)
    assert (work.started_on, work.completed_on) == (date(2026, 9, 1), date(2026, 11, 1))
    work = move(engagement=work, to=Phase.ACTIVE, by=lead, on=TODAY, now=NOW)
    assert (work.started_on, work.completed_on) == (date(2026, 9, 1), None)


def test_a_page_that_is_behind_the_times_moves_nothing() -> None:
    lead = builders.advisor()
    work = builders.engagement(builders.organisation(), lead, phase="completed")
    with pytest.raises(MovedMeanwhile):
        move(engagement=work, to=Phase.CLOSED, by=lead, on=TODAY, now=NOW, seen="active")


def test_an_advisor_does_not_move_a_strangers_engagement_but_an_administrator_does() -> None:
    work = builders.engagement(builders.organisation(), builders.advisor())
    with pytest.raises(NotOnTheTeam):
        move(engagement=work, to=Phase.COMPLETED, by=builders.advisor(), on=TODAY, now=NOW)
    moved = move(engagement=work, to=Phase.COMPLETED, by=builders.administrator(), on=TODAY, now=NOW)
    assert moved.phase == "completed"


def test_a_move_is_recorded_with_actor_and_both_phases() -> None:
    lead = builders.advisor()
    work = builders.engagement(builders.organisation(), lead)
    move(engagement=work, to=Phase.COMPLETED, by=lead, on=TODAY, now=NOW)
    event = AuditEvent.objects.of(work).get()
    assert (event.action, event.actor, event.organisation) == (
        "engagement.completed",
        lead,
        work.organisation.number,
    )
    assert (event.before["phase"], event.after["phase"]) == ("active", "completed")


def _start(**facts: object) -> Engagement:
    lead = facts.pop("by", None) or builders.advisor()
    given = {
        "organisation": builders.organisation(),
        "title": "Digital strategi",
        "service_type": builders.service_type(),
        "lead": lead,
        "by": lead,
        "on": TODAY,
        "now": NOW,
    }
    return start_engagement(**(given | facts))  # type: ignore[arg-type]


def test_references_run_through_the_year_and_start_again() -> None:
    first, second = _start(on=date(2026, 12, 31)), _start(on=date(2026, 12, 31))
    assert (first.reference, second.reference) == ("2026-001", "2026-002")
    assert _start(on=date(2027, 1, 1)).reference == "2027-001"


def test_an_engagement_starts_as_requested_with_its_team() -> None:
    colleague = builders.advisor()
    work = _start(team=[colleague], minutes_agreed=2880)
    assert (work.phase, work.requested_on, work.minutes_agreed) == ("requested", TODAY, 2880)
    assert list(work.team.all()) == [colleague]
    assert AuditEvent.objects.of(work).get().action == "engagement.start"


def test_an_inactive_organisation_gets_no_engagement() -> None:
    with pytest.raises(OrganisationInactive):
        _start(organisation=builders.organisation(status="inactive"))


def test_only_staff_lead() -> None:
    with pytest.raises(NotStaff):
        _start(lead=builders.user())


def _change(work: Engagement, by: object, **facts: object) -> Engagement:
    given = {
        "engagement": work,
        "title": work.title,
        "goal": work.goal,
        "service_type": work.service_type,
        "funding_area": work.funding_area,
        "lead": work.lead,
        "team": [],
        "by": by,
        "now": NOW,
    }
    return change_engagement(**(given | facts))  # type: ignore[arg-type]


def test_a_team_member_changes_the_engagement_and_a_stranger_does_not() -> None:
    work = builders.engagement(builders.organisation(), builders.advisor())
    member = builders.advisor()
    work.team.add(member)
    assert _change(work, member, title="Valg av medlemssystem", team=[member]).title == "Valg av medlemssystem"
    with pytest.raises(NotOnTheTeam):
        _change(work, builders.advisor(), title="Noe annet")


def test_a_closed_engagement_stays_as_it_is() -> None:
    lead = builders.advisor()
    with pytest.raises(EngagementOver):
        _change(builders.engagement(builders.organisation(), lead, phase="closed"), lead, title="Nytt")


def test_the_funding_area_is_settled_once_hours_are_logged() -> None:
    lead = builders.advisor()
    work = builders.engagement(builders.organisation(), lead)
    assert _change(work, lead, funding_area=4).funding_area == 4
    builders.entry(work, 60)
    with pytest.raises(AreaSettled):
        _change(work, lead, funding_area=3)


def test_an_agreement_is_extended_with_its_reason_and_never_below_what_is_used() -> None:
    lead = builders.advisor()
    work = builders.engagement(builders.organisation(), lead, minutes_agreed=600)
    builders.entry(work, 540)
    extended = agree_hours(engagement=work, minutes=900, reason="Godkjent av leder 05.11.", by=lead, now=NOW)
    assert extended.minutes_agreed == 900
    event = AuditEvent.objects.of(work).get()
    assert (event.before, event.after, event.reason) == (
        {"minutes_agreed": 600},
        {"minutes_agreed": 900},
        "Godkjent av leder 05.11.",
    )
    with pytest.raises(FrameBelowUse):
        agree_hours(engagement=work, minutes=539, reason="Mindre", by=lead, now=NOW)
