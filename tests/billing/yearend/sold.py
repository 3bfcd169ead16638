"""Issued lines of many hours, without the hours themselves: what sums of a year are made of."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from advisory.kernel.fields import nok
from billing.invoicing.models import Invoice, InvoiceLine, PotShare
from billing.models import Pot, RateVersion, TierDecision
from billing.pricing.lines import price_minutes
from engagements.models import Engagement
from tests.builders import NOW, TODAY

_numbers = count(202650001)


def sold_line(
    work: Engagement,
    rate: RateVersion,
    hours: str,
    *,
    decision: TierDecision | None = None,
    pot: Pot | None = None,
    shares: tuple[tuple[Pot, str], ...] = (),
    day: date = date(2026, 10, 14),
    credits: InvoiceLine | None = None,
    write_off: bool = False,
    funding_area: int = 3,
) -> InvoiceLine:
    """A line of `hours` on an invoice of its own, or on a credit note; discounts by `pot` or `shares` of pots."""
    sign = -1 if credits else 1
    minutes = sign * int(Decimal(hours) * 60)
    percent = decision.tier.percent if decision else Decimal(0)
    priced = price_minutes(minutes, rate.rate.amount, percent)
    number = next(_numbers)
    line = InvoiceLine.objects.create(
        invoice_id=number,
        position=1,
        credits_line=credits,
        engagement=work,
        engagement_title=work.title,
        service_type=work.service_type,
        funding_area=funding_area,
        text="Rådgivning",
        first_day=day,
        last_day=day,
        minutes=minutes,
        unit_price=rate.rate,
        gross=nok(priced.gross),
        discount_percent=percent,
        discount=nok(priced.discount),
        net=nok(priced.net),
        vat_category="E",
        vat_percent=0,
        rate_version=rate,
        decision=decision,
        statement={},
    )
    if pot and not shares and priced.discount:
        shares = ((pot, f"{abs(priced.discount)}"),)
    for position, (payer, amount) in enumerate(shares, start=1):
        PotShare.objects.create(
            line=line, invoice_id=number, position=position, pot=payer, amount=nok(sign * Decimal(amount))
        )
    Invoice.objects.create(
        number=number,
        credits_id=credits.invoice_id if credits else None,
        organisation=work.organisation,
        language="nb",
        issued_on=TODAY,
        issued_at=NOW,
        issued_by=work.lead,
        due_on=None if credits else TODAY,
        subject="Rådgivning",
        delivered_from=day,
        delivered_to=day,
        seller={},
        buyer={},
        gross=nok(priced.gross),
        discount=nok(priced.discount),
        net=nok(priced.net),
        vat=nok(0),
        total=nok(priced.net),
        payment_reference="",
        reason="Feil" if credits else "",
        hours_released=not write_off if credits else None,
        previous_hash="0" * 64,
        hash=f"{number:064d}",
    )
    return line
