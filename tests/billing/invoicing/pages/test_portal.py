"""The organisation's side: how to pay, how the price came about, and nobody else's documents."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from advisory.kernel.users import User
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice
from billing.invoicing.panels import to_pay
from clients import panels
from clients.models import Membership
from tests import builders as b
from tests.billing.invoicing.pages.conftest import OCTOBER_END, customer
from tests.billing.invoicing.pages.reading import words


def browser_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def treasurer(invoice: Invoice) -> Client:
    return browser_of(b.member(invoice.organisation, "finance"))


def path(invoice: Invoice, name: str = "portal_invoice") -> str:
    return reverse(name, args=[invoice.organisation.number, invoice.number])


def test_a_new_treasurer_finds_what_to_pay_and_why(treasurer: Client, invoice: Invoice) -> None:
    page = treasurer.get(path(invoice))
    text = words(page)
    for figure in [
        "12 896,78 kr", "4. desember 2026", "1234 56 78903", "2026 00001 4", "faktura@kompetansebasen.example",
        "21,5 t", "959,76 kr", "20 634,84 kr", "−10 317,42 kr", "50 %", "2 579,36 kr",
    ]:  # fmt: skip
        assert figure in text, figure
    content = page.content.decode()
    assert 'data-copy="12345678903"' in content
    assert 'data-copy="2026000014"' in content
    assert content.count('class="card pay"') == 1


def test_the_deeper_steps_recompute_to_the_ore(treasurer: Client, invoice: Invoice) -> None:
    text = words(treasurer.get(path(invoice)))
    # 2 500 000 x 1 000 / 3 256 = 767 813.27; / 800 = 959.766…, down to 959.76; x 21.5 = 20 634.84.
    for figure in [
        "2 500 000,00 × 1 000 / 3 256", "767 813,27", "800", "959,76 kr",
        "70 %", "25 %", "500 000", "1 000 000 kr", "30. juni 2027",
        "«Grunntilskudd 2026»", "Kulturdepartementet", "23 214,20 kr",
        "Arbeid: Digital strategi", "12,5", "7,25", "1,75",
    ]:  # fmt: skip
        assert figure in text, figure


def test_each_link_of_the_ladder_leads_into_a_fold(treasurer: Client, invoice: Invoice) -> None:
    content = treasurer.get(path(invoice)).content.decode()
    for anchor in ("hours", "self-cost", "tier-1"):
        assert f'href="#{anchor}"' in content
        assert content.count(f'id="{anchor}"') == 1


def test_the_income_itself_is_never_shown(treasurer: Client, invoice: Invoice) -> None:
    assert "612 000" not in words(treasurer.get(path(invoice)))


def test_no_name_of_an_advisor_reaches_the_portal(invoice: Invoice, treasurer: Client) -> None:
    lead = invoice.organisation.engagements.all()[0].lead
    type(lead).objects.filter(pk=lead.pk).update(name="Nora Rådgiver")
    assert "Nora Rådgiver" not in treasurer.get(path(invoice)).content.decode()


def test_the_pdf_is_named_with_its_size_and_is_what_staff_get(treasurer: Client, invoice: Invoice) -> None:
    page = treasurer.get(path(invoice))
    file = treasurer.get(path(invoice, "portal_invoice_pdf"))
    assert path(invoice, "portal_invoice_pdf") in page.content.decode()
    assert f"({(len(file.content) + 500) // 1000} kB)" in words(page)
    staff = browser_of(b.administrator()).get(reverse("invoice_pdf", args=[invoice.number]))
    assert file.content == staff.content


def test_a_credited_invoice_asks_for_no_payment(treasurer: Client, invoice: Invoice) -> None:
    note = credit(invoice, reason="Feil oppdrag.", release_hours=True, by=b.administrator(), now=timezone.now())
    page = treasurer.get(path(invoice))
    assert path(note) in page.content.decode()
    assert "data-copy" not in page.content.decode()
    credited = treasurer.get(path(note))
    for said in ("Feil oppdrag.", "12 896,78 kr", "0,00 kr", str(invoice.number)):
        assert said in words(credited)


def test_a_price_without_discount_shows_no_pot(pot: object, administrator: User) -> None:
    org = customer("Stort lag", tier="T0")
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
    [made] = issue({draft.pk: None}, by=administrator, now=b.NOW).invoices
    page = browser_of(b.member(org, "finance")).get(path(made))
    # 959.76 + 25 % = 1 199.70
    assert "1 199,70 kr" in words(page)
    assert 'id="pot"' not in page.content.decode()


# --- Nobody else's


@pytest.mark.parametrize("name", ["portal_invoice", "portal_invoice_pdf"])
def test_a_document_of_somebody_else_and_one_that_is_not_there_look_the_same(invoice: Invoice, name: str) -> None:
    other = b.organisation("Et annet lag")
    stranger = browser_of(b.member(other, "owner"))
    foreign = stranger.get(reverse(name, args=[invoice.organisation.number, invoice.number]))
    borrowed = stranger.get(reverse(name, args=[other.number, invoice.number]))
    missing = stranger.get(reverse(name, args=[other.number, 202699999]))
    assert {foreign.status_code, borrowed.status_code, missing.status_code} == {404}
    assert words(borrowed).replace(str(invoice.number), "") == words(missing).replace("202699999", "")


@pytest.mark.parametrize("name", ["portal_invoices", "portal_invoice", "portal_invoice_pdf"])
def test_a_reader_sees_no_money(invoice: Invoice, name: str) -> None:
    args = [invoice.organisation.number] + ([invoice.number] if name != "portal_invoices" else [])
    reader = browser_of(b.member(invoice.organisation, "reader"))
    assert reader.get(reverse(name, args=args)).status_code == 403


def test_a_membership_that_ended_opens_nothing(invoice: Invoice) -> None:
    person = b.member(invoice.organisation, "owner")
    Membership.objects.filter(user=person).update(ended_at=b.NOW)
    assert browser_of(person).get(path(invoice)).status_code == 404


def test_staff_do_not_come_in_by_the_portal(invoice: Invoice) -> None:
    assert browser_of(b.administrator()).get(path(invoice)).status_code == 404


def test_the_list_holds_only_ones_own_and_asks_as_often_for_many(
    invoice: Invoice, treasurer: Client, administrator: User
) -> None:
    url = reverse("portal_invoices", args=[invoice.organisation.number])
    treasurer.get(url)
    with CaptureQueriesContext(connection) as few:
        treasurer.get(url)
    foreign = customer("Et annet lag")
    work = invoice.organisation.engagements.all()[0]
    for _ in range(5):
        b.entry(work, 60)
        issue(
            {draft.pk: None for draft in gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)},
            by=administrator,
            now=b.NOW,
        )
    with CaptureQueriesContext(connection) as many:
        page = treasurer.get(url)
    assert len(page.context["rows"]) == 6
    assert str(Invoice.objects.get(organisation=foreign).number) not in words(page)
    assert len(many) == len(few)


# --- What other pages show


def test_what_is_to_be_paid_stands_first_for_those_who_may_see_money(invoice: Invoice) -> None:
    finance, reader = (
        Membership.objects.get(user=b.member(invoice.organisation, role)) for role in ("finance", "reader")
    )
    [todo] = to_pay(finance, b.TODAY)
    assert (todo.amount, todo.url) == (invoice.total.amount, path(invoice))
    assert "4. desember" in todo.text.replace("\u00a0", " ")
    assert list(to_pay(reader, b.TODAY)) == []


def test_a_credited_invoice_is_nothing_to_pay(invoice: Invoice) -> None:
    credit(invoice, reason="Feil.", release_hours=True, by=b.administrator(), now=b.NOW)
    member = Membership.objects.get(user=b.member(invoice.organisation, "owner"))
    assert list(to_pay(member, b.TODAY)) == []


def test_the_organisations_page_gets_events_a_column_and_a_sheet(invoice: Invoice) -> None:
    credit(invoice, reason="Feil.", release_hours=True, by=b.administrator(), now=b.NOW)
    org, office = invoice.organisation, b.administrator()
    events = panels.timeline(org, office, ["invoices"], 10)
    assert [reverse("invoice", args=[n]) for n in (202600002, 202600001)] == [event.url for event in events]
    assert all(event.visible and event.strong for event in events)
    assert not any(event.url for event in panels.timeline(org, b.advisor(), ["invoices"], 10))
    cell = panels.facts([org.pk], b.TODAY)["billed"][org.pk]
    assert (cell.text.replace("\u00a0", " "), cell.quiet) == ("0,00 kr", True)
    assert any(card.template == "organisations/_economy_card.html" for card in panels.cards(org, office, b.TODAY))


def test_the_column_of_what_was_billed_sums_the_year(invoice: Invoice) -> None:
    org = invoice.organisation
    assert panels.facts([org.pk], b.TODAY)["billed"][org.pk].text == "12\u00a0896,78\u00a0kr"
    column = next(column for column in panels.fact_columns() if column.key == "billed")
    everyone = type(org).objects.all()
    assert column.arrange is not None
    assert column.total is not None
    assert getattr(column.arrange(everyone, b.TODAY).get(pk=org.pk), "sort_" + column.key) == 1289678
    assert column.total(everyone, b.TODAY) == "12\u00a0896,78\u00a0kr"
