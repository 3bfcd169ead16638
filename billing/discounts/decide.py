"""Verbs of the tier decision: decide, or ask the organisation for more documents.

A decision is a new row on top of the old ones: the newest that covers the day of the work prices it. It may not
change what has been invoiced (that takes a credit note), and nobody decides alone for an organisation he helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, outbox, show
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.discounts import grounds, letters, rules
from billing.discounts.models import Basis, Tier, TierDecision, TierTable
from billing.invoicing.billed import hold_the_series, standing_hours
from clients.income import IncomeDeclaration
from clients.notes import services as notes
from clients.organisations import Organisation
from engagements.work.models import Engagement, Phase


class LeadsTheirEngagement(DomainError):
    """The decider works for the organisation."""

    template = _(
        "You lead engagement %(reference)s for this organisation. Another administrator must decide the discount."
    )


class NotEligible(DomainError):
    """Only registered or documented voluntary organisations, and companies they own whole, can have a discount."""

    template = _(
        "Only voluntary organisations that are in Frivillighetsregisteret or have shown their purpose, and companies "
        "they own all of, can have a discount. Choose full self-cost."
    )


class EvidenceMissing(DomainError):
    """A discount rests on accounts, or for a new organisation on its budget."""

    template = _("A discount needs a declaration with the approved accounts. Choose full self-cost, or ask for them.")


class NoBackBilling(DomainError):
    """First accounts with a smaller discount do not reach back into the provisional year (domain rules 2 f)."""

    template = _(
        "The discount of a new organisation is not made smaller afterwards, unless the income was more than half "
        "above the limit of its tier. Let the decision hold from %(day)s or later."
    )

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class ProvisionalUsedUp(DomainError):
    """Twelve months on a budget are behind them (domain rules 2 f)."""

    template = _("The twelve months on a budget ended %(last)s. Ask for the first accounts.")

    def __init__(self, *, last: date) -> None:
        super().__init__(last=show.day(last))


class OtherDeclaration(DomainError):
    """The declaration is another organisation's, or a newer one of the year has come."""

    template = _("A newer declaration for %(year)s has arrived. Decide on that one.")


class TableNotInForce(DomainError):
    """The tier is not of the table in force on the first day."""

    template = _("The tier is not in the table in force on %(day)s. Choose a tier of that table.")

    def __init__(self, *, day: date) -> None:
        super().__init__(day=show.day(day))


class EndsBeforeStart(DomainError):
    """Accounts of that year hold no longer than `last`."""

    template = _("Accounts for %(year)s hold until %(last)s. Ask for newer accounts.")

    def __init__(self, *, year: int, last: date) -> None:
        super().__init__(year=year, last=show.day(last))


class ChangesInvoices(DomainError):
    """The decision would give another price for hours that are invoiced; `numbers` are the invoices."""

    template = _(
        "Hours in this period are invoiced with another discount: %(invoices)s. "
        "Credit the invoices first, or choose a later day."
    )

    def __init__(self, *, numbers: Iterable[int]) -> None:
        self.numbers = sorted(numbers)
        super().__init__(invoices=", ".join(str(number) for number in self.numbers))


@transaction.atomic
def decide_tier(
    *,
    organisation: Organisation,
    declaration: IncomeDeclaration | None,
    tier: Tier,
    basis: str,
    valid_from: date,
    reason: str,
    by: User,
    now: datetime,
) -> TierDecision:
    """Give the organisation its tier from `valid_from` to and including 30 June of the second year after the accounts.

    A new organisation's budget gives a provisional tier for twelve months at most. A branch without accounts of its
    own is decided on the declaration of the body above. The evidence is kept by name and SHA-256 as it lies now, the
    organisation gets a letter, and the log an entry. Without a declaration only the full price can be decided, to
    30 June of the year after. A first day before the declaration arrived reaches unbilled hours only.
    Raises `OnlyAdministrators`, `LeadsTheirEngagement`, and what `sound_decision` raises. Source: domain rules 2 a-h.
    """
    hold_the_series()
    must_be_decider(organisation, by)
    decision = sound_decision(
        organisation=organisation,
        declaration=declaration,
        tier=tier,
        basis=Basis(basis),
        valid_from=valid_from,
        reason=reason,
    )
    return put_down(decision, by=by, now=now)


def sound_decision(
    *,
    organisation: Organisation,
    declaration: IncomeDeclaration | None,
    tier: Tier,
    basis: Basis,
    valid_from: date,
    reason: str,
) -> TierDecision:
    """The unsaved decision, where every rule allows it.

    Raises `ReasonMissing`, `NotEligible`, `EvidenceMissing`, `OtherDeclaration`, `TableNotInForce`, `EndsBeforeStart`,
    `ProvisionalUsedUp`, `NoBackBilling`, and `ChangesInvoices` with the numbers of the invoices in the way.
    """
    if not reason.strip():
        raise ReasonMissing()
    _must_be_eligible(organisation, declaration, tier, basis)
    if declaration is not None:
        _must_be_newest(organisation.judged_by, declaration)
    if TierTable.objects.on(valid_from) != tier.table:
        raise TableNotInForce(day=valid_from)
    valid_to = holds_until(organisation, declaration, valid_from)
    if valid_to < valid_from:
        if declaration is not None and grounds.is_budget(declaration):
            raise ProvisionalUsedUp(last=valid_to)
        raise EndsBeforeStart(year=declaration.year if declaration else valid_from.year - 1, last=valid_to)
    provisional = grounds.provisional_of(organisation, declaration) if declaration else None
    exceeds = provisional is not None and declaration is not None and grounds.exceeds(provisional, declaration)
    if provisional is not None and declaration is not None and not exceeds and tier.percent < provisional.tier.percent:
        first = min(declaration.arrived_on, provisional.valid_to + timedelta(days=1))
        if valid_from < first:
            raise NoBackBilling(day=first)
    in_the_way = invoices_in_the_way(organisation, tier, valid_from, valid_to)
    if in_the_way:
        raise ChangesInvoices(numbers=in_the_way)
    return TierDecision(
        organisation=organisation,
        tier=tier,
        declaration=declaration,
        basis=basis,
        income_year=declaration.year if declaration else None,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        evidence=list(declaration.evidence.order_by("pk").values("name", "sha256")) if declaration else [],
        exceeded_provisional=exceeds,
    )


def holds_until(organisation: Organisation, declaration: IncomeDeclaration | None, valid_from: date) -> date:
    """The last day of a decision that begins on `valid_from` (domain rules 2 d, f)."""
    if declaration is not None and grounds.is_budget(declaration):
        return grounds.provisional_until(organisation, valid_from)
    return rules.last_day(declaration.year if declaration else valid_from.year - 1)


def put_down(decision: TierDecision, *, by: User, now: datetime) -> TierDecision:
    """Save a decision with its place in the row of decisions, its entry in the log and its letters."""
    decision.decided_at, decision.decided_by = now, by
    if decision.supersedes is None:
        decision.supersedes = grounds.superseded(decision.organisation, decision.valid_from, decision.valid_to)
    decision.save(force_insert=True)
    audit.record(
        "tier.decide",
        decision,
        by=by,
        now=now,
        # Never the income: the log is read by more people than may see it.
        after={
            "tier": decision.tier.code,
            "percent": decision.tier.percent,
            "basis": str(decision.basis),
            "valid_from": decision.valid_from,
            "valid_to": decision.valid_to,
            "evidence": {file["name"]: file["sha256"] for file in decision.evidence},
            "supersedes": decision.supersedes_id,
        },
        reason=decision.reason,
        organisation=decision.organisation.number,
    )
    outbox.post(letters.decision_letters(decision, now=now))
    return decision


@transaction.atomic
def ask_for_documents(*, declaration: IncomeDeclaration, text: str, by: User, now: datetime) -> int:
    """Ask the organisation for what is missing: a visible note and a mail. How many addresses it went to.

    Raises `OnlyAdministrators` and `ReasonMissing` for an empty text.
    """
    if not by.is_administrator:
        raise OnlyAdministrators()
    if not text.strip():
        raise ReasonMissing()
    organisation = declaration.organisation
    note = notes.write(organisation=organisation, text=text.strip(), visible=True, by=by, now=now)
    audit.record(
        "tier.ask",
        declaration,
        by=by,
        now=now,
        reason=text.strip(),
        organisation=organisation.number,
    )
    messages = letters.document_requests(declaration, text.strip(), reference=f"{declaration.pk}-{note.pk}", now=now)
    outbox.post(messages)
    return len(messages)


def must_be_decider(organisation: Organisation, by: User) -> None:
    """Raise where the person may not decide for this organisation."""
    if not by.is_administrator:
        raise OnlyAdministrators()
    own = Engagement.objects.filter(organisation=organisation, lead=by).exclude(phase=Phase.CANCELLED).first()
    if own is not None:
        raise LeadsTheirEngagement(reference=own.reference)


def invoices_in_the_way(organisation: Organisation, tier: Tier, first: date, last: date) -> list[int]:
    """Numbers of standing invoices whose hours in the period are priced with another discount than the tier's."""
    hours = standing_hours(organisation, first, last).exclude(line__discount_percent=tier.percent)
    return sorted(set(hours.values_list("invoice_id", flat=True)))


def _must_be_eligible(
    organisation: Organisation, declaration: IncomeDeclaration | None, tier: Tier, basis: Basis
) -> None:
    if not tier.percent:
        return
    if not grounds.is_eligible(organisation):
        raise NotEligible()
    if declaration is None or not grounds.has_evidence(declaration):
        raise EvidenceMissing()
    if basis != (Basis.BUDGET if grounds.is_budget(declaration) else Basis.ACCOUNTS):
        raise EvidenceMissing()


def _must_be_newest(judge: Organisation, declaration: IncomeDeclaration) -> None:
    newest = judge.declarations.filter(year=declaration.year).first()
    if newest != declaration:
        raise OtherDeclaration(year=declaration.year)
