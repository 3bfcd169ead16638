"""The stored PDF, the mail it leaves with, and the export of all documents."""

from __future__ import annotations

import csv
import hashlib
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from pypdf import PdfReader

from advisory.kernel.models import OutboundMessage
from advisory.kernel.outbox import sweep
from billing.invoicing.credit import credit
from billing.invoicing.export import defused
from billing.invoicing.files import pdf_of
from billing.invoicing.gather import gather
from billing.invoicing.issue import issue
from billing.models import DocumentFile, Invoice
from tests import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    by = b.administrator()
    b.seller()
    b.rate()
    b.pot(by=by)
    org = b.organisation()
    b.decision(org)
    b.entry(b.engagement(org, b.advisor()), 750)
    [draft] = gather(up_to=b.TODAY, by=by, now=b.NOW)
    [made] = issue({draft.pk: None}, by=by, now=b.NOW).invoices
    return made


def text_of(content: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).replace("\xa0", " ")


def test_the_pdf_is_drawn_once_and_kept_with_its_hash(invoice: Invoice) -> None:
    first, second = pdf_of(invoice), pdf_of(invoice)
    assert first.pk == second.pk
    assert DocumentFile.objects.count() == 1
    assert first.sha256 == hashlib.sha256(bytes(first.content)).hexdigest()
    text = text_of(bytes(first.content))
    # 12.5 hours at 959.76 less 50 %: 5 998.50 net, 1 499.63 VAT (1 499.625 half-up), 7 498.13 to pay.
    assert "7 498,13" in text
    assert "202600001" in text


def test_the_mail_leaves_once_with_the_pdf_attached(invoice: Invoice) -> None:
    assert sweep() == 1
    assert sweep() == 0
    [sent] = mail.outbox
    [(name, content, media_type)] = sent.attachments
    assert (name, media_type) == ("202600001.pdf", "application/pdf")
    assert content == bytes(pdf_of(invoice).content)
    assert sent.to == [invoice.organisation.mail_address]
    assert OutboundMessage.objects.get().sent_at is not None


def test_a_mail_that_fails_waits_and_is_tried_again(invoice: Invoice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("advisory.kernel.outbox._transmit", lambda message: (_ for _ in ()).throw(OSError("down")))
    assert sweep() == 0
    message = OutboundMessage.objects.get()
    assert (message.sent_at, message.attempts) == (None, 1)
    assert "down" in message.last_error


def test_export_writes_every_document_and_an_index(invoice: Invoice, tmp_path: Path) -> None:
    note = credit(invoice, reason="Feil", release_hours=True, by=invoice.issued_by, now=b.NOW)
    call_command("export_documents", str(tmp_path / "out"))
    with (tmp_path / "out" / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    files = [(tmp_path / "out" / f"{number}.pdf").read_bytes() for number in (invoice.number, note.number)]
    assert rows == [
        {
            "number": "202600001", "kind": "invoice", "date": date(2026, 11, 20).isoformat(),
            "organisation": "Bygdekor Vest", "net": "5998.50", "vat": "1499.63", "total": "7498.13", "credits": "",
            "sha256": hashlib.sha256(files[0]).hexdigest(),
        },
        {
            "number": "202600002", "kind": "credit_note", "date": "2026-11-20", "organisation": "Bygdekor Vest",
            "net": "-5998.50", "vat": "-1499.63", "total": "-7498.13", "credits": "202600001",
            "sha256": hashlib.sha256(files[1]).hexdigest(),
        },
    ]  # fmt: skip


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_a_name_is_never_a_formula(sign: str) -> None:
    assert defused(sign) == f"'{sign}"
