"""An invented extract of accounts as a small PDF: the evidence beside an income declaration."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

from reportlab.lib.pagesizes import A5
from reportlab.pdfgen.canvas import Canvas

from advisory.kernel import show


def accounts(organisation: str, year: int, income: Decimal) -> bytes:
    """One page with the sum of incomes; the same words give the same bytes."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A5, invariant=1)
    canvas.setTitle(f"Årsregnskap {year} – {organisation}")
    canvas.setFont("Helvetica-Bold", 15)
    canvas.drawString(50, 520, f"Årsregnskap {year}")
    canvas.setFont("Helvetica", 11)
    for place, line in enumerate(
        (
            organisation,
            f"Sum inntekter: {show.money(income, 'nb')}",
            "Godkjent av årsmøtet.",
            "",
            "Oppdiktet bilag, laget for demonstrasjon.",
        )
    ):
        canvas.drawString(50, 490 - 20 * place, line)
    canvas.save()
    return buffer.getvalue()
