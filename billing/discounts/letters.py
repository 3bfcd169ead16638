"""Mails about discounts, in plain words and the organisation's language."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.seller import SellerParticulars
from advisory.kernel.texts import Kind, Texts
from billing.discounts import letter_kinds, rules
from billing.discounts import letter_parts as parts
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
    with translation.override(organisation.language):
        return _written(
            letter_kinds.DECISION,
            organisation,
            now,
            title=_subject(decision),
            answer=parts.answer(decision.answers.received_on) if decision.answers else "",
            decision=parts.decision(decision.tier.code, decision.tier.percent, decision.valid_from, decision.valid_to),
            reason=decision.reason,
            conditions=_conditions(decision),
            complaint=parts.complaint(
                rules.last_day_to_appeal(timezone.localdate(now)), is_answer=bool(decision.answers)
            ),
            link=_discount_page(organisation),
        )


def _conditions(decision: TierDecision) -> str:
    declaration = decision.declaration
    judge = declaration.organisation if declaration and declaration.organisation != decision.organisation else None
    return parts.conditions(
        is_provisional=decision.basis == Basis.BUDGET and bool(decision.tier.percent),
        is_hardship=decision.basis == Basis.HARDSHIP,
        judge=judge.name if judge else "",
        has_exceeded=decision.exceeded_provisional,
    )


def _subject(decision: TierDecision) -> str:
    if not decision.tier.percent:
        what = _("you pay the full price")
    else:
        what = _("%(tier)s, %(percent)s percent") % {
            "tier": tier_name(decision.tier.code),
            "percent": parts.plain(decision.tier.percent),
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
        link = _discount_page(organisation)
        return _written(letter_kinds.HARDSHIP_REFUSED, organisation, now, reason=refusal, link=link)


def renewal_notices(decision: TierDecision, *, reference: str, now: datetime) -> list[OutboundMessage]:
    """The unsaved mails that ask for new accounts before a discount ends. The decision is loaded with all it names."""
    organisation = decision.organisation
    judge = organisation.judged_by
    year = timezone.localdate(now).year - 1
    link = settings.SITE_URL + reverse("portal_income_new", args=[organisation.number])
    with translation.override(organisation.language):
        subject, body = _written(
            letter_kinds.RENEWAL,
            organisation,
            now,
            last=show.long_day(decision.valid_to, organisation.language),
            percent=parts.plain(decision.tier.percent),
            year=str(year),
            request=parts.request(year, link, judge=judge.name if judge != organisation else ""),
            link=link,
        )
    return _messages(RENEWAL, reference, organisation, subject, body, now)


def appeal_received(appeal: Appeal, *, now: datetime) -> list[OutboundMessage]:
    """The unsaved mails that say a complaint has come and what happens now."""
    organisation = appeal.decision.organisation
    with translation.override(organisation.language):
        subject, body = _written(
            letter_kinds.COMPLAINT,
            organisation,
            now,
            received=show.long_day(appeal.received_on, organisation.language),
            decided=show.long_day(timezone.localdate(appeal.decision.decided_at), organisation.language),
            link=_discount_page(organisation),
        )
    return _messages(APPEAL, str(appeal.pk), organisation, subject, body, now)


def document_requests(
    declaration: IncomeDeclaration, text: str, *, reference: str, now: datetime
) -> list[OutboundMessage]:
    """The unsaved mails that ask for more documents."""
    organisation = declaration.organisation
    with translation.override(organisation.language):
        subject, body = _written(letter_kinds.DOCUMENTS, organisation, now, year=str(declaration.year), asked=text)
    return _messages(DOCUMENTS, reference, organisation, subject, body, now)


def _discount_page(organisation: Organisation) -> str:
    return settings.SITE_URL + reverse("portal_discount", args=[organisation.number])


def _written(kind: Kind, organisation: Organisation, now: datetime, **values: str) -> tuple[str, str]:
    """Subject and body in the organisation's language: our own text where an administrator has written one."""
    on = timezone.localdate(now)
    seller = SellerParticulars.objects.filter(valid_from__lte=on).order_by("-valid_from").first()
    names = {"organisation": organisation.name, "seller": seller.name if seller else ""}
    text = Texts().compose(kind, organisation.language, {**names, **values})
    return text.subject, text.body


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
