"""What the page of a decision shows before anything is saved: the band, the proposal, the effect, the control.

Reads only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from advisory.kernel.users import User
from billing.discounts import grounds, rules
from billing.discounts.decide import holds_until, invoices_in_the_way
from billing.discounts.effect import Effect, Price, effect
from billing.discounts.may_pay import pots_for
from billing.discounts.models import Basis, Pot, Tier, TierDecision, TierTable
from billing.discounts.rules import Ground, Proposal
from billing.discounts.tables import bands
from billing.invoicing.price_statement import tier_label, tier_name
from billing.pricing.statement import TierBandFact
from clients.income import IncomeDeclaration
from clients.organisations import Kind, Organisation
from engagements.work.models import Engagement, Phase


@dataclass(frozen=True, slots=True)
class Band:
    """A step of the table in words; `is_theirs` marks the one that holds the declared income."""

    code: str
    name: str
    percent: Decimal
    incomes: str
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A condition, and whether it holds."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A declaration with what the rules make of it, for one chosen tier and first day."""

    organisation: Organisation
    declaration: IncomeDeclaration
    table: TierTable
    tiers: list[Tier]
    bands: list[Band]
    proposal: Proposal
    proposed: Tier
    chosen: Tier
    valid_from: date
    valid_to: date
    effect: Effect
    price: Price
    in_the_way: list[int]
    #: Those that may pay, in order, with what is free in each.
    pots: list[tuple[Pot, Decimal]]
    checks: list[Check]
    #: The provisional decision that these first accounts follow, and whether they are more than half above its limit.
    provisional: TierDecision | None
    exceeds_provisional: bool
    #: A hardship decision on the first day: the newer one would take its place.
    hardship: TierDecision | None

    @property
    def proposed_label(self) -> str:
        return tier_label(self.proposed.code, self.proposed.percent)

    @property
    def chosen_label(self) -> str:
        return tier_label(self.chosen.code, self.chosen.percent)

    @property
    def provisional_name(self) -> str:
        return tier_name(self.provisional.tier.code) if self.provisional else ""

    @property
    def is_budget(self) -> bool:
        return grounds.is_budget(self.declaration)

    @property
    def judge(self) -> Organisation | None:
        """Whose declaration it is, where that is another than the organisation itself."""
        return self.declaration.organisation if self.declaration.organisation != self.organisation else None

    @property
    def can_approve(self) -> bool:
        """Evidence is there, or the organisation pays the full price whatever it shows."""
        return self.proposal.ground is not Ground.NO_EVIDENCE

    @property
    def is_past(self) -> bool:
        """Whether the accounts are too old for the first day."""
        return self.valid_to < self.valid_from


def decision_page(
    declaration: IncomeDeclaration,
    *,
    by: User,
    organisation: Organisation | None = None,
    chosen: Tier | None = None,
    valid_from: date | None = None,
) -> DecisionPage | None:
    """The page's value, for the proposal unless another tier or first day is given; None without a tier table.

    `organisation` is given where it is another than the one that declared: a branch without accounts of its own.
    """
    organisation = organisation or declaration.organisation
    first = valid_from or declaration.arrived_on
    table = TierTable.objects.on(first)
    if table is None:
        return None
    tiers = list(table.tiers.all())
    steps = bands(table)
    income = declaration.counted_income
    is_budget = grounds.is_budget(declaration)
    has_evidence = grounds.has_evidence(declaration)
    before = grounds.year_before(organisation, declaration)
    proposal = rules.propose(
        income=income,
        bands=steps,
        eligible=grounds.is_eligible(organisation),
        has_evidence=has_evidence,
        budget=is_budget,
        before=before,
    )
    proposed = next(tier for tier in tiers if tier.code == proposal.band.code)
    tier = chosen if chosen in tiers and chosen is not None else proposed
    last = holds_until(organisation, declaration, first)
    priced = effect(organisation, first, last, [tier.percent])
    theirs = rules.band_of(income, steps)
    provisional = grounds.provisional_of(organisation, declaration)
    return DecisionPage(
        organisation=organisation,
        declaration=declaration,
        table=table,
        tiers=tiers,
        bands=[_named(band, is_theirs=band == theirs) for band in steps],
        proposal=proposal,
        proposed=proposed,
        chosen=tier,
        valid_from=first,
        valid_to=last,
        effect=priced,
        price=priced.prices[tier.percent],
        in_the_way=invoices_in_the_way(organisation, tier, first, last),
        pots=pots_for(tier, first) if tier.percent else [],
        checks=_checks(organisation, declaration, has_evidence=has_evidence, by=by),
        provisional=provisional,
        exceeds_provisional=provisional is not None and grounds.exceeds(provisional, declaration),
        hardship=TierDecision.objects.covering(first)
        .filter(organisation=organisation, basis=Basis.HARDSHIP)
        .select_related("tier")
        .first(),
    )


def _checks(organisation: Organisation, declaration: IncomeDeclaration, *, has_evidence: bool, by: User) -> list[Check]:
    judge = organisation.judged_by
    return [
        Check(organisation.is_voluntary, _("Is a voluntary organisation, or owned by such")),
        Check(grounds.is_eligible(organisation), _eligibility(organisation)),
        Check(has_evidence, _evidence(declaration)),
        Check(
            judge.declarations.filter(year=declaration.year).first() == declaration,
            _("No newer declaration of the year has arrived"),
        ),
        Check(
            not Engagement.objects.filter(organisation=organisation, lead=by).exclude(phase=Phase.CANCELLED).exists(),
            _("You do not lead an engagement for the organisation"),
        ),
    ]


def _eligibility(organisation: Organisation) -> str:
    if organisation.kind == Kind.COMPANY:
        return _("It is documented that voluntary organisations own all of it")
    if organisation.in_voluntary_register or organisation.form not in rules.ASSOCIATIONS:
        return _("Is in Frivillighetsregisteret")
    return _("Its voluntary purpose is documented")


def _evidence(declaration: IncomeDeclaration) -> str:
    if grounds.is_budget(declaration):
        return _("Budget and minutes of the founding meeting are attached")
    if declaration.filed_with_register:
        return _("The accounts are filed with Regnskapsregisteret")
    return _("Accounts or minutes are attached")


def named_bands(table: TierTable | None) -> list[Band]:
    """The steps of a table in words, lowest income first."""
    return [_named(band) for band in bands(table)] if table else []


def _named(band: TierBandFact, *, is_theirs: bool = False) -> Band:
    return Band(band.code, tier_label(band.code, band.percent), band.percent, incomes(band), is_theirs)


def incomes(band: TierBandFact) -> str:
    """The incomes of a band in words: «under 500 000 kr», «500 000–999 999 kr», «5 000 000 kr og mer»."""
    language = get_language() or "nb"
    if not band.income_from:
        if band.income_below is None:
            return _("all incomes")
        return _("below %(high)s") % {"high": show.kroner(band.income_below, language)}
    if band.income_below is None:
        return _("%(low)s and more") % {"low": show.kroner(band.income_from, language)}
    return _("NOK %(low)s–%(high)s") % {
        "low": show.whole(band.income_from, language),
        "high": show.whole(band.income_below - 1, language),
    }


def reason_of(page: DecisionPage) -> str:
    """Why the proposal is what it is, in the active language and without the income itself."""
    year = page.declaration.year
    if page.proposal.ground is Ground.NOT_ELIGIBLE:
        return _(
            "Only voluntary organisations in Frivillighetsregisteret or with a documented purpose, and companies they "
            "own all of, can have a discount."
        )
    if page.proposal.ground is Ground.BUDGET:
        return _("You are a new organisation. The budget for %(year)s shows an income of %(incomes)s.") % {
            "year": year,
            "incomes": incomes(page.proposal.band),
        }
    if page.proposal.is_kept:
        return _(
            "The approved accounts for %(year)s show more than the limit of %(tier)s for the first time. The discount "
            "becomes smaller only when the income is above the limit two years in a row."
        ) % {"year": year, "tier": tier_name(page.proposal.band.code)}
    if page.judge is not None:
        return _("The approved accounts of %(name)s for %(year)s show a total income of %(incomes)s.") % {
            "name": page.judge.name,
            "year": year,
            "incomes": incomes(page.proposal.band),
        }
    return _("The approved accounts for %(year)s show a total income of %(incomes)s.") % {
        "year": year,
        "incomes": incomes(page.proposal.band),
    }
