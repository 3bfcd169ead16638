"""The mail that carries a document: in the receiver's language, with the price statement's own figures."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.outbox import OutboundMessage
from billing.invoicing.document import Document
from billing.invoicing.explain import explain
from billing.invoicing.models import Invoice
from clients.organisations import Organisation

KIND = "document"


def message(invoice: Invoice, document: Document, organisation: Organisation, *, now: datetime) -> OutboundMessage:
    """The unsaved outbox row for an issued document; `document` need not know its number yet."""
    with translation.override(invoice.language):
        link = settings.SITE_URL + reverse("portal_invoice", args=[organisation.number, invoice.number])
        body = render_to_string(
            "mail/credit_note.txt" if invoice.is_credit_note else "mail/invoice.txt",
            {
                "invoice": invoice,
                "document": document,
                "organisation": organisation,
                "explanation": explain(document),
                "seller": document.seller,
                "link": link,
            },
        )
        return OutboundMessage(
            kind=KIND,
            reference=str(invoice.number),
            recipient=organisation.mail_address,
            organisation=organisation.number,
            language=invoice.language,
            subject=_subject(invoice, document),
            body=body.strip() + "\n",
            created_at=now,
        )


def _subject(invoice: Invoice, document: Document) -> str:
    if document.credits is not None:
        return _("Credit note %(number)s from %(seller)s for invoice %(invoice)s") % {
            "number": invoice.number,
            "seller": document.seller.name,
            "invoice": document.credits.number,
        }
    assert document.due_on is not None  # every invoice has one
    return _("Invoice %(number)s from %(seller)s, %(total)s, due %(due)s") % {
        "number": invoice.number,
        "seller": document.seller.name,
        "total": show.money(document.total, invoice.language),
        "due": show.long_day(document.due_on, invoice.language),
    }
