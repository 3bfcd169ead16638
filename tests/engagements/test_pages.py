"""Staff pages of engagements and hours: who may write, what is refused, and that lists do not ask per row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.periods import ClosedMonth, PeriodKind, close_month
from advisory.kernel.users import User
from engagements import panels
from engagements.models import Engagement, HourHold, NextStep, Outcome, Recommendation, ServiceType, TimeEntry
from engagements.panels import HourWarning
from engagements.work.log_time import change_time
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.django_db


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


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


NEW = {"title": "Digital strategi", "funding_area": "3", "minutes_agreed": "48"}


def _new(advisor: User, **facts: str) -> dict[str, str]:
    return {**NEW, "service_type": str(builders.service_type().pk), "lead": str(advisor.pk), **facts}


def test_an_engagement_is_made_for_the_organisation_in_the_address(browser: Client, advisor: User) -> None:
    organisation = builders.organisation("Turlaget Vidda")
    page = browser.get(f"/engagements/new/?organisation={organisation.number}").content.decode()
    assert f'value="{organisation.number} Turlaget Vidda"' in page
    answer = browser.post("/engagements/new/", _new(advisor, organisation=f"{organisation.number} Turlaget Vidda"))
    made = Engagement.objects.get()
    assert answer.headers["Location"] == f"/engagements/{made.reference}/"
    assert (made.organisation, made.minutes_agreed, made.phase) == (organisation, 48 * 60, "requested")


def test_an_organisation_is_found_by_name_and_a_doubtful_one_is_asked_for(browser: Client, advisor: User) -> None:
    builders.organisation("Fjellkoret")
    builders.organisation("Fjellkorpset")
    answer = browser.post("/engagements/new/", _new(advisor, organisation="Fjellkor"))
    assert answer.status_code == 422
    assert "Flere organisasjoner passer med «Fjellkor»" in answer.content.decode()
    assert browser.post("/engagements/new/", _new(advisor, organisation="fjellkoret")).status_code == 302


def test_a_form_with_mistakes_keeps_what_was_written(browser: Client, advisor: User) -> None:
    answer = browser.post("/engagements/new/", _new(advisor, organisation="", minutes_agreed="tolv"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert 'value="tolv"' in page
    assert "Skriv timer som 1,5, 1:30 eller 90m." in page


def test_the_engagement_page_says_how_much_is_used(browser: Client, work: Engagement) -> None:
    HourHold.objects.create(entry=builders.entry(work, 300), document=202600123)
    builders.entry(work, 330)
    page = browser.get(f"/engagements/{work.reference}/").content.decode()
    assert "84\u00a0% brukt, 2,0 timer igjen" in page
    assert "Fakturert 5,0" in page
    assert "Ført 5,5" in page


@pytest.mark.parametrize("page", ["edit", "agreement", "report/text"])
def test_forms_of_a_strangers_engagement_turn_the_advisor_away(work: Engagement, page: str) -> None:
    stranger = signed_in(builders.advisor())
    path = f"/engagements/{work.reference}/{page}/"
    assert stranger.get(path).headers["Location"] == f"/engagements/{work.reference}/"
    assert stranger.post(path, {}).status_code == 403
    assert signed_in(builders.administrator()).get(path).status_code == 200


def test_an_advisor_logs_nothing_on_a_strangers_engagement(work: Engagement) -> None:
    data = {"work": work.reference, "day": "18.11.2026", "minutes": "1"}
    assert signed_in(builders.advisor()).post("/time/new/", data).status_code == 422
    assert not TimeEntry.objects.exists()


def test_the_phase_moves_by_its_button_and_an_illegal_move_says_what_to_do(browser: Client, work: Engagement) -> None:
    path = f"/engagements/{work.reference}/phase/"
    answer = browser.post(path, {"to": "closed", "seen": "active"})
    assert answer.status_code == 422
    assert "Oppdraget pågår. Ferdigstill det først." in answer.content.decode()
    assert browser.post(path, {"to": "completed", "seen": "active"}).status_code == 302
    assert Engagement.objects.get().phase == "completed"


def test_a_move_seen_from_an_old_page_is_a_conflict(browser: Client, work: Engagement) -> None:
    answer = browser.post(f"/engagements/{work.reference}/phase/", {"to": "active", "seen": "agreed"})
    assert answer.status_code == 409


def test_cancelling_without_a_reason_is_refused_at_the_field(browser: Client, work: Engagement) -> None:
    path = f"/engagements/{work.reference}/phase/"
    answer = browser.post(path, {"to": "cancelled", "seen": "active"})
    assert answer.status_code == 422
    assert "Skriv hvorfor oppdraget avlyses." in answer.content.decode()
    browser.post(path, {"to": "cancelled", "seen": "active", "reason": "Laget legges ned"})
    assert Engagement.objects.get().phase == "cancelled"


def test_a_card_moves_from_the_board(browser: Client, work: Engagement) -> None:
    assert work.title in browser.get("/engagements/board/").content.decode()
    data = {"to": "completed", "seen": "active", "back": "board"}
    answer = browser.post(f"/engagements/{work.reference}/phase/", data)
    assert answer.headers["Location"] == "/engagements/board/"


def test_the_agreement_is_extended_with_who_approved_it(browser: Client, work: Engagement) -> None:
    builders.entry(work, 700)
    path = f"/engagements/{work.reference}/agreement/"
    assert browser.post(path, {"minutes": "20", "reason": ""}).status_code == 422
    refused = browser.post(path, {"minutes": "11", "reason": "Leder sa ja"})
    assert "11,67 timer er allerede brukt. Avtal minst så mange." in refused.content.decode()
    browser.post(path, {"minutes": "20", "reason": "Leder sa ja"})
    assert Engagement.objects.get().minutes_agreed == 1200


def test_hours_beyond_the_agreement_are_saved_only_by_the_persons_choice(browser: Client, work: Engagement) -> None:
    builders.entry(work, 720)
    data = {"work": work.reference, "day": "18.11.2026", "minutes": "1", "text": "Ekstra møte"}
    answer = browser.post("/time/new/", data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Utvid avtale" in page
    assert 'value="Ekstra møte"' in page
    browser.post("/time/new/", data | {"not_billable": "on"})
    entry = TimeEntry.objects.get(text="Ekstra møte")
    assert (entry.billable, entry.minutes) == (False, 60)


def test_what_is_left_is_said_before_hours_are_saved(browser: Client, work: Engagement) -> None:
    builders.entry(work, 600)
    page = browser.get(f"/time/new/?engagement={work.reference}").content.decode()
    assert "10,0 av 12,5 avtalte timer" in page
    line = browser.get("/time/frame/", {"work": work.reference, "minutes": "1:30"}).content.decode()
    assert "Etter denne timeføringen er det 1,0 timer igjen." in line
    over = browser.get("/time/frame/", {"work": work.reference, "minutes": "4"}).content.decode()
    assert "Denne timeføringen går 1,5 timer over avtalen." in over


def test_after_saving_a_long_day_and_a_narrow_frame_are_pointed_out(browser: Client, work: Engagement) -> None:
    data = {"work": work.reference, "day": "18.11.2026", "minutes": "12:15", "next": "/time/all/"}
    page = browser.post("/time/new/", data, follow=True).content.decode()
    assert "Du har nå ført 12,25 timer denne dagen. Sjekk tallet." in page
    assert "98\u00a0% av avtalte timer" in page


def test_upper_storeys_warn_before_hours_are_logged(
    browser: Client, work: Engagement, monkeypatch: pytest.MonkeyPatch
) -> None:
    warning = HourWarning("Rabattrinnet er ikke avklart.", "/organisations/", "Avklar")
    monkeypatch.setattr(panels, "_hour_warnings", [lambda ids, day: {pk: [warning] for pk in ids}])
    for path in (f"/time/new/?engagement={work.reference}", f"/engagements/{work.reference}/"):
        assert "Rabattrinnet er ikke avklart." in browser.get(path).content.decode()


def test_an_entry_is_changed_and_a_conflict_keeps_what_was_written(
    browser: Client, advisor: User, work: Engagement
) -> None:
    entry = builders.entry(work, 60, text="Før")
    data = {"work": work.reference, "day": "14.10.2026", "minutes": "3", "text": "Etter", "version": "1"}
    change_time(entry=entry, version=1, minutes=270, by=advisor, now=NOW)
    answer = browser.post(f"/time/entries/{entry.pk}/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Endret i en annen fane til 4,5." in page
    assert 'value="Etter"' in page
    assert browser.post(f"/time/entries/{entry.pk}/", data | {"version": "2"}).status_code == 302
    changed = TimeEntry.objects.get()
    assert (changed.minutes, changed.text) == (180, "Etter")


def test_a_held_entry_is_read_with_its_reason_and_refused_when_posted(browser: Client, work: Engagement) -> None:
    entry = builders.entry(work, 60)
    HourHold.objects.create(entry=entry, draft=7)
    path = f"/time/entries/{entry.pk}/"
    page = browser.get(path).content.decode()
    assert "Timene står i et fakturaforslag og kan ikke endres." in page
    assert 'name="minutes"' not in page
    assert browser.post(path, {"minutes": "2"}).status_code == 409


def test_a_colleague_reads_an_entry_and_cannot_change_it(work: Engagement) -> None:
    entry = builders.entry(work, 60)
    colleague = signed_in(builders.advisor())
    assert colleague.get(f"/time/entries/{entry.pk}/").status_code == 200
    assert colleague.post(f"/time/entries/{entry.pk}/", {"minutes": "2"}).status_code == 403
    assert colleague.post(f"/time/entries/{entry.pk}/remove/", {"version": "1"}).status_code == 403


def test_a_foreign_address_is_no_way_back(browser: Client, work: Engagement) -> None:
    data = {"work": work.reference, "day": "18.11.2026", "minutes": "1", "next": "https://evil.example/"}
    assert browser.post("/time/new/", data).headers["Location"] == "/time/2026/w47/"


def test_the_list_of_hours_filters_and_sums_all_hits(browser: Client, advisor: User, work: Engagement) -> None:
    builders.entry(work, 60, text="Kravliste")
    builders.entry(work, 30, text="Møte", billable=False)
    builders.entry(builders.activity(), 45, advisor=builders.advisor())
    assert "1,5 timer" in browser.get("/time/all/").content.decode()
    assert "2,25 timer" in browser.get("/time/all/?advisor=").content.decode()
    found = browser.get("/time/all/?state=free").content.decode()
    assert "Møte" in found
    assert "Kravliste" not in found
    assert "0,5 timer" in found


def test_goals_are_set_measured_and_deleted(browser: Client, work: Engagement) -> None:
    path = f"/engagements/{work.reference}/outcomes/"
    data = {"goal": "Velge system", "status": "planned", "evidence": "E0", "before": "2", "target": "4,5"}
    refused = browser.post(path, data)
    assert "Skriv hva tallene måler." in refused.content.decode()
    browser.post(path, data | {"unit": "score 1–5"})
    outcome = Outcome.objects.get()
    assert (outcome.before, outcome.target, outcome.after) == (Decimal(2), Decimal("4.5"), None)
    result = data | {
        "unit": "score 1–5",
        "after": "4",
        "status": "partly",
        "evidence": "E2",
        "measured_on": "1.11.2026",
    }
    browser.post(f"{path}{outcome.pk}/", result)
    outcome.refresh_from_db()
    assert (outcome.after, outcome.status, outcome.evidence) == (Decimal(4), "partly", "E2")
    browser.post(f"{path}{outcome.pk}/remove/")
    assert not Outcome.objects.exists()


TOOL = {"title": "Lagsboka", "catalogue_id": "lagsboka", "advised": "yes", "reason": "Passer."}


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://katalogen.example/x", "katalogen.example/x", "https://"]
)
def test_only_web_addresses_are_recommended(browser: Client, work: Engagement, address: str) -> None:
    answer = browser.post(f"/engagements/{work.reference}/recommendations/", TOOL | {"url": address})
    assert answer.status_code == 422
    assert "Skriv hele adressen, med https:// foran." in answer.content.decode()
    assert not Recommendation.objects.exists()


def test_a_tool_is_recommended_once_and_can_be_advised_against(browser: Client, work: Engagement) -> None:
    path = f"/engagements/{work.reference}/recommendations/"
    browser.post(path, TOOL | {"url": "https://katalogen.example/lagsboka"})
    assert browser.post(path, TOOL | {"url": "https://katalogen.example/2"}).status_code == 422
    tool = Recommendation.objects.get()
    browser.post(f"{path}{tool.pk}/", TOOL | {"url": tool.url, "advised": "no"})
    tool.refresh_from_db()
    assert not tool.advised
    assert "(åpner digitalkatalogen)" in browser.get(path).content.decode()


def test_the_reports_text_and_next_steps_are_written_in_their_order(browser: Client, work: Engagement) -> None:
    data = {
        "done": "Vi fant et system.",
        "step_0": "Vedta i januar",
        "due_0": "",
        "step_1": "",
        "step_2": "Be om pris",
        "due_2": "4.12.2026",
    }
    browser.post(f"/engagements/{work.reference}/report/text/", data)
    assert list(NextStep.objects.values_list("text", "due")) == [
        ("Vedta i januar", None),
        ("Be om pris", date(2026, 12, 4)),
    ]
    assert Engagement.objects.get().done == "Vi fant et system."


def test_administrators_close_and_open_months_with_a_reason(work: Engagement) -> None:
    builders.entry(work, 60)
    administrator = signed_in(builders.administrator(language="nb"))
    administrator.post("/settings/months/close/", {"month": "2026-10"})
    assert ClosedMonth.objects.get().month == date(2026, 10, 1)
    assert administrator.post("/settings/months/open/", {"month": "2026-10", "reason": ""}).status_code == 422
    assert ClosedMonth.objects.exists()
    administrator.post("/settings/months/open/", {"month": "2026-10", "reason": "En glemt time"})
    assert not ClosedMonth.objects.exists()


def test_advisors_close_nothing(browser: Client, work: Engagement) -> None:
    close_month(kind=PeriodKind.HOURS, month=date(2026, 10, 1), by=builders.administrator(), now=NOW)
    assert browser.get("/settings/months/").status_code == 403
    assert browser.post("/settings/months/open/", {"month": "2026-10", "reason": "x"}).status_code == 403
    assert ClosedMonth.objects.exists()


def test_a_vat_treatment_starts_after_what_is_billed_and_never_reaches_back(work: Engagement) -> None:
    HourHold.objects.create(entry=builders.entry(work, 60, date(2026, 10, 14)), document=202600123)
    kind = work.service_type
    administrator = signed_in(builders.administrator(language="nb"))
    data = {"treatment": "1", "vat-category": "E", "vat-percent": "0", "vat-reason": "Undervisning"}
    refused = administrator.post(f"/settings/service-types/{kind.code}/", data | {"vat-valid_from": "14.10.2026"})
    assert refused.status_code == 422
    assert "Velg en dag etter 14.10.2026" in refused.content.decode()
    administrator.post(f"/settings/service-types/{kind.code}/", data | {"vat-valid_from": "15.10.2026"})
    assert kind.vat_treatments.count() == 2


def test_a_percentage_must_fit_its_treatment() -> None:
    kind = builders.service_type()
    administrator = signed_in(builders.administrator(language="nb"))
    data = {"treatment": "1", "vat-valid_from": "1.1.2030", "vat-category": "S", "vat-percent": "0", "vat-reason": "x"}
    assert administrator.post(f"/settings/service-types/{kind.code}/", data).status_code == 422


def test_service_types_and_activities_are_added_and_renamed() -> None:
    administrator = signed_in(builders.administrator())
    data = {
        "name_nb": "Opplæring", "name_nn": "Opplæring", "name_en": "Training", "code": "training",
        "service": "advice", "valid_from": "1.1.2026", "category": "E", "percent": "0", "reason": "§ 3-5",
    }  # fmt: skip
    administrator.post("/settings/service-types/new/", data)
    kind = ServiceType.objects.get()
    assert kind.vat_treatments.get().category == "E"
    names = {"name_nb": "Kursing", "name_nn": "Kursing", "name_en": "Training"}
    administrator.post("/settings/service-types/training/", names)
    kind.refresh_from_db()
    assert (kind.name_nb, kind.active) == ("Kursing", False)
    administrator.post("/settings/activities/new/", {"name": "Drift", "funding_area": "2"})
    assert administrator.post("/settings/activities/new/", {"name": "drift", "funding_area": "1"}).status_code == 422


def _count(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


Paths = Callable[[Engagement], str]


@pytest.mark.parametrize(
    "path",
    [
        lambda work: "/engagements/?whose=all&phase=any",
        lambda work: "/engagements/board/?whose=all",
        lambda work: f"/engagements/{work.reference}/",
        lambda work: f"/engagements/{work.reference}/time/",
        lambda work: f"/engagements/{work.reference}/outcomes/",
        lambda work: f"/engagements/{work.reference}/recommendations/",
        lambda work: f"/engagements/{work.reference}/report/",
        lambda work: f"/organisations/{work.organisation.number}/engagements/",
        lambda work: "/time/all/?advisor=",
        lambda work: "/time/new/",
        lambda work: "/settings/months/",
        lambda work: "/settings/service-types/",
        lambda work: "/settings/activities/",
    ],
)
def test_the_number_of_queries_does_not_follow_the_rows(work: Engagement, path: Paths) -> None:
    administrator = signed_in(builders.administrator())

    def grow(number: int) -> None:
        builders.entry(work, 15, text=f"Møte {number}")
        builders.outcome(work)
        builders.recommendation(work)
        builders.activity()
        other: Any = builders.engagement(work.organisation, builders.advisor(), phase="active")
        HourHold.objects.create(entry=builders.entry(other, 15), document=202600123)
        builders.service_type(f"kind-{number}")

    grow(0)
    _count(administrator, path(work))
    few = _count(administrator, path(work))
    for number in range(1, 6):
        grow(number)
    assert _count(administrator, path(work)) == few


def test_nobody_may_need_an_endless_list(browser: Client, work: Engagement) -> None:
    TimeEntry.objects.bulk_create(
        TimeEntry(
            advisor=work.lead, day=date(2026, 10, 14), minutes=1, engagement=work, service_type=work.service_type,
            funding_area=3, created_at=NOW, changed_at=NOW,
        )
        for _number in range(51)
    )  # fmt: skip
    page = browser.get("/time/all/").content.decode()
    assert "1–50 av 51" in page
