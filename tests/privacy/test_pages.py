"""From the search to the last question: an administrator answers a request about personal data."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from advisory.kernel.audit import AuditEvent
from advisory.kernel.users import User
from billing.books.check import run as check_books
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.ledger import verify
from billing.invoicing.models import InvoicedHour
from clients.contacts import services as contacts
from clients.models import Contact, Note, Organisation
from clients.notes import services as notes
from tests import builders
from tests.access import world
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def a_contact(name: str = "Kari Fugleseter") -> tuple[Client, Contact]:
    administrator = builders.administrator(language="nb")
    org = builders.organisation("Bygdekor Vest")
    contact = contacts.add(
        organisation=org, name=name, email="kari@fugl.example", phone="912 34 567", by=administrator, now=NOW
    )
    return signed_in(administrator), contact


@pytest.mark.parametrize("asked", ["fugleseter", "KARI@fugl", "912 34"])
def test_a_person_is_found_by_name_address_or_telephone(asked: str) -> None:
    client, contact = a_contact()
    page = client.get("/settings/personal-data/", {"q": asked}).content.decode()
    assert f"/settings/personal-data/contacts/{contact.pk}/" in page


def test_who_is_not_there_is_said_so() -> None:
    client, _contact = a_contact()
    assert "Ingen treff på «Ola»" in client.get("/settings/personal-data/", {"q": "Ola"}).content.decode()


def test_the_way_leads_from_the_contact_the_user_the_access_and_the_organisation() -> None:
    client, contact = a_contact()
    org = contact.organisation
    member, advisor = builders.member(org), builders.advisor()
    membership = member.memberships.get()
    for page, link in (
        (f"/organisations/{org.number}/contacts/{contact.pk}/", f"/settings/personal-data/contacts/{contact.pk}/"),
        (f"/organisations/{org.number}/access/{membership.pk}/", f"/settings/personal-data/users/{member.pk}/"),
        (f"/organisations/{org.number}/", f"/settings/personal-data/organisations/{org.number}/"),
        (f"/settings/users/{advisor.pk}/", f"/settings/personal-data/users/{advisor.pk}/"),
        ("/settings/", "/settings/personal-data/"),
        ("/settings/", "/settings/retention/"),
    ):
        assert f'href="{link}"' in client.get(page).content.decode(), page
        assert client.get(link).status_code == 200


def test_an_advisor_sees_no_way_there() -> None:
    _client, contact = a_contact()
    advisor = signed_in(builders.advisor())
    page = advisor.get(f"/organisations/{contact.organisation.number}/contacts/{contact.pk}/").content.decode()
    assert "personal-data" not in page


def test_the_page_tells_the_fate_of_each_record_and_erases_with_a_reason() -> None:
    client, contact = a_contact()
    notes.write(organisation=contact.organisation, text="Kari Fugleseter ringte", by=builders.advisor(), now=NOW)
    page = client.get(f"/settings/personal-data/contacts/{contact.pk}/").content.decode()
    assert "Gjøres anonymt" in page
    assert "Endringsloggen" in page
    assert "31.12.2031" in page
    erase = f"/settings/personal-data/contacts/{contact.pk}/erase/"
    assert "Slette Kari Fugleseter?" in client.get(erase).content.decode()
    empty = client.post(erase, {"reason": ""})
    assert empty.status_code == 422
    assert "<title>Feil: " in empty.content.decode()
    done = client.post(erase, {"reason": "Kari Fugleseter ba om det i brev"}, follow=True).content.decode()
    assert "Slettet person 1" in done
    assert "Dette ble beholdt da resten ble slettet." in done
    assert "31.12.2031" in done
    assert "Fugleseter" not in done
    assert Note.objects.get().text == "Slettet person 1 ringte"
    # The second time there is nothing to ask.
    assert client.get(erase).status_code == 302
    listed = client.get(f"/organisations/{contact.organisation.number}/contacts/").content.decode()
    assert "Fugleseter" not in listed
    assert client.get(f"/organisations/{contact.organisation.number}/contacts/{contact.pk}/").status_code == 404


def test_what_stands_in_the_way_is_said_before_anybody_tries() -> None:
    client, contact = a_contact()
    owner = builders.member(contact.organisation, name="Ola Vik")
    page = client.get(f"/settings/personal-data/users/{owner.pk}/").content.decode()
    assert "Kan ikke slettes ennå." in page
    assert f"/users/{owner.pk}/erase/" not in page
    refused = client.post(f"/settings/personal-data/users/{owner.pk}/erase/", {"reason": "Ba om det"})
    assert refused.status_code == 422
    assert "er den eneste eieren" in refused.content.decode()


def test_an_organisation_with_invoices_is_kept_and_its_people_go() -> None:
    both = world.build()
    own, client = both.own, signed_in(both.people["administrator"])
    path = f"/settings/personal-data/organisations/{own.organisation.number}/"
    assert "Kan ikke slettes ennå." in client.get(path).content.decode()
    refused = client.post(f"{path}erase/", {"reason": "Oppløst"})
    assert refused.status_code == 422
    assert own.organisation.name == Organisation.objects.get(pk=own.organisation.pk).name


def _settled() -> tuple[User, Organisation, User]:
    administrator = builders.administrator()
    org = builders.organisation("Bygdekor Vest", phone="55 11 22 33", organisation_number="999014201")
    owner = builders.member(org, name="Kari Fugleseter")
    contacts.add(organisation=org, name="Ola Vik Nes", email="ola@nes.example", by=administrator, now=NOW)
    notes.write(organisation=org, text="Ola Vik Nes ringte", by=administrator, now=NOW)
    builders.engagement(
        org, administrator, phase="closed", completed_on=date(2026, 10, 1), goal="Hjelp til Bygdekor Vest"
    )
    return administrator, org, owner


def test_an_organisation_that_no_document_rests_on_becomes_anonymous() -> None:
    administrator, org, owner = _settled()
    client = signed_in(administrator)
    path = f"/settings/personal-data/organisations/{org.number}/"
    assert "Ingen dokumenter bygger på organisasjonen" in client.get(f"{path}erase/").content.decode()
    client.post(f"{path}erase/", {"reason": "Bygdekor Vest er oppløst"})
    org.refresh_from_db()
    assert org.name == f"Slettet organisasjon {org.number}"
    assert (org.organisation_number, org.email, org.phone, org.address, org.status) == ("", "", "", "", "inactive")
    owner.refresh_from_db()
    assert owner.name.startswith("Slettet person")
    assert Contact.objects.get().name.startswith("Slettet person")
    assert not Note.objects.exists()
    assert org.engagements.get().goal == ""
    event = AuditEvent.objects.get(action="organisation.erase")
    assert (event.object_label, event.reason) == (org.name, f"{org.name} er oppløst")
    page = client.get(path).content.decode()
    assert "Dette ble beholdt da resten ble slettet." in page
    assert client.get(f"/organisations/{org.number}/").status_code == 200


def test_an_organisation_that_documents_rest_on_keeps_its_name_and_loses_its_people() -> None:
    administrator, org, owner = _settled()
    builders.seller()
    builders.rate()
    builders.tier_table()
    builders.pot()
    builders.decision(org)
    builders.entry(org.engagements.get(), 90, text="Møte med Ola Vik Nes")
    [draft] = gather(up_to=TODAY, by=administrator, now=NOW, organisations=[org.pk])
    assert not issue({draft.pk: None}, by=administrator, now=NOW).failures
    client = signed_in(administrator)
    path = f"/settings/personal-data/organisations/{org.number}/"
    # The decision holds through 30 June 2027: five years after that year.
    assert "beholdes til 31.12.2032" in client.get(f"{path}erase/").content.decode()
    assert client.post(f"{path}erase/", {"reason": "Oppløst"}).status_code == 302
    org.refresh_from_db()
    owner.refresh_from_db()
    assert (org.name, org.organisation_number, org.status) == ("Bygdekor Vest", "999014201", "inactive")
    assert owner.name.startswith("Slettet person")
    assert org.contacts.get().name.startswith("Slettet person")
    assert not Note.objects.exists()
    assert InvoicedHour.objects.get().text == "Møte med Ola Vik Nes"
    assert verify().broken is None
    assert check_books(NOW).agrees


def test_somebody_who_is_also_elsewhere_stays_there() -> None:
    administrator, org, owner = _settled()
    other = builders.organisation("Fylkeslaget Nord")
    builders.member(other)
    other.memberships.create(user=owner, role="reader", name="Kari Fugleseter", created_at=NOW)
    there = contacts.add(organisation=other, name="Ola Vik Nes", email="ola@nes.example", by=administrator, now=NOW)
    signed_in(administrator).post(f"/settings/personal-data/organisations/{org.number}/erase/", {"reason": "Oppløst"})
    owner.refresh_from_db()
    there.refresh_from_db()
    assert owner.name == "Kari Fugleseter"
    assert owner.is_active
    assert there.name == "Ola Vik Nes"
    gone = org.memberships.get()
    assert gone.name == ""
    assert gone.ended_at is not None
    assert org.contacts.get().name.startswith("Slettet person")


def test_the_plan_asks_the_same_number_of_questions_however_much_there_is(django_assert_max_num_queries: Any) -> None:
    client, contact = a_contact()
    path = f"/settings/personal-data/contacts/{contact.pk}/"
    client.get(path)
    with django_assert_max_num_queries(150) as few:
        client.get(path)
    for _ in range(5):
        notes.write(organisation=contact.organisation, text="Kari Fugleseter", by=builders.advisor(), now=NOW)
    # One more for the notes that there are now.
    with django_assert_max_num_queries(len(few.captured_queries) + 1):
        client.get(path)
