"""Mails about discounts, in plain words and the organisation's language."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.seller import SellerParticulars
from billing.discounts.models import TierDecision
from billing.invoicing.price_statement import tier_name
from clients.income import IncomeDeclaration
from clients.memberships import Membership, Role
from clients.organisations import Organisation

DECISION = "tier-decision"
DOCUMENTS = "tier-documents"


def recipients(organisation: Organisation) -> list[str]:
    """Whom to write to about money: members with that right, else the organisation's address, else a contact."""
    members = (
        Membership.objects.current()
        .filter(organisation=organisation, role__in=(Role.FINANCE, Role.OWNER), user__is_active=True)
        .order_by("pk")
        .values_list("user__email", flat=True)
    )
    if members:
        return list(members)
    if organisation.email:
        return [organisation.email]
    contact = organisation.contacts.filter(active=True).exclude(email="").first()
    return [contact.email] if contact else []


def decision_letters(decision: TierDecision, *, now: datetime) -> list[OutboundMessage]:
    """The unsaved mails that tell of a decision; none where nobody has an address."""
    subject, body = decision_text(decision, now=now)
    return _messages(DECISION, str(decision.pk), decision.organisation, subject, body, now)


def decision_text(decision: TierDecision, *, now: datetime) -> tuple[str, str]:
    """Subject and body of the letter about a decision, saved or not."""
    organisation = decision.organisation
    with translation.override(organisation.language):
        subject = (
            _("Your discount: %(tier)s, %(percent)s percent")
            % {"tier": tier_name(decision.tier.code), "percent": f"{decision.tier.percent.normalize():f}"}
            if decision.tier.percent
            else _("Your discount: you pay the full price")
        )
        body = _body(
            "mail/tier_decision.txt",
            organisation,
            now,
            decision=decision,
            number=decision.tier.code.removeprefix("T"),
            pays=f"{(100 - decision.tier.percent).normalize():f}",
            link=settings.SITE_URL + reverse("portal_discount", args=[organisation.number]),
        )
    return subject, body


def document_requests(
    declaration: IncomeDeclaration, text: str, *, reference: str, now: datetime
) -> list[OutboundMessage]:
    """The unsaved mails that ask for more documents."""
    organisation = declaration.organisation
    with translation.override(organisation.language):
        subject = _("We need more about your income in %(year)s") % {"year": declaration.year}
        body = _body("mail/tier_documents.txt", organisation, now, declaration=declaration, text=text)
    return _messages(DOCUMENTS, reference, organisation, subject, body, now)


def _body(template: str, organisation: Organisation, now: datetime, **facts: object) -> str:
    on = timezone.localdate(now)
    seller = SellerParticulars.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    context = {"organisation": organisation, "seller_name": seller.name if seller else "", **facts}
    return render_to_string(template, context).strip() + "\n"


def _messages(
    kind: str, reference: str, organisation: Organisation, subject: str, body: str, now: datetime
) -> list[OutboundMessage]:
    return [
        OutboundMessage(
            kind=kind,
            reference=reference,
            recipient=address,
            organisation=organisation.number,
            language=organisation.language,
            subject=subject,
            body=body,
            created_at=now,
        )
        for address in recipients(organisation)
    ]
