"""Crediting a whole invoice: a new document in the same series with the amounts negated.

Stored figures are copied, not computed again, so invoice + credit note is zero in every VAT group. The hours
are freed for a new invoice or written off, as chosen; each pot gets back what it paid.
Source: bokføringsforskriften § 5-2-8.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, outbox
from advisory.kernel.counters import locked
from advisory.kernel.errors import Conflict, DomainError
from advisory.kernel.money import ZERO
from advisory.kernel.users import User
from billing.discounts.ledger import Movement, book
from billing.discounts.models import PotEntryKind
from billing.invoicing import chain, mail
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.issue import seal, take_numbers
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceVat, PotShare
from engagements.work import holds


class AlreadyCredited(Conflict):
    """The invoice has its credit note."""

    template = _("Invoice %(number)s is already credited by credit note %(credit_note)s.")


class NotAnInvoice(DomainError):
    """A credit note cannot be credited."""

    template = _("%(number)s is a credit note. Only an invoice can be credited.")


class ReasonMissing(DomainError):
    """A credit note says why."""

    template = _("Write why you credit the invoice. The receiver reads it on the credit note.")


@transaction.atomic
def credit(invoice: Invoice, *, reason: str, release_hours: bool, by: User, now: datetime) -> Invoice:
    """Issue the credit note of a whole invoice and give it back.

    Raises `NotAnInvoice`, `AlreadyCredited` and `ReasonMissing`; then nothing has happened.
    """
    counter = locked(chain.KEY)
    original = with_document(Invoice.objects.filter(pk=invoice.pk)).prefetch_related("lines__pot_shares").get()
    reason = reason.strip()
    if original.is_credit_note:
        raise NotAnInvoice(number=original.number)
    earlier = Invoice.objects.filter(credits=original).first()
    if earlier is not None:
        raise AlreadyCredited(number=original.number, credit_note=earlier.number)
    if not reason:
        raise ReasonMissing
    [number] = take_numbers(counter, 1, on=timezone.localdate(now))
    note = _header(number, original, reason=reason, release_hours=release_hours, by=by, now=now)
    lines = [_line(number, line) for line in original.lines.all()]
    groups = [_group(number, group) for group in original.vat_groups.all()]
    InvoiceLine.objects.bulk_create(lines)
    shares = _shares(original, lines)
    PotShare.objects.bulk_create(shares)
    InvoiceVat.objects.bulk_create(groups)
    seal(note, lines, groups, [], shares, counter)
    note.save(force_insert=True)
    counter.save(update_fields=["last", "head"])
    hours = holds.release(original.number) if release_hours else holds.write_off(original.number, by_document=number)
    book(_refunds(original, number), now=now, by=by)
    audit.record(
        "invoice.credit",
        note,
        by=by,
        now=now,
        reason=reason,
        organisation=original.organisation.number,
        after={"credits": original.number, "total": note.total.amount, "hours": hours, "released": release_hours},
    )
    outbox.post([mail.message(note, document_of(note), original.organisation, now=now)])
    return note


def _header(number: int, original: Invoice, *, reason: str, release_hours: bool, by: User, now: datetime) -> Invoice:
    return Invoice(
        number=number,
        credits=original,
        organisation=original.organisation,
        language=original.language,
        issued_on=timezone.localdate(now),
        issued_at=now,
        issued_by=by,
        due_on=None,
        subject=original.subject,
        delivered_from=original.delivered_from,
        delivered_to=original.delivered_to,
        place=original.place,
        seller=original.seller,
        buyer=original.buyer,
        gross=-original.gross,
        discount=-original.discount,
        net=-original.net,
        vat=-original.vat,
        total=-original.total,
        payment_reference=original.payment_reference,
        reason=reason,
        hours_released=release_hours,
    )


def _line(number: int, line: InvoiceLine) -> InvoiceLine:
    return InvoiceLine(
        invoice_id=number,
        position=line.position,
        credits_line=line,
        engagement_id=line.engagement_id,
        engagement_title=line.engagement_title,
        service_type_id=line.service_type_id,
        funding_area=line.funding_area,
        text=line.text,
        note=line.note,
        first_day=line.first_day,
        last_day=line.last_day,
        minutes=-line.minutes,
        unit_price=line.unit_price,
        gross=-line.gross,
        discount_percent=line.discount_percent,
        discount=-line.discount,
        net=-line.net,
        vat_category=line.vat_category,
        vat_percent=line.vat_percent,
        rate_version_id=line.rate_version_id,
        decision_id=line.decision_id,
        statement=line.statement,
    )


def _shares(original: Invoice, lines: list[InvoiceLine]) -> list[PotShare]:
    """Each pot's part of each line, taken back; `lines` are those of the credit note, in the original's order."""
    return [
        PotShare(line=line, invoice_id=line.invoice_id, position=paid.position, pot_id=paid.pot_id, amount=-paid.amount)
        for line, credited in zip(lines, original.lines.all(), strict=True)
        for paid in credited.pot_shares.all()
    ]


def _group(number: int, group: InvoiceVat) -> InvoiceVat:
    return InvoiceVat(
        invoice_id=number,
        category=group.category,
        percent=group.percent,
        base=-group.base,
        vat=-group.vat,
        reason=group.reason,
    )


def _refunds(original: Invoice, number: int) -> list[Movement]:
    paid: dict[tuple[int, int], Decimal] = {}
    for line in original.lines.all():
        for share in line.pot_shares.all():
            key = (share.pot_id, line.engagement_id)
            paid[key] = paid.get(key, ZERO) + share.amount.amount
    return [
        Movement(pot, PotEntryKind.REFUND, amount, document=number, engagement=engagement)
        for (pot, engagement), amount in sorted(paid.items())
        if amount
    ]
