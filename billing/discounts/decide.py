"""Verbs of the tier decision: decide, or ask the organisation for more documents.

A decision is a new row on top of the old ones: the newest that covers the day of the work prices it. It may not
change what has been invoiced (that takes a credit note), and nobody decides alone for an organisation he helps.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advisory.kernel import audit, outbox, show
from advisory.kernel.errors import DomainError, OnlyAdministrators, ReasonMissing
from advisory.kernel.users import User
from billing.discounts import letters, rules
from billing.discounts.models import Basis, Tier, TierDecision, TierTable
from billing.invoicing.billed import hold_the_series, standing_hours
from clients.income import IncomeDeclaration
from clients.notes import services as notes
from clients.organisations import Kind, Organisation
from engagements.work.models import Engagement, Phase


class LeadsTheirEngagement(DomainError):
    """The decider works for the organisation."""

    template = _(
        "You lead engagement %(reference)s for this organisation. Another administrator must decide the discount."
    )


class NotEligible(DomainError):
    """Only voluntary organisations can have a discount."""

    template = _("Only voluntary organisations can have a discount. Choose full self-cost.")


class EvidenceMissing(DomainError):
    """A discount rests on accounts."""

    template = _("A discount needs a declaration with the approved accounts. Choose full self-cost, or ask for them.")


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

    The evidence is kept by name and SHA-256 as it lies now, the organisation gets a letter, and the log an entry.
    Without a declaration only the full price can be decided, to 30 June of the year after. A first day before the
    declaration arrived reaches unbilled hours only. Raises `OnlyAdministrators`, `LeadsTheirEngagement`,
    `ReasonMissing`, `NotEligible`, `EvidenceMissing`, `OtherDeclaration`, `TableNotInForce`, `EndsBeforeStart` and
    `ChangesInvoices` with the numbers of the invoices in the way. Rules: domain rules 2 (a)-(e).
    """
    hold_the_series()
    must_be_decider(organisation, by)
    if not reason.strip():
        raise ReasonMissing()
    basis = Basis(basis)
    _must_be_eligible(organisation, declaration, tier, basis)
    if declaration is not None:
        _must_be_newest(organisation, declaration)
    if TierTable.objects.on(valid_from) != tier.table:
        raise TableNotInForce(day=valid_from)
    year = declaration.year if declaration else valid_from.year - 1
    valid_to = rules.last_day(year)
    if valid_to < valid_from:
        raise EndsBeforeStart(year=year, last=valid_to)
    in_the_way = invoices_in_the_way(organisation, tier, valid_from, valid_to)
    if in_the_way:
        raise ChangesInvoices(numbers=in_the_way)
    evidence = list(declaration.evidence.order_by("pk").values("name", "sha256")) if declaration else []
    decision = TierDecision.objects.create(
        organisation=organisation,
        tier=tier,
        declaration=declaration,
        basis=basis,
        income_year=declaration.year if declaration else None,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        evidence=evidence,
        decided_at=now,
        decided_by=by,
    )
    audit.record(
        "tier.decide",
        decision,
        by=by,
        now=now,
        # Never the income: the log is read by more people than may see it.
        after={
            "tier": tier.code,
            "percent": tier.percent,
            "basis": basis,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "evidence": {file["name"]: file["sha256"] for file in evidence},
        },
        reason=decision.reason,
        organisation=organisation.number,
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
    if organisation.kind != Kind.VOLUNTARY:
        raise NotEligible()
    if declaration is None or basis != Basis.ACCOUNTS:
        raise EvidenceMissing()


def _must_be_newest(organisation: Organisation, declaration: IncomeDeclaration) -> None:
    newest = organisation.declarations.filter(year=declaration.year).first()
    if newest != declaration:
        raise OtherDeclaration(year=declaration.year)
