"""The mail that carries a document: in the receiver's language, with the price statement's own figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel import show, texts
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.texts import Placeholder, Texts
from billing.invoicing.document import Document
from billing.invoicing.explain import explain
from billing.invoicing.models import Invoice
from clients.organisations import Organisation

KIND = "document"


def message(
    invoice: Invoice, document: Document, organisation: Organisation, *, now: datetime, own: Texts | None = None
) -> OutboundMessage:
    """The unsaved outbox row for an issued document; `document` need not know its number yet.

    Who writes many gives `own`, the texts in force, so that they are read once.
    """
    language = invoice.language
    with translation.override(language):
        kind = CREDIT_NOTE if document.credits is not None else INVOICE
        values = {
            "organisation": organisation.name,
            "seller": document.seller.name,
            "number": str(invoice.number),
            "amount": show.money(document.total, language),
            "link": settings.SITE_URL + reverse("portal_invoice", args=[organisation.number, invoice.number]),
            **(_of_credit_note(document) if document.credits is not None else _of_invoice(invoice, document)),
        }
        text = (own or Texts()).compose(kind, language, values)
    return OutboundMessage(
        kind=KIND,
        reference=str(invoice.number),
        recipient=organisation.mail_address,
        organisation=organisation.number,
        language=language,
        subject=text.subject,
        body=text.body,
        created_at=now,
    )


def _of_invoice(invoice: Invoice, document: Document) -> dict[str, str]:
    assert document.due_on is not None  # every invoice has one
    return {
        "matter": document.subject,
        "due": show.long_day(document.due_on, invoice.language),
        "account": show.account(document.seller.account),
        "kid": str(invoice.payment_reference),
        "price": _price(explain(document)),
    }


def _of_credit_note(document: Document) -> dict[str, str]:
    assert document.credits is not None
    return {
        "invoice": str(document.credits.number),
        "reason": document.credits.reason,
        "left_to_pay": show.money(document.credits.left_to_pay, translation.get_language() or ""),
    }


def _price(explanation: Any) -> str:
    """The lines of the price, in the active language."""
    return render_to_string("mail/parts/price.txt", {"explanation": explanation}).strip()


_ORGANISATION = Placeholder("organisation", gettext_lazy("the organisation's name"))
_SELLER = Placeholder("seller", gettext_lazy("our name"))


def _invoice_example() -> Mapping[str, str]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    explained = {
        "rates": [{"minutes": 750, "rate": {"rate": Decimal("900.00")}, "gross": Decimal("11250.00")}],
        "tiers": [{"tier": {"percent": Decimal("50.00")}, "discount": Decimal("5625.00")}],
    }
    return {
        "organisation": "Bygdekor Vest",
        "seller": "Kompetansebasen",
        "number": "202600123",
        "matter": _("Advisory work"),
        "amount": show.money(Decimal("5625.00"), language),
        "due": show.long_day(date(2026, 12, 6), language),
        "account": show.account("12345678903"),
        "kid": "2026001236",
        "price": _price(explained),
        "link": settings.SITE_URL + reverse("portal_invoice", args=[1042, 202600123]),
    }


def _credit_note_example() -> Mapping[str, str]:
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "organisation": "Bygdekor Vest",
        "seller": "Kompetansebasen",
        "number": "202600124",
        "invoice": "202600123",
        "amount": show.money(Decimal("5625.00"), language),
        "reason": _("The hours belonged to another engagement."),
        "left_to_pay": show.money(Decimal(0), language),
        "link": settings.SITE_URL + reverse("portal_invoice", args=[1042, 202600124]),
    }


INVOICE = texts.Kind(
    key="invoice",
    label=gettext_lazy("Invoice"),
    about=gettext_lazy("Goes with every invoice when it is issued."),
    placeholders=(
        _ORGANISATION,
        _SELLER,
        Placeholder("number", gettext_lazy("the number of the invoice")),
        Placeholder("matter", gettext_lazy("what the invoice is about")),
        Placeholder("amount", gettext_lazy("what is to be paid"), necessary=True),
        Placeholder("due", gettext_lazy("the due date"), necessary=True),
        Placeholder("account", gettext_lazy("our account number"), necessary=True),
        Placeholder("kid", gettext_lazy("the payment reference (KID)"), necessary=True),
        Placeholder("price", gettext_lazy("the price step by step, several lines"), necessary=True),
        Placeholder("link", gettext_lazy("the address of the invoice in the portal"), necessary=True),
    ),
    default=texts.from_template(
        "mail/invoice.txt",
        lambda: (
            _("Invoice %(number)s from %(seller)s, %(total)s, due %(due)s")
            % {"number": "{number}", "seller": "{seller}", "total": "{amount}", "due": "{due}"}
        ),
    ),
    example=_invoice_example,
)
CREDIT_NOTE = texts.Kind(
    key="credit-note",
    label=gettext_lazy("Credit note"),
    about=gettext_lazy("Goes with every credit note when it is issued."),
    placeholders=(
        _ORGANISATION,
        _SELLER,
        Placeholder("number", gettext_lazy("the number of the credit note"), necessary=True),
        Placeholder("invoice", gettext_lazy("the number of the invoice that is taken back"), necessary=True),
        Placeholder("amount", gettext_lazy("what is credited"), necessary=True),
        Placeholder("reason", gettext_lazy("the reason"), necessary=True),
        Placeholder("left_to_pay", gettext_lazy("what is left to pay on the invoice"), necessary=True),
        Placeholder("link", gettext_lazy("the address of the credit note in the portal"), necessary=True),
    ),
    default=texts.from_template(
        "mail/credit_note.txt",
        lambda: (
            _("Credit note %(number)s from %(seller)s for invoice %(invoice)s")
            % {"number": "{number}", "seller": "{seller}", "invoice": "{invoice}"}
        ),
    ),
    example=_credit_note_example,
)
