"""From issued rows back to the one value that the PDF, the pages and the mail render."""

from __future__ import annotations

from typing import Any

from advisory.kernel.money import ZERO
from advisory.kernel.seller import SellerParticulars
from billing.invoicing.document import Buyer, Credited, Document, DocumentLine, Seller
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceQuerySet, InvoiceVat
from billing.pricing import statement
from billing.pricing.vat import VatGroup


def with_document(queryset: InvoiceQuerySet) -> InvoiceQuerySet:
    """Read along what `document_of` needs: four queries, however many documents."""
    return queryset.select_related("organisation", "credits", "credit_note").prefetch_related(
        "lines__engagement", "vat_groups"
    )


def document_of(invoice: Invoice) -> Document:
    """The issued document as printed. Amounts of a credit note are positive here («Dette krediteres»)."""
    sign = -1 if invoice.is_credit_note else 1
    return Document(
        number=invoice.number,
        language=invoice.language,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        subject=invoice.subject,
        delivered_from=invoice.delivered_from,
        delivered_to=invoice.delivered_to,
        place=invoice.place,
        seller=_seller(invoice.seller),
        buyer=_buyer(invoice.buyer),
        lines=tuple(_line(line, sign) for line in invoice.lines.all()),
        vat_groups=tuple(_group(group, sign) for group in invoice.vat_groups.all()),
        gross=sign * invoice.gross.amount,
        discount=sign * invoice.discount.amount,
        net=sign * invoice.net.amount,
        vat=sign * invoice.vat.amount,
        total=sign * invoice.total.amount,
        payment_reference=invoice.payment_reference,
        credits=_credited(invoice),
    )


def _line(line: InvoiceLine, sign: int) -> DocumentLine:
    return DocumentLine(
        position=line.position,
        engagement=line.engagement.reference,
        engagement_title=line.engagement_title,
        text=line.text,
        note=line.note,
        first_day=line.first_day,
        last_day=line.last_day,
        minutes=sign * line.minutes,
        unit_price=line.unit_price.amount,
        gross=sign * line.gross.amount,
        discount_percent=line.discount_percent,
        discount=sign * line.discount.amount,
        net=sign * line.net.amount,
        vat_category=line.vat_category,
        vat_percent=line.vat_percent,
        statement=statement.from_json(line.statement),
    )


def _group(group: InvoiceVat, sign: int) -> VatGroup:
    return VatGroup(group.category, group.percent, sign * group.base.amount, sign * group.vat.amount, group.reason)


def _seller(facts: dict[str, Any]) -> Seller:
    kept = {key: value for key, value in facts.items() if key != "particulars"}
    mark = SellerParticulars.objects.filter(pk=facts["particulars"]).values_list("mark", flat=True).first()
    return Seller(**{**kept, "address": tuple(facts["address"])}, mark=bytes(mark) if mark else None)


def _buyer(facts: dict[str, Any]) -> Buyer:
    return Buyer(
        number=facts["number"],
        name=facts["name"],
        address=tuple(facts["address"]),
        organisation_number=facts["organisation_number"],
        reference=facts["reference"],
    )


def _credited(invoice: Invoice) -> Credited | None:
    original = invoice.credits
    if original is None:
        return None
    left = original.total.amount + invoice.total.amount
    return Credited(
        number=original.number,
        issued_on=original.issued_on,
        total=original.total.amount,
        left_to_pay=left or ZERO,
        reason=invoice.reason,
        hours_released=bool(invoice.hours_released),
    )
