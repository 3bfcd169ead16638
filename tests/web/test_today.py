"""The day page: what waits, tiles that count exactly what they lead to, and hours without leaving."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from advisory.kernel import audit
from advisory.kernel.fields import nok
from advisory.kernel.outbox import OutboundMessage
from billing.invoicing.gather import gather
from billing.models import AccountingYear, CostBase
from clients.models import IncomeDeclaration
from engagements.models import TimeEntry
from tests import builders
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday() -> Any:
    """Friday 20 November 2026, ten in the morning in Oslo; week 47."""
    with time_machine.travel(datetime(2026, 11, 20, 9, 0, tzinfo=UTC), tick=False):
        yield


def page_of(client: Client, path: str = "/today/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()).replace("\u00a0", " "))


def tile(page: str, label: str) -> tuple[str, str]:
    """The figure of a tile, and where it leads."""
    [(path, figure)] = re.findall(
        rf'<a class="tile" href="([^"]+)"><span class="label">{label}</span><span class="figure">([^<]+?) ?<', page
    )
    return figure.strip(), path


@pytest.fixture
def advisor(client: Client) -> Any:
    person = builders.advisor()
    client.force_login(person)
    return person


@pytest.fixture
def administrator(client: Client) -> Any:
    person = builders.administrator()
    client.force_login(person)
    return person


def test_the_day_is_greeted_and_named(client: Client, advisor: Any) -> None:
    page = page_of(client)
    assert "<h1>God dag</h1>" in page
    assert "Fredag 20. november 2026, uke 47" in page


def test_a_day_without_tasks_says_so_and_leads_to_the_week(client: Client, advisor: Any) -> None:
    page = page_of(client)
    assert "Ingenting venter på deg." in page
    assert 'href="/time/2026/w47/"' in page


def test_the_week_tile_counts_this_weeks_hours(client: Client, advisor: Any) -> None:
    work = builders.engagement(builders.organisation(), advisor)
    builders.entry(work, 450, date(2026, 11, 16))
    builders.entry(work, 90, TODAY)
    builders.entry(work, 60, date(2026, 11, 15))  # Sunday of the week before
    figure, path = tile(page_of(client), "Timer uke 47")
    assert (figure, path) == ("9,0", "/time/2026/w47/")


def test_the_frame_tile_counts_what_its_list_shows(client: Client, advisor: Any) -> None:
    organisation = builders.organisation()
    for reference, agreed, used in (
        ("2026-501", 600, 480),  # 80 %
        ("2026-502", 600, 479),
        ("2026-503", 601, 480),  # 80 % of 601 is 480.8, counted from 480
        ("2026-504", 600, 700),
    ):
        work = builders.engagement(organisation, advisor, reference=reference, minutes_agreed=agreed)
        builders.entry(work, used)
    builders.entry(builders.engagement(organisation, advisor, minutes_agreed=None, reference="2026-505"), 600)
    other = builders.engagement(organisation, builders.advisor(), reference="2026-506", minutes_agreed=60)
    builders.entry(other, 60)
    figure, path = tile(page_of(client), "Nær avtalt ramme")
    listed = set(re.findall(r"/engagements/(2026-50\d)/", page_of(client, path)))
    assert listed == {"2026-501", "2026-503", "2026-504"}
    assert figure == "3"


def test_the_unbilled_tile_counts_what_its_list_shows(client: Client, administrator: Any) -> None:
    work = builders.engagement(builders.organisation(), builders.advisor())
    builders.entry(work, 90, date(2026, 10, 31))
    builders.entry(work, 60, date(2026, 11, 1))  # this month: not yet
    builders.entry(work, 45, date(2026, 10, 1), billable=False)
    figure, path = tile(page_of(client), "Fakturerbar, ikke fakturert")
    assert figure == "1,5"
    rows = page_of(client, path)
    assert "31.10.2026" in rows
    assert len(re.findall(r"/time/entries/\d+/", rows)) == 1


def test_the_proposals_tile_gives_the_sum_that_can_be_issued(client: Client, administrator: Any) -> None:
    """1.5 hours at 959.76 less 50 % is 719.82 net; VAT 179.96 (179.955 half up); 899.78 to pay."""
    builders.seller()
    builders.rate()
    builders.pot()
    organisation = builders.organisation()
    builders.decision(organisation)
    builders.entry(builders.engagement(organisation, builders.advisor()), 90)
    gather(up_to=date(2026, 10, 31), by=administrator, now=NOW)
    page = page_of(client)
    assert tile(page, "Fakturaforslag klare") == ("1", "/billing/proposals/")
    assert "på til sammen 900 kr" in page


def test_a_proposal_that_cannot_be_issued_is_urgent_and_says_why(client: Client, administrator: Any) -> None:
    builders.seller()
    organisation = builders.organisation("Fylkeslaget Nord")
    builders.entry(builders.engagement(organisation, builders.advisor()), 90)
    gather(up_to=date(2026, 10, 31), by=administrator, now=NOW)
    page = page_of(client)
    assert tile(page, "Fakturaforslag klare")[0] == "0"
    assert re.search(r'<svg class="icon".{0,200}Fylkeslaget Nord', page)


def test_the_tier_tile_counts_what_its_list_shows(client: Client, administrator: Any) -> None:
    builders.decision(builders.organisation("Har vedtak"))
    for name in ("Første", "Andre"):
        builders.organisation(name)
    figure, path = tile(page_of(client), "Rabattrinn å avklare")
    rows = page_of(client, path)
    assert figure == "2"
    assert "Første" in rows
    assert "Andre" in rows
    assert "Har vedtak" not in rows


def test_a_declaration_that_waits_is_a_task(client: Client, administrator: Any) -> None:
    organisation = builders.organisation("Bygdekor Vest")
    IncomeDeclaration.objects.create(
        organisation=organisation,
        year=2025,
        total_income=nok(412_000),
        arrived_on=date(2026, 11, 3),
        submitted_at=NOW,
        submitted_by=builders.member(organisation),
    )
    page = page_of(client)
    assert "Har oppgitt inntekt og venter på rabattrinn" in page
    assert "03.11." in page
    assert f"/organisations/{organisation.number}/income/" in page


def test_a_frame_that_is_used_up_leads_to_the_agreement(client: Client, advisor: Any) -> None:
    work = builders.engagement(builders.organisation(), advisor, minutes_agreed=60)
    builders.entry(work, 90)
    page = page_of(client)
    assert "0,5 timer mer enn avtalt på Medlemssystem" in page
    assert f"/engagements/{work.reference}/agreement/" in page


def test_a_frame_that_runs_out_is_told_before_it_does(client: Client, advisor: Any) -> None:
    builders.entry(builders.engagement(builders.organisation(), advisor, minutes_agreed=600), 550)
    assert "92 % av de avtalte timene på Medlemssystem er brukt" in page_of(client)


def test_hours_that_do_not_say_what_was_done_are_a_task_of_their_week(client: Client, advisor: Any) -> None:
    work = builders.engagement(builders.organisation(), advisor)
    for day in (date(2026, 11, 10), date(2026, 11, 12)):
        builders.entry(work, 60, day, text="")
    page = page_of(client)
    assert "2 timeføringer sier ikke hva som ble gjort" in page
    assert "/time/2026/w46/" in page


def test_somebody_elses_engagements_are_not_an_advisors_tasks(client: Client, advisor: Any) -> None:
    builders.entry(builders.engagement(builders.organisation(), builders.advisor(), minutes_agreed=60), 90)
    assert "Ingenting venter på deg." in page_of(client)


def test_a_mail_that_was_given_up_is_a_task(client: Client, administrator: Any) -> None:
    OutboundMessage.objects.create(
        kind="x", reference="1", recipient="a@example.org", language="nb", subject="s", body="b",
        created_at=NOW, failed_at=NOW,
    )  # fmt: skip
    page = page_of(client)
    assert "1 e-post kom ikke fram" in page
    assert "/outbox/?status=failed" in page


@pytest.mark.parametrize(("own", "words"), [(True, "en annen administrator"), (False, "at du skal kontrollere")])
def test_a_cost_base_waits_for_the_second_person(client: Client, administrator: Any, own: bool, words: str) -> None:
    maker = administrator if own else builders.administrator()
    CostBase.objects.create(
        year=2027, service="advice", version=1, made_at=NOW, made_by=maker, submitted_at=NOW, submitted_by=maker
    )
    page = page_of(client)
    assert "Timepris 2027" in page
    assert words in page


@pytest.mark.parametrize(("own", "words"), [(True, "en annen administrator"), (False, "at du skal kontrollere")])
def test_accounts_wait_for_the_second_person(client: Client, administrator: Any, own: bool, words: str) -> None:
    maker = administrator if own else builders.administrator()
    AccountingYear.objects.create(year=2025, made_at=NOW, made_by=maker)
    assert "Regnskap 2025" not in page_of(client)
    AccountingYear.objects.update(submitted_at=NOW, submitted_by=maker)
    page = page_of(client)
    assert "Regnskap 2025" in page
    assert words in page


def test_what_the_control_sent_back_is_told_with_its_reason(client: Client, administrator: Any) -> None:
    facts = {"made_at": NOW, "made_by": administrator}
    base = CostBase.objects.create(year=2027, service="advice", version=1, **facts)
    year = AccountingYear.objects.create(year=2025, **facts)
    assert "Sendt tilbake" not in page_of(client)
    other = builders.administrator()
    audit.record("cost_base.send_back", base, by=other, now=NOW, reason="Husleia mangler")
    audit.record("accounts.send_back", year, by=other, now=NOW, reason="Konto 7790 mangler")
    page = page_of(client)
    assert "Sendt tilbake: Husleia mangler" in page
    assert "Sendt tilbake: Konto 7790 mangler" in page
    audit.record("accounts.submit", year, by=administrator, now=NOW + timedelta(minutes=1))
    assert "Konto 7790 mangler" not in page_of(client)


def test_a_price_per_seat_that_waits_is_told_by_its_name(client: Client, administrator: Any) -> None:
    facts = {"made_at": NOW, "made_by": administrator, "submitted_at": NOW, "submitted_by": administrator}
    CostBase.objects.create(year=2027, service="courses", version=1, unit="seats", **facts)
    page = page_of(client)
    assert "Pris per plass 2027" in page
    assert "Timepris 2027" not in page


def test_hours_are_saved_from_the_day_page(client: Client, advisor: Any) -> None:
    work = builders.engagement(builders.organisation(), advisor)
    said = {"work": work.reference, "day": "i dag", "minutes": "1:30", "text": "Møte"}
    answer = client.post("/today/", said)
    assert answer.headers["Location"] == "/today/"
    entry = TimeEntry.objects.get()
    assert (entry.engagement, entry.day, entry.minutes, entry.text) == (work, TODAY, 90, "Møte")
    assert "1,5 ført" in page_of(client)


def test_hours_that_cannot_be_read_are_kept_and_explained(client: Client, advisor: Any) -> None:
    work = builders.engagement(builders.organisation(), advisor)
    answer = client.post("/today/", {"work": work.reference, "day": "i dag", "minutes": "mye", "text": "Møte"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in page
    assert 'value="mye"' in page
    assert 'value="Møte"' in page
    assert not TimeEntry.objects.exists()


def test_hours_beyond_the_agreement_are_not_billed_without_a_choice(client: Client, advisor: Any) -> None:
    work = builders.engagement(builders.organisation(), advisor, minutes_agreed=60)
    said = {"work": work.reference, "day": "i dag", "minutes": "2", "text": "Møte"}
    answer = client.post("/today/", said)
    assert answer.status_code == 422
    assert 'name="not_billable"' in answer.content.decode()
    client.post("/today/", said | {"not_billable": "on"})
    assert not TimeEntry.objects.get().billable


def test_the_number_of_queries_does_not_follow_the_work(
    client: Client, administrator: Any, django_assert_max_num_queries: Any
) -> None:
    builders.seller()
    builders.rate()
    builders.pot()
    lead = builders.advisor()

    def more(count: int) -> None:
        for _number in range(count):
            work = builders.engagement(builders.organisation(), lead, minutes_agreed=60)
            builders.entry(work, 55)
        gather(up_to=TODAY - timedelta(days=1), by=administrator, now=NOW)

    more(2)
    with django_assert_max_num_queries(40) as few:
        client.get("/today/")
    more(10)
    with django_assert_max_num_queries(len(few)):
        client.get("/today/")
