"""The register of issued documents: finding them, and what state each is in.

States are derived: of rows (a credit note, a due date) and of the outbox. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.outbox import OutboundMessage
from billing.invoicing.mail import KIND
from billing.invoicing.models import Invoice, InvoiceQuerySet

ISSUED, CREDITED, CREDIT_NOTE = "issued", "credited", "credit-note"
STATES = [
    (ISSUED, _("Issued")),
    (CREDITED, _("Credited")),
    (CREDIT_NOTE, _("Credit note")),
]
_COLORS = {ISSUED: "info", CREDITED: "neutral", CREDIT_NOTE: "neutral"}

SENT, WAITING, FAILED = "sent", "waiting", "failed"
MAIL_STATES = [(SENT, _("Sent")), (WAITING, _("Waiting to be sent")), (FAILED, _("Failed"))]

SORTS = {
    "number": ("number",),
    "organisation": ("organisation__search_name", "number"),
    "issued": ("issued_on", "number"),
    "due": ("due_on", "number"),
    "total": ("total", "number"),
}


@dataclass(frozen=True, slots=True)
class State:
    """What a document is now: `key` of `STATES`, its word, and the colour of the tag."""

    key: str
    word: StrOrPromise
    color: str


@dataclass(frozen=True, slots=True)
class Row:
    """A document in a list, with its state and the message that carried it."""

    invoice: Invoice
    state: State
    message: OutboundMessage | None


def state_of(invoice: Invoice) -> State:
    """The state; asks no question where `credit_note` was read along.

    Whether an invoice is paid is not known here, so none is called overdue.
    """
    if invoice.is_credit_note:
        key = CREDIT_NOTE
    elif getattr(invoice, "credit_note", None) is not None:
        key = CREDITED
    else:
        key = ISSUED
    return State(key, dict(STATES)[key], _COLORS[key])


def narrowed(invoices: InvoiceQuerySet, *, q: str, state: str, mail: str) -> InvoiceQuerySet:
    """The documents that fit the filters; an empty filter lets all through."""
    if text := q.strip():
        digits = "".join(text.split())
        found = Q(organisation__search_name__contains=text.casefold()) | Q(organisation__name__icontains=text)
        if digits.isascii() and digits.isdigit() and len(digits) <= 18:
            found |= Q(number=int(digits)) | Q(payment_reference=digits)
            found |= Q(number__startswith=digits) if len(digits) < 9 else Q()
        invoices = invoices.filter(found)
    if state == CREDIT_NOTE:
        invoices = invoices.credit_notes()
    elif state == CREDITED:
        invoices = invoices.invoices().exclude(credit_note=None)
    elif state == ISSUED:
        invoices = invoices.uncredited()
    if mail:
        invoices = invoices.filter(number__in=_numbers_in_mail_state(mail))
    return invoices


def rows(invoices: Iterable[Invoice]) -> list[Row]:
    """The rows of one page, in one query more; read `organisation` and `credit_note` along."""
    listed = list(invoices)
    messages = messages_of([invoice.number for invoice in listed])
    return [Row(invoice, state_of(invoice), messages.get(invoice.number)) for invoice in listed]


def messages_of(numbers: Iterable[int]) -> dict[int, OutboundMessage]:
    """The newest message that carried each document, by its number."""
    found = OutboundMessage.objects.filter(kind=KIND, reference__in=[str(number) for number in numbers])
    return {int(message.reference): message for message in found.order_by("pk")}


def mail_state(message: OutboundMessage | None) -> str:
    """sent, waiting, failed, or empty where nothing was mailed."""
    if message is None:
        return ""
    return SENT if message.sent_at else FAILED if message.failed_at else WAITING


def _numbers_in_mail_state(state: str) -> QuerySet[OutboundMessage, Any]:
    messages = OutboundMessage.objects.filter(kind=KIND)
    if state == SENT:
        messages = messages.exclude(sent_at=None)
    elif state == FAILED:
        messages = messages.exclude(failed_at=None).filter(sent_at=None)
    else:
        messages = messages.filter(sent_at=None, failed_at=None)
    return messages.annotate(document=Cast("reference", BigIntegerField())).values("document")
