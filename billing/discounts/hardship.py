"""Verbs of hardship: one administrator asks for the next larger discount, another grants or refuses it.

Granted, it is a decision like any other, with an end of its own; below it the ordinary decision goes on. Pots that
are set aside for hardship pay. Source: domain rules 2 (i).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, outbox, show
from advisory.kernel.errors import Conflict, DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.discounts import letters, rules
from billing.discounts.decide import ChangesInvoices, TableNotInForce, invoices_in_the_way, must_be_decider, put_down
from billing.discounts.may_pay import pots_for
from billing.discounts.models import Basis, HardshipRequest, Pot, Tier, TierDecision, TierTable
from billing.discounts.tables import bands
from billing.invoicing.billed import hold_the_series
from clients.organisations import Organisation


class NoOrdinaryDecision(DomainError):
    """Hardship is one step from what the income gives: that must be decided first."""

    template = _("There is no decision on the income for %(day)s. Decide the ordinary discount first.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class NoLargerDiscount(DomainError):
    """They have the largest already."""

    template = _("They have the largest discount there is. There is no larger one to give.")


class EndsAfterOrdinary(DomainError):
    """Hardship holds no longer than the decision it stands on."""

    template = _("The ordinary decision holds to %(last)s. Let the hardship end that day or earlier.")

    def __init__(self, *, last: date) -> None:
        super().__init__(last=show.day(last))


class EndsBeforeItStarts(DomainError):
    """The last day lies before the first."""

    template = _("The last day must not be before the first.")


class RequestWaits(DomainError):
    """One request at a time."""

    template = _("A request for this organisation is waiting already. Answer it first.")


class AlreadyAnswered(Conflict):
    """Somebody granted or refused it."""

    template = _("The request has been answered already.")


class SamePerson(DomainError):
    """Who asks does not grant."""

    template = _("You asked for this yourself. Another administrator must answer.")


def ordinary(organisation: Organisation, day: date) -> TierDecision | None:
    """The newest decision on `day` that is not for hardship."""
    return (
        TierDecision.objects.covering(day)
        .filter(organisation=organisation)
        .exclude(basis=Basis.HARDSHIP)
        .select_related("tier")
        .order_by("-decided_at", "-pk")
        .first()
    )


def larger_tier(organisation: Organisation, day: date) -> Tier:
    """The next larger discount than what the income gives on `day`, in the table in force that day.

    Raises `NoOrdinaryDecision` and `NoLargerDiscount`.
    """
    decision, table = ordinary(organisation, day), TierTable.objects.on(day)
    # Who is not eligible, or has shown nothing, pays the full price whatever befalls it.
    if decision is None or table is None or decision.basis not in (Basis.ACCOUNTS, Basis.BUDGET):
        raise NoOrdinaryDecision(day=day)
    band = rules.larger(decision.tier.code, bands(table))
    if band is None:
        raise NoLargerDiscount
    return table.tiers.get(code=band.code)


@transaction.atomic
def ask_for_hardship(
    *, organisation: Organisation, valid_from: date, valid_to: date, reason: str, by: User, now: datetime
) -> HardshipRequest:
    """Ask for the next larger discount from `valid_from` to and including `valid_to`; another administrator answers.

    Raises `OnlyAdministrators`, `ReasonMissing`, `EndsBeforeItStarts`, `NoOrdinaryDecision`, `NoLargerDiscount`,
    `EndsAfterOrdinary` and `RequestWaits`.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    if not reason.strip():
        raise ReasonMissing()
    if valid_to < valid_from:
        raise EndsBeforeItStarts
    # Two who ask at once: the second waits here, and sees the first.
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    if waiting().filter(organisation=organisation).exists():
        raise RequestWaits
    tier = larger_tier(organisation, valid_from)
    below = ordinary(organisation, valid_from)
    assert below is not None
    if valid_to > below.valid_to:
        raise EndsAfterOrdinary(last=below.valid_to)
    request = HardshipRequest.objects.create(
        organisation=organisation,
        tier=tier,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        asked_at=now,
        asked_by=by,
    )
    audit.record(
        "hardship.ask",
        request,
        by=by,
        now=now,
        after={"tier": tier.code, "valid_from": valid_from, "valid_to": valid_to},
        reason=request.reason,
        organisation=organisation.number,
    )
    return request


@transaction.atomic
def grant_hardship(*, request: HardshipRequest, by: User, now: datetime) -> TierDecision:
    """The decision that the request becomes, with its letter.

    Raises `AlreadyAnswered`, `SamePerson`, `OnlyAdministrators`, `LeadsTheirEngagement`, `TableNotInForce` where a
    new tier table has come meanwhile, and `ChangesInvoices`.
    """
    hold_the_series()
    request = _waiting(request, by)
    must_be_decider(request.organisation, by)
    if TierTable.objects.on(request.valid_from) != request.tier.table:
        raise TableNotInForce(day=request.valid_from)
    in_the_way = invoices_in_the_way(request.organisation, request.tier, request.valid_from, request.valid_to)
    if in_the_way:
        raise ChangesInvoices(numbers=in_the_way)
    return put_down(as_decision(request), by=by, now=now)


@transaction.atomic
def refuse_hardship(*, request: HardshipRequest, reason: str, by: User, now: datetime) -> HardshipRequest:
    """The request, refused with the reason that the organisation reads in its letter.

    Raises `ReasonMissing`, `AlreadyAnswered`, `SamePerson`, `OnlyAdministrators` and `LeadsTheirEngagement`.
    """
    if not reason.strip():
        raise ReasonMissing()
    request = _waiting(request, by)
    must_be_decider(request.organisation, by)
    request.refused_at, request.refused_by, request.refusal = now, by, reason.strip()
    request.save(update_fields=["refused_at", "refused_by", "refusal"])
    audit.record(
        "hardship.refuse", request, by=by, now=now, reason=request.refusal, organisation=request.organisation.number
    )
    outbox.post(letters.hardship_refused(request, now=now))
    return request


def waiting() -> QuerySet[HardshipRequest]:
    """Requests that nobody has answered, the oldest first."""
    return HardshipRequest.objects.filter(refused_at=None, decision=None).order_by("asked_at", "pk")


def as_decision(request: HardshipRequest) -> TierDecision:
    """The unsaved decision that granting would make."""
    below = ordinary(request.organisation, request.valid_from)
    return TierDecision(
        organisation=request.organisation,
        tier=request.tier,
        declaration=below.declaration if below else None,
        basis=Basis.HARDSHIP,
        income_year=below.income_year if below else None,
        valid_from=request.valid_from,
        valid_to=request.valid_to,
        reason=request.reason,
        evidence=below.evidence if below else [],
        hardship=request,
    )


def pots_with_room(request: HardshipRequest) -> list[tuple[Pot, Decimal]]:
    """The pots set aside for hardship that may pay on the first day and hold something, with what each holds."""
    return [(pot, left) for pot, left in pots_for(request.tier, request.valid_from, hardship=True) if left > 0]


def _waiting(request: HardshipRequest, by: User) -> HardshipRequest:
    request = (
        HardshipRequest.objects.select_for_update(of=("self",))
        .select_related("organisation", "tier__table")
        .get(pk=request.pk)
    )
    if request.refused_at or TierDecision.objects.filter(hardship=request).exists():
        raise AlreadyAnswered
    if request.asked_by_id == by.pk:
        raise SamePerson
    return request
