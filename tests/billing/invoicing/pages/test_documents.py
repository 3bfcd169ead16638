"""The register of issued documents, one document, and crediting it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisory.kernel.models import OutboundMessage
from advisory.kernel.users import User
from billing.invoicing.credit import credit
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.invoicing.models import Invoice, InvoiceDraft
from billing.models import Pot
from engagements.models import HourHold
from tests import builders as b
from tests.billing.invoicing.pages.conftest import OCTOBER_END, customer
from tests.billing.invoicing.pages.reading import words


def credited(invoice: Invoice, by: User, *, release: bool = True) -> Invoice:
    return credit(invoice, reason="Feil oppdrag.", release_hours=release, by=by, now=b.NOW)


def test_an_invoice_shows_the_memo_to_the_ore_with_its_frozen_ladder(office: Client, invoice: Invoice) -> None:
    text = words(office.get(reverse("invoice", args=[invoice.number])))
    for figure in [
        "11 997,00", "−5 998,50", "5 998,50", "6 958,26", "−3 479,13", "1 679,58", "−839,79",
        "20 634,84", "−10 317,42", "10 317,42", "2 579,36", "12 896,78 kr",
        "767 813,27 kr", "959,76 kr", "2 500 000,00 × 1 000 / 3 256", "23 214,20 kr",
        "2026 00001 4", "1234 56 78903", "04.12.2026", "Grunntilskudd 2026",
    ]:  # fmt: skip
        assert figure in text, figure


def test_the_hours_behind_an_invoice_are_those_that_were_billed(office: Client, invoice: Invoice) -> None:
    text = words(office.get(reverse("invoice", args=[invoice.number])))
    for work in ("Arbeid: Digital strategi", "Arbeid: Anskaffelsesbistand", "Arbeid: Spørsmål og svar"):
        assert work in text


def test_an_issued_document_can_be_neither_edited_nor_deleted_anywhere(office: Client, invoice: Invoice) -> None:
    note = credited(invoice, b.administrator())
    for url in (reverse("invoices"), *(reverse("invoice", args=[n]) for n in (invoice.number, note.number))):
        text = words(office.get(url))
        for word in ("Slett", "Rediger", "Delete", "Edit"):
            assert word not in text
        assert office.post(url).status_code == 405


def test_the_pdf_is_the_same_bytes_each_time(office: Client, invoice: Invoice) -> None:
    first, second = (office.get(reverse("invoice_pdf", args=[invoice.number])) for _ in range(2))
    assert first["Content-Type"] == "application/pdf"
    assert first.content == second.content
    assert first.content.startswith(b"%PDF-")


def test_invoice_and_credit_note_lead_to_each_other(office: Client, invoice: Invoice) -> None:
    note = credited(invoice, b.administrator())
    paths = {n: reverse("invoice", args=[n]) for n in (invoice.number, note.number)}
    assert paths[note.number] in office.get(paths[invoice.number]).content.decode()
    assert paths[invoice.number] in office.get(paths[note.number]).content.decode()
    assert reverse("credit_note", args=[invoice.number]) not in office.get(paths[invoice.number]).content.decode()


def test_the_history_tells_issuing_mail_and_credit(office: Client, invoice: Invoice) -> None:
    OutboundMessage.objects.update(sent_at=b.NOW + timedelta(minutes=5))
    credited(invoice, b.administrator())
    events = office.get(reverse("invoice", args=[invoice.number])).context["history"]
    assert len(events) == 3
    assert events == sorted(events, key=lambda event: event.at, reverse=True)
    assert any(invoice.buyer["email"] in event.detail for event in events)
    assert any("202600002" in event.text for event in events)


def test_a_mail_that_came_back_is_said_on_the_page(office: Client, invoice: Invoice) -> None:
    OutboundMessage.objects.update(failed_at=b.NOW, last_error="550 no such mailbox")
    page = office.get(reverse("invoice", args=[invoice.number]))
    assert 'data-color="danger"' in page.content.decode()
    assert invoice.buyer["email"] in words(page)


# --- The register


@pytest.fixture
def register(invoice: Invoice, administrator: User) -> dict[str, int]:
    """A credited invoice, its credit note, and two invoices that stand, four weeks apart."""
    note = credited(invoice, administrator)
    customer("Frisk Friluft")
    [earlier] = issue_all(administrator)
    with time_machine.travel(b.NOW + timedelta(days=28), tick=False):
        customer("Zebralaget")
        [fresh] = issue_all(administrator, days=28)
    return {"credited": invoice.number, "credit-note": note.number, "earlier": earlier, "later": fresh}


def issue_all(by: User, days: int = 0) -> list[int]:
    now = b.NOW + timedelta(days=days)
    found = gather(up_to=OCTOBER_END, by=by, now=now, organisations=_without_invoice())
    return [made.number for made in issue({draft.pk: None for draft in found}, by=by, now=now).invoices]


def _without_invoice() -> list[int]:
    from clients.models import Organisation

    return list(Organisation.objects.filter(invoices=None).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("state", "found"),
    [("credited", ["credited"]), ("credit-note", ["credit-note"]), ("issued", ["later", "earlier"])],
)
def test_the_register_is_narrowed_by_what_a_document_is(
    administrator: User, register: dict[str, int], state: str, found: list[str]
) -> None:
    with time_machine.travel(b.NOW + timedelta(days=30), tick=False):
        office = Client()
        office.force_login(administrator)
        page = office.get(reverse("invoices"), {"state": state})
    assert [row.invoice.number for row in page.context["rows"]] == [register[name] for name in found]
    assert {row.state.key for row in page.context["rows"]} == {state}


@pytest.mark.parametrize(
    ("written", "found"),
    [("zebra", ["later"]), ("202600003", ["earlier"]), ("2026 00003", ["earlier"]), ("FRISK", ["earlier"])],
)
def test_a_document_is_found_by_number_and_name(
    administrator: User, register: dict[str, int], written: str, found: list[str]
) -> None:
    with time_machine.travel(b.NOW + timedelta(days=30), tick=False):
        office = Client()
        office.force_login(administrator)
        page = office.get(reverse("invoices"), {"q": written})
    assert [row.invoice.number for row in page.context["rows"]] == [register[name] for name in found]


def test_a_document_is_found_by_its_payment_reference(office: Client, invoice: Invoice) -> None:
    page = office.get(reverse("invoices"), {"q": "2026 00001 4"})
    assert [row.invoice.number for row in page.context["rows"]] == [invoice.number]


def test_the_register_is_narrowed_by_how_far_the_mail_has_come(office: Client, invoice: Invoice) -> None:
    found = {
        mail: [row.invoice.number for row in office.get(reverse("invoices"), {"mail": mail}).context["rows"]]
        for mail in ("waiting", "sent", "failed")
    }
    assert found == {"waiting": [invoice.number], "sent": [], "failed": []}


def test_a_search_without_hits_says_what_was_sought(office: Client, invoice: Invoice) -> None:
    page = office.get(reverse("invoices"), {"q": "<korr>"})
    assert "<korr>" in words(page)
    assert "<korr>" not in page.content.decode()


def test_the_sum_of_the_register_counts_all_pages(office: Client, invoice: Invoice) -> None:
    credited(invoice, b.administrator())
    assert "0,00 kr" in words(office.get(reverse("invoices")))


@pytest.mark.parametrize("sort", ["number", "-number", "organisation", "-issued", "due", "-total", "password"])
def test_the_register_sorts_and_minds_no_nonsense(office: Client, invoice: Invoice, sort: str) -> None:
    assert office.get(reverse("invoices"), {"sort": sort, "page": "999"}).status_code == 200


def test_the_register_and_a_document_ask_as_often_for_many_as_for_few(
    office: Client, pot: Pot, administrator: User
) -> None:
    counts: list[tuple[int, int]] = []
    for wanted in (3, 30):
        org = customer(f"Lag {wanted}")
        for serial in range(wanted - 1):
            b.entry(b.engagement(org, b.advisor(), title=f"Oppdrag {serial}"), 60)
            customer(f"Lag {wanted} {serial}")
        numbers = issue_all(administrator)
        largest = Invoice.objects.get(organisation=org).number
        office.get(reverse("invoice", args=[largest]))
        with CaptureQueriesContext(connection) as listed:
            office.get(reverse("invoices"))
        with CaptureQueriesContext(connection) as shown:
            office.get(reverse("invoice", args=[largest]))
        assert len(numbers) == wanted
        counts.append((len(listed), len(shown)))
    assert counts[0] == counts[1]


# --- Crediting


def test_the_credit_page_shows_what_follows_before_the_press(office: Client, invoice: Invoice) -> None:
    text = words(office.get(reverse("credit_note", args=[invoice.number])))
    for figure in ("12 896,78 kr", "2 579,36 kr", "−12 896,78 kr", "10 317,42 kr", "21,5", "0,00 kr"):
        assert figure in text
    assert Invoice.objects.count() == 1


@pytest.mark.parametrize(("answer", "left"), [("yes", 0), ("no", 3)])
def test_the_hours_are_freed_or_written_off_as_answered(
    office: Client, invoice: Invoice, answer: str, left: int
) -> None:
    office.post(reverse("credit_note", args=[invoice.number]), {"reason": "Feil.", "release_hours": answer})
    assert HourHold.objects.filter(written_off=True).count() == left


@pytest.mark.parametrize("missing", ["reason", "release_hours"])
def test_reason_and_answer_must_be_given_and_what_was_written_is_kept(
    office: Client, invoice: Invoice, missing: str
) -> None:
    given = {"reason": "Timene var feil.", "release_hours": "no"}
    del given[missing]
    answer = office.post(reverse("credit_note", args=[invoice.number]), given)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    if missing != "reason":
        assert "Timene var feil." in answer.content.decode()
    assert Invoice.objects.count() == 1


def test_a_second_press_leads_to_the_credit_note_that_is_there(office: Client, invoice: Invoice) -> None:
    given = {"reason": "Feil.", "release_hours": "yes"}
    url = reverse("credit_note", args=[invoice.number])
    answers = [office.post(url, given) for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [reverse("invoice", args=[202600002])] * 2
    assert Invoice.objects.count() == 2


def test_a_credit_note_cannot_be_credited(office: Client, invoice: Invoice) -> None:
    note = credited(invoice, b.administrator())
    assert office.get(reverse("credit_note", args=[note.number])).status_code == 404


# --- Who may


def _paths(invoice: Invoice, draft: int) -> list[str]:
    return [
        reverse("proposals"),
        reverse("review"),
        reverse("issued"),
        reverse("draft", args=[draft]),
        reverse("draft_preview", args=[draft]),
        reverse("invoices"),
        reverse("invoice", args=[invoice.number]),
        reverse("invoice_pdf", args=[invoice.number]),
        reverse("credit_note", args=[invoice.number]),
    ]


def test_only_administrators_invoice(invoice: Invoice, administrator: User) -> None:
    customer("Et lag til")
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=b.NOW)
    member = b.member(invoice.organisation)
    for person, status in ((b.advisor(), 403), (member, 404)):
        browser = Client()
        browser.force_login(person)
        assert {browser.get(path).status_code for path in _paths(invoice, draft.pk)} == {status}
    assert {Client().get(path).status_code for path in _paths(invoice, draft.pk)} == {302}
    assert InvoiceDraft.objects.exists()


def test_advisors_read_the_numbers_of_an_organisation_but_go_no_further(invoice: Invoice) -> None:
    browser = Client()
    browser.force_login(b.advisor())
    page = browser.get(reverse("organisation_invoices", args=[invoice.organisation.number]))
    assert str(invoice.number) in words(page)
    assert reverse("invoice", args=[invoice.number]) not in page.content.decode()


def test_a_document_that_is_not_there_is_404(office: Client, invoice: Invoice) -> None:
    for name in ("invoice", "invoice_pdf", "credit_note"):
        assert office.get(reverse(name, args=[202699999])).status_code == 404
    for name in ("draft", "draft_preview"):
        assert office.get(reverse(name, args=[99999])).status_code == 404
