"""Organisations, contacts and declarations through the API: the verbs of the pages, and who sees what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from advisory.kernel.audit import AuditEvent
from advisory.kernel.fields import nok
from advisory.kernel.files import facts_of
from clients.models import Contact, EvidenceFile, IncomeDeclaration, Membership, Organisation
from tests import builders
from tests.api.asking import Asker, fields, problem
from tests.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask() -> Asker:
    return Asker(builders.advisor())


def _json(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    return response.json()


def test_an_organisation_is_registered_by_the_verb_of_the_page(ask: Asker) -> None:
    above = builders.organisation("Fylkeslaget Nord")
    facts = {
        "name": "Bygdekor  Vest", "kind": "voluntary", "organisation_number": "NO 974 760 673 MVA",
        "postal_code": "5003", "phone": "55 12 34 56", "parent": above.number, "own_accounts": False,
        "county": "Vestland", "icnpo": 1100,
    }  # fmt: skip
    made = _json(ask("POST", "organisations/", facts), 201)
    assert (made["name"], made["organisation_number"]) == ("Bygdekor Vest", "974760673")
    assert (made["parent"], made["own_accounts"]) == (above.number, False)
    kept = Organisation.objects.get(number=made["number"])
    assert kept.search_name == "bygdekor vest"
    event = AuditEvent.objects.get(action="organisation.register")
    assert (event.actor is not None, event.organisation) == (True, made["number"])


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"organisation_number": "974760674"}, "organisation_number", "check_digit"),
        ({"postal_code": "50031"}, "postal_code", "not_four"),
        ({"phone": "ring meg"}, "phone", "not_a_phone"),
        ({"email": "ikke en adresse"}, "email", "invalid"),
        ({"email": f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.no"}, "email", "max_length"),
        ({"kind": "sjøorm"}, "kind", "invalid_choice"),
        ({"county": "Utgard"}, "county", "invalid_choice"),
        ({"members": "12"}, "members", "invalid"),
        ({"members": -1}, "members", "min_value"),
        ({"parent": 987654}, "parent", "does_not_exist"),
        ({"customer_since": "2126-01-01"}, "customer_since", "too_late"),
        ({"own_accounts": False}, "parent", "accounts-of-nobody"),
        ({"name": ""}, "name", "blank"),
        ({"name": "x" * 161}, "name", "max_length"),
        ({"name": 5}, "name", "invalid"),
        ({"in_voluntary_register": "yes"}, "in_voluntary_register", "invalid"),
    ],
)
def test_what_the_page_refuses_is_refused_here_at_the_same_field(
    ask: Asker, facts: dict[str, Any], field: str, code: str
) -> None:
    found = problem(ask("POST", "organisations/", {"name": "Koret", "kind": "voluntary"} | facts), 422)
    assert [(error["field"], error["code"]) for error in found["errors"]] == [(field, code)]
    assert not Organisation.objects.exists()


def test_a_number_that_is_taken_is_named_at_its_field(ask: Asker) -> None:
    builders.organisation("Korpset", organisation_number="974760673")
    sent = {"name": "Koret", "kind": "voluntary", "organisation_number": "974760673"}
    assert fields(problem(ask("POST", "organisations/", sent), 422)) == ["organisation_number"]


def test_a_change_leaves_what_it_does_not_name(ask: Asker) -> None:
    org = builders.organisation("Koret", city="Fjordvik")
    read = ask.get(f"organisations/{org.number}/")
    changed = ask("PATCH", f"organisations/{org.number}/", {"members": 38}, If_Match=read.headers["ETag"])
    assert _json(changed) == read.json() | {"members": 38}  # type: ignore[attr-defined]
    assert AuditEvent.objects.get(action="organisation.change").after == {"members": 38}
    late = ask("PATCH", f"organisations/{org.number}/", {"members": 39}, If_Match=read.headers["ETag"])
    assert problem(late, 412)["type"] == "urn:selvkost:problem:changed-since"
    assert Organisation.objects.get().members == 38
    again = ask("PATCH", f"organisations/{org.number}/", {"members": 39}, If_Match=changed.headers["ETag"])
    assert again.status_code == 200
    assert ask("PATCH", f"organisations/{org.number}/", {"members": 40}, If_Match="*").status_code == 200


def test_a_member_reads_his_own_without_what_only_staff_see_and_writes_nothing() -> None:
    org = builders.organisation(payment_days=30)
    owner = Asker(builders.member(org, "owner"))
    found = _json(owner.get(f"organisations/{org.number}/"))
    assert found["name"] == org.name
    assert [found[name] for name in ("payment_days", "purpose_documented", "own_accounts")] == [None] * 3
    problem(owner("PATCH", f"organisations/{org.number}/", {"city": "Oslo"}), 404)
    problem(owner("POST", "organisations/", {"name": "Koret", "kind": "voluntary"}), 404)
    problem(owner.get("contacts/"), 404)


def test_a_contact_is_added_changed_put_away_and_taken_back(ask: Asker) -> None:
    org = builders.organisation()
    made = _json(ask("POST", "contacts/", {"organisation": org.number, "name": "Kari", "role": "leder"}), 201)
    path = f"contacts/{made['id']}/"
    changed = _json(ask("PATCH", path, {"email": "kari@lag.example"}))
    assert (changed["name"], changed["role"], changed["email"]) == ("Kari", "leder", "kari@lag.example")
    assert _json(ask("POST", f"{path}deactivate/", {}))["active"] is False
    assert _json(ask.get("contacts/?active=true"))["results"] == []
    assert _json(ask("POST", f"{path}activate/"))["active"] is True
    assert fields(problem(ask("POST", f"{path}deactivate/", {"active": False}), 422)) == ["active"]
    # Moving somebody to another organisation is no change of a contact.
    assert fields(problem(ask("PATCH", path, {"organisation": builders.organisation().number}), 422)) == [
        "organisation"
    ]
    assert Contact.objects.get().organisation == org


def _declared(org: Organisation) -> IncomeDeclaration:
    by = builders.administrator()
    declaration = IncomeDeclaration.objects.create(
        organisation=org, year=2025, total_income=nok("767813.27"), arrived_on=TODAY, submitted_at=NOW, submitted_by=by
    )
    content = facts_of("regnskap.pdf", "application/pdf", b"%PDF-1.7 %%EOF")
    EvidenceFile.objects.create(declaration=declaration, uploaded_at=NOW, uploaded_by=by, **content)
    return declaration


def test_declarations_are_for_those_with_the_role_for_money_and_advisors_of_the_organisation() -> None:
    org, foreign = builders.organisation(), builders.organisation()
    mine, other = _declared(org), _declared(foreign)
    lead = builders.advisor()
    builders.engagement(org, lead)
    for who, numbers in (
        (builders.administrator(), {org.number, foreign.number}),
        (lead, {org.number}),
        (builders.advisor(), set()),
        (builders.member(org, "finance"), {org.number}),
    ):
        found = _json(Asker(who).get("declarations/"))["results"]
        assert {row["organisation"] for row in found} == numbers
    reader = Asker(builders.member(org, "reader"))
    assert "eieren" in problem(reader.get("declarations/"), 403)["detail"]
    finance = Asker(builders.member(org, "finance"))
    problem(finance.get(f"declarations/{other.pk}/"), 404)
    row = _json(finance.get(f"declarations/{mine.pk}/"))
    assert (row["total_income"], row["passed_on"]) == ("767813.27", "0.00")
    assert Decimal(row["total_income"]) == mine.total_income.amount
    [file] = row["evidence"]
    assert file["size"] == 14
    taken = finance.get(file["url"])
    assert (taken.status_code, taken.content) == (200, b"%PDF-1.7 %%EOF")
    assert AuditEvent.objects.filter(action="evidence.download").count() == 1
    problem(finance.get(f"declarations/{other.pk}/evidence/{EvidenceFile.objects.get(declaration=other).pk}/"), 404)


def test_someone_who_is_finance_here_and_reader_there_reads_declarations_only_here() -> None:
    here, there = builders.organisation(), builders.organisation()
    _declared(here), _declared(there)
    person = builders.member(here, "finance")

    Membership.objects.create(organisation=there, user=person, role="reader", created_at=NOW)
    ask = Asker(person)
    assert [row["organisation"] for row in _json(ask.get("declarations/"))["results"]] == [here.number]
    assert len(_json(ask.get("organisations/"))["results"]) == 2
