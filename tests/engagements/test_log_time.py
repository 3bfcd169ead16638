"""Hours: who may log them, when, how many, and that held hours stay as they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from advisory.kernel.audit import AuditEvent
from advisory.kernel.periods import PeriodClosed, PeriodKind, close_month
from advisory.kernel.users import User
from engagements.models import HourHold, TimeEntry
from engagements.work.frame import frame_of
from engagements.work.log_time import (
    BeyondFrame,
    ChangedMeanwhile,
    DayFull,
    HoursHeld,
    NotInUse,
    RemovedMeanwhile,
    change_time,
    log_time,
    remove_time,
    restore_time,
)
from engagements.work.models import Engagement
from engagements.work.phases import PhaseTakesNoHours
from engagements.work.rights import NotOnTheTeam, NotStaff, NotYourHours
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 18)


@pytest.fixture
def advisor() -> User:
    return builders.advisor()


@pytest.fixture
def work(advisor: User) -> Engagement:
    """12.5 hours are agreed, in area 3."""
    return builders.engagement(builders.organisation(), advisor)


def log(work: object, minutes: int = 60, *, by: User, **facts: object) -> TimeEntry:
    return log_time(work=work, day=DAY, minutes=minutes, by=by, now=NOW, **facts)  # type: ignore[arg-type]


def test_hours_take_area_service_type_and_billing_from_their_engagement(advisor: User, work: Engagement) -> None:
    entry = log(work, 90, by=advisor, text=" Møte med styret ")
    assert (entry.minutes, entry.text, entry.funding_area, entry.billable) == (90, "Møte med styret", 3, True)
    assert (entry.service_type, entry.advisor, entry.activity) == (work.service_type, advisor, None)
    event = AuditEvent.objects.of(entry).get()
    assert (event.action, event.after["minutes"], event.organisation) == ("time.log", 90, work.organisation.number)


def test_hours_outside_area_3_are_not_billable_unless_somebody_says_so(advisor: User) -> None:
    joint = builders.engagement(builders.organisation(), advisor, funding_area=4)
    assert not log(joint, by=advisor).billable


def test_hours_on_an_activity_have_its_area_and_are_never_billable(advisor: User) -> None:
    entry = log(builders.activity(funding_area=1), by=advisor, billable=True)
    assert (entry.funding_area, entry.billable, entry.engagement, entry.service_type) == (1, False, None, None)


def test_an_advisor_writes_on_engagements_he_leads_or_belongs_to_and_on_no_other(
    advisor: User, work: Engagement
) -> None:
    member, stranger = builders.advisor(), builders.advisor()
    work.team.add(member)
    log(work, by=advisor)
    log(work, by=member)
    with pytest.raises(NotOnTheTeam):
        log(work, by=stranger)
    log(work, by=builders.administrator())
    assert TimeEntry.objects.count() == 3


def test_only_administrators_write_hours_for_others(advisor: User, work: Engagement) -> None:
    with pytest.raises(NotYourHours):
        log(work, by=advisor, advisor=builders.advisor())
    assert log(work, by=builders.administrator(), advisor=advisor).advisor == advisor


def test_people_who_are_not_staff_have_no_hours(work: Engagement) -> None:
    with pytest.raises(NotStaff):
        log(work, by=builders.administrator(), advisor=builders.member(work.organisation))


@pytest.mark.parametrize("phase", ["agreed", "active"])
def test_hours_are_logged_from_agreed_until_completed(advisor: User, phase: str) -> None:
    assert log(builders.engagement(builders.organisation(), advisor, phase=phase), by=advisor).pk


@pytest.mark.parametrize("phase", ["requested", "completed", "closed", "cancelled"])
def test_other_phases_take_no_hours(advisor: User, phase: str) -> None:
    work = builders.engagement(builders.organisation(), advisor, phase=phase, cancel_reason="x")
    with pytest.raises(PhaseTakesNoHours) as refused:
        log(work, by=advisor)
    assert refused.value.message


def test_a_closed_month_takes_no_hours_and_keeps_those_it_has(advisor: User, work: Engagement) -> None:
    entry = log(work, by=advisor)
    close_month(kind=PeriodKind.HOURS, month=DAY, by=builders.administrator(), now=NOW)
    for verb in (
        lambda: log(work, by=advisor),
        lambda: change_time(entry=entry, version=1, minutes=30, by=advisor, now=NOW),
        lambda: remove_time(entry=entry, version=1, by=advisor, now=NOW),
    ):
        with pytest.raises(PeriodClosed):
            verb()
    other = log_time(work=work, day=date(2026, 12, 1), minutes=60, by=advisor, now=NOW)
    with pytest.raises(PeriodClosed):
        change_time(entry=other, version=1, minutes=60, day=DAY, by=advisor, now=NOW)


def test_a_day_has_24_hours(advisor: User, work: Engagement) -> None:
    activity = builders.activity()
    log(activity, 1380, by=advisor)
    last = log(activity, 60, by=advisor)
    with pytest.raises(DayFull):
        log(activity, 1, by=advisor)
    with pytest.raises(DayFull):
        change_time(entry=last, version=1, minutes=61, by=advisor, now=NOW)
    assert log_time(work=activity, day=DAY + timedelta(1), minutes=1440, by=advisor, now=NOW).minutes == 1440


def test_hours_beyond_the_agreement_are_refused_until_somebody_chooses(advisor: User, work: Engagement) -> None:
    log(work, 700, by=advisor)
    with pytest.raises(BeyondFrame) as refused:
        log(work, 51, by=advisor)
    assert refused.value.engagement == work
    assert log(work, 50, by=advisor).billable
    assert not log(work, 51, by=advisor, billable=False).billable
    frame = frame_of(work)
    assert (frame.used, frame.left, frame.free, frame.percent) == (750, 0, 51, 100)


def test_changing_hours_counts_them_once_against_the_agreement(advisor: User, work: Engagement) -> None:
    entry = log(work, 700, by=advisor)
    entry = change_time(entry=entry, version=1, minutes=750, by=advisor, now=NOW)
    with pytest.raises(BeyondFrame):
        change_time(entry=entry, version=2, minutes=751, by=advisor, now=NOW)


def test_free_hours_cannot_become_billable_beyond_the_agreement(advisor: User, work: Engagement) -> None:
    log(work, 750, by=advisor)
    free = log(work, 30, by=advisor, billable=False)
    with pytest.raises(BeyondFrame):
        change_time(entry=free, version=1, minutes=30, billable=True, by=advisor, now=NOW)


def test_a_text_can_be_mended_where_the_agreement_is_already_overrun(advisor: User, work: Engagement) -> None:
    entry = builders.entry(work, 800, day=DAY)
    changed = change_time(entry=entry, version=1, minutes=800, text="Rettet", by=advisor, now=NOW)
    assert changed.text == "Rettet"


def test_an_engagement_without_a_frame_takes_any_hours(advisor: User) -> None:
    work = builders.engagement(builders.organisation(), advisor, minutes_agreed=None)
    log(work, 1440, by=advisor)
    assert (frame_of(work).left, frame_of(work).is_full) == (None, False)


def test_the_frame_warns_from_80_percent(advisor: User, work: Engagement) -> None:
    log(work, 599, by=advisor)
    assert not frame_of(work).is_near
    log(work, 1, by=advisor)
    frame = frame_of(work)
    assert (frame.is_near, frame.percent, frame.left) == (True, 80, 150)


def test_the_frame_tells_billed_from_logged_and_leaves_out_what_was_written_off(
    advisor: User, work: Engagement
) -> None:
    billed, drafted, written_off = (builders.entry(work, minutes) for minutes in (120, 60, 30))
    HourHold.objects.create(entry=billed, document=202600123)
    HourHold.objects.create(entry=drafted, draft=7)
    HourHold.objects.create(entry=written_off, document=202600124, written_off=True)
    frame = frame_of(work)
    assert (frame.billed, frame.logged, frame.free, frame.used) == (120, 60, 30, 180)


def test_a_change_that_saw_an_old_version_shows_both_values_and_changes_nothing(
    advisor: User, work: Engagement
) -> None:
    entry = log(work, 180, by=advisor)
    change_time(entry=entry, version=1, minutes=270, by=advisor, now=NOW)
    with pytest.raises(ChangedMeanwhile) as refused:
        change_time(entry=entry, version=1, minutes=150, by=advisor, now=NOW)
    assert refused.value.status == 409
    assert refused.value.theirs.minutes == 270
    assert "4,5" in refused.value.message
    assert "2,5" in refused.value.message
    assert TimeEntry.objects.get().minutes == 270


def test_a_change_of_removed_hours_says_so(advisor: User, work: Engagement) -> None:
    entry = log(work, by=advisor)
    seen = TimeEntry.objects.get(pk=entry.pk)
    remove_time(entry=entry, version=1, by=advisor, now=NOW)
    with pytest.raises(RemovedMeanwhile):
        change_time(entry=seen, version=1, minutes=30, by=advisor, now=NOW)


def test_a_change_that_changes_nothing_leaves_no_trace(advisor: User, work: Engagement) -> None:
    entry = log(work, 60, by=advisor)
    same = change_time(entry=entry, version=1, minutes=60, by=advisor, now=NOW)
    assert same.version == 1
    assert AuditEvent.objects.of(entry).count() == 1


def test_hours_can_move_from_an_activity_to_an_engagement(advisor: User, work: Engagement) -> None:
    entry = log(builders.activity(funding_area=2), by=advisor)
    moved = change_time(entry=entry, version=1, minutes=60, work=work, by=advisor, now=NOW)
    assert (moved.engagement, moved.activity, moved.funding_area, moved.billable) == (work, None, 3, True)


def test_an_advisor_changes_only_his_own_hours(work: Engagement) -> None:
    entry = builders.entry(work, 60, day=DAY)
    colleague = builders.advisor()
    work.team.add(colleague)
    with pytest.raises(NotYourHours):
        change_time(entry=entry, version=1, minutes=30, by=colleague, now=NOW)
    with pytest.raises(NotYourHours):
        remove_time(entry=entry, version=1, by=colleague, now=NOW)


@pytest.mark.parametrize(
    ("hold", "words"),
    [
        ({"document": 202600123}, "202600123"),
        ({"document": 202600124, "written_off": True}, "202600124"),
        ({"draft": 7}, ""),
    ],
)
def test_held_hours_neither_change_nor_go(advisor: User, work: Engagement, hold: dict[str, object], words: str) -> None:
    entry = log(work, by=advisor)
    HourHold.objects.create(entry=entry, **hold)
    with pytest.raises(HoursHeld) as refused:
        change_time(entry=entry, version=1, minutes=30, by=advisor, now=NOW)
    assert words in refused.value.message
    assert refused.value.status == 409
    with pytest.raises(HoursHeld):
        remove_time(entry=entry, version=1, by=builders.administrator(), now=NOW)
    assert TimeEntry.objects.get().minutes == 60


def test_removed_hours_come_back_with_the_same_facts(advisor: User, work: Engagement) -> None:
    entry = log(work, 75, by=advisor, text="Kravliste", billable=False)
    facts = remove_time(entry=entry, version=1, by=advisor, now=NOW)
    assert not TimeEntry.objects.exists()
    restore_time(facts=facts, by=advisor, now=NOW)
    back = TimeEntry.objects.get()
    assert (back.day, back.minutes, back.text, back.billable, back.engagement, back.advisor) == (
        DAY,
        75,
        "Kravliste",
        False,
        work,
        advisor,
    )
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "time.log",
        "time.remove",
        "time.log",
    ]


def test_an_activity_out_of_use_takes_no_hours(advisor: User) -> None:
    with pytest.raises(NotInUse):
        log(builders.activity(active=False), by=advisor)
