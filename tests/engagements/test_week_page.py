"""The week page without JavaScript: what is saved, what is refused and kept, what is locked and why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.periods import PeriodKind, close_month
from advisory.kernel.users import User
from engagements.models import HourHold, TimeEntry
from engagements.work.grid import RowKey, cell_name, grid_of, seen_mark
from engagements.work.log_time import change_time, remove_time
from engagements.work.models import Engagement
from engagements.work.weeks import NoSuchWeek, Week, parse_week
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db
WEEK = "/time/2026/w47/"
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


@pytest.fixture
def advisor() -> User:
    return builders.advisor(language="nb")


@pytest.fixture
def work(advisor: User) -> Engagement:
    """12.5 hours are agreed."""
    return builders.engagement(builders.organisation(), advisor)


@pytest.fixture
def browser(client: Client, advisor: User) -> Client:
    client.force_login(advisor)
    return client


def name(work: Engagement, day: date) -> str:
    return cell_name(RowKey(work.reference, work.service_type.code), day)


def cell(work: Engagement, day: date, text: str, entry: TimeEntry | None = None) -> dict[str, str]:
    """What a browser posts for one cell; `entry` is the one the page showed."""
    return {f"cell-{name(work, day)}": text, f"seen-{name(work, day)}": seen_mark(entry)}


def post(browser: Client, *cells: dict[str, str], **more: str) -> HttpResponse:
    data: dict[str, Any] = {}
    for each in cells:
        data |= each
    return browser.post(WEEK, data | more)  # type: ignore[return-value]


def test_cells_are_logged_changed_and_removed_in_one_post(browser: Client, work: Engagement) -> None:
    changed, removed = builders.entry(work, 60, MONDAY), builders.entry(work, 30, TUESDAY)
    answer = post(
        browser, cell(work, MONDAY, "1:30", changed), cell(work, TUESDAY, "", removed), cell(work, WEDNESDAY, "90m")
    )
    assert answer.status_code == 302
    assert {(entry.day, entry.minutes) for entry in TimeEntry.objects.all()} == {(MONDAY, 90), (WEDNESDAY, 90)}


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1,5t30", "Skriv timer som 1,5, 1:30 eller 90m."),
        ("90", "Mente du 90 minutter? Skriv 90m."),
        ("1.30", "Mente du 1:30 eller 1,3 timer?"),
        ("25t", "Et døgn har 24 timer. Sjekk tallet."),
        ("0", "Skriv mer enn 0 timer."),
        ("-1", "Timer kan ikke være mindre enn 0."),
    ],
)
def test_a_refused_cell_keeps_what_was_typed_and_the_others_are_saved(
    browser: Client, work: Engagement, typed: str, words: str
) -> None:
    answer = post(browser, cell(work, MONDAY, typed), cell(work, TUESDAY, "2"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert words in page
    assert f'value="{typed}"' in page
    assert 'aria-invalid="true"' in page
    assert [(entry.day, entry.minutes) for entry in TimeEntry.objects.all()] == [(TUESDAY, 120)]


def test_untouched_cells_stay_untouched_even_where_somebody_changed_them_meanwhile(
    browser: Client, advisor: User, work: Engagement
) -> None:
    entry = builders.entry(work, 180, MONDAY)
    shown = cell(work, MONDAY, "3,0", entry)
    change_time(entry=entry, version=1, minutes=270, by=advisor, now=NOW)
    assert post(browser, shown, cell(work, TUESDAY, "1")).status_code == 302
    assert TimeEntry.objects.get(day=MONDAY).minutes == 270


def test_a_conflict_shows_both_values_and_lets_the_person_choose(
    browser: Client, advisor: User, work: Engagement
) -> None:
    entry = builders.entry(work, 60, MONDAY)
    mine = cell(work, MONDAY, "3,0", entry)
    theirs = change_time(entry=entry, version=1, minutes=270, by=advisor, now=NOW)
    answer = post(browser, mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Endret i en annen fane til 4,5. Du skrev 3,0." in page
    assert "Behold 3,0" in page
    assert "Bruk 4,5" in page
    assert TimeEntry.objects.get().minutes == 270
    assert f'value="{seen_mark(theirs)}"' in page
    assert post(browser, cell(work, MONDAY, "3,0", theirs), use=name(work, MONDAY)).status_code == 302
    assert TimeEntry.objects.get().minutes == 270
    assert post(browser, cell(work, MONDAY, "3,0", theirs), keep=name(work, MONDAY)).status_code == 302
    assert TimeEntry.objects.get().minutes == 180


def test_an_empty_cell_that_was_filled_in_another_tab_is_a_conflict_and_not_a_second_entry(
    browser: Client, work: Engagement
) -> None:
    before = cell(work, MONDAY, "2")
    builders.entry(work, 60, MONDAY)
    assert post(browser, before).status_code == 409
    assert TimeEntry.objects.count() == 1


def test_hours_removed_in_another_tab_are_a_conflict(browser: Client, advisor: User, work: Engagement) -> None:
    entry = builders.entry(work, 60, MONDAY)
    shown = cell(work, MONDAY, "2", entry)
    remove_time(entry=TimeEntry.objects.get(), version=1, by=advisor, now=NOW)
    assert post(browser, shown).status_code == 409


def test_held_hours_are_shown_locked_with_the_number_and_other_days_stay_open(
    browser: Client, work: Engagement
) -> None:
    held = builders.entry(work, 90, MONDAY)
    HourHold.objects.create(entry=held, document=202600123)
    page = browser.get(WEEK).content.decode()
    assert "Mandag: Timene er fakturert (202600123) og kan ikke endres." in page
    assert "De andre dagene er åpne." in page
    assert f'name="cell-{name(work, MONDAY)}"' not in page
    assert f'name="cell-{name(work, TUESDAY)}"' in page


def test_held_hours_are_refused_when_posted_all_the_same(browser: Client, work: Engagement) -> None:
    held = builders.entry(work, 90, MONDAY)
    shown = cell(work, MONDAY, "2", held)
    HourHold.objects.create(entry=held, document=202600123)
    assert post(browser, shown).status_code == 409
    assert TimeEntry.objects.get().minutes == 90


def test_a_closed_month_locks_its_days_only(browser: Client, work: Engagement) -> None:
    builders.entry(work, 60, date(2026, 9, 30))
    close_month(kind=PeriodKind.HOURS, month=date(2026, 9, 1), by=builders.administrator(), now=NOW)
    page = browser.get("/time/2026/w40/").content.decode()
    assert "September 2026 er lukket. Be en administrator åpne måneden." in page
    assert f'name="cell-{name(work, date(2026, 9, 30))}"' not in page
    assert f'name="cell-{name(work, date(2026, 10, 1))}"' in page


def test_hours_beyond_the_agreement_offer_a_choice_and_save_nothing(browser: Client, work: Engagement) -> None:
    builders.entry(work, 720, MONDAY)
    answer = post(browser, cell(work, TUESDAY, "1"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Med denne timeføringen er 13,0 av 12,5 avtalte timer brukt." in page
    assert "Utvid avtale" in page
    assert "Før som ikke fakturerbart" in page
    assert TimeEntry.objects.count() == 1


def test_several_entries_of_a_day_are_a_sum_that_leads_to_them(browser: Client, work: Engagement) -> None:
    builders.entry(work, 60, MONDAY)
    builders.entry(work, 30, MONDAY)
    page = browser.get(WEEK).content.decode()
    assert "2 timeføringer" in page
    assert f'name="cell-{name(work, MONDAY)}"' not in page


def test_removed_hours_come_back_without_javascript(browser: Client, work: Engagement) -> None:
    entry = builders.entry(work, 75, MONDAY, text="Kravliste")
    answer = browser.post(f"/time/entries/{entry.pk}/remove/", {"version": "1", "next": WEEK}, follow=True)
    assert "Timeføringen er slettet." in answer.content.decode()
    assert not TimeEntry.objects.exists()
    browser.post("/time/undo/", {"key": str(entry.pk), "next": WEEK})
    back = TimeEntry.objects.get()
    assert (back.minutes, back.text, back.day) == (75, "Kravliste", MONDAY)
    again = browser.post("/time/undo/", {"key": str(entry.pk), "next": WEEK}, follow=True)
    assert "Det er ingenting å angre." in again.content.decode()
    assert TimeEntry.objects.count() == 1


def test_an_emptied_cell_can_be_taken_back_on_the_page_that_follows(browser: Client, work: Engagement) -> None:
    entry = builders.entry(work, 75, MONDAY)
    answer = browser.post(WEEK, cell(work, MONDAY, "", entry), follow=True)
    assert "Angre" in answer.content.decode()


def test_plus_and_minus_step_a_quarter_of_an_hour(browser: Client, work: Engagement) -> None:
    post(browser, cell(work, MONDAY, ""), step=f"{name(work, MONDAY)}|15")
    entry = TimeEntry.objects.get()
    assert entry.minutes == 15
    post(browser, cell(work, MONDAY, "0,25", entry), step=f"{name(work, MONDAY)}|-15")
    assert not TimeEntry.objects.exists()


def test_the_quick_line_saves_and_a_mistake_keeps_what_was_typed(browser: Client, work: Engagement) -> None:
    line = {"quick": "1", "work": work.reference, "day": "17.11.2026", "minutes": "1,5", "text": "Møte"}
    assert browser.post(WEEK, line).status_code == 302
    assert TimeEntry.objects.get().minutes == 90
    answer = browser.post(WEEK, line | {"minutes": "halvannen"})
    assert answer.status_code == 422
    assert 'value="halvannen"' in answer.content.decode()


def test_rows_of_last_week_come_without_their_hours(browser: Client, work: Engagement) -> None:
    builders.entry(work, 60, date(2026, 11, 10))
    assert f'name="cell-{name(work, MONDAY)}"' not in browser.get(WEEK).content.decode()
    page = browser.get(f"{WEEK}?rows=previous").content.decode()
    assert f'name="cell-{name(work, MONDAY)}" value=""' in page
    assert TimeEntry.objects.count() == 1


def test_a_row_is_added_by_its_engagement(browser: Client, work: Engagement) -> None:
    assert f'name="cell-{name(work, MONDAY)}"' in browser.get(f"{WEEK}?add={work.reference}").content.decode()


def test_strangers_engagements_cannot_be_added_or_posted(browser: Client) -> None:
    foreign = builders.engagement(builders.organisation(), builders.advisor())
    assert name(foreign, MONDAY) not in browser.get(f"{WEEK}?add={foreign.reference}").content.decode()
    assert post(browser, cell(foreign, MONDAY, "1")).status_code == 422
    assert not TimeEntry.objects.exists()


def test_others_hours_are_not_in_ones_week(browser: Client, work: Engagement) -> None:
    colleague = builders.advisor()
    builders.entry(work, 60, MONDAY, advisor=colleague)
    assert "Hent rader fra forrige uke, eller legg til." in browser.get(WEEK).content.decode()


@pytest.mark.parametrize("path", ["/time/2025/w53/", "/time/2026/w0/", "/time/2026/w54/"])
def test_a_week_that_the_year_lacks_is_not_found(browser: Client, path: str) -> None:
    assert browser.get(path).status_code == 404


def test_week_53_leads_to_week_1_and_back(browser: Client) -> None:
    page = browser.get("/time/2026/w53/").content.decode()
    assert "/time/2026/w52/" in page
    assert "/time/2027/w1/" in page
    assert "/time/2026/w53/" in browser.get("/time/2027/w1/").content.decode()


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("47", Week(2026, 47)),
        (" uke 3 ", Week(2026, 3)),
        ("53/2026", Week(2026, 53)),
        ("2025-W01", Week(2025, 1)),
        ("w9", Week(2026, 9)),
    ],
)
def test_weeks_are_read_as_people_write_them(text: str, week: Week) -> None:
    assert parse_week(text, year=2026) == week


@pytest.mark.parametrize("text", ["", "53/2025", "0", "54", "neste", "20261"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(NoSuchWeek):
        parse_week(text, year=2026)


def test_new_years_day_lies_in_the_week_that_iso_says() -> None:
    # ISO 8601: 1 January 2027 is a Friday, so it belongs to week 53 of 2026.
    assert Week.of(date(2027, 1, 1)) == Week(2026, 53)
    assert Week(2026, 53).days[4] == date(2027, 1, 1)


def test_the_sums_are_of_the_rows(advisor: User, work: Engagement) -> None:
    builders.entry(work, 90, MONDAY)
    builders.entry(builders.activity(), 30, MONDAY, advisor=advisor)
    grid = grid_of(advisor=advisor, week=Week(2026, 47))
    assert grid.total == 120
    assert grid.day_totals()[0] == (MONDAY, 120)
    assert [row.total for row in grid.rows] == [90, 30]


def test_the_number_of_queries_does_not_follow_the_rows(browser: Client, advisor: User, work: Engagement) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get(WEEK).status_code == 200
        return len(seen)

    builders.entry(work, 30, MONDAY)
    few = queries()
    for _row in range(6):
        other = builders.engagement(builders.organisation(), advisor)
        HourHold.objects.create(entry=builders.entry(other, 30, TUESDAY), document=202600123)
        builders.entry(other, 30, WEDNESDAY)
    assert queries() == few
