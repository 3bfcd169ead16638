"""An issued line as the database keeps it, for tests of what may not reach back into billed work."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count

from advisory.kernel.fields import nok
from billing.invoicing.models import Invoice, InvoicedHour, InvoiceLine, PotShare
from billing.models import Pot, RateVersion, TierDecision
from billing.pricing.lines import price_minutes
from engagements.models import Engagement, TimeEntry
from tests import builders
from tests.builders import NOW, TODAY

_numbers = count(202600001)


def issued_line(
    *,
    last_day: date = date(2026, 10, 14),
    minutes: int = 60,
    engagement: Engagement | None = None,
    rate: RateVersion | None = None,
    decision: TierDecision | None = None,
    pot: Pot | None = None,
    credits: InvoiceLine | None = None,
) -> InvoiceLine:
    """One hour on one line of one invoice, priced by the decision; the memo's rate where none is given."""
    work = engagement or builders.engagement(builders.organisation(), builders.advisor())
    rate = rate or RateVersion.objects.on("advice", last_day) or builders.rate()
    percent = decision.tier.percent if decision else Decimal(0)
    sign = -1 if credits else 1
    priced = price_minutes(sign * minutes, rate.rate.amount, percent)
    number = next(_numbers)
    entry: TimeEntry = credits.hours.get().entry if credits else builders.entry(work, minutes, last_day)
    line = InvoiceLine.objects.create(
        invoice_id=number,
        position=1,
        credits_line=credits,
        engagement=work,
        engagement_title=work.title,
        service_type=work.service_type,
        funding_area=3,
        text="Rådgivning",
        first_day=last_day,
        last_day=last_day,
        minutes=sign * minutes,
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
    if priced.discount:
        payer = pot or Pot.objects.first() or builders.pot()
        PotShare.objects.create(line=line, invoice_id=number, position=1, pot=payer, amount=nok(priced.discount))
    InvoicedHour.objects.create(line=line, invoice_id=number, entry=entry, day=last_day, minutes=sign * minutes)
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
        delivered_from=last_day,
        delivered_to=last_day,
        seller={},
        buyer={},
        gross=nok(priced.gross),
        discount=nok(priced.discount),
        net=nok(priced.net),
        vat=nok(0),
        total=nok(priced.net),
        payment_reference="",
        reason="Feil" if credits else "",
        hours_released=True if credits else None,
        previous_hash="0" * 64,
        hash=f"{number:064d}",
    )
    return line
