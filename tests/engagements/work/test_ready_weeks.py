"""«The week is ready»: who says so, what it asks for first, and where it is seen that nobody said so."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from advisory.kernel.audit import AuditEvent
from advisory.kernel.users import User
from engagements.models import Engagement, ReadyWeek
from engagements.work.ready_weeks import TextsMissing, WeekNotBegun, mark_ready, not_ready, take_back
from engagements.work.weeks import Week
from tests import builders as b
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db

#: Friday 20 November 2026 lies in week 47.
LAST = Week(2026, 46)
URL = "/time/2026/w46/"


@pytest.fixture
def advisor() -> User:
    return b.advisor()


@pytest.fixture
def work(advisor: User) -> Engagement:
    return b.engagement(b.organisation(), advisor)


def _unready(first: Week, last: Week, **of: User) -> dict[User, tuple[Week, ...]]:
    return {each.advisor: each.weeks for each in not_ready(first=first.first, last=last.last, today=TODAY, **of)}


def test_a_week_is_marked_once_and_taken_back(advisor: User) -> None:
    mark_ready(week=LAST, by=advisor, now=NOW)
    mark_ready(week=LAST, by=advisor, now=NOW)
    assert ReadyWeek.objects.get().monday == date(2026, 11, 9)
    take_back(week=LAST, by=advisor, now=NOW)
    take_back(week=LAST, by=advisor, now=NOW)
    assert not ReadyWeek.objects.exists()
    said = AuditEvent.objects.filter(action__startswith="week.").order_by("pk").values_list("action", flat=True)
    assert list(said) == ["week.ready", "week.take_back"]


def test_the_week_of_today_can_be_ready_and_the_next_cannot(advisor: User) -> None:
    mark_ready(week=Week.of(TODAY), by=advisor, now=NOW)
    with pytest.raises(WeekNotBegun):
        mark_ready(week=Week.of(TODAY).next, by=advisor, now=NOW)


def test_billable_hours_must_say_what_was_done_first(advisor: User, work: Engagement) -> None:
    silent = b.entry(work, 60, day=LAST.days[2], text="")
    with pytest.raises(TextsMissing):
        mark_ready(week=LAST, by=advisor, now=NOW)
    silent.text = "Kartla behov"
    silent.save()
    b.entry(work, 60, day=LAST.days[3], text="", billable=False)
    mark_ready(week=LAST, by=advisor, now=NOW)


def test_weeks_are_asked_for_from_ones_first_hours_until_the_last_that_ended(advisor: User, work: Engagement) -> None:
    assert _unready(Week(2026, 40), Week(2026, 50)) == {}, "nobody has written hours"
    b.entry(work, 60, day=Week(2026, 44).days[4])
    asked = (Week(2026, 44), Week(2026, 45), Week(2026, 46))
    assert _unready(Week(2026, 40), Week(2026, 50)) == {advisor: asked}
    mark_ready(week=Week(2026, 45), by=advisor, now=NOW)
    assert _unready(Week(2026, 40), Week(2026, 50)) == {advisor: (Week(2026, 44), Week(2026, 46))}


def test_one_persons_mark_is_not_anothers(advisor: User, work: Engagement) -> None:
    other = b.advisor()
    for person in (advisor, other):
        b.entry(work, 60, day=LAST.first, advisor=person)
    mark_ready(week=LAST, by=advisor, now=NOW)
    assert _unready(LAST, LAST) == {other: (LAST,)}
    assert _unready(LAST, LAST, of=advisor) == {}


def test_who_has_left_is_not_waited_for(advisor: User, work: Engagement) -> None:
    b.entry(work, 60, day=LAST.first)
    User.objects.filter(pk=advisor.pk).update(is_active=False)
    assert _unready(LAST, LAST) == {}


def test_a_month_asks_for_every_week_that_it_touches(advisor: User, work: Engagement) -> None:
    """October 2026 begins on Thursday of week 40 and ends on Saturday of week 44."""
    b.entry(work, 60, day=date(2026, 9, 1))
    found = not_ready(first=date(2026, 10, 1), last=date(2026, 10, 31), today=TODAY)
    assert [week.number for each in found for week in each.weeks] == [40, 41, 42, 43, 44]


def test_it_takes_two_queries_whatever_there_is(
    work: Engagement, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _turn in range(4):
        b.entry(work, 60, day=LAST.first, advisor=b.advisor())
    with django_assert_num_queries(2):
        assert len(_unready(Week(2026, 40), LAST)) == 4


@pytest.fixture
def page(advisor: User) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(advisor)
    return client


@time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False)
def test_the_week_page_marks_says_so_and_takes_back(page: Client) -> None:
    assert "Mark the week as ready" in page.get(URL).content.decode()
    marked = page.post(URL, {"ready": "yes"}, follow=True).content.decode()
    assert "Week 46 is marked as ready." in marked
    assert "Mark the week as ready" not in marked
    page.post(URL, {"ready": "no"})
    assert not ReadyWeek.objects.exists()
    assert "Mark the week as ready" not in page.get("/time/2026/w48/").content.decode(), "it has not begun"


@time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False)
def test_a_week_without_texts_comes_back_with_the_place_to_write_them(page: Client, work: Engagement) -> None:
    b.entry(work, 60, day=LAST.first, text="")
    answer = page.post(URL, {"ready": "yes"})
    assert answer.status_code == 422
    assert "Some billable hours do not say what was done." in answer.content.decode()
    assert "<title>Error: " in answer.content.decode()
    assert not ReadyWeek.objects.exists()


@time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False)
def test_the_first_page_asks_for_the_last_week_till_it_is_marked(page: Client, advisor: User, work: Engagement) -> None:
    b.entry(work, 60, day=LAST.first)
    assert "Is not marked as ready" in page.get("/today/").content.decode()
    mark_ready(week=LAST, by=advisor, now=NOW)
    assert "Is not marked as ready" not in page.get("/today/").content.decode()


@time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False)
@pytest.mark.parametrize("path", ["/settings/months/?close=2026-10", "/billing/proposals/"])
def test_the_office_sees_who_is_not_ready_before_a_month_is_closed_or_billed(work: Engagement, path: str) -> None:
    b.entry(work, 60, day=date(2026, 10, 20), advisor=b.advisor(name="Kari"))
    office = Client(HTTP_ACCEPT_LANGUAGE="en")
    office.force_login(b.administrator())
    text = " ".join(office.get(path).content.decode().split())
    assert "Not marked as ready: Kari (week 43, 44). Hours may be missing." in text
