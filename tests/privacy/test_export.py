"""All about somebody, handed out: everything that is his, nothing of others, no secret, and noted in the log."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pypdf
import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from advisory.kernel.api_tokens import ApiToken
from advisory.kernel.audit import AuditEvent
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import User
from clients.contacts import services as contacts
from clients.invitations.services import invite
from clients.memberships import Role
from clients.models import Membership, Organisation
from clients.notes import services as notes
from tests import builders
from tests.access import world
from tests.builders import NOW

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(content: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_person_downloads_his_own_from_his_page() -> None:
    org = builders.organisation("Bygdekor Vest")
    member = builders.member(org, name="Kari Li")
    contact = contacts.add(organisation=org, name="Kari Li", email=member.email, phone="912 34 567", by=None, now=NOW)
    client = signed_in(member)
    assert "/settings/me/file/json/" in client.get("/settings/me/").content.decode()
    answer = client.post("/settings/me/file/json/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    made = json.loads(answer.content)
    assert made["about"] == "Kari Li"
    assert made["records"]["kernel.user"][0]["email"] == member.email
    assert made["records"]["clients.membership"][0]["organisation"] == f"{org.number} Bygdekor Vest"
    assert made["records"]["clients.contact"][0]["phone"] == "912 34 567"
    assert {row["table"]: row["records"] for row in made["index"]}["clients.contact"] == 1
    assert any(event["object_id"] == str(contact.pk) for event in made["records"]["kernel.auditevent"])
    event = AuditEvent.objects.get(action="person.export")
    assert (event.actor, event.object_label, event.after) == (member, f"#{member.pk}", {"format": "JSON"})


def test_the_paper_begins_with_an_index_and_says_the_same() -> None:
    member = builders.member(builders.organisation(), name="Kari Li")
    answer = signed_in(member).post("/settings/me/file/pdf/")
    assert answer.content.startswith(b"%PDF")
    text = text_of(answer.content)
    assert text.index("Det som finnes") < text.index("Tilganger for organisasjoner")
    assert member.email in text
    assert "Side 1 av" in text


def test_what_others_wrote_and_what_he_wrote_about_others_is_not_in_it() -> None:
    org, other = builders.organisation("Bygdekor Vest"), builders.organisation("Fylkeslaget Nord")
    advisor = builders.advisor(name="Rådgiver Li")
    member = builders.member(org, name="Kari Li")
    builders.member(other, name="Ola Vik")
    notes.write(organisation=org, text="Styrelederen er lei seg", by=advisor, now=NOW)
    contacts.add(organisation=org, name="Per Nes", email="per@nes.example", by=advisor, now=NOW)
    for person in (advisor, member):
        whole = signed_in(person).post("/settings/me/file/json/").content.decode()
        for foreign in ("Styrelederen", "Per Nes", "per@nes.example", "Ola Vik", "Fylkeslaget Nord"):
            assert foreign not in whole
    acts = json.loads(signed_in(advisor).post("/settings/me/file/json/").content)["acts"]
    assert {"table": "clients.note", "as": "written_by"}.items() <= next(
        act for act in acts if act["table"] == "clients.note"
    ).items()


def test_no_secret_is_in_it() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    member = builders.member(org, "owner", name="Kari Li")
    client = signed_in(member)
    Authenticator.objects.create(user=member, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    ApiToken.objects.create(
        user=member, name="Regneark", digest="d" * 64, prefix="svk_abc", created_at=NOW,
        expires_at=NOW + timedelta(days=9),
    )  # fmt: skip
    invite(email="kari.ny@li.example", role=Role.READER, by=member, now=NOW, organisation=org)
    sent = OutboundMessage.objects.get(kind="invitation")
    OutboundMessage.objects.filter(pk=sent.pk).update(recipient=member.email)
    token = sent.body.partition("/invitation/")[2].partition("/")[0]
    assert len(token) > 20
    for asker, path in (
        (client, "/settings/me/file/json/"),
        (signed_in(administrator), f"/settings/personal-data/organisations/{org.number}/file/json/"),
    ):
        whole = asker.post(path).content.decode()
        assert "Invitasjon" in whole
        for secret in (member.password, "JBSWY3DPEHPK3PXP", "d" * 64, token, str(client.session.session_key)):
            assert secret not in whole


@pytest.fixture
def both() -> world.World:
    return world.build()


def test_all_about_an_organisation_holds_every_record_of_it_and_none_of_another(both: world.World) -> None:
    own, administrator = both.own.organisation, both.people["administrator"]
    answer = signed_in(administrator).post(f"/settings/personal-data/organisations/{own.number}/file/json/")
    whole = answer.content.decode()
    made = json.loads(whole)
    assert world.CANARY not in whole, "the other organisation's text is marked with it"
    assert {
        "billing.appeal", "billing.hardshiprequest", "billing.invoice", "billing.invoicedhour", "billing.invoicedraft",
        "billing.invoiceline", "billing.tierdecision", "clients.contact", "clients.evidencefile",
        "clients.incomedeclaration", "clients.invitation", "clients.membership", "clients.note",
        "clients.organisation", "engagements.engagement", "engagements.outcome", "engagements.recommendation",
        "engagements.timeentry", "kernel.auditevent", "kernel.outboundmessage",
    } <= set(made["records"])  # fmt: skip
    assert made["records"]["clients.incomedeclaration"][0]["total_income"] == "612000.00"
    event = AuditEvent.objects.get(action="organisation.export")
    assert (event.organisation, event.object_label) == (own.number, own.name)


def test_the_organisations_paper_speaks_norwegian_throughout(both: world.World) -> None:
    own, administrator = both.own.organisation, both.people["administrator"]
    answer = signed_in(administrator).post(f"/settings/personal-data/organisations/{own.number}/file/pdf/")
    text = text_of(answer.content)
    assert "Alt om organisasjonen" in text
    assert "Timer ført" in text
    for english in ("time.log", "created", "Submitted", "organisation", "Full price"):
        assert english not in text.replace("organisation.example", "")


def test_only_administrators_hand_out_what_is_others(both: world.World) -> None:
    own = both.own.organisation
    paths = [
        f"/settings/personal-data/organisations/{own.number}/file/json/",
        f"/settings/personal-data/users/{both.own.owner.pk}/file/json/",
        f"/settings/personal-data/contacts/{both.own.things['contact'].pk}/file/json/",
    ]
    for path in paths:
        assert signed_in(both.people["advisor"]).post(path).status_code == 403
        assert signed_in(both.own.owner).post(path).status_code == 404
        assert signed_in(both.people["administrator"]).post(path.replace("json", "xlsx")).status_code == 404
    assert not AuditEvent.objects.filter(action__endswith=".export").exists()


def test_an_export_asks_the_same_number_of_questions_however_much_there_is(
    both: world.World, django_assert_max_num_queries: Any
) -> None:
    own, administrator = both.own.organisation, both.people["administrator"]
    client = signed_in(administrator)
    path = f"/settings/personal-data/organisations/{own.number}/file/json/"
    with django_assert_max_num_queries(90) as few:
        client.post(path)
    for _ in range(4):
        contacts.add(organisation=own, name="Kari Li", by=administrator, now=NOW)
        notes.write(organisation=own, text="Et notat", by=administrator, now=NOW)
        builders.entry(both.own.engagement, 30)
        builders.outcome(both.own.engagement)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.post(path)


def test_a_contact_without_an_address_is_handed_out_alone() -> None:
    administrator, org = builders.administrator(), builders.organisation()
    contacts.add(organisation=org, name="Uten Adresse", by=administrator, now=NOW)
    mine = contacts.add(organisation=org, name="Kari Li", by=administrator, now=NOW)
    answer = signed_in(administrator).post(f"/settings/personal-data/contacts/{mine.pk}/file/json/")
    records = json.loads(answer.content)["records"]
    assert [row["name"] for row in records["clients.contact"]] == ["Kari Li"]
    assert Membership.objects.count() == 0
    assert Organisation.objects.count() == 1
