"""From hours to an issued invoice: the memo's figures to the øre (domain rules, example 1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from advisory.kernel.models import AuditEvent, OutboundMessage
from advisory.kernel.users import User
from billing.discounts.ledger import balances
from billing.invoicing.accounting import hours_accounted
from billing.invoicing.credit import AlreadyCredited, NotAnInvoice, ReasonMissing, credit
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.explain import contradictions
from billing.invoicing.gather import discard, gather, take_out
from billing.invoicing.issue import issue
from billing.invoicing.ledger import verify
from billing.invoicing.models import Invoice, InvoiceDraft
from billing.invoicing.quote import quote, quotes
from billing.models import Pot
from clients.models import Organisation
from engagements.models import HourHold, TimeEntry
from engagements.work.log_time import StoodOnADocument, change_time, remove_time
from tests import builders as b

pytestmark = pytest.mark.django_db

NOVEMBER = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OCTOBER_END = date(2026, 10, 31)


def issued(org: Organisation, by: User, now: datetime = NOVEMBER) -> Invoice:
    [draft] = gather(up_to=OCTOBER_END, by=by, now=now, organisations=[org.pk])
    outcome = issue({draft.pk: None}, by=by, now=now)
    assert outcome.failures == ()
    return outcome.invoices[0]


def test_the_memos_hours_become_the_memos_invoice(choir: Organisation, administrator: User, pot: Pot) -> None:
    invoice = issued(choir, administrator)

    assert invoice.number == 202600001
    assert invoice.payment_reference == "2026000014"
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 11, 20), date(2026, 12, 4))
    lines = [
        (line.text, line.minutes, line.gross.amount, line.discount.amount, line.net.amount)
        for line in invoice.lines.all()
    ]
    assert lines == [
        ("Digital strategi", 750, Decimal("11997.00"), Decimal("5998.50"), Decimal("5998.50")),
        ("Anskaffelsesbistand", 435, Decimal("6958.26"), Decimal("3479.13"), Decimal("3479.13")),
        ("Spørsmål og svar", 105, Decimal("1679.58"), Decimal("839.79"), Decimal("839.79")),
    ]
    stored = Invoice.objects.get()
    amounts = [stored.gross, stored.discount, stored.net, stored.vat, stored.total]
    assert [money.amount for money in amounts] == [
        Decimal("20634.84"), Decimal("10317.42"), Decimal("10317.42"), Decimal("2579.36"), Decimal("12896.78"),
    ]  # fmt: skip
    assert balances([pot.pk]) == {pot.pk: Decimal("239682.58")}


def test_an_issued_document_follows_from_its_own_facts(choir: Organisation, administrator: User) -> None:
    issued(choir, administrator)
    document = document_of(with_document(Invoice.objects.all()).get())
    assert contradictions(document) == ()


def test_issuing_commits_hours_audit_and_one_mail(choir: Organisation, administrator: User) -> None:
    invoice = issued(choir, administrator)
    assert set(HourHold.objects.values_list("document", "draft")) == {(invoice.number, None)}
    assert AuditEvent.objects.filter(action="invoice.issue", object_id="202600001", actor=administrator).count() == 1
    message = OutboundMessage.objects.get()
    assert message.recipient == choir.mail_address
    assert "12\xa0896,78\xa0kr" in message.subject
    assert "2026000014" in message.body
    assert not InvoiceDraft.objects.exists()


def test_a_draft_issued_twice_is_one_invoice(choir: Organisation, administrator: User) -> None:
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    first = issue({draft.pk: None}, by=administrator, now=NOVEMBER)
    second = issue({draft.pk: None}, by=administrator, now=NOVEMBER)
    assert [i.number for i in second.invoices] == [i.number for i in first.invoices] == [202600001]
    assert Invoice.objects.count() == 1


def test_the_preview_shows_what_issuing_prints(choir: Organisation, administrator: User) -> None:
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    preview = quote(draft, on=b.TODAY)
    issue({draft.pk: preview.fingerprint}, by=administrator, now=NOVEMBER)
    printed = document_of(with_document(Invoice.objects.all()).get())
    assert preview.document is not None
    assert (preview.document.lines, preview.document.vat_groups) == (printed.lines, printed.vat_groups)


def test_hours_changed_after_the_review_are_not_issued(choir: Organisation, administrator: User) -> None:
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    seen = quote(draft, on=b.TODAY).fingerprint
    b.entry(choir.engagements.first(), 60)  # type: ignore[arg-type]
    gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    outcome = issue({draft.pk: seen}, by=administrator, now=NOVEMBER)
    assert outcome.invoices == ()
    assert [failure.draft for failure in outcome.failures] == [draft.pk]


def test_a_pot_that_does_not_suffice_blocks_and_never_becomes_full_price(administrator: User) -> None:
    b.seller()
    b.rate()
    small = b.pot("479.87", by=administrator)
    org = b.organisation()
    b.decision(org, "T2")
    b.entry(b.engagement(org, b.advisor()), 60)
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    outcome = issue({draft.pk: None}, by=administrator, now=NOVEMBER)
    assert outcome.invoices == ()
    assert small.name in outcome.failures[0].message
    assert not Invoice.objects.exists()


def test_two_drafts_share_a_pot_with_room_for_one(administrator: User) -> None:
    b.seller()
    b.rate()
    b.pot("500.00", by=administrator)
    lead = b.advisor()
    for name in ("Første", "Andre"):
        org = b.organisation(name)
        b.decision(org, "T2")
        b.entry(b.engagement(org, lead), 60)
    drafts = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    outcome = issue({draft.pk: None for draft in drafts}, by=administrator, now=NOVEMBER)
    assert [invoice.number for invoice in outcome.invoices] == [202600001]
    assert len(outcome.failures) == 1


def test_no_decision_means_full_self_cost_and_a_flag(pot: Pot, administrator: User) -> None:
    org = b.organisation()
    b.entry(b.engagement(org, b.advisor()), 60)
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    priced = quote(draft, on=b.TODAY)
    assert priced.ready
    assert [problem.code for problem in priced.problems] == ["no_decision"]
    assert (priced.discount, priced.net, priced.total) == (Decimal("0.00"), Decimal("959.76"), Decimal("1199.70"))


def test_signs_that_no_pdf_can_print_are_told_before_issuing(pot: Pot, administrator: User) -> None:
    org = b.organisation("Korpset 漢")
    b.decision(org)
    b.entry(b.engagement(org, b.advisor()), 60)
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    priced = quote(draft, on=b.TODAY)
    assert priced.ready
    [problem] = priced.problems
    assert (problem.code, problem.blocks) == ("signs", False)
    assert "漢" in problem.message


def test_a_line_never_straddles_the_last_day_of_a_tier(pot: Pot, administrator: User) -> None:
    org = b.organisation()
    b.decision(org, "T2", valid_to=date(2026, 10, 14))
    work = b.engagement(org, b.advisor())
    b.entry(work, 60, date(2026, 10, 14))
    b.entry(work, 60, date(2026, 10, 15))
    invoice = issued(org, administrator)
    assert [(line.first_day, line.discount.amount) for line in invoice.lines.all()] == [
        (date(2026, 10, 14), Decimal("479.88")),
        (date(2026, 10, 15), Decimal("0.00")),
    ]


def test_a_new_rate_prices_the_work_from_its_first_day(pot: Pot, administrator: User) -> None:
    b.rate(amount="1000.00", valid_from=date(2026, 10, 1))
    org = b.organisation()
    work = b.engagement(org, b.advisor())
    b.entry(work, 60, date(2026, 9, 30))
    b.entry(work, 60, date(2026, 10, 1))
    invoice = issued(org, administrator)
    assert [line.unit_price.amount for line in invoice.lines.all()] == [Decimal("959.76"), Decimal("1000.00")]


def test_a_rate_and_a_tier_changed_afterwards_change_no_byte(choir: Organisation, administrator: User) -> None:
    issued(choir, administrator)
    before = document_of(with_document(Invoice.objects.all()).get())
    head = verify().head
    b.rate(amount="2000.00", valid_from=date(2026, 10, 2))
    b.decision(choir, "T1")
    b.tier_table(valid_from=date(2026, 10, 3))
    after = document_of(with_document(Invoice.objects.all()).get())
    assert after == before
    assert verify().head == head
    assert verify().broken is None


def test_an_unregistered_seller_charges_no_vat(administrator: User) -> None:
    b.seller(vat_registered=False)
    b.rate()
    org = b.organisation()
    b.entry(b.engagement(org, b.advisor()), 60)
    invoice = issued(org, administrator)
    assert [(g.category, g.vat.amount) for g in invoice.vat_groups.all()] == [("O", Decimal("0.00"))]
    assert invoice.total.amount == Decimal("959.76")


def test_work_after_the_cut_off_stays_open(choir: Organisation, administrator: User) -> None:
    b.entry(choir.engagements.first(), 60, date(2026, 11, 1))  # type: ignore[arg-type]
    issued(choir, administrator)
    assert TimeEntry.objects.unbilled().count() == 1


def test_deferred_hours_leave_the_proposal_and_stay_unbilled(choir: Organisation, administrator: User) -> None:
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    later = TimeEntry.objects.get(minutes=105)
    assert take_out(draft, entries=[later.pk], by=administrator, now=NOVEMBER) == 1
    issue({draft.pk: None}, by=administrator, now=NOVEMBER)
    assert list(TimeEntry.objects.unbilled()) == [later]


def test_a_discarded_proposal_frees_its_hours(choir: Organisation, administrator: User) -> None:
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    discard(draft, by=administrator, now=NOVEMBER)
    assert TimeEntry.objects.unbilled().count() == 3
    assert not InvoiceDraft.objects.exists()


def test_gathering_twice_changes_nothing(choir: Organisation, administrator: User) -> None:
    first = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    second = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    assert [draft.pk for draft in first] == [draft.pk for draft in second]
    assert HourHold.objects.count() == 3


def test_every_hour_is_accounted_for(choir: Organisation, administrator: User) -> None:
    b.entry(choir.engagements.first(), 30)  # type: ignore[arg-type]
    invoice = issued(choir, administrator)
    b.entry(choir.engagements.first(), 45)  # type: ignore[arg-type]
    sums = hours_accounted(OCTOBER_END)
    assert (sums.total, sums.billed, sums.open, sums.written_off) == (1365, 1320, 45, 0)
    credit(invoice, reason="Feil mottaker", release_hours=False, by=administrator, now=NOVEMBER)
    sums = hours_accounted(OCTOBER_END)
    assert (sums.billed, sums.written_off, sums.agrees) == (0, 1320, True)


def test_a_credit_note_takes_back_everything_and_refills_the_pot(
    choir: Organisation, administrator: User, pot: Pot
) -> None:
    invoice = issued(choir, administrator)
    note = credit(invoice, reason="Feil mottaker", release_hours=True, by=administrator, now=NOVEMBER)
    assert (note.number, note.credits_id) == (202600002, 202600001)
    assert (invoice.total + note.total).amount == 0
    assert balances([pot.pk]) == {pot.pk: Decimal("250000.00")}
    assert verify().broken is None
    printed = document_of(with_document(Invoice.objects.filter(pk=note.pk)).get())
    assert printed.total == Decimal("12896.78")
    assert printed.credits is not None
    assert printed.credits.left_to_pay == 0
    assert OutboundMessage.objects.filter(reference="202600002").count() == 1


def test_a_credited_hour_can_be_billed_again(choir: Organisation, administrator: User) -> None:
    credit(issued(choir, administrator), reason="Feil mottaker", release_hours=True, by=administrator, now=NOVEMBER)
    again = issued(choir, administrator)
    assert (again.number, again.total.amount) == (202600003, Decimal("12896.78"))


def test_a_written_off_hour_is_never_proposed_again(choir: Organisation, administrator: User) -> None:
    credit(issued(choir, administrator), reason="Gave", release_hours=False, by=administrator, now=NOVEMBER)
    assert gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER) == []


def test_crediting_asks_for_an_uncredited_invoice_and_a_reason(choir: Organisation, administrator: User) -> None:
    invoice = issued(choir, administrator)
    with pytest.raises(ReasonMissing):
        credit(invoice, reason="  ", release_hours=True, by=administrator, now=NOVEMBER)
    note = credit(invoice, reason="Feil", release_hours=True, by=administrator, now=NOVEMBER)
    with pytest.raises(AlreadyCredited):
        credit(invoice, reason="Feil", release_hours=True, by=administrator, now=NOVEMBER)
    with pytest.raises(NotAnInvoice):
        credit(note, reason="Feil", release_hours=True, by=administrator, now=NOVEMBER)
    assert Invoice.objects.count() == 2


@pytest.mark.parametrize(
    ("moment", "number", "day"),
    [
        (datetime(2026, 12, 31, 22, 59, tzinfo=UTC), 202600001, date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 1, tzinfo=UTC), 202700001, date(2027, 1, 1)),
    ],
    ids=["23.59 in Oslo", "00.01 in Oslo"],
)
def test_the_year_of_a_number_is_oslos(
    choir: Organisation, administrator: User, moment: datetime, number: int, day: date
) -> None:
    invoice = issued(choir, administrator, moment)
    assert (invoice.number, invoice.issued_on) == (number, day)


def test_a_new_year_starts_a_new_series_and_the_chain_goes_on(choir: Organisation, administrator: User) -> None:
    first = issued(choir, administrator)
    b.entry(choir.engagements.first(), 60)  # type: ignore[arg-type]
    second = issued(choir, administrator, datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert (second.number, second.previous_hash) == (202700001, first.hash)
    assert verify().broken is None


def test_a_clock_set_back_issues_nothing(choir: Organisation, administrator: User) -> None:
    issued(choir, administrator)
    b.entry(choir.engagements.first(), 60)  # type: ignore[arg-type]
    [draft] = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
    outcome = issue({draft.pk: None}, by=administrator, now=datetime(2026, 11, 19, 9, tzinfo=UTC))
    assert outcome.invoices == ()
    assert "19" in outcome.failures[0].message or "20" in outcome.failures[0].message


def count(run: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        run()
    return len(queries)


def test_pricing_and_issuing_take_as_many_queries_for_many_as_for_one(pot: Pot, administrator: User) -> None:
    lead = b.advisor()
    taken = []
    for size in (2, 12):
        for n in range(size):
            org = b.organisation(f"Lag {size} {n}")
            b.decision(org, "T3")
            work = b.engagement(org, lead)
            for _ in range(n + 1):
                b.entry(work, 30)
        drafts = gather(up_to=OCTOBER_END, by=administrator, now=NOVEMBER)
        assert len(drafts) == size
        ids: dict[int, str | None] = {draft.pk: None for draft in drafts}
        taken.append(
            (
                count(lambda drafts=drafts: quotes(drafts, on=b.TODAY)),  # type: ignore[misc]
                count(lambda ids=ids: issue(ids, by=administrator, now=NOVEMBER)),  # type: ignore[misc]
            )
        )
    # The outbox queues a job for every ten messages, and that is all that grows.
    assert taken[0][0] == taken[1][0]
    assert taken[1][1] - taken[0][1] <= 2


def test_hours_that_stood_on_a_credited_invoice_are_kept_and_may_be_made_free(
    choir: Organisation, administrator: User
) -> None:
    invoice = issued(choir, administrator)
    credit(invoice, reason="Feil mottaker", release_hours=True, by=administrator, now=NOVEMBER)
    entry = TimeEntry.objects.unbilled().order_by("pk")[0]
    with pytest.raises(StoodOnADocument):
        remove_time(entry=entry, version=1, by=administrator, now=NOVEMBER)
    freed = change_time(entry=entry, version=1, minutes=entry.minutes, billable=False, by=administrator, now=NOVEMBER)
    assert not freed.billable
