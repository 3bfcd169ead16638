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
from billing.discounts import rules
from billing.discounts.decide import invoices_in_the_way
from billing.discounts.effect import Effect, Price, effect
from billing.discounts.ledger import balances
from billing.discounts.models import Pot, Tier, TierTable
from billing.discounts.rules import Ground, Proposal
from billing.discounts.tables import bands
from billing.invoicing.price_statement import tier_label
from billing.pricing.statement import TierBandFact
from clients.income import IncomeDeclaration
from clients.organisations import Kind
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
    pot: Pot | None
    pot_left: Decimal | None
    checks: list[Check]

    @property
    def proposed_label(self) -> str:
        return tier_label(self.proposed.code, self.proposed.percent)

    @property
    def chosen_label(self) -> str:
        return tier_label(self.chosen.code, self.chosen.percent)

    @property
    def can_approve(self) -> bool:
        """Evidence is there, or the organisation pays the full price whatever it shows."""
        return self.proposal.ground is not Ground.NO_EVIDENCE

    @property
    def is_past(self) -> bool:
        """Whether the accounts are too old for the first day."""
        return self.valid_to < self.valid_from


def decision_page(
    declaration: IncomeDeclaration, *, by: User, chosen: Tier | None = None, valid_from: date | None = None
) -> DecisionPage | None:
    """The page's value, for the proposal unless another tier or first day is given; None without a tier table."""
    organisation = declaration.organisation
    first = valid_from or declaration.arrived_on
    table = TierTable.objects.on(first)
    if table is None:
        return None
    tiers = list(table.tiers.all())
    steps = bands(table)
    evidence = declaration.evidence.count()
    income = declaration.total_income.amount
    is_voluntary = organisation.kind == Kind.VOLUNTARY
    proposal = rules.propose(income=income, bands=steps, voluntary=is_voluntary, has_evidence=evidence > 0)
    proposed = next(tier for tier in tiers if tier.code == proposal.band.code)
    tier = chosen if chosen in tiers and chosen is not None else proposed
    last = rules.last_day(declaration.year)
    priced = effect(organisation, first, last, [tier.percent])
    pot = Pot.objects.open_on(first).first() if tier.percent else None
    theirs = rules.band_of(income, steps)
    return DecisionPage(
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
        pot=pot,
        pot_left=balances([pot.pk])[pot.pk] if pot else None,
        checks=[
            Check(is_voluntary, _("Is a voluntary organisation")),
            Check(organisation.in_voluntary_register, _("Is in Frivillighetsregisteret")),
            Check(evidence > 0, _("Documents are attached")),
            Check(
                organisation.declarations.filter(year=declaration.year).first() == declaration,
                _("No newer declaration of the year has arrived"),
            ),
            Check(
                not Engagement.objects.filter(organisation=organisation, lead=by)
                .exclude(phase=Phase.CANCELLED)
                .exists(),
                _("You do not lead an engagement for the organisation"),
            ),
        ],
    )


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
        return _("Only voluntary organisations can have a discount.")
    return _("The approved accounts for %(year)s show a total income of %(incomes)s.") % {
        "year": year,
        "incomes": incomes(page.proposal.band),
    }
