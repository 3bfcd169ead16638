"""Issued lines as the database keeps them, without the way there: for tests of what billed work means for others."""

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
    entry: TimeEntry = credits.hours.get().entry if credits else builders.entry(work, minutes, last_day)
    if decision and decision.tier.percent:
        pot = pot or Pot.objects.first() or builders.pot()
    return _line(work, rate, minutes, decision=decision, pot=pot, day=last_day, credits=credits, entry=entry)


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
    """A line of many hours, without the hours themselves; its discount is paid by `pot` or by `shares` of pots."""
    return _line(
        work, rate, int(Decimal(hours) * 60), decision=decision, pot=pot, shares=shares, day=day, credits=credits,
        write_off=write_off, funding_area=funding_area,
    )  # fmt: skip


def _line(
    work: Engagement,
    rate: RateVersion,
    minutes: int,
    *,
    decision: TierDecision | None,
    pot: Pot | None,
    day: date,
    credits: InvoiceLine | None,
    shares: tuple[tuple[Pot, str], ...] = (),
    write_off: bool = False,
    funding_area: int = 3,
    entry: TimeEntry | None = None,
) -> InvoiceLine:
    sign = -1 if credits else 1
    percent = decision.tier.percent if decision else Decimal(0)
    priced = price_minutes(sign * minutes, rate.rate.amount, percent)
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
    if pot and not shares and priced.discount:
        shares = ((pot, f"{abs(priced.discount)}"),)
    for position, (payer, amount) in enumerate(shares, start=1):
        PotShare.objects.create(
            line=line, invoice_id=number, position=position, pot=payer, amount=nok(sign * Decimal(amount))
        )
    if entry:
        InvoicedHour.objects.create(line=line, invoice_id=number, entry=entry, day=day, minutes=sign * minutes)
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
