"""Mails about discounts, in plain words and the organisation's language."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.seller import SellerParticulars
from billing.discounts import rules
from billing.discounts.models import Appeal, Basis, HardshipRequest, TierDecision
from billing.invoicing.price_statement import tier_name
from clients.income import IncomeDeclaration
from clients.memberships import Membership, Role
from clients.organisations import Organisation

DECISION = "tier-decision"
DOCUMENTS = "tier-documents"
HARDSHIP = "tier-hardship"
RENEWAL = "tier-renewal"
APPEAL = "tier-appeal"


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
    """Subject and body of the letter about a decision, saved or not: also provisional, for hardship, or an answer."""
    organisation = decision.organisation
    declaration = decision.declaration
    with translation.override(organisation.language):
        facts = {
            "decision": decision,
            "answers": decision.answers,
            "judge": declaration.organisation if declaration and declaration.organisation != organisation else None,
            "number": decision.tier.code.removeprefix("T"),
            "pays": _plain(100 - decision.tier.percent),
            "deadline": rules.last_day_to_appeal(timezone.localdate(now)),
            "link": _discount_page(organisation),
        }
        return _subject(decision), _body("mail/tier_decision.txt", organisation, now, **facts)


def _subject(decision: TierDecision) -> str:
    if not decision.tier.percent:
        what = _("you pay the full price")
    else:
        what = _("%(tier)s, %(percent)s percent") % {
            "tier": tier_name(decision.tier.code),
            "percent": _plain(decision.tier.percent),
        }
    if decision.answers:
        return _("Answer to your complaint: %(what)s") % {"what": what}
    if decision.basis == Basis.BUDGET and decision.tier.percent:
        return _("Your provisional discount: %(what)s") % {"what": what}
    return _("Your discount: %(what)s") % {"what": what}


def hardship_refused(request: HardshipRequest, *, now: datetime) -> list[OutboundMessage]:
    """The unsaved mails that tell of a refusal."""
    subject, body = refusal_text(request.organisation, request.refusal, now=now)
    return _messages(HARDSHIP, str(request.pk), request.organisation, subject, body, now)


def refusal_text(organisation: Organisation, refusal: str, *, now: datetime) -> tuple[str, str]:
    """Subject and body of the letter about a refused hardship request."""
    with translation.override(organisation.language):
        facts = {"refusal": refusal, "link": _discount_page(organisation)}
        subject = _("Your discount stays as it is")
        return subject, _body("mail/tier_hardship_refused.txt", organisation, now, **facts)


def renewal_notices(decision: TierDecision, *, reference: str, now: datetime) -> list[OutboundMessage]:
    """The unsaved mails that ask for new accounts before a discount ends. The decision is loaded with all it names."""
    organisation = decision.organisation
    judge = organisation.judged_by
    with translation.override(organisation.language):
        subject = _("Your discount ends %(day)s") % {"day": show.long_day(decision.valid_to, organisation.language)}
        body = _body(
            "mail/tier_renewal.txt",
            organisation,
            now,
            decision=decision,
            percent=_plain(decision.tier.percent),
            judge=judge if judge != organisation else None,
            year=timezone.localdate(now).year - 1,
            link=settings.SITE_URL + reverse("portal_income_new", args=[organisation.number]),
        )
    return _messages(RENEWAL, reference, organisation, subject, body, now)


def appeal_received(appeal: Appeal, *, now: datetime) -> list[OutboundMessage]:
    """The unsaved mails that say a complaint has come and what happens now."""
    organisation = appeal.decision.organisation
    with translation.override(organisation.language):
        subject = _("We have got your complaint about the discount")
        facts = {"appeal": appeal, "link": _discount_page(organisation)}
        body = _body("mail/tier_appeal_received.txt", organisation, now, **facts)
    return _messages(APPEAL, str(appeal.pk), organisation, subject, body, now)


def document_requests(
    declaration: IncomeDeclaration, text: str, *, reference: str, now: datetime
) -> list[OutboundMessage]:
    """The unsaved mails that ask for more documents."""
    organisation = declaration.organisation
    with translation.override(organisation.language):
        subject = _("We need more about your income in %(year)s") % {"year": declaration.year}
        body = _body("mail/tier_documents.txt", organisation, now, declaration=declaration, text=text)
    return _messages(DOCUMENTS, reference, organisation, subject, body, now)


def _plain(percent: Decimal) -> str:
    return f"{percent.normalize():f}"


def _discount_page(organisation: Organisation) -> str:
    return settings.SITE_URL + reverse("portal_discount", args=[organisation.number])


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
