"""The organisation's side: its own engagements and hours, and nothing internal; page and PDF say the same."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from advisory.kernel.users import User
from clients import panels
from clients.models import Membership, Organisation
from engagements.models import Engagement, HourHold, NextStep
from engagements.report.build import report_of
from tests import builders
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation() -> Organisation:
    builders.seller()
    return builders.organisation()


@pytest.fixture
def work(organisation: Organisation) -> Engagement:
    lead = builders.advisor(name="Internt Navn")
    work = builders.engagement(organisation, lead, done="Medlemslista ligger i tre regneark.")
    training = builders.service_type(
        "training", category="E", name_nb="Opplæring", name_nn="Opplæring", name_en="Training"
    )
    builders.entry(work, 90, date(2026, 10, 14), text="Møte med styret")
    builders.entry(work, 120, date(2026, 10, 21), text="Kurs i regnskap", service_type=training)
    builders.entry(work, 45, date(2026, 10, 22), text="Internt tull", billable=False)
    written_off = builders.entry(work, 30, date(2026, 10, 23), text="Avskrevet feil")
    HourHold.objects.create(entry=written_off, document=202600124, written_off=True)
    builders.outcome(work, goal="Velge ett system", evidence="E1")
    builders.recommendation(work, title="Lagsboka", reason="Kontingent og kurs på ett sted.")
    builders.recommendation(work, title="Medlemsbasen", advised=False, reason="Mangler påmelding.")
    NextStep.objects.create(engagement=work, text="Be om pris", due=date(2026, 12, 4))
    return work


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def member(organisation: Organisation) -> Client:
    return client_of(builders.member(organisation, "reader", language="nb"))


def paths(work: Engagement) -> list[str]:
    base = f"/portal/{work.organisation.number}/engagements/"
    return [base, f"{base}{work.reference}/", f"{base}{work.reference}/report/", f"{base}{work.reference}/report/pdf/"]


def test_a_member_reads_hours_used_and_agreed(member: Client, work: Engagement) -> None:
    for path in paths(work)[:2]:
        page = member.get(path).content.decode()
        assert "<b>3,5</b> av 12,5 avtalte timer" in page
        assert "Går vi over 12,5 timer, spør vi dere først." in page


def test_hours_are_grouped_by_week_and_add_up(member: Client, work: Engagement) -> None:
    page = member.get(paths(work)[1]).content.decode()
    assert "Uke 42" in page
    assert "Uke 43" in page
    assert "Møte med styret" in page


@pytest.mark.parametrize("secret", ["Internt tull", "Avskrevet feil", "Internt Navn"])
def test_nothing_internal_reaches_the_organisation(member: Client, work: Engagement, secret: str) -> None:
    for path in paths(work)[:3]:
        assert secret not in member.get(path).content.decode()
    assert secret not in repr(report_of(work, on=TODAY, language="nb"))


def test_another_organisation_finds_nothing(work: Engagement) -> None:
    other = builders.organisation("Fylkeslaget Nord")
    stranger = client_of(builders.member(other))
    for path in paths(work):
        assert stranger.get(path).status_code == 404
    crossed = f"/portal/{other.number}/engagements/{work.reference}/"
    assert stranger.get(crossed).status_code == 404
    assert stranger.get(f"{crossed}report/pdf/").status_code == 404


def test_a_former_member_finds_nothing(organisation: Organisation, work: Engagement) -> None:
    person = builders.member(organisation)
    Membership.objects.filter(user=person).update(ended_at=NOW)
    assert client_of(person).get(paths(work)[1]).status_code == 404


def test_the_report_has_the_facts_and_only_those_that_count(work: Engagement) -> None:
    report = report_of(work, on=TODAY, language="nb")
    assert (report.minutes_used, report.minutes_agreed, report.seller) == (210, 750, "Kompetansebasen")
    assert [(row.kind, row.minutes) for row in report.hours] == [("Opplæring", 120), ("Medlemssystem", 90)]
    assert sum(entry.minutes for entry in report.entries) == report.minutes_used
    assert [tool.advised for tool in report.recommendations] == [True, False]
    assert report.next_steps[0].due == date(2026, 12, 4)


def test_kinds_of_work_are_named_in_the_reports_language(work: Engagement) -> None:
    assert {row.kind for row in report_of(work, on=TODAY, language="en").hours} == {"Training", "Member system"}


def test_hours_that_nobody_pays_are_all_shown(organisation: Organisation) -> None:
    joint = builders.engagement(organisation, builders.advisor(), funding_area=4)
    builders.entry(joint, 60, billable=False)
    assert report_of(joint, on=TODAY, language="nb").minutes_used == 60


def _words(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def test_page_and_pdf_say_the_same(member: Client, work: Engagement) -> None:
    page = _words(member.get(paths(work)[2]).content.decode())
    answer = member.get(paths(work)[3])
    assert answer.headers["Content-Type"] == "application/pdf"
    pdf = _words(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages))
    report = report_of(work, on=TODAY, language="nb")
    said = [report.title, report.reference, report.goal, report.done, "3,5", "12,5", "Opplæring", "2,0", "1,5"]
    said += [fact.title for fact in report.recommendations] + [fact.reason for fact in report.recommendations]
    said += ["Velge ett system", "Delvis nådd", "Be om pris", "4. desember 2026"]
    said += [fact.text for fact in report.entries]
    for words in said:
        assert words in page, words
        assert words in pdf, words
    for secret in ("Internt tull", "Avskrevet feil", "Internt Navn"):
        assert secret not in pdf


def test_staff_preview_is_the_organisations_report(member: Client, work: Engagement) -> None:
    staff = client_of(builders.administrator(language="nb")).get(f"/engagements/{work.reference}/report/")

    def report_in(page: str) -> str:
        start = page.index('<div class="stack report">')
        return page[start : page.rindex("</section>")]

    assert report_in(staff.content.decode()) == report_in(member.get(paths(work)[2]).content.decode())


def test_a_report_without_outcomes_shows_its_goal(member: Client, organisation: Organisation) -> None:
    bare = builders.engagement(organisation, builders.advisor(), goal="Én medlemsliste")
    answer = member.get(paths(bare)[2])
    assert answer.status_code == 200
    assert "Én medlemsliste" in answer.content.decode()


def test_what_an_advisor_writes_is_escaped(member: Client, work: Engagement) -> None:
    Engagement.objects.update(done="<script>alert(1)</script>\n\nNeste & siste")
    page = member.get(paths(work)[2]).content.decode()
    assert "<script>alert" not in page
    assert "Neste &amp; siste" in page


@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_number_of_queries_does_not_follow_the_rows(member: Client, work: Engagement, index: int) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert member.get(paths(work)[index]).status_code == 200
        return len(seen)

    few = queries()
    for number in range(6):
        builders.entry(work, 15, text=f"Samtale {number}")
        builders.engagement(work.organisation, work.lead)
        builders.recommendation(work)
    assert queries() == few


def test_the_timeline_tells_what_the_organisation_sees_and_what_is_internal(work: Engagement) -> None:
    events = panels.timeline(work.organisation, work.lead, ["hours", "engagement"], 20)
    visible = {event.text.split(", ")[-1]: event.visible for event in events if event.kind == "hours"}
    assert visible == {
        "Møte med styret": True,
        "Kurs i regnskap": True,
        "Internt tull": False,
        "Avskrevet feil": False,
    }
    tools = [event.text.split(": ")[0] for event in events if event.url.endswith("/recommendations/")]
    assert sorted(tools) == ["Anbefalt", "Frarådet"]


def test_the_list_of_organisations_gets_its_columns(work: Engagement) -> None:
    other = builders.organisation("Uten oppdrag")
    ids = [work.organisation_id, other.pk]
    facts = panels.facts(ids, TODAY)
    assert [facts["open_engagements"][pk].text for pk in ids] == ["1", "0"]
    assert facts["last_contact"][work.organisation_id].text == "23.10.2026"
    assert other.pk not in facts["last_contact"]
