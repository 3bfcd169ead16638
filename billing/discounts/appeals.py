"""Verbs of complaints: an organisation says a decision is wrong, and another person answers with a new decision.

Three weeks run from the day of the letter; staff can take a later one, with a word on why. Issued invoices are never
touched: an answer that would change them is refused with their numbers, and they are credited first.
Source: domain rules 2 (appeal; as forvaltningsloven sections 28 and 29).
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, outbox, show
from advisory.kernel.errors import Conflict, DomainError, ReasonMissing
from advisory.kernel.users import User
from billing.discounts import grounds, letters, rules
from billing.discounts.decide import must_be_decider, put_down, sound_decision
from billing.discounts.models import Appeal, Basis, Tier, TierDecision
from billing.invoicing.billed import hold_the_series
from clients.income import IncomeDeclaration
from clients.organisations import Organisation


class TextMissing(DomainError):
    """A complaint says what is wrong."""

    template = _("Write what you disagree with.")


class ReceivedAfterToday(DomainError):
    """It cannot have come on a day that has not been."""

    template = _("The complaint cannot have come after today.")


class ReceivedBeforeDecision(DomainError):
    """Nobody complains about what is not decided."""

    template = _("The complaint cannot have come before the decision.")


class TooLate(DomainError):
    """Three weeks are gone."""

    template = _("The time to complain ended %(last)s. Write to us: we can still look at it where there is a reason.")

    def __init__(self, *, last: date) -> None:
        super().__init__(last=show.day(last))


class AlreadyAppealed(Conflict):
    """One complaint about a decision."""

    template = _("There is a complaint about this decision already.")


class IsAnAnswer(DomainError):
    """The same matter is not complained about twice."""

    template = _(
        "This decision is the answer to a complaint, so it cannot be complained about again. Send new accounts."
    )


class DecidedItself(DomainError):
    """Another person looks at it."""

    template = _("You made the decision. Another administrator must answer the complaint.")


class AlreadyAnswered(Conflict):
    """Somebody was first."""

    template = _("The complaint has been answered already.")


class NothingToAnswerOn(DomainError):
    """A discount needs a declaration, and there is none."""

    template = _("There is no declaration to find a discount on. Choose full self-cost, or register a declaration.")


def last_day(decision: TierDecision) -> date:
    """The last day on which the decision can be complained about."""
    return rules.last_day_to_appeal(timezone.localdate(decision.decided_at))


def may_be_appealed(decision: TierDecision) -> bool:
    """Whether a complaint can be taken, on time or not: it is no answer, and none has come."""
    # Read whole, so that a list can prefetch them.
    return decision.answers_id is None and not decision.appeals.all()


@transaction.atomic
def register_appeal(
    *, decision: TierDecision, text: str, received_on: date, by: User, now: datetime, why_late: str = ""
) -> Appeal:
    """The complaint that came on `received_on`; the organisation is told that it has come.

    `why_late` lets staff take one that came after three weeks; the log keeps it. Raises `TextMissing`,
    `ReceivedAfterToday`, `ReceivedBeforeDecision`, `TooLate`, `IsAnAnswer`, `AlreadyAppealed`.
    """
    if not text.strip():
        raise TextMissing
    if received_on > timezone.localdate(now):
        raise ReceivedAfterToday
    if received_on < timezone.localdate(decision.decided_at):
        raise ReceivedBeforeDecision
    if received_on > last_day(decision) and not why_late.strip():
        raise TooLate(last=last_day(decision))
    if decision.answers_id is not None:
        raise IsAnAnswer
    # Two who send at once: the second waits here, and sees the first.
    Organisation.objects.select_for_update().get(pk=decision.organisation_id)
    if decision.appeals.exists():
        raise AlreadyAppealed
    appeal = Appeal.objects.create(
        decision=decision, text=text.strip(), received_on=received_on, registered_at=now, registered_by=by
    )
    audit.record(
        "appeal.register",
        appeal,
        by=by,
        now=now,
        after={"decision": decision.pk, "received_on": received_on},
        reason=why_late.strip(),
        organisation=decision.organisation.number,
    )
    outbox.post(letters.appeal_received(appeal, now=now))
    return appeal


@transaction.atomic
def answer_appeal(
    *, appeal: Appeal, tier: Tier, valid_from: date, reason: str, by: User, now: datetime
) -> TierDecision:
    """The new decision that answers the complaint, with the same tier or another, and its letter.

    Raises `AlreadyAnswered`, `DecidedItself`, `NothingToAnswerOn`, and what `decide_tier` raises: `ChangesInvoices`
    names the invoices to credit first.
    """
    hold_the_series()
    if TierDecision.objects.filter(answers=appeal).exists():
        raise AlreadyAnswered
    decision = appeal.decision
    organisation = decision.organisation
    if by.pk in deciders(decision):
        raise DecidedItself
    must_be_decider(organisation, by)
    if not reason.strip():
        raise ReasonMissing()
    answer = sound_answer(appeal=appeal, tier=tier, valid_from=valid_from, reason=reason)
    return put_down(answer, by=by, now=now)


def sound_answer(*, appeal: Appeal, tier: Tier, valid_from: date, reason: str) -> TierDecision:
    """The unsaved answer, where every rule allows it. Raises `NothingToAnswerOn` and what `sound_decision` raises."""
    decision = appeal.decision
    declaration = declaration_for(appeal)
    if tier.percent and declaration is None:
        raise NothingToAnswerOn
    answer = sound_decision(
        organisation=decision.organisation,
        declaration=declaration,
        tier=tier,
        basis=_basis(decision, declaration, tier),
        valid_from=valid_from,
        reason=reason,
    )
    answer.answers, answer.supersedes = appeal, decision
    return answer


def declaration_for(appeal: Appeal) -> IncomeDeclaration | None:
    """What an answer rests on: the newest declaration of the year decided on, else the newest there is."""
    declared = appeal.decision.organisation.judged_by.declarations.all()
    year = appeal.decision.income_year
    same_year = declared.filter(year=year).first() if year else None
    return same_year or declared.first()


def deciders(decision: TierDecision) -> set[int]:
    """Row ids of those who made the decision; a hardship was asked for by one and granted by another."""
    asked = {decision.hardship.asked_by_id} if decision.hardship else set()
    return {decision.decided_by_id, *asked}


def open_appeals() -> QuerySet[Appeal]:
    """Complaints without an answer, the oldest first."""
    return (
        Appeal.objects.filter(answer=None)
        .select_related("decision__organisation", "decision__tier", "decision__decided_by")
        .order_by("received_on", "pk")
    )


def _basis(decision: TierDecision, declaration: IncomeDeclaration | None, tier: Tier) -> Basis:
    if not tier.percent and decision.basis in (Basis.NOT_ELIGIBLE, Basis.NO_EVIDENCE):
        return Basis(decision.basis)
    if declaration is None:
        return Basis.NO_EVIDENCE
    return Basis.BUDGET if grounds.is_budget(declaration) else Basis.ACCOUNTS
