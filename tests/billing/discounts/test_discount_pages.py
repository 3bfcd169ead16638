"""Pages about discounts: the decision, the lists, the pots, what the organisation sees, and who may read what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from advisory.kernel.fields import nok
from advisory.kernel.files import facts_of
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import User
from billing.discounts.ledger import Movement, balances, book
from billing.discounts.models import Pot, PotEntryKind, TierDecision, TierTable
from billing.discounts.panels import hour_warnings
from billing.discounts.state import Standing, states, to_settle
from clients import panels
from clients.models import EvidenceFile, IncomeDeclaration, Note, Organisation
from tests import builders
from tests.billing.issued import issued_line
from tests.builders import NOW, TODAY

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


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return answer.content.decode().replace("\xa0", " ")


def declared(
    organisation: Organisation, by: User, *, income: int = 1_284_000, files: bool = True, at: datetime = NOW
) -> IncomeDeclaration:
    made = IncomeDeclaration.objects.create(
        organisation=organisation,
        year=2025,
        total_income=nok(income),
        arrived_on=date(2026, 11, 3),
        submitted_at=at,
        submitted_by=by,
    )
    if files:
        facts = facts_of("regnskap.pdf", "application/pdf", b"%PDF-1.7")
        EvidenceFile.objects.create(declaration=made, uploaded_at=NOW, uploaded_by=by, **facts)
    return made


def path_of(declaration: IncomeDeclaration) -> str:
    return f"/organisations/{declaration.organisation.number}/income/{declaration.pk}/"


# --- The decision


def test_the_decision_page_shows_band_proposal_and_effect(administrator: User) -> None:
    """Picture 17: 1 284 000 kr lies in tier 3; 9 hours cost 8 637.84 less 2 159.46 = 6 478.38."""
    builders.rate()
    builders.tier_table()
    builders.pot("19173.27")
    nord = builders.organisation("Fylkeslaget Nord")
    work = builders.engagement(nord, builders.advisor())
    builders.entry(work, 300, date(2026, 11, 5))
    builders.entry(work, 240, date(2026, 11, 17))
    text = text_of(browser(administrator), path_of(declared(nord, administrator)))
    for words in (
        "1 284 000 kr",
        "trinn 3",
        "03.11.2026–30.06.2027",
        "8 637,84 kr",
        "−2 159,46 kr",
        "6 478,38 kr",
        "19 173,27 kr",
        f"/engagements/{work.reference}/",
        "9,0 t",
    ):
        assert words in text


def test_approving_saves_the_proposal_with_the_rules_own_reason(administrator: User) -> None:
    builders.tier_table()
    nord = builders.organisation("Fylkeslaget Nord")
    declaration = declared(nord, administrator)
    posted = {"choice": "approve", "valid_from": "03.11.2026", "reason": "Velkommen!"}
    answer = browser(administrator).post(path_of(declaration), posted)
    assert answer.status_code == 302
    made = TierDecision.objects.get()
    assert (made.tier.code, made.basis, made.valid_to) == ("T3", "accounts", date(2027, 6, 30))
    assert made.reason.replace("\xa0", " ") == (
        "Det godkjente regnskapet for 2025 viser samlede inntekter: 1 000 000–4 999 999 kr. Velkommen!"
    )


def test_another_tier_needs_a_choice_and_a_reason(administrator: User) -> None:
    table = builders.tier_table()
    declaration = declared(builders.organisation(), administrator)
    client = browser(administrator)
    answer = client.post(path_of(declaration), {"choice": "other", "valid_from": "i fjor", "reason": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Feil: " in text
    assert 'href="#id_tier"' in text
    assert 'href="#id_reason"' in text
    assert 'value="i fjor"' in text
    tier = table.tiers.get(code="T1")
    posted = {"choice": "other", "tier": tier.pk, "valid_from": "03.11.2026", "reason": "To år på rad."}
    assert client.post(path_of(declaration), posted).status_code == 302
    assert (TierDecision.objects.get().tier, TierDecision.objects.get().reason) == (tier, "To år på rad.")


def test_an_earlier_day_needs_a_reason_even_for_the_proposal(administrator: User) -> None:
    builders.tier_table()
    declaration = declared(builders.organisation(), administrator)
    posted = {"choice": "approve", "valid_from": "01.10.2026", "reason": ""}
    assert browser(administrator).post(path_of(declaration), posted).status_code == 422
    assert not TierDecision.objects.exists()


def test_without_documents_nothing_can_be_approved_but_asked_for(administrator: User) -> None:
    builders.tier_table()
    declaration = declared(builders.organisation(), administrator, files=False)
    client = browser(administrator)
    posted = {"choice": "approve", "valid_from": "03.11.2026", "reason": ""}
    assert client.post(path_of(declaration), posted).status_code == 422
    posted = {"choice": "ask", "valid_from": "03.11.2026", "reason": "Send regnskapet."}
    assert client.post(path_of(declaration), posted).status_code == 302
    assert Note.objects.get().text == "Send regnskapet."
    assert OutboundMessage.objects.get().kind == "tier-documents"


def test_invoices_in_the_way_are_listed_with_links_to_their_credit_notes(administrator: User) -> None:
    builders.tier_table()
    nord = builders.organisation("Fylkeslaget Nord")
    line = issued_line(engagement=builders.engagement(nord, builders.advisor()), last_day=date(2026, 11, 4))
    declaration = declared(nord, administrator)
    client = browser(administrator)
    link = f'href="/invoices/{line.invoice_id}/credit-note/"'
    assert link in text_of(client, path_of(declaration))
    answer = client.post(path_of(declaration), {"choice": "approve", "valid_from": "03.11.2026", "reason": ""})
    assert answer.status_code == 422
    assert link in answer.content.decode()
    assert str(line.invoice_id) in answer.content.decode()


def test_who_leads_an_engagement_there_is_told_so(administrator: User) -> None:
    builders.tier_table()
    nord = builders.organisation("Fylkeslaget Nord")
    builders.engagement(nord, administrator)
    declaration = declared(nord, administrator)
    client = browser(administrator)
    assert "Du kan ikke gjøre dette vedtaket." in text_of(client, path_of(declaration))
    answer = client.post(path_of(declaration), {"choice": "approve", "valid_from": "03.11.2026", "reason": ""})
    assert answer.status_code == 422
    assert "En annen administrator" in answer.content.decode()


def test_the_preview_shows_the_letter_and_saves_nothing(administrator: User) -> None:
    builders.tier_table()
    declaration = declared(builders.organisation(), administrator)
    posted = {"choice": "approve", "valid_from": "03.11.2026", "reason": "", "then": "preview"}
    answer = browser(administrator).post(path_of(declaration), posted)
    assert answer.status_code == 200
    assert "Dere får rabattrinn 3." in answer.content.decode()
    assert not TierDecision.objects.exists()
    assert not OutboundMessage.objects.exists()


def test_the_page_without_a_tier_table_leads_to_the_tables(administrator: User) -> None:
    answer = browser(administrator).get(path_of(declared(builders.organisation(), administrator)))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/discounts/tiers/")


# --- Who sees incomes


def test_incomes_are_shown_to_those_who_work_for_the_organisation(administrator: User) -> None:
    builders.tier_table()
    nord = builders.organisation("Fylkeslaget Nord")
    lead, colleague, outsider = builders.advisor(), builders.advisor(), builders.advisor()
    builders.engagement(nord, lead).team.add(colleague)
    declared(nord, administrator)
    page = f"/organisations/{nord.number}/income/"
    for person in (administrator, lead, colleague):
        assert "1 284 000" in text_of(browser(person), page)
    text = text_of(browser(outsider), page)
    assert "1 284 000" not in text
    assert "regnskap.pdf" not in text
    assert browser(lead).get(path_of(nord.declarations.get())).status_code == 403


def test_incomes_are_on_no_other_page(administrator: User) -> None:
    builders.rate()
    nord = builders.organisation("Fylkeslaget Nord")
    builders.decision(nord)
    IncomeDeclaration.objects.update(total_income=nok(613_579))
    client = browser(administrator)
    for page in ("/organisations/", f"/organisations/{nord.number}/", "/discounts/"):
        assert "613 579" not in text_of(client, page)


def test_decisions_are_shown_with_reason_and_decider(administrator: User) -> None:
    vest = builders.organisation("Bygdekor Vest")
    builders.decision(vest, by=administrator)
    text = text_of(browser(builders.advisor()), f"/organisations/{vest.number}/income/")
    assert "Trinn 2" in text
    assert "Årsregnskapet viser det." in text
    assert str(administrator) in text
    assert "1. januar 2026–30. juni 2027" in text


# --- Where organisations stand


def test_the_standing_of_a_day_is_a_tier_expired_not_settled_or_none() -> None:
    builders.tier_table()
    decided, expired, unsettled = (builders.organisation(name) for name in ("A", "B", "C"))
    authority = builders.organisation("D", kind="authority")
    builders.decision(decided)
    builders.decision(expired, valid_from=date(2026, 1, 1), valid_to=date(2026, 11, 19))
    found = states([o.pk for o in (decided, expired, unsettled, authority)], TODAY)
    assert [found[o.pk].standing for o in (decided, expired, unsettled, authority)] == [
        Standing.DECIDED,
        Standing.RUN_OUT,
        Standing.UNSETTLED,
        Standing.NONE,
    ]
    assert states([expired.pk], date(2026, 11, 19))[expired.pk].percent == 50


def test_the_newest_decision_that_covers_the_day_counts() -> None:
    builders.tier_table()
    vest = builders.organisation()
    builders.decision(vest, "T1")
    newer = builders.decision(vest, "T3")
    assert states([vest.pk], TODAY)[vest.pk].decision == newer


def test_those_to_settle_are_the_unsettled_and_those_whose_decision_ends_soon(administrator: User) -> None:
    """Sixty days after 20 November 2026 is 19 January 2027."""
    builders.tier_table()
    names = ("Holder", "Ender snart", "Ender senere", "Uavklart", "Venter", "Kommune", "Sovende")
    holds, soon, later, unsettled, waits = (builders.organisation(name) for name in names[:5])
    builders.organisation(names[5], kind="authority")
    builders.organisation(names[6], status="inactive")
    builders.decision(holds)
    builders.decision(soon, valid_to=date(2027, 1, 19))
    builders.decision(later, valid_to=date(2027, 1, 20))
    declared(waits, administrator)
    assert [o.name for o in to_settle(TODAY)] == [waits.name, soon.name, unsettled.name]
    text = text_of(browser(administrator), "/discounts/")
    assert path_of(waits.declarations.get()) in text
    assert "Ender senere" not in text


def test_new_accounts_of_one_that_has_a_discount_wait_to_be_decided(administrator: User) -> None:
    builders.tier_table()
    vest = builders.organisation("Bygdekor Vest")
    decision = builders.decision(vest)
    assert list(to_settle(TODAY)) == []
    made = declared(vest, administrator, at=decision.decided_at + timedelta(minutes=1))
    assert list(to_settle(TODAY)) == [vest]
    assert path_of(made) in text_of(browser(administrator), "/discounts/")
    assert "venter på rabattrinn" in text_of(browser(administrator), "/today/")


def test_the_list_to_settle_asks_no_more_for_many_than_for_one(administrator: User) -> None:
    client = browser(administrator)
    builders.tier_table()
    counts = []
    for times in (1, 8):
        for _ in range(times):
            declared(builders.organisation(), administrator)
        client.get("/discounts/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/discounts/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_list_of_organisations_shows_and_narrows_by_tier(administrator: User) -> None:
    builders.tier_table()
    vest, nord = builders.organisation("Bygdekor Vest"), builders.organisation("Fylkeslaget Nord")
    builders.decision(vest)
    cells = panels.facts([vest.pk, nord.pk], TODAY)["tier"]
    assert (cells[vest.pk].text, cells[nord.pk].tag) == ("Trinn 2 (50\xa0%)", "Ikke avklart")
    [column] = [column for column in panels.fact_columns() if column.key == "tier"]
    assert column.narrow is not None
    everyone = Organisation.objects.all()
    assert list(column.narrow(everyone, "T2", TODAY)) == [vest]
    assert list(column.narrow(everyone, "unsettled", TODAY)) == [nord]


def test_the_organisations_page_says_what_an_hour_costs_them(administrator: User) -> None:
    builders.rate()
    vest = builders.organisation("Bygdekor Vest")
    builders.decision(vest)
    text = text_of(browser(administrator), f"/organisations/{vest.number}/")
    assert "479,88 kr" in text
    assert "Rabatt vedtatt: Trinn 2 (50 %)" in text


def test_hours_of_an_unsettled_organisation_warn_before_they_are_logged() -> None:
    builders.tier_table()
    vest, nord = builders.organisation("Bygdekor Vest"), builders.organisation("Fylkeslaget Nord")
    builders.decision(vest)
    lead = builders.advisor()
    settled, unsettled = builders.engagement(vest, lead), builders.engagement(nord, lead)
    found = hour_warnings([settled.pk, unsettled.pk], TODAY)
    assert list(found) == [unsettled.pk]
    assert found[unsettled.pk][0].text == "Rabattrinn er ikke avklart: timen prises til full selvkost."


def test_the_hour_after_a_discounts_last_day_warns_of_the_full_price_before_it_is_logged() -> None:
    vest = builders.organisation("Bygdekor Vest")
    builders.decision(vest, valid_to=date(2026, 11, 19))
    work = builders.engagement(vest, builders.advisor())
    assert hour_warnings([work.pk], date(2026, 11, 19)) == {}
    [warning] = hour_warnings([work.pk], date(2026, 11, 20))[work.pk]
    assert warning.text == "Rabatten gikk ut 19.11.2026: timen prises til full selvkost."


# --- The tier table


def test_a_table_is_adopted_on_screen_and_its_mistakes_said(administrator: User) -> None:
    client = browser(administrator)
    rows = [("T1", "0", "70"), ("T2", "500 000", "50"), ("T0", "5 000 000", "0"), ("", "", "")]
    posted = {"tiers-TOTAL_FORMS": "4", "tiers-INITIAL_FORMS": "4", "valid_from": "01.01.2027", "note": "Styret"}
    for number, (code, start, percent) in enumerate(rows):
        posted |= {
            f"tiers-{number}-code": code,
            f"tiers-{number}-income_from": start,
            f"tiers-{number}-percent": percent,
        }
    wrong = client.post("/discounts/tiers/new/", {**posted, "tiers-0-income_from": "1"})
    assert wrong.status_code == 422
    assert "Ett trinn må begynne på 0 kroner." in wrong.content.decode()
    assert client.post("/discounts/tiers/new/", posted).status_code == 302
    table = TierTable.objects.get()
    assert [(t.code, t.percent) for t in table.tiers.all()] == [
        ("T1", Decimal(70)),
        ("T2", Decimal(50)),
        ("T0", Decimal(0)),
    ]
    assert "500 000–4 999 999 kr" in text_of(browser(builders.advisor()), "/discounts/tiers/")


# --- The pots


def test_a_pot_is_opened_and_its_frame_changed_on_screen(administrator: User) -> None:
    client = browser(administrator)
    posted = {
        "name": "Grunntilskudd 2026",
        "funder": "Kulturdepartementet",
        "purpose": "Rabatt",
        "amount": "200 000",
        "starts": "01.01.2026",
        "ends": "31.12.2026",
        "funding": "base_grant",
        "areas": ["3"],
        "rank": "100",
    }
    area_4 = client.post("/discounts/pots/new/", {**posted, "areas": ["3", "4"]})
    assert area_4.status_code == 422
    assert "kan ikke betale for område 4" in area_4.content.decode()
    wrong = client.post("/discounts/pots/new/", {**posted, "ends": "31.12.2025", "amount": "mye"})
    assert wrong.status_code == 422
    assert 'value="mye"' in wrong.content.decode()
    assert client.post("/discounts/pots/new/", posted).status_code == 302
    pot = Pot.objects.get()
    frame = f"/discounts/pots/{pot.pk}/frame/"
    back = {"change": "return", "amount": "200 000,01", "reason": "Ubrukt"}
    refused = client.post(frame, back)
    assert refused.status_code == 422
    assert "mangler 0,01 kr" in refused.content.decode().replace("\xa0", " ")
    assert client.post(frame, {**back, "amount": "50 000"}).status_code == 302
    assert balances([pot.pk]) == {pot.pk: Decimal("150000.00")}


def test_the_pots_page_shows_used_left_and_the_ledger_with_its_documents() -> None:
    pot = builders.pot("200000.00")
    line = issued_line()
    book([Movement(pot.pk, PotEntryKind.DRAW, Decimal("-479.88"), line.invoice_id)], now=NOW, by=None)
    text = text_of(browser(builders.advisor()), f"/discounts/pots/{pot.pk}/")
    assert "199 520,12 kr" in text
    assert f"Faktura {line.invoice_id}" in text
    assert f'href="/invoices/{line.invoice_id}/"' not in text  # advisors may not open it
    assert "Bygdekor Vest" in text
    assert "Endre ramme" not in text
    text = text_of(browser(builders.administrator()), f"/discounts/pots/{pot.pk}/")
    assert f'href="/invoices/{line.invoice_id}/"' in text


def test_advisors_read_pots_and_change_none() -> None:
    pot = builders.pot()
    advisor = browser(builders.advisor())
    assert advisor.get("/discounts/pots/").status_code == 200
    for page in ("/discounts/pots/new/", f"/discounts/pots/{pot.pk}/frame/", "/discounts/tiers/new/", "/discounts/"):
        assert advisor.get(page).status_code == 403


def test_the_pots_page_asks_no_more_for_many_movements_than_for_one() -> None:
    pot = builders.pot("100000.00")
    client = browser(builders.advisor())
    counts = []
    for times in (1, 12):
        for _ in range(times):
            line = issued_line()
            book([Movement(pot.pk, PotEntryKind.DRAW, Decimal("-1.00"), line.invoice_id)], now=NOW, by=None)
        client.get(f"/discounts/pots/{pot.pk}/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/discounts/pots/{pot.pk}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


# --- The organisation's own page


def test_the_organisation_reads_its_tier_why_how_long_and_what_an_hour_costs() -> None:
    builders.rate()
    builders.pot()
    vest = builders.organisation("Bygdekor Vest")
    builders.decision(vest)
    text = text_of(browser(builders.member(vest, "finance")), f"/portal/{vest.number}/discount/")
    for words in ("Dere betaler 50 % av selvkost.", "30. juni 2027", "Årsregnskapet viser det.", "479,88 kr"):
        assert words in text
    assert "612" not in text.replace("959,76", "")


def test_an_unsettled_organisation_is_asked_for_its_income() -> None:
    builders.rate()
    builders.tier_table()
    nord = builders.organisation("Fylkeslaget Nord")
    text = text_of(browser(builders.member(nord, "owner")), f"/portal/{nord.number}/discount/")
    assert "Ikke avklart" in text
    assert f'href="/portal/{nord.number}/income/"' in text
    assert "959,76 kr" in text


def test_readers_and_strangers_do_not_see_the_discount() -> None:
    vest = builders.organisation("Bygdekor Vest")
    page = f"/portal/{vest.number}/discount/"
    assert browser(builders.member(vest, "reader")).get(page).status_code == 403
    assert browser(builders.member(builders.organisation("Et annet"), "owner")).get(page).status_code == 404
