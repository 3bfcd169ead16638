"""The organisation's own pages: its facts, its people, its income, and nothing of anybody else's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisory.kernel.users import User
from clients import panels
from clients.access import membership_for
from clients.income import EvidenceFile, IncomeDeclaration
from clients.income.declare import declare
from clients.income.evidence import Upload
from clients.memberships import Membership
from clients.notes.services import write
from clients.organisations import Organisation
from tests import builders
from tests.builders import NOW, TODAY
from tests.clients.test_evidence import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def org() -> Organisation:
    return builders.organisation()


def _browser(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def _member(org: Organisation, role: str) -> Client:
    return _browser(builders.member(org, role))


def _url(name: str, org: Organisation, *args: int) -> str:
    return reverse(f"portal_{name}", args=[org.number, *args])


# --- Our details


def test_every_member_reads_the_facts_and_only_the_owner_may_change_them(org: Organisation) -> None:
    for role, may in (("reader", False), ("finance", False), ("owner", True)):
        client = _member(org, role)
        body = client.get(_url("organisation", org)).content.decode()
        assert org.name in body
        assert (_url("organisation_edit", org) in body) is may
        assert client.get(_url("organisation_edit", org)).status_code == (200 if may else 403)


def test_the_owner_changes_contact_facts_and_nothing_else(org: Organisation) -> None:
    written = {"email": "ny@lag.example", "invoice_reference": "Kari", "language": "nn", "name": "Et annet navn"}
    answer = _member(org, "owner").post(_url("organisation_edit", org), written)
    assert answer.status_code == 302
    org.refresh_from_db()
    assert (org.email, org.invoice_reference, org.language) == ("ny@lag.example", "Kari", "nn")
    assert org.name == "Bygdekor Vest"


# --- People


def test_finance_sees_who_has_access_and_the_owner_decides(org: Organisation) -> None:
    owner, finance, reader = _member(org, "owner"), _member(org, "finance"), _member(org, "reader")
    assert reader.get(_url("people", org)).status_code == 403
    assert _url("person_new", org) not in finance.get(_url("people", org)).content.decode()
    assert _url("person_new", org) in owner.get(_url("people", org)).content.decode()
    facts = {"name": "Ola Vik", "email": "ola@lag.example", "role": "finance"}
    assert finance.post(_url("person_new", org), facts).status_code == 403
    assert owner.post(_url("person_new", org), facts).status_code == 302
    assert not Membership.objects.filter(user__email="ola@lag.example").exists()
    assert "ola@lag.example" in owner.get(_url("people", org)).content.decode()
    assert "ola@lag.example" not in finance.get(_url("people", org)).content.decode()
    given = builders.member(org, "finance").memberships.get()
    owner.post(_url("person", org, given.pk), {"role": "reader"})
    owner.post(_url("person_end", org, given.pk))
    given.refresh_from_db()
    assert (given.role, given.ended_at) == ("reader", NOW)


def test_an_owner_who_leaves_is_led_out_and_cannot_come_back(org: Organisation) -> None:
    _member(org, "owner")
    leaving = builders.member(org, "owner")
    client = _browser(leaving)
    answer = client.post(_url("person_end", org, leaving.memberships.get().pk))
    assert answer["Location"] == reverse("portal")
    assert client.get(_url("organisation", org)).status_code == 404


def test_the_last_owner_is_told_why_not(org: Organisation) -> None:
    owner = builders.member(org, "owner")
    answer = _browser(owner).post(_url("person_end", org, owner.memberships.get().pk))
    assert answer.status_code == 422
    assert "is the only owner" in answer.content.decode()
    assert membership_for(owner, org.number)


def test_a_membership_of_another_organisation_is_not_found(org: Organisation) -> None:
    foreign = builders.member(builders.organisation("Annet lag"), "owner").memberships.get()
    owner = _member(org, "owner")
    assert owner.get(_url("person", org, foreign.pk)).status_code == 404
    assert owner.post(_url("person_end", org, foreign.pk)).status_code == 404
    assert owner.get(_url("people", foreign.organisation)).status_code == 404


def test_inviting_a_stranger_and_to_a_member_of_another_looks_the_same(org: Organisation) -> None:
    known = builders.member(builders.organisation("Annet lag"), name="Hemmelig Navn")
    owner = _member(org, "owner")
    bodies = []
    for email in ("ukjent@x.example", known.email):
        answer = owner.post(_url("person_new", org), {"name": "Ola", "email": email, "role": "reader"}, follow=True)
        bodies.append(answer.content.decode())
        assert f"The invitation is sent to {email}." in bodies[-1]
    assert "Hemmelig" not in bodies[1]


# --- Income


def _sent(**facts: Any) -> dict[str, Any]:
    return {"total_income": "412 000", "confirmed": "on"} | facts


def test_the_treasurer_declares_income_with_an_attachment(org: Organisation) -> None:
    client = _member(org, "finance")
    assert "What was your income in 2025?" in client.get(_url("income_new", org)).content.decode()
    files = [SimpleUploadedFile("../regnskap.pdf", PDF), SimpleUploadedFile("protokoll.pdf", PDF)]
    answer = client.post(_url("income_new", org), _sent(evidence=files), follow=True)
    made = IncomeDeclaration.objects.get()
    assert (made.year, made.arrived_on, str(made.total_income.amount)) == (2025, TODAY, "412000.00")
    assert sorted(made.evidence.values_list("name", flat=True)) == ["protokoll.pdf", "regnskap.pdf"]
    body = answer.content.decode()
    assert "Thank you!" in body
    assert "regnskap.pdf" in body


def test_without_the_confirmation_nothing_is_sent_and_the_figure_is_kept(org: Organisation) -> None:
    answer = _member(org, "finance").post(_url("income_new", org), {"total_income": "412 000"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: " in body
    assert 'value="412 000"' in body
    assert "Tick «I confirm that the information is correct» to go on" in body
    assert not IncomeDeclaration.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("regnskap.pdf", b"<html><script>", "regnskap.pdf is not a PDF"),
        ("bilde.png", b"", "bilde.png is empty"),
        ("stor.pdf", PDF + bytes(10 * 1024 * 1024), "stor.pdf is larger than 10 MB"),
        ("fdp\u202e.exe", b"MZ", "fdp.exe is not a PDF"),
    ],
)
def test_a_hostile_file_is_refused_with_a_reason(org: Organisation, name: str, content: bytes, said: str) -> None:
    answer = _member(org, "finance").post(_url("income_new", org), _sent(evidence=SimpleUploadedFile(name, content)))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not IncomeDeclaration.objects.exists()


def test_an_earlier_year_can_be_declared_and_a_strange_one_is_the_last(org: Organisation) -> None:
    client = _member(org, "finance")
    client.post(_url("income_new", org) + "?year=2024", _sent())
    client.post(_url("income_new", org) + "?year=2031", _sent())
    assert sorted(IncomeDeclaration.objects.values_list("year", flat=True)) == [2024, 2025]


def test_a_reader_sees_no_income_and_no_evidence(org: Organisation) -> None:
    file = _evidence(org)
    reader = _member(org, "reader")
    assert reader.get(_url("income", org)).status_code == 403
    assert reader.get(_url("evidence", org, file.pk)).status_code == 403
    assert _member(org, "finance").get(_url("evidence", org, file.pk)).content == PDF


def test_evidence_of_another_organisation_is_not_found_by_its_number(org: Organisation) -> None:
    file = _evidence(builders.organisation("Annet lag"))
    owner = _member(org, "owner")
    assert owner.get(_url("evidence", org, file.pk)).status_code == 404
    assert owner.get(_url("evidence", file.declaration.organisation, file.pk)).status_code == 404


def _evidence(org: Organisation) -> EvidenceFile:
    made = declare(
        organisation=org,
        year=2025,
        total_income=Decimal("412000"),
        files=[Upload("regnskap.pdf", PDF)],
        by=builders.administrator(),
        arrived_on=TODAY,
        now=NOW,
    )
    return made.evidence.get()


def test_the_portals_lists_take_as_many_queries_for_nine_rows_as_for_three(org: Organisation) -> None:
    client = _member(org, "owner")

    def queries() -> list[int]:
        counts = []
        for page in ("people", "income"):
            with CaptureQueriesContext(connection) as seen:
                client.get(_url(page, org))
            counts.append(len(seen))
        return counts

    def fill(times: int) -> None:
        for _time in range(times):
            builders.member(org, "reader")
            _evidence(org)

    fill(3)
    few = queries()
    fill(6)
    assert queries() == few
    assert max(few) <= 15


def test_the_organisation_sees_whether_its_declaration_is_decided(org: Organisation) -> None:
    client = _member(org, "finance")
    _evidence(org)
    assert "Decided" not in client.get(_url("income", org)).content.decode()
    builders.decision(org, "T2")
    body = client.get(_url("income", org)).content.decode()
    assert "Decided" in body
    assert "50%" in body


# --- The first page


def test_the_yearly_question_waits_for_those_who_may_answer_until_it_is_answered(org: Organisation) -> None:
    def asked(role: str) -> list[str]:
        user = builders.member(org, role)
        return [todo.url for todo in panels.todos(membership_for(user, org.number), TODAY)]

    question = _url("income_new", org)
    assert question in asked("finance")
    assert question not in asked("reader")
    _evidence(org)
    assert question not in asked("finance")


def test_a_public_authority_is_not_asked_for_its_income() -> None:
    org = builders.organisation("Ås kommune", kind="authority")
    membership = membership_for(builders.member(org, "owner"), org.number)
    assert _url("income_new", org) not in [todo.url for todo in panels.todos(membership, TODAY)]


def test_only_visible_notes_reach_the_organisation(org: Organisation) -> None:
    by = builders.advisor()
    write(organisation=org, text="Bare for oss", by=by, now=NOW)
    write(organisation=org, text="Kravlista er klar", visible=True, by=by, now=NOW)
    body = _member(org, "reader").get(_url("home", org)).content.decode()
    assert "Kravlista er klar" in body
    assert "Bare for oss" not in body
