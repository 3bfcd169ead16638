"""What a price and its documents are to a program: figures of the memo (domain rules, example 1), read only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisory.kernel.files import facts_of
from advisory.kernel.users import User
from advisory.web.api import description
from billing.discounts.models import TierDecision
from billing.invoicing.credit import credit
from billing.invoicing.files import pdf_of
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from clients.models import EvidenceFile, Organisation
from tests import builders
from tests.api.asking import Asker, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return builders.administrator()


@pytest.fixture(autouse=True)
def prices(administrator: User) -> None:
    builders.seller(created_by=administrator)
    builders.rate(maker=administrator)
    builders.tier_table(by=administrator)
    builders.pot("100.00", name="Gave 2026", rank=1, by=administrator)
    builders.pot(by=administrator)


def helped(by: User, name: str = "Bygdekor Vest", minutes: int = 60) -> Organisation:
    """An organisation in tier 2 with an hour that is not billed: 959.76, of which pots pay 479.88."""
    org = builders.organisation(name)
    builders.decision(org, by=by)
    builders.entry(builders.engagement(org, by), minutes)
    return org


def issued(org: Organisation, by: User) -> Invoice:
    [draft] = gather(up_to=date(2026, 12, 31), by=by, now=builders.NOW, organisations=[org.pk])
    outcome = issue({draft.pk: None}, by=by, now=builders.NOW)
    assert outcome.failures == ()
    return outcome.invoices[0]


def read(ask: Asker, path: str) -> Any:
    response = ask.get(path)
    assert response.status_code == 200, response.content[:500]
    return response.json()  # type: ignore[attr-defined]


def test_an_invoice_has_its_lines_its_pots_and_its_amounts_as_text(administrator: User) -> None:
    org = helped(administrator)
    invoice = issued(org, administrator)
    ask = Asker(builders.member(org, "finance"))
    found = read(ask, f"invoices/{invoice.number}/")
    sums = {name: found[name] for name in ("gross", "discount", "net", "vat", "total")}
    assert sums == {"gross": "959.76", "discount": "479.88", "net": "479.88", "vat": "119.97", "total": "599.85"}
    assert (found["number"], found["kind"], found["status"]) == (invoice.number, "invoice", "issued")
    assert (found["issued_on"], found["credits"], found["mail"]) == ("2026-11-20", None, None)
    assert (found["buyer"]["name"], found["seller"]["organisation_number"]) == ("Bygdekor Vest", "310000078")
    assert set(found["seller"]) == {
        "name", "address", "organisation_number", "vat_registered", "account", "email", "phone",
    }  # fmt: skip
    [line] = found["lines"]
    assert line["pot_shares"] == [
        {"pot": line["pot_shares"][0]["pot"], "name": "Gave 2026", "funder": "Kulturdepartementet", "amount": "100.00"},
        {
            "pot": line["pot_shares"][1]["pot"],
            "name": "Grunntilskudd 2026",
            "funder": "Kulturdepartementet",
            "amount": "379.88",
        },
    ]
    assert (line["minutes"], line["unit_price"], line["discount_percent"]) == (60, "959.76", "50.00")
    assert line["rate"] == {"service": "advice", "year": 2026, "version": 1}
    assert line["funding_area"] is None  # The ring-fence is staff's affair.
    assert found["vat_groups"] == [
        {"category": "S", "percent": "25.00", "base": "479.88", "vat": "119.97", "reason": "Advice is taxable."}
    ]
    assert read(Asker(administrator), f"invoices/{invoice.number}/")["lines"][0]["funding_area"] == 3


def test_a_credit_note_is_below_zero_and_both_name_each_other(administrator: User) -> None:
    org = helped(administrator)
    invoice = issued(org, administrator)
    note = credit(invoice=invoice, reason="Feil timer.", release_hours=True, by=administrator, now=builders.NOW)
    ask = Asker(builders.member(org, "finance"))
    newest, oldest = read(ask, "invoices/")["results"]
    assert (newest["number"], newest["kind"], newest["status"]) == (note.number, "credit_note", "credit_note")
    assert (newest["credits"], newest["credit_note"], newest["total"]) == (invoice.number, None, "-599.85")
    assert (oldest["status"], oldest["credit_note"], oldest["due_on"]) == ("credited", note.number, "2026-12-04")
    whole = read(ask, f"invoices/{note.number}/")
    assert (whole["reason"], whole["hours_released"]) == ("Feil timer.", True)
    assert [share["amount"] for share in whole["lines"][0]["pot_shares"]] == ["-100.00", "-379.88"]
    # The statement is as it is printed: above zero.
    assert read(ask, f"invoices/{note.number}/statement/")["lines"][0]["net"] == "479.88"


def test_the_statement_says_how_the_price_came_about(administrator: User) -> None:
    org = helped(administrator)
    invoice = issued(org, administrator)
    found = read(Asker(builders.member(org, "finance")), f"invoices/{invoice.number}/statement/")
    [line] = found["lines"]
    rate = line["rate"]
    assert (rate["self_cost"], rate["rate"], rate["unit"]) == ("767813.27", "959.76", "hours")
    assert (line["gross"], line["discount"], line["net"]) == ("959.76", "479.88", "479.88")
    assert [share["amount"] for share in line["pots"]] == ["100.00", "379.88"]
    assert (line["tier"]["code"], line["tier"]["percent"], line["tier"]["income_year"]) == ("T2", "50.00", 2025)
    assert [band["code"] for band in line["tier"]["bands"]] == ["T1", "T2", "T3", "T0"]
    assert "612" not in str(found)  # Never the income itself.
    assert found["steps"][-1]["value"].replace("\xa0", " ") == "119,97 kr"
    [hour] = found["hours"]
    assert (hour["minutes"], hour["text"], hour["advisor"]) == (60, "Møte med styret", None)
    staff = read(Asker(administrator), f"invoices/{invoice.number}/statement/")
    assert staff["hours"][0]["advisor"] == administrator.name


def test_the_pdf_is_the_one_the_pages_hand_out(administrator: User) -> None:
    org = helped(administrator)
    invoice = issued(org, administrator)
    ask = Asker(builders.member(org, "finance"))
    response = ask.get(f"invoices/{invoice.number}/pdf/")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content == bytes(pdf_of(invoice).content)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{invoice.number}.pdf"'
    again = ask.get(f"invoices/{invoice.number}/pdf/", If_None_Match=response.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert ask.get(f"invoices/{invoice.number}/pdf/", Accept="application/pdf").status_code == 200
    problem(ask.get("invoices/202699999/pdf/", Accept="application/pdf"), 404)


def test_documents_are_for_those_with_the_role_for_money_and_for_administrators(administrator: User) -> None:
    org = helped(administrator)
    number = issued(org, administrator).number
    advisor, reader = Asker(builders.advisor()), Asker(builders.member(org, "reader"))
    assert [row["number"] for row in read(advisor, "invoices/")["results"]] == [number]
    for path in ("", "pdf/", "statement/"):
        problem(advisor.get(f"invoices/{number}/{path}"), 403)
        problem(reader.get(f"invoices/{number}/{path}"), 403)
    problem(reader.get("invoices/"), 403)
    for path in ("rates/", "proposals/"):
        problem(advisor.get(path), 403)
        problem(reader.get(path), 404)


def test_the_documents_are_found_by_what_stands_on_them(administrator: User) -> None:
    org = helped(administrator)
    first = issued(org, administrator)
    credit(invoice=first, reason="Feil timer.", release_hours=False, by=administrator, now=builders.NOW)
    other = issued(helped(administrator, "Fylkeslaget Nord"), administrator)
    ask = Asker(administrator)
    line = first.lines.get()

    def numbers(query: str) -> list[int]:
        return sorted(row["number"] for row in read(ask, f"invoices/?{query}")["results"])

    both = [first.number, first.number + 1]
    assert numbers(f"organisation={org.number}") == both
    assert numbers("status=credited") == [first.number]
    assert numbers("status=issued") == [other.number]
    assert numbers("kind=credit_note") == [first.number + 1]
    assert numbers(f"engagement={line.engagement.reference}") == both
    assert numbers(f"payment_reference={other.payment_reference}") == [other.number]
    assert numbers("year=2026") == [*both, other.number]
    assert numbers("year=2025") == []
    assert numbers("issued_from=2026-11-20&issued_to=2026-11-20") == [*both, other.number]
    assert numbers("issued_from=2026-11-21") == []
    assert numbers("due_to=2026-12-03") == []
    assert numbers("due_to=2026-12-04") == [first.number, other.number]
    for query in ("year=0", "year=99999", "year=1", "issued_from=20-11-2026", "issued_to=2026-13-01"):
        problem(ask.get(f"invoices/?{query}"), 400)


def test_a_decision_says_which_tier_and_why_and_a_rate_its_arithmetic(administrator: User) -> None:
    org = helped(administrator)
    made = TierDecision.objects.get()
    member = Asker(builders.member(org, "finance"))
    found = read(member, f"decisions/{made.pk}/")
    assert (found["tier"], found["percent"], found["basis"]) == ("T2", "50.00", "accounts")
    assert (found["valid_from"], found["valid_to"], found["tier_table"]) == ("2026-01-01", "2027-06-30", "2026-01-01")
    assert (found["decided_by"], found["declaration"]) == (None, made.declaration_id)
    assert read(Asker(builders.advisor()), f"decisions/{made.pk}/")["decided_by"] == administrator.name
    table = read(member, "tier-tables/2026-01-01/")
    assert table["tiers"][1] == {
        "code": "T2", "income_from": "500000.00", "income_below": "1000000.00", "percent": "50.00",
    }  # fmt: skip
    assert table["adopted_by"] is None
    rate = read(Asker(administrator), "rates/2026/advice/1/")
    assert (rate["rate"], rate["self_cost"], rate["valid_from"]) == ("959.76", "767813.27", "2026-01-01")
    assert rate["costs"][0]["amount"].count(".") == 1


def test_the_decision_in_force_on_a_day_is_the_newest_that_covers_it(administrator: User) -> None:
    org = helped(administrator)
    first = TierDecision.objects.get()
    newer = builders.decision(org, "T3", valid_from=date(2026, 6, 1), valid_to=date(2026, 8, 31), by=administrator)
    ask = Asker(administrator)
    for day, expected in (("2025-12-31", []), ("2026-05-31", [first.pk]), ("2026-06-01", [newer.pk]),
                          ("2026-09-01", [first.pk])):  # fmt: skip
        assert [row["id"] for row in read(ask, f"decisions/?in_force_on={day}")["results"]] == expected


def test_evidence_of_the_body_above_is_not_named_to_its_branch(administrator: User) -> None:
    body, branch = builders.organisation("Landslaget"), builders.organisation("Lokallaget", own_accounts=False)
    judged = builders.decision(body, by=administrator)
    assert judged.declaration
    evidence = [{"name": "regnskap.pdf", "sha256": "a" * 64}]
    EvidenceFile.objects.create(
        declaration=judged.declaration, uploaded_at=builders.NOW, uploaded_by=administrator,
        **facts_of("regnskap.pdf", "application/pdf", b"%PDF-1.7 %%EOF"),
    )  # fmt: skip
    facts = {f.attname: getattr(judged, f.attname) for f in TierDecision._meta.concrete_fields if f.attname != "id"}
    shared = TierDecision.objects.create(**facts | {"organisation_id": branch.pk, "evidence": evidence})
    found = read(Asker(builders.member(branch, "finance")), f"decisions/{shared.pk}/")
    assert (found["declaration"], found["evidence"]) == (None, [])
    assert read(Asker(administrator), f"decisions/{shared.pk}/")["evidence"] == evidence


def test_a_proposal_says_what_would_be_billed_and_what_is_in_the_way(administrator: User) -> None:
    org = helped(administrator)
    poor = builders.organisation("Uavklart lag")
    builders.entry(builders.engagement(poor, administrator), 30)
    early = builders.organisation("Tidlig lag")
    builders.entry(builders.engagement(early, administrator), 30, date(2025, 12, 1))
    gather(up_to=date(2026, 12, 31), by=administrator, now=builders.NOW)
    ask = Asker(administrator)
    rows = {row["organisation"]: row for row in read(ask, "proposals/")["results"]}
    ready, unsettled, unpriced = rows[org.number], rows[poor.number], rows[early.number]
    assert (ready["ready"], ready["minutes"], ready["total"]) == (True, 60, "599.85")
    [line] = ready["lines"]
    assert [share["amount"] for share in line["pot_shares"]] == ["100.00", "379.88"]
    assert len(line["time_entries"]) == 1
    assert [(each["code"], each["blocks"]) for each in unsettled["problems"]] == [("no_decision", False)]
    assert [(each["code"], each["blocks"]) for each in unpriced["problems"]] == [("no_rate", True)]
    assert (unpriced["ready"], unpriced["total"], unpriced["lines"]) == (False, "0.00", [])
    assert read(ask, f"proposals/{ready['id']}/") == ready
    assert read(ask, f"proposals/?organisation={poor.number}")["results"] == [unsettled]


def test_proposals_without_a_seller_are_refused_and_the_description_says_so(administrator: User) -> None:
    helped(administrator)
    gather(up_to=date(2026, 12, 31), by=administrator, now=builders.NOW)
    with time_machine.travel("2024-12-31T12:00:00Z", tick=False):
        found = problem(Asker(administrator).get("proposals/"), 422)
    assert found["type"] == "urn:selvkost:problem:seller-unknown"
    assert "422" in description.schema()["paths"]["/api/v1/proposals/"]["get"]["responses"]


def test_a_table_that_is_adopted_for_later_is_told_to_members_on_its_day(administrator: User) -> None:
    org = builders.organisation()
    builders.tier_table(valid_from=date(2027, 1, 1), by=administrator)
    with time_machine.travel("2026-12-31T22:59:59Z", tick=False) as clock:
        member, advisor = Asker(builders.member(org, "finance")), Asker(builders.advisor())
        problem(member.get("tier-tables/2027-01-01/"), 404)
        assert advisor.get("tier-tables/2027-01-01/").status_code == 200
        clock.shift(timedelta(seconds=1))
        assert member.get("tier-tables/2027-01-01/").status_code == 200


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-01-01", "9999-99-99"])
def test_a_day_that_is_in_no_calendar_is_404(day: str, administrator: User) -> None:
    problem(Asker(administrator).get(f"tier-tables/{day}/"), 404)


def test_every_list_asks_the_database_as_often_for_many_rows_as_for_few(administrator: User) -> None:
    ask = Asker(administrator)
    reads: dict[str, Callable[[], str]] = {
        "invoices/": lambda: "invoices/",
        "invoice": lambda: f"invoices/{Invoice.objects.latest('number').number}/",
        "decisions/": lambda: "decisions/",
        "tier-tables/": lambda: "tier-tables/",
        "rates/": lambda: "rates/",
        "proposals/": lambda: "proposals/",
    }

    def queries() -> dict[str, int]:
        counted = {}
        for name, path in reads.items():
            read(ask, path())
            with CaptureQueriesContext(connection) as asked:
                read(ask, path())
            counted[name] = len(asked)
        return counted

    def more(count: int, first_table: int) -> None:
        for serial in range(count):
            issued(helped(administrator, f"Lag {serial}"), administrator)
            builders.tier_table(valid_from=date(first_table + serial, 1, 1), by=administrator)
        for serial in range(count):
            org = helped(administrator, f"Vent {serial}")
            gather(up_to=date(2026, 12, 31), by=administrator, now=builders.NOW, organisations=[org.pk])

    more(1, 2030)
    few = queries()
    more(4, 2040)
    assert queries() == few
    assert max(few.values()) < 20


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_rows_of_the_same_second_come_once_each_in_order_of_their_moment(administrator: User) -> None:
    org = builders.organisation()
    made = builders.decision(org, by=administrator)
    facts = {f.attname: getattr(made, f.attname) for f in TierDecision._meta.concrete_fields if f.attname != "id"}
    for microsecond in (123456, 123457, 123999, 124000):
        at = moment(f"2026-11-21T09:00:00.{microsecond}+00:00")
        TierDecision.objects.create(**facts | {"decided_at": at})
    for ordering in ("decided_at", "-decided_at"):
        ask = Asker(administrator)
        seen: list[int] = []
        following: str | None = f"decisions/?limit=1&ordering={ordering}"
        while following and len(seen) < 9:
            page = read(ask, following)
            seen += [row["id"] for row in page["results"]]
            following = page["next"]
        assert seen == sorted(seen, reverse=ordering.startswith("-"))
        assert len(seen) == len(set(seen)) == 5
