"""Renditions of issued documents: made once from the stored rows, kept with their hash, never made again."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from advisory.kernel.files import facts_of
from advisory.kernel.outbox import Attachment
from billing.invoicing import pdf
from billing.invoicing.documents import document_of, with_document
from billing.invoicing.models import DocumentFile, FileKind, Invoice


def pdf_of(invoice: Invoice, *, now: datetime | None = None) -> DocumentFile:
    """The stored PDF; drawn and stored by whoever asks first."""
    kept = DocumentFile.objects.filter(invoice=invoice, kind=FileKind.PDF).first()
    if kept is not None:
        return kept
    whole = with_document(Invoice.objects.filter(pk=invoice.pk)).get()
    file = DocumentFile(
        invoice=whole,
        kind=FileKind.PDF,
        made_at=now or timezone.now(),
        **facts_of(f"{whole.number}.pdf", "application/pdf", pdf.render(document_of(whole))),
    )
    try:
        with transaction.atomic():
            file.save(force_insert=True)
    except IntegrityError:
        # Somebody else drew it in the meantime; the bytes are the same, and his row is the one that counts.
        return DocumentFile.objects.get(invoice=invoice, kind=FileKind.PDF)
    return file


def attach(reference: str) -> list[Attachment]:
    """The attachments of an invoice's mail; `reference` is the document's number."""
    file = pdf_of(Invoice.objects.get(pk=int(reference)))
    return [Attachment(file.name, file.media_type, bytes(file.content))]
