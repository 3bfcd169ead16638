"""What invoicing shows on an engagement's page: what the agreed hours cost at most, and how far its billing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.money import half_up
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.users import User
from billing.discounts.models import TierDecision
from billing.invoicing.models import Invoice
from billing.invoicing.price_statement import tier_label
from billing.pricing.lines import price_minutes
from billing.selfcost.models import RateVersion
from engagements import panels
from engagements.models import Engagement, HourHold, TimeEntry, VatTreatment
from engagements.panels import EngagementCard, EngagementTask
from engagements.work.models import FundingArea


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the agreed minutes cost, in kroner: gross − discount = net, net + VAT = total."""

    minutes: int
    rate: Decimal
    gross: Decimal
    discount: Decimal
    percent: Decimal
    tier: str
    vat: Decimal
    vat_percent: Decimal
    total: Decimal


def register() -> None:
    """Called once, when the program starts."""
    panels.register_engagement_card(price_card)
    panels.register_engagement_task(invoice_task)
    panels.register_document_url(document_url)


def document_url(number: int, user: User) -> str:
    """The page of a document, for those who may open it."""
    return reverse("invoice", args=[number]) if user.is_administrator else ""


def estimate(engagement: Engagement, on: date) -> Estimate | None:
    """The agreed hours at the rate, tier and VAT of the day, as an invoice for all of them would price them.

    None where nothing is agreed, nobody pays, or a rate, a VAT treatment or the seller is missing on the day.
    """
    seller = SellerParticulars.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    rate = RateVersion.objects.on(engagement.service_type.service, on)
    treatment = VatTreatment.objects.on(engagement.service_type, on)
    if not engagement.minutes_agreed or engagement.funding_area != FundingArea.ADVICE:
        return None
    if seller is None or rate is None or treatment is None:
        return None
    decision = TierDecision.objects.on(engagement.organisation, on)
    percent = decision.tier.percent if decision else Decimal(0)
    line = price_minutes(engagement.minutes_agreed, rate.rate.amount, percent)
    vat_percent = treatment.percent if seller.vat_registered else Decimal(0)
    vat = half_up(Fraction(line.net) * Fraction(vat_percent) / 100)
    return Estimate(
        minutes=engagement.minutes_agreed,
        rate=rate.rate.amount,
        gross=line.gross,
        discount=line.discount,
        percent=percent,
        tier=tier_label(decision.tier.code, percent) if decision else "",
        vat=vat,
        vat_percent=vat_percent,
        total=line.net + vat,
    )


def price_card(engagement: Engagement, on: date) -> EngagementCard | None:
    """What the organisation pays at most for the hours agreed on."""
    found = estimate(engagement, on)
    if found is None:
        return None
    context = {"estimate": found, "minus": -found.discount, "engagement": engagement}
    return EngagementCard(_("The price of the agreed hours"), "billing/_estimate_card.html", context, 10)


def invoice_task(engagement: Engagement, on: date) -> EngagementTask | None:
    """The newest invoice, and the hours that wait for one."""
    if engagement.funding_area != FundingArea.ADVICE:
        return None
    waiting = sum(
        TimeEntry.objects.filter(engagement=engagement).billable().not_issued().values_list("minutes", flat=True)
    )
    newest = (
        HourHold.objects.filter(entry__engagement=engagement, document__isnull=False, written_off=False)
        .order_by("-document")
        .values_list("document", flat=True)
        .first()
    )
    left = _("%(hours)s hours not invoiced") % {"hours": show.hours(waiting, get_language() or "nb")} if waiting else ""
    if newest is None:
        return EngagementTask(_("Invoice"), left or _("Nothing to invoice yet."), done=_("Not begun"))
    issued = Invoice.objects.filter(number=newest).values_list("issued_on", flat=True).first()
    said = _("%(number)s issued %(day)s") % {"number": newest, "day": show.short_day(issued) if issued else ""}
    detail = f"{said.strip()} · {left}" if left else said.strip()
    if waiting:
        return EngagementTask(_("Invoice"), detail, tag=_("Partly"), tag_color="neutral")
    return EngagementTask(_("Invoice"), detail, done=_("Done"))
