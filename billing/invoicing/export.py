"""All documents as files: NUMBER.pdf for each, and `index.csv` for the accountant's program."""

from __future__ import annotations

from pathlib import Path

from defusedcsv import csv

from billing.invoicing.files import pdf_of
from billing.invoicing.models import Invoice

COLUMNS = ("number", "kind", "date", "organisation", "net", "vat", "total", "credits", "sha256")


def export_documents(folder: Path) -> int:
    """Write every issued document into `folder` (made if missing); how many.

    The index is UTF-8, comma separated, with point decimals; `organisation` is its name as printed, amounts of
    credit notes are negative, `sha256` is that of the PDF file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for invoice in Invoice.objects.order_by("number").iterator(chunk_size=200):
            kept = pdf_of(invoice)
            (folder / f"{invoice.number}.pdf").write_bytes(bytes(kept.content))
            writer.writerow(
                (
                    invoice.number,
                    "credit_note" if invoice.is_credit_note else "invoice",
                    invoice.issued_on.isoformat(),
                    defused(invoice.buyer["name"]),
                    f"{invoice.net.amount:f}",
                    f"{invoice.vat.amount:f}",
                    f"{invoice.total.amount:f}",
                    invoice.credits_id or "",
                    kept.sha256,
                )
            )
            count += 1
    return count


def defused(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r＝＋－＠" and text else text
