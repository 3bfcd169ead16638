"""Pages of budgets, branches, hardship, complaints, statistics and new tables, for staff and for the organisation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.fields import nok
from advisory.kernel.users import User
from billing.discounts.hardship import ask_for_hardship
from billing.discounts.may_pay import pots_for
from billing.discounts.models import Appeal, HardshipRequest, TierDecision
from billing.discounts.panels import hour_warnings
from billing.discounts.reservations import reserve
from billing.discounts.rules import Step
from billing.discounts.table_effect import table_effect
from clients.income import IncomeDeclaration
from clients.income.declare import declare
from clients.income.evidence import Upload
from clients.models import Organisation
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW, TODAY
from tests.clients.test_evidence import PDF

FULL_PRICE = Step("T0", Decimal(5_000_000), Decimal(0))
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def administrator() -> User:
    return builders.administrator()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer
    return answer.content.decode().replace("\xa0", " ")


def declared(organisation: Organisation, by: User, income: int = 1_284_000, **facts: Any) -> IncomeDeclaration:
    usual: dict[str, Any] = {"year": 2025, "files": [Upload("r.pdf", PDF)], "arrived_on": date(2026, 11, 3)}
    return declare(organisation=organisation, total_income=Decimal(income), by=by, now=NOW, **(usual | facts))


# --- Declaring


def test_the_portal_takes_off_what_was_passed_on_and_keeps_what_a_file_shows() -> None:
    vest = builders.organisation()
    client = browser(builders.member(vest, "finance"))
    posted = {"total_income": "1 200 000", "passed_on": "250 000", "confirmed": "on"}
    files = {"minutes": _file("protokoll.pdf")}
    assert client.post(f"/portal/{vest.number}/income/new/", posted | files).status_code == 302
    made = IncomeDeclaration.objects.get()
    assert (made.counted_income, made.evidence.get().kind) == (Decimal("950000.00"), "minutes")
    assert "950 000,00 kr teller" in text_of(client, f"/portal/{vest.number}/income/")


@pytest.mark.parametrize("passed_on", ["1 200 000,01", "-1", "NaN", "1e400", "0,001", "mye"])
def test_a_sum_that_cannot_have_been_passed_on_is_said_at_its_field(passed_on: str) -> None:
    vest = builders.organisation()
    client = browser(builders.member(vest, "finance"))
    posted = {"total_income": "1 200 000", "passed_on": passed_on, "confirmed": "on"}
    answer = client.post(f"/portal/{vest.number}/income/new/", posted)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'href="#id_passed_on"' in text
    assert f'value="{passed_on}"' in text
    assert not IncomeDeclaration.objects.exists()


def test_a_new_organisation_sends_its_budget(administrator: User) -> None:
    builders.tier_table()
    new = builders.organisation()
    client = browser(builders.member(new, "finance"))
    path = f"/portal/{new.number}/income/new/?basis=budget"
    assert "Hva er budsjettet deres for 2026?" in text_of(client, path)
    posted = {"total_income": "80 000", "confirmed": "on", "budget": _file("b.pdf"), "founding": _file("s.pdf")}
    assert client.post(path, posted).status_code == 302
    made = IncomeDeclaration.objects.get()
    assert (made.basis, made.year, set(made.evidence.values_list("kind", flat=True))) == (
        "budget", 2026, {"budget", "founding"},
    )  # fmt: skip
    page = f"/organisations/{new.number}/income/{made.pk}/"
    office = browser(administrator)
    assert "20.11.2026–19.11.2027" in text_of(office, page)
    assert office.post(page, {"choice": "approve", "valid_from": "20.11.2026"}).status_code == 302
    assert TierDecision.objects.get().basis == "budget"
    assert "foreløpig" in text_of(client, f"/portal/{new.number}/discount/")


def test_a_branch_says_whose_accounts_count_and_shows_none_of_them(administrator: User) -> None:
    builders.tier_table()
    body = builders.organisation("Landsforbundet")
    branch = builders.organisation("Lokallaget", parent=body, own_accounts=False)
    stranger = builders.organisation("Et annet lag")
    made = declared(body, administrator, 1_284_000)
    office = browser(administrator)
    page = f"/organisations/{branch.number}/income/{made.pk}/"
    assert "Regnskapet til Landsforbundet: Lokallaget har ikke eget" in text_of(office, page)
    text_of(office, f"/organisations/{stranger.number}/income/{made.pk}/", 404)
    assert office.post(page, {"choice": "approve", "valid_from": "03.11.2026"}).status_code == 302
    decision = TierDecision.objects.get()
    assert decision.organisation == branch
    treasurer = browser(builders.member(branch, "finance"))
    text = text_of(treasurer, f"/portal/{branch.number}/discount/")
    assert "Dere har ikke eget regnskap" in text
    assert "r.pdf" not in text
    lead = builders.advisor()
    builders.engagement(branch, lead)
    for pages in (text, text_of(browser(lead), f"/organisations/{branch.number}/income/")):
        assert "1 284 000" not in pages


def test_an_organisation_without_accounts_must_be_part_of_another(administrator: User) -> None:
    vest = builders.organisation()
    posted = {"name": vest.name, "kind": "voluntary", "language": "nb", "status": "active", "without_accounts": "on"}
    client = browser(administrator)
    answer = client.post(f"/organisations/{vest.number}/edit/", posted)
    assert answer.status_code == 422
    assert 'href="#id_parent"' in answer.content.decode()
    body = builders.organisation("Landsforbundet")
    assert client.post(f"/organisations/{vest.number}/edit/", posted | {"parent": str(body.number)}).status_code == 302
    vest.refresh_from_db()
    assert (vest.own_accounts, vest.judged_by) == (False, body)


def test_staff_are_asked_for_the_budget_and_the_founding_of_a_new_organisation_and_no_more(
    administrator: User,
) -> None:
    new = builders.organisation("Nye Venner")
    page = text_of(browser(administrator), f"/organisations/{new.number}/income/new/?basis=budget")
    asked = set(re.findall(r'name="(\w+)"', page.split("<main", 1)[1])) - {"csrfmiddlewaretoken"}
    assert asked == {"year", "total_income", "arrived_on", "budget", "founding", "comment"}


def test_a_declaration_that_a_newer_one_replaced_says_so_to_the_organisation(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    declared(vest, administrator, 412_000)
    treasurer = browser(builders.member(vest, "finance"))
    path = f"/portal/{vest.number}/income/"
    assert "Erstattet" not in text_of(treasurer, path)
    declared(vest, administrator, 421_000)
    page = text_of(treasurer, path)
    assert page.index("421 000,00") < page.index("Sendt") < page.index("412 000,00") < page.index("Erstattet")


def test_what_is_left_of_other_decisions_is_shown_with_their_days(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    builders.decision(vest)
    treasurer = browser(builders.member(vest, "finance"))
    builders.decision(vest, "T1", valid_from=date(2026, 11, 1), valid_to=date(2026, 12, 31))
    page = text_of(treasurer, f"/portal/{vest.number}/discount/")
    assert "1. januar–31. oktober 2026, 1. januar–30. juni 2027" in page
    builders.decision(vest, "T3")
    assert "erstattet av et nyere" in text_of(treasurer, f"/portal/{vest.number}/discount/")


def test_the_pot_named_as_payer_is_the_first_with_money_and_what_is_bound_is_not_free(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    decision = builders.decision(vest)
    builders.rate()
    gift = builders.pot("100.00", name="Gave", rank=1)
    main = builders.pot("5000.00", name="Grunntilskudd")
    work = builders.engagement(vest, builders.advisor())
    assert [pot for pot, _free in pots_for(decision.tier, TODAY)] == [gift, main]
    reserve(pot=gift, engagement=work, amount=Decimal(100), by=administrator, now=NOW)
    reserve(pot=main, engagement=work, amount=Decimal(1500), by=administrator, now=NOW)
    assert pots_for(decision.tier, TODAY) == [(main, Decimal("3500.00"))]
    treasurer = browser(builders.member(vest, "finance"))
    assert "Betales av Grunntilskudd" in text_of(treasurer, f"/portal/{vest.number}/discount/")
    reserve(pot=main, engagement=work, amount=Decimal(3500), by=administrator, now=NOW)
    assert [pot for pot, _free in pots_for(decision.tier, TODAY)] == [gift, main]


# --- Hardship and complaints


def test_hardship_is_asked_for_and_granted_on_screen(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    builders.decision(vest)
    asks = browser(administrator)
    path = f"/organisations/{vest.number}/income/hardship/"
    posted = {"valid_from": "20.11.2026", "valid_to": "28.02.2027", "reason": "Klubbhuset brant."}
    assert asks.post(path, posted | {"valid_to": "19.11.2026"}).status_code == 422
    assert asks.post(path, posted).status_code == 302
    request = HardshipRequest.objects.get()
    page = f"/discounts/hardship/{request.pk}/"
    assert page in text_of(asks, "/discounts/")
    assert "Du foreslo dette selv" in text_of(asks, page)
    assert asks.post(page, {"then": "grant", "reason": ""}).status_code == 422
    grants = browser(builders.administrator())
    assert "Ingen pott som er satt av" in text_of(grants, page)
    builders.pot("9000.00", name="Vansker", for_hardship=True)
    assert "9 000,00 kr" in text_of(grants, page)
    assert grants.post(page, {"then": "refuse", "reason": " "}).status_code == 422
    preview = grants.post(page, {"then": "preview", "reason": ""}).content.decode()
    assert "fordi dere har det vanskelig akkurat nå" in preview
    assert grants.post(page, {"then": "grant", "reason": ""}).status_code == 302
    assert TierDecision.objects.get(basis="hardship").tier.code == "T1"
    assert "Innvilget" in text_of(grants, page)


def test_an_organisation_complains_and_another_answers(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    made = declared(vest, administrator, 612_000)
    builders.tier_table()
    decides, answers = browser(administrator), browser(builders.administrator())
    decides.post(f"/organisations/{vest.number}/income/{made.pk}/", {"choice": "approve", "valid_from": "03.11.2026"})
    treasurer = browser(builders.member(vest, "finance"))
    discount = f"/portal/{vest.number}/discount/"
    text = text_of(treasurer, discount)
    assert "11. desember 2026" in text
    assert "r.pdf" in text
    assert treasurer.post(f"{discount}appeal/", {"text": " "}).status_code == 422
    assert treasurer.post(f"{discount}appeal/", {"text": "Tilskuddet gikk videre."}).status_code == 302
    assert "Tilskuddet gikk videre." in text_of(treasurer, discount)
    page = f"/discounts/appeals/{Appeal.objects.get().pk}/"
    assert "Klage fra Bygdekor Vest" in text_of(answers, "/discounts/")
    assert "Du gjorde vedtaket" in text_of(decides, page)
    tier = TierDecision.objects.get().tier
    posted = {"tier": tier.pk, "valid_from": "03.11.2026", "reason": "Det står."}
    assert decides.post(page, posted).status_code == 422
    assert "Svar på klagen deres" in answers.post(page, posted | {"then": "preview"}).content.decode()
    assert answers.post(page, posted | {"reason": ""}).status_code == 422
    assert answers.post(page, posted).status_code == 302
    assert TierDecision.objects.exclude(answers=None).get().reason == "Det står."
    assert "Klage fra" not in text_of(answers, "/discounts/")
    assert treasurer.get(f"{discount}appeal/").status_code == 302


def test_an_answer_that_would_change_invoices_lists_what_to_credit(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    decision = builders.decision(vest)
    line = issued_line(engagement=builders.engagement(vest, builders.advisor()), last_day=date(2026, 11, 4))
    appeal = Appeal.objects.create(
        decision=decision, text="Feil.", received_on=TODAY, registered_at=NOW, registered_by=administrator
    )
    client = browser(administrator)
    declared(vest, administrator, 100_000)
    posted = {
        "tier": decision.tier.table.tiers.get(code="T1").pk,
        "valid_from": "01.01.2026",
        "reason": "Dere har rett.",
    }
    answer = client.post(f"/discounts/appeals/{appeal.pk}/", posted)
    assert answer.status_code == 422
    assert f'href="/invoices/{line.invoice_id}/credit-note/"' in answer.content.decode()


def test_after_three_weeks_the_portal_says_what_to_do_and_staff_say_why_it_is_taken(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    decision = builders.decision(vest)
    treasurer = builders.member(vest, "finance")
    with time_machine.travel("2026-12-12T09:00:00Z", tick=False):
        assert browser(treasurer).get(f"/portal/{vest.number}/discount/appeal/").status_code == 302
        client = browser(administrator)
        path = f"/organisations/{vest.number}/income/decisions/{decision.pk}/appeal/"
        posted = {"received_on": "12.12.2026", "text": "Feil år.", "why_late": ""}
        answer = client.post(path, posted)
        assert answer.status_code == 422
        assert 'href="#id_why_late"' in answer.content.decode()
        assert client.post(path, posted | {"why_late": "Syk kasserer."}).status_code == 302
        assert "Syk kasserer." in text_of(client, f"/discounts/appeals/{Appeal.objects.get().pk}/")


# --- Lists, statistics, a new table


def test_the_list_of_cases_asks_no_more_for_many_than_for_one(administrator: User) -> None:
    builders.tier_table()
    client = browser(administrator)
    counts = []
    for times in (1, 6):
        for _ in range(times):
            vest = builders.organisation()
            decision = builders.decision(vest)
            Appeal.objects.create(
                decision=decision, text="Feil.", received_on=TODAY, registered_at=NOW, registered_by=administrator
            )
            ask_for_hardship(
                organisation=vest, valid_from=TODAY, valid_to=TODAY, reason="Brann.", by=administrator, now=NOW
            )
        client.get("/discounts/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/discounts/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_statistics_hide_small_numbers_and_show_no_names(administrator: User) -> None:
    """Twelve in Vestland: six got a discount and six did not. Three in Oslo hide, and so take Rogaland's six along."""
    builders.tier_table()
    for county, code, count in (("Vestland", "T2", 6), ("Vestland", "T0", 6), ("Oslo", "T2", 3), ("Rogaland", "T2", 6)):
        for serial in range(count):
            builders.decision(builders.organisation(f"Laget {county} {serial}", county=county), code)
    text = text_of(browser(administrator), "/discounts/statistics/")
    assert "Laget" not in text
    assert "Vises ikke: Oslo, Rogaland" in " ".join(text.split())
    assert text.count('<td class="num">21</td>') >= 1
    assert browser(builders.advisor()).get("/discounts/statistics/").status_code == 403


def test_statistics_of_an_unknown_year_are_those_of_the_newest(administrator: User) -> None:
    builders.decision(builders.organisation())
    for year in ("1999", "0", "x" * 5000, "9" * 5000, "-1"):
        assert "Hvem som får rabatt, 2026" in text_of(browser(administrator), f"/discounts/statistics/?year={year}")


def test_a_new_table_shows_who_would_move_and_changes_nothing(administrator: User) -> None:
    table = builders.tier_table()
    vest, nord, sor = (builders.organisation(name) for name in ("Bygdekor Vest", "Fylkeslaget Nord", "Leselyst Sør"))
    decision = builders.decision(vest)
    declared(nord, administrator, 300_000)
    declared(sor, administrator, 1_284_000)
    rows = [("T1", "0", "70"), ("T2", "250 000", "50"), ("T3", "600 000", "25"), ("T0", "5 000 000", "0")]
    posted = {"tiers-TOTAL_FORMS": "4", "tiers-INITIAL_FORMS": "4", "valid_from": "01.01.2027", "note": ""}
    for place, (code, start, percent) in enumerate(rows):
        posted |= {f"tiers-{place}-code": code, f"tiers-{place}-income_from": start, f"tiers-{place}-percent": percent}
    answer = browser(administrator).post("/discounts/tiers/new/", posted | {"then": "preview"})
    text = answer.content.decode().replace("\xa0", " ")
    assert answer.status_code == 200
    assert "Av 3 organisasjoner som har oppgitt inntekt, ville 2 fått mindre rabatt og 0 større" in text
    assert "Leselyst Sør" not in text
    assert "612 000" not in text
    assert type(table).objects.count() == 1
    decision.refresh_from_db()
    assert decision.tier.table == table


def test_a_branch_without_accounts_moves_with_the_body_above(administrator: User) -> None:
    above = builders.organisation("Landslaget")
    builders.organisation("Grenlandslaget", parent=above, own_accounts=False)
    declared(above, administrator, 300_000)
    steps = [Step("T1", Decimal(0), Decimal(70)), Step("T2", Decimal(250_000), Decimal(50)), FULL_PRICE]
    found = table_effect(builders.tier_table(), steps, TODAY)
    assert [(one.organisation.name, one.was, one.becomes) for one in found.moved] == [
        ("Grenlandslaget", "Trinn 1", "Trinn 2"),
        ("Landslaget", "Trinn 1", "Trinn 2"),
    ]


def test_a_new_table_begins_with_the_one_in_force_as_it_is_typed(administrator: User) -> None:
    builders.tier_table()
    page = text_of(browser(administrator), "/discounts/tiers/new/")
    written = re.findall(r'name="tiers-\d-(?:income_from|percent)"[^>]* value="([^"]*)"', page)
    assert written == ["0", "70", "500 000", "50", "1 000 000", "25", "5 000 000", "0"]


def test_the_effect_of_a_table_asks_no_more_for_many_than_for_one() -> None:
    table = builders.tier_table()
    steps = [Step("T1", Decimal(0), Decimal(60)), Step("T0", Decimal(5_000_000), Decimal(0))]
    counts = []
    for times in (1, 8):
        for _ in range(times):
            builders.decision(builders.organisation())
        with CaptureQueriesContext(connection) as queries:
            found = table_effect(table, steps, TODAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert (found.looked_at, found.more, found.less) == (9, 9, 0)


# --- The last day, and midnight in Oslo


@pytest.mark.parametrize(
    ("moment", "warned"),
    [
        ("2027-06-30T21:59:59Z", False),  # The last minute of 30 June in Oslo (summer time).
        ("2027-06-30T22:00:00Z", True),
    ],
)
def test_a_lapsed_discount_is_flagged_before_the_hour_is_logged(moment: str, warned: bool) -> None:
    builders.rate()
    vest = builders.organisation("Bygdekor Vest")
    builders.decision(vest)
    lead = builders.advisor()
    work = builders.engagement(vest, lead)
    with time_machine.travel(moment, tick=False):
        text = text_of(browser(lead), f"/time/new/?engagement={work.reference}")
        discount = text_of(browser(builders.member(vest, "finance")), f"/portal/{vest.number}/discount/")
    assert ("Utløpt" in discount) is warned
    assert bool(hour_warnings([work.pk], date(2027, 7, 1))) is True
    assert hour_warnings([work.pk], date(2027, 6, 30)) == {}
    assert work.reference in text


def test_incomes_are_on_no_page_of_a_case(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    decision = builders.decision(vest)
    IncomeDeclaration.objects.update(total_income=nok(613_579))
    ask_for_hardship(organisation=vest, valid_from=TODAY, valid_to=TODAY, reason="Brann.", by=administrator, now=NOW)
    client = browser(administrator)
    pages = (
        "/discounts/", "/discounts/statistics/", f"/discounts/hardship/{HardshipRequest.objects.get().pk}/",
        f"/organisations/{vest.number}/income/decisions/{decision.pk}/appeal/",
        f"/organisations/{vest.number}/income/hardship/",
    )  # fmt: skip
    for page in pages:
        assert "613 579" not in text_of(client, page)


def _file(name: str) -> Any:
    return SimpleUploadedFile(name, PDF, "application/pdf")
