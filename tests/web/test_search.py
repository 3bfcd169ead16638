"""Search: a number goes straight there, words give hits in groups."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from clients.models import Contact
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(builders.advisor())
    return client


def leads_to(client: Client, text: str) -> str:
    return str(client.get("/search/", {"q": text}).headers.get("Location", ""))


def test_our_own_number_leads_to_the_organisation(desk: Client) -> None:
    organisation = builders.organisation()
    assert leads_to(desk, f" {organisation.number} ") == f"/organisations/{organisation.number}/"


@pytest.mark.parametrize("written", ["974760673", "974 760 673", " 974\u00a0760\u00a0673"])
def test_an_organisation_number_leads_to_the_organisation(desk: Client, written: str) -> None:
    organisation = builders.organisation(organisation_number="974760673")
    assert leads_to(desk, written) == f"/organisations/{organisation.number}/"


def test_the_reference_of_an_engagement_leads_to_it(desk: Client) -> None:
    work = builders.engagement(builders.organisation(), builders.advisor(), reference="2026-914")
    assert leads_to(desk, "2026-914") == f"/engagements/{work.reference}/"


def test_the_number_and_the_payment_reference_of_an_invoice_lead_to_it(client: Client) -> None:
    with transaction.atomic():
        invoice = issued_line().invoice
    client.force_login(builders.administrator())
    assert leads_to(client, str(invoice.number)) == f"/invoices/{invoice.number}/"


def test_an_invoice_leads_an_advisor_to_the_organisations_list_of_invoices(desk: Client) -> None:
    with transaction.atomic():
        invoice = issued_line().invoice
    listed = f"/organisations/{invoice.organisation.number}/invoices/"
    assert leads_to(desk, str(invoice.number)) == listed
    assert desk.get(listed).status_code == 200
    page = desk.get("/search/", {"q": invoice.organisation.name}).content.decode()
    assert f'href="{listed}"' in page
    assert f'href="/invoices/{invoice.number}/"' not in page


def test_a_number_that_names_nothing_is_searched_for_as_text(desk: Client) -> None:
    assert "Ingen treff på «987654»." in desk.get("/search/?q=987654").content.decode()


@pytest.mark.parametrize("text", ["9" * 40, "²³¹", "2026-", "%", "_", "'; DROP TABLE", "<script>alert(1)</script>"])
def test_strange_text_finds_nothing_and_does_no_harm(desk: Client, text: str) -> None:
    builders.organisation("Bygdekor Vest")
    response = desk.get("/search/", {"q": text})
    assert response.status_code == 200
    page = response.content.decode()
    assert "Ingen treff" in page
    assert "<script>alert" not in page


def test_words_give_hits_of_each_kind(desk: Client) -> None:
    organisation = builders.organisation("Ørsta Skyttarlag")
    builders.engagement(organisation, builders.advisor(), title="Nytt medlemssystem")
    Contact.objects.create(organisation=organisation, name="Leder i Skyttarlaget", created_at=NOW)
    page = desk.get("/search/?q=skyttarlag").content.decode()
    assert page.count(f'href="/organisations/{organisation.number}/"') == 2
    assert "Nytt medlemssystem" in page
    for heading in ("Organisasjoner", "Kontakter", "Oppdrag"):
        assert f">{heading}</h2>" in page


def test_a_name_is_found_whatever_the_case_of_its_norwegian_letters(desk: Client) -> None:
    organisation = builders.organisation("Ørsta Skyttarlag")
    assert f"/organisations/{organisation.number}/" in desk.get("/search/?q=ørSTA").content.decode()


def test_more_than_eight_hits_lead_to_the_whole_list(desk: Client) -> None:
    for number in range(9):
        builders.organisation(f"Korps {number}")
    page = desk.get("/search/?q=korps").content.decode()
    assert page.count('<a class="name"') == 8
    assert "/organisations/?q=korps" in page


def test_the_number_of_queries_does_not_follow_the_number_of_hits(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    lead = builders.advisor()
    for number in range(9):
        builders.engagement(builders.organisation(f"Korps {number}"), lead)
    with django_assert_max_num_queries(9):
        desk.get("/search/?q=korps")


def test_a_slip_of_the_finger_still_finds_the_organisation(desk: Client) -> None:
    meant = builders.organisation("Bygdekor Vest", organisation_number="974760673")
    builders.organisation("Fjordspeiderne", organisation_number="")
    page = desk.get("/search/", {"q": "bygdkor"}).content.decode()
    assert f"/organisations/{meant.number}/" in page
    assert "Fjordspeiderne" not in page
    assert "Bygdekor" not in desk.get("/search/", {"q": "zzzqq"}).content.decode()
