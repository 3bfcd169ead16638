"""What happened to an issued document, newest first: from its row, its messages, its credit note and the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.audit import AuditEvent
from advisory.kernel.outbox import OutboundMessage
from billing.invoicing.mail import KIND
from billing.invoicing.models import Invoice

# Told from the rows themselves, so that the log does not say them twice.
_TOLD = {"invoice.issue", "invoice.credit"}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history; `detail` stands below it."""

    at: datetime
    text: str
    detail: str = ""
    url: str = ""


def history_of(invoice: Invoice) -> list[Event]:
    """The document's history, newest first."""
    return sorted(_events(invoice), key=lambda event: event.at, reverse=True)


def _events(invoice: Invoice) -> Iterator[Event]:
    by = _("by %(name)s") % {"name": invoice.issued_by.name or invoice.issued_by.email}
    yield Event(invoice.issued_at, _("Issued"), by)
    for message in OutboundMessage.objects.filter(kind=KIND, reference=str(invoice.number)):
        yield _mailed(message)
    note = getattr(invoice, "credit_note", None)
    if note is not None:
        yield Event(
            note.issued_at,
            _("Credited by credit note %(number)s") % {"number": note.number},
            note.reason,
            reverse("invoice", args=[note.number]),
        )
    for event in AuditEvent.objects.of(invoice).exclude(action__in=_TOLD).select_related("actor"):
        who = str(event.actor) if event.actor else ""
        yield Event(event.at, event.action, " · ".join(filter(None, (who, event.reason))))


def _mailed(message: OutboundMessage) -> Event:
    if message.sent_at:
        return Event(message.sent_at, _("E-mail sent"), message.recipient)
    if message.failed_at:
        return Event(message.failed_at, _("The e-mail was not delivered"), message.recipient)
    if message.not_before and message.not_before > message.created_at:
        when = _("is sent %(moment)s") % {"moment": show.clock(message.not_before)}
        return Event(message.created_at, _("E-mail waits"), f"{message.recipient}, {when}")
    return Event(message.created_at, _("E-mail waits"), message.recipient)
