"""Staff's pages about organisations: what they show, what a form keeps, and how many queries a list takes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisory.kernel.users import User
from clients import access, panels
from clients.contacts.services import add
from clients.income import EvidenceFile, IncomeDeclaration
from clients.memberships import Membership
from clients.notes import Note
from clients.notes.services import write
from clients.organisations import Organisation
from clients.organisations.services import change, register
from clients.panels import Card, Fact
from tests import builders
from tests.builders import NOW
from tests.clients.test_evidence import PDF
from tests.numbers_of_nobody import identity_number

pytestmark = pytest.mark.django_db


def _client(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office() -> Client:
    """An administrator's browser, in English so that the texts of the code can be read."""
    return _client(builders.administrator())


@pytest.fixture
def org() -> Organisation:
    return register(by=None, now=NOW, name="Bygdekor Vest", organisation_number="974760673", county="Vestland")


FACTS = {"name": "Dialektlaget", "kind": "voluntary", "language": "nb"}


# --- The list


def _names(client: Client, **query: str) -> list[str]:
    body = client.get(reverse("organisations"), query).content.decode()
    return re.findall(r'<a class="name"[^>]*>([^<]+)</a>', body)


def test_the_list_is_narrowed_by_search_status_kind_and_county(office: Client, org: Organisation) -> None:
    register(by=None, now=NOW, name="Ås kommune", kind="authority", county="Akershus")
    gone = register(by=None, now=NOW, name="Nedlagt lag", county="Oslo")
    change(organisation=gone, by=None, now=NOW, status="inactive")
    add(organisation=org, name="Kari Nes", email="kari@lag.example", by=None, now=NOW)
    assert _names(office) == ["Bygdekor Vest", "Ås kommune"]
    assert _names(office, q="kari@") == ["Bygdekor Vest"]
    assert _names(office, q="974 760 673") == ["Bygdekor Vest"]
    assert _names(office, q="ÅS") == ["Ås kommune"]
    assert _names(office, status="inactive") == ["Nedlagt lag"]
    assert _names(office, status="all") == ["Bygdekor Vest", "Nedlagt lag", "Ås kommune"]
    assert _names(office, kind="authority") == ["Ås kommune"]
    assert _names(office, county="Vestland") == ["Bygdekor Vest"]
    assert _names(office, sort="-name") == ["Ås kommune", "Bygdekor Vest"]
    assert _names(office, kind="nonsense", sort="nonsense", page="nonsense") == ["Bygdekor Vest", "Ås kommune"]


def test_a_search_without_hits_says_so_and_leads_back(office: Client, org: Organisation) -> None:
    body = office.get(reverse("organisations"), {"q": "korr<b>"}).content.decode()
    assert "No hits for «korr&lt;b&gt;»." in body
    assert "Show all" in body


def test_an_empty_house_offers_the_first_organisation(office: Client) -> None:
    assert reverse("organisation_new") in office.get(reverse("organisations")).content.decode()


def test_the_list_takes_as_many_queries_for_fifty_rows_as_for_five(office: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            office.get(reverse("organisations"))
        return len(seen)

    for number in range(5):
        register(by=None, now=NOW, name=f"Lag {number}")
    few = queries()
    for number in range(5, 50):
        register(by=None, now=NOW, name=f"Lag {number}")
    assert queries() == few <= 16


def test_the_list_has_fifty_rows_on_a_page(office: Client) -> None:
    for number in range(51):
        register(by=None, now=NOW, name=f"Lag {number:02}")
    assert len(_names(office)) == 50
    assert _names(office, page="2") == ["Lag 50"]


def test_columns_of_upper_storeys_are_drawn_filtered_and_ordered(
    office: Client, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = register(by=None, now=NOW, name="Aksjonslaget")
    monkeypatch.setattr(panels, "_facts", {})
    panels.register_fact(
        "tier",
        lambda on: f"Tier {on.year}",
        lambda ids, on: {org.pk: Fact("Tier 2", detail="50 %"), other.pk: Fact(tag="Not settled", tag_color="warning")},
        choices=lambda on: [("T2", "Tier 2")],
        narrow=lambda organisations, value, on: organisations.filter(pk=org.pk),
        arrange=lambda organisations, on: organisations.annotate(sort_tier=F("number")),
        total=lambda organisations, on: f"{organisations.count()} in all",
    )
    body = office.get(reverse("organisations")).content.decode()
    assert "50 %" in body
    assert "Not settled" in body
    assert "2 in all" in body
    assert _names(office, tier="T2") == ["Bygdekor Vest"]
    assert _names(office, sort="tier") == ["Bygdekor Vest", "Aksjonslaget"]
    assert _names(office, sort="-tier") == ["Aksjonslaget", "Bygdekor Vest"]


def test_the_pages_of_one_organisation_take_as_many_queries_however_much_they_show(
    office: Client, org: Organisation
) -> None:
    def fill(times: int) -> None:
        for _time in range(times):
            add(organisation=org, name="Kari Nes", by=None, now=NOW)
            builders.member(org, "reader")
            write(organisation=org, text="Telefon", by=builders.advisor(), now=NOW)

    def queries() -> list[int]:
        counts = []
        for page in ("organisation", "organisation_contacts"):
            with CaptureQueriesContext(connection) as seen:
                office.get(reverse(page, args=[org.number]))
            counts.append(len(seen))
        return counts

    fill(2)
    few = queries()
    fill(8)
    assert queries() == few
    assert max(few) <= 40


# --- New and change


def test_a_new_organisation_is_registered_and_shown(office: Client) -> None:
    answer = office.post(reverse("organisation_new"), FACTS | {"organisation_number": "923 609 016"}, follow=True)
    made = Organisation.objects.get()
    assert (made.name, made.organisation_number, made.number) == ("Dialektlaget", "923609016", 1001)
    assert answer.redirect_chain == [("/organisations/1001/", 302)]
    assert "Dialektlaget is registered with number 1001." in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("name", "", "Fill in name"),
        ("organisation_number", "112233445", "not a valid organisation number"),
        ("organisation_number", "12345", "nine digits"),
        ("postal_code", "68", "four digits"),
        ("phone", "ring meg", "telephone number with digits"),
        ("email", "post@", "e-mail"),
        ("customer_since", "31.11.2026", "no such date"),
        ("parent", "Ukjent lag", "No organisation is called «Ukjent lag»"),
        ("members", "-1", "0"),
    ],
)
def test_a_mistake_is_explained_and_what_was_written_is_kept(
    office: Client, field: str, written: str, said: str
) -> None:
    answer = office.post(reverse("organisation_new"), FACTS | {"city": "Balestrand", field: written})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in body
    assert said in body
    assert 'value="Balestrand"' in body
    assert not written or f'value="{written}"' in body
    assert not Organisation.objects.exists()


def test_a_taken_organisation_number_leads_to_the_one_that_has_it(office: Client, org: Organisation) -> None:
    answer = office.post(reverse("organisation_new"), FACTS | {"organisation_number": "974760673"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Bygdekor Vest already has this organisation number." in body
    assert f'href="/organisations/{org.number}/">Go to Bygdekor Vest' in body
    assert Organisation.objects.count() == 1


def test_a_change_on_top_of_somebody_elses_answers_409_and_the_second_try_stands(
    office: Client, org: Organisation
) -> None:
    url = reverse("organisation_edit", args=[org.number])
    seen = _seen(office, url)
    change(organisation=org, by=None, now=NOW, city="Voss")
    written = FACTS | {"name": "Bygdekor Vest", "status": "active", "phone": "55 12 34 56", "city": "Bergen"}
    first = office.post(url, written | {"seen": seen})
    assert first.status_code == 409
    assert 'value="55 12 34 56"' in first.content.decode()
    org.refresh_from_db()
    assert org.city == "Voss"
    again = re.search(r'name="seen" value="(\w+)"', first.content.decode())
    assert again
    assert office.post(url, written | {"seen": again[1]}).status_code == 302
    org.refresh_from_db()
    assert (org.city, org.phone) == ("Bergen", "55 12 34 56")


def _seen(client: Client, url: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(url).content.decode())
    assert found
    return found[1]


def test_a_national_body_is_found_by_number_and_by_name(office: Client, org: Organisation) -> None:
    for written in (str(org.number), f"{org.number} Bygdekor Vest", "bygdekor vest", "974 760 673"):
        office.post(reverse("organisation_new"), FACTS | {"parent": written})
    assert list(Organisation.objects.exclude(pk=org.pk).values_list("parent", flat=True)) == [org.pk] * 4


def test_a_name_that_fits_several_lists_them_with_their_numbers(office: Client) -> None:
    made = [register(by=None, now=NOW, name=f"Fylkeslaget {part}") for part in ("Nord", "Sør")]
    answer = office.post(reverse("organisation_new"), FACTS | {"parent": "fylkeslaget"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert f"Fylkeslaget Nord ({made[0].number}), Fylkeslaget Sør ({made[1].number})" in body


# --- The page of one organisation


def test_the_timeline_tags_what_the_organisation_sees_and_links_to_people(office: Client, org: Organisation) -> None:
    by = builders.advisor(name="Rådgiver Vik")
    write(organisation=org, text="Styret vil vente", by=by, now=NOW)
    write(organisation=org, text="Kravlista er klar", visible=True, by=by, now=NOW)
    add(organisation=org, name="Kari Nes", by=by, now=NOW)
    body = office.get(reverse("organisation", args=[org.number])).content.decode()
    assert re.search(r"Styret vil vente.*?Internal only", body, re.S)
    assert re.search(r"Kravlista er klar.*?Visible", body, re.S)
    assert re.search(r'New contact: <a href="/organisations/\d+/contacts/">Kari Nes</a>', body)


def test_the_timeline_shows_chosen_kinds_and_more_on_request(office: Client, org: Organisation) -> None:
    by = builders.advisor()
    for number in range(25):
        write(organisation=org, text=f"Notat-{number:02}", by=by, now=NOW)
    url = reverse("organisation", args=[org.number])
    first = office.get(url).content.decode()
    assert (first.count("Notat-"), "Show more" in first) == (20, True)
    assert "data-focus" not in first
    assert f'href="{url}?events=40&amp;from=20#new"' in first
    more = office.get(url, {"events": "40", "from": "20"}).content.decode()
    assert re.search(r'id="new" tabindex="-1" data-focus>.*?Notat-04', more, re.S)
    assert (more.count("Notat-"), "Show more" in more) == (25, False)
    assert "Notat-" not in office.get(url, {"chosen": "1", "kind": "people"}).content.decode()
    assert office.get(url, {"events": "-1; DROP"}).status_code == 200


def test_a_note_is_internal_unless_it_is_ticked(office: Client, org: Organisation) -> None:
    url = reverse("organisation", args=[org.number])
    office.post(url, {"text": "Bare for oss"})
    office.post(url, {"text": "For alle", "visible": "on"})
    assert dict(Note.objects.values_list("text", "visible")) == {"Bare for oss": False, "For alle": True}


def test_an_empty_note_is_refused_beside_the_form(office: Client, org: Organisation) -> None:
    answer = office.post(reverse("organisation", args=[org.number]), {"text": " "})
    assert answer.status_code == 422
    assert "Fill in note" in answer.content.decode()
    assert not Note.objects.exists()


def test_a_note_with_an_identity_number_comes_back_with_a_box_that_lets_it_through(
    office: Client, org: Organisation
) -> None:
    url, said = reverse("organisation", args=[org.number]), f"Leder {identity_number('010180')}"
    answer = office.post(url, {"text": said})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "This looks like a national identity number." in page
    assert 'name="text-no-identity-number"' in page
    assert "checked" not in page.partition('name="text-no-identity-number"')[2].partition(">")[0]
    assert not Note.objects.exists()
    office.post(url, {"text": said, "text-no-identity-number": "on"})
    assert Note.objects.get().text == said


def test_sheets_of_upper_storeys_stand_in_the_rail(
    office: Client, org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(panels, "_cards", [])
    panels.register_card(
        lambda organisation, user, on: Card(
            "Discount", "organisations/_contacts_card.html", {"contacts": []}, url="/x/", url_label="See the decision"
        )
    )
    body = office.get(reverse("organisation", args=[org.number])).content.decode()
    assert "<h2>Discount</h2>" in body
    assert 'href="/x/">See the decision' in body


# --- Contacts and access


def test_an_advisor_keeps_contacts(org: Organisation) -> None:
    advisor = _client(builders.advisor())
    advisor.post(reverse("contact_new", args=[org.number]), {"name": "Kari Nes", "role": "leder"})
    contact = org.contacts.get()
    advisor.post(reverse("contact_edit", args=[org.number, contact.pk]), {"name": "Kari Nes", "phone": "91234567"})
    advisor.post(reverse("contact_deactivate", args=[org.number, contact.pk]))
    contact.refresh_from_db()
    assert (contact.phone, contact.active) == ("91234567", False)
    assert "1 contact put away" in advisor.get(reverse("organisation_contacts", args=[org.number])).content.decode()
    advisor.post(reverse("contact_activate", args=[org.number, contact.pk]))
    contact.refresh_from_db()
    assert contact.active


def test_a_contact_of_another_organisation_is_not_found(office: Client, org: Organisation) -> None:
    foreign = add(organisation=builders.organisation("Annet lag"), name="Ola", by=None, now=NOW)
    assert office.get(reverse("contact_edit", args=[org.number, foreign.pk])).status_code == 404
    assert office.post(reverse("contact_deactivate", args=[org.number, foreign.pk])).status_code == 404


def test_an_administrator_invites_changes_and_ends_access(office: Client, org: Organisation) -> None:
    owner = builders.member(org, "owner")
    office.post(
        reverse("access_new", args=[org.number]),
        {"name": "Ola Vik", "email": "ola@lag.example", "role": "finance"},
    )
    body = office.get(reverse("organisation_contacts", args=[org.number])).content.decode()
    assert "Ola Vik" in body
    assert "ola@lag.example" in body
    given = builders.member(org, "finance", name="Kari Vik").memberships.get()
    office.post(reverse("access_edit", args=[org.number, given.pk]), {"role": "reader"})
    given.refresh_from_db()
    assert given.role == "reader"
    body = office.get(reverse("organisation_contacts", args=[org.number])).content.decode()
    assert "not yet" in body
    office.post(reverse("access_end", args=[org.number, given.pk]))
    refused = office.post(reverse("access_end", args=[org.number, owner.memberships.get().pk]))
    assert refused.status_code == 422
    assert "is the only owner" in refused.content.decode()
    assert list(Membership.objects.current()) == [owner.memberships.get()]


def test_an_advisor_does_not_invite(org: Organisation) -> None:
    advisor = _client(builders.advisor())
    facts = {"name": "Ola", "email": "ola@lag.example", "role": "owner"}
    assert advisor.post(reverse("access_new", args=[org.number]), facts).status_code == 403
    assert not Membership.objects.exists()
    assert "Invite someone" not in advisor.get(reverse("organisation_contacts", args=[org.number])).content.decode()


# --- Income, for staff


def _declaration(**facts: Any) -> dict[str, Any]:
    return {"year": "2025", "total_income": "612 000", "arrived_on": "1.2.2026"} | facts


def test_a_declaration_is_registered_with_its_evidence(office: Client, org: Organisation) -> None:
    url = reverse("organisation_income_new", args=[org.number])
    assert office.post(url, _declaration(evidence=SimpleUploadedFile("r.pdf", PDF))).status_code == 302
    made = IncomeDeclaration.objects.get()
    assert (made.year, str(made.total_income.amount), str(made.arrived_on)) == (2025, "612000.00", "2026-02-01")
    file = EvidenceFile.objects.get()
    answer = office.get(reverse("organisation_evidence", args=[org.number, file.pk]))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"total_income": "5.625"}, "Write 5 625 if you mean thousands."),
        ({"total_income": ""}, "Fill in «Total income»"),
        ({"arrived_on": "1.1.2099"}, "no later than"),
        ({"evidence": SimpleUploadedFile("r.pdf", b"<html>")}, "is not a PDF"),
        ({"evidence": SimpleUploadedFile("r.pdf", b"")}, "is empty"),
    ],
)
def test_a_declaration_with_a_mistake_stores_nothing(
    office: Client, org: Organisation, facts: dict[str, Any], said: str
) -> None:
    answer = office.post(reverse("organisation_income_new", args=[org.number]), _declaration(**facts))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not IncomeDeclaration.objects.exists()


def test_an_advisor_sees_incomes_only_where_an_upper_storey_vouches(
    org: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "_income_readers", [])
    user = builders.advisor()
    advisor = _client(user)
    url = reverse("organisation_income_new", args=[org.number])
    assert advisor.get(url).status_code == 403
    access.register_income_reader(lambda who: Organisation.objects.filter(pk=org.pk if who == user else 0).values("pk"))
    assert advisor.get(url).status_code == 200
    assert _client(builders.advisor()).get(url).status_code == 403


def test_incomes_stand_neither_in_the_list_nor_on_the_organisations_page(office: Client, org: Organisation) -> None:
    office.post(reverse("organisation_income_new", args=[org.number]), _declaration(total_income="765432"))
    for page in (reverse("organisations"), reverse("organisation", args=[org.number])):
        assert not re.search(r"765.{0,6}432", office.get(page).content.decode())
