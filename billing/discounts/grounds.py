"""What the rules ask about an organisation and a declaration, read from the database. Writes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import F

from billing.discounts import rules
from billing.discounts.models import Basis, TierDecision
from billing.discounts.rules import YearBefore
from billing.discounts.tables import bands
from clients.income import DeclarationBasis, IncomeDeclaration
from clients.organisations import Kind, Organisation


def is_eligible(organisation: Organisation) -> bool:
    """Whether the organisation can have a discount (domain rules 2 a)."""
    return rules.is_eligible(
        voluntary=organisation.kind == Kind.VOLUNTARY,
        company=organisation.kind == Kind.COMPANY,
        registered=organisation.in_voluntary_register,
        legal_form=organisation.form,
        documented=organisation.purpose_documented,
    )


def is_budget(declaration: IncomeDeclaration) -> bool:
    return declaration.basis == DeclarationBasis.BUDGET


def has_evidence(declaration: IncomeDeclaration) -> bool:
    """Whether the declaration shows what it says (domain rules 2 c, f). One query."""
    filed = declaration.filed_with_register and bool(declaration.organisation.organisation_number)
    kinds = set(declaration.evidence.values_list("kind", flat=True))
    return rules.is_evidence(kinds, budget=is_budget(declaration), filed=filed)


def year_before(organisation: Organisation, declaration: IncomeDeclaration) -> YearBefore | None:
    """The organisation's tier on the accounts of the year before, for the rule of two years (domain rules 2 h)."""
    if is_budget(declaration):
        return None
    decision = (
        TierDecision.objects.filter(
            organisation=organisation, basis=Basis.ACCOUNTS, declaration__year=declaration.year - 1
        )
        .select_related("tier", "declaration")
        .order_by("-decided_at", "-pk")
        .first()
    )
    if decision is None or decision.declaration is None:
        return None
    return YearBefore(decision.tier.code, decision.declaration.counted_income)


def provisional_of(organisation: Organisation, declaration: IncomeDeclaration) -> TierDecision | None:
    """The newest provisional decision, where the declaration has the organisation's first accounts (2 f)."""
    if is_budget(declaration):
        return None
    decisions = TierDecision.objects.filter(organisation=organisation)
    if decisions.filter(basis=Basis.ACCOUNTS, declaration__year__lt=declaration.year).exists():
        return None
    return decisions.filter(basis=Basis.BUDGET).select_related("tier__table").order_by("-decided_at", "-pk").first()


def provisional_limit(provisional: TierDecision) -> Decimal | None:
    """Up to, not including, which income its tier reaches in its own table; None where it has no limit."""
    return next(band.income_below for band in bands(provisional.tier.table) if band.code == provisional.tier.code)


def exceeds(provisional: TierDecision, declaration: IncomeDeclaration) -> bool:
    """Whether the first accounts lie more than half above the limit of the provisional tier (domain rules 2 f)."""
    band = next(band for band in bands(provisional.tier.table) if band.code == provisional.tier.code)
    return rules.exceeds_provisional(declaration.counted_income, band)


def provisional_until(organisation: Organisation, first: date) -> date:
    """The last day of the twelve months that provisional decisions may cover in all (domain rules 2 f)."""
    began = (
        TierDecision.objects.filter(organisation=organisation, basis=Basis.BUDGET, tier__percent__gt=0)
        .order_by("valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    return rules.year_from(began if began is not None else first)


def superseded(organisation: Organisation, first: date, last: date) -> TierDecision | None:
    """The newest decision that shares a day with the period, if any."""
    return (
        TierDecision.objects.filter(organisation=organisation, valid_from__lte=last, valid_to__gte=first)
        .order_by(F("decided_at").desc(), F("pk").desc())
        .first()
    )
