"""The hours behind an issued document, as they were when it was issued (bokføringsforskriften § 5-14)."""

from __future__ import annotations

from billing.invoicing.models import Invoice, InvoicedHour
from billing.invoicing.price_statement import Hour


def hours_of(invoice: Invoice, *, with_advisor: bool = True) -> list[Hour]:
    """The hours by day, in one query; a credit note shows those of the invoice it corrects.

    The advisor's name is for staff only.
    """
    hours = InvoicedHour.objects.filter(invoice=invoice.credits_id or invoice.number)
    return [
        Hour(
            day=hour.day,
            text=hour.text,
            line=hour.line.text,
            engagement=hour.line.engagement.reference,
            minutes=hour.minutes,
            advisor=str(hour.entry.advisor) if with_advisor else "",
        )
        for hour in hours.select_related("line__engagement", "entry__advisor").order_by("day", "entry")
    ]
