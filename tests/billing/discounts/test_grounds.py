"""Decisions on what was declared: eligibility, what was passed on, budgets, branches, and two years in a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from advisory.kernel.outbox import OutboundMessage
from advisory.kernel.users import User
from billing.discounts import decide, grounds
from billing.discounts.decide import decide_tier
from billing.discounts.decision_page import DecisionPage, decision_page
from billing.discounts.models import Basis, TierDecision, TierTable
from billing.discounts.state import to_settle
from clients.income import EvidenceKind, IncomeDeclaration
from clients.income.declare import HasAccounts, NotTheBudgetYear, NumberMissing, PassedOnTooMuch, declare
from clients.income.evidence import Upload
from clients.models import Organisation
from tests import builders
from tests.builders import NOW, TODAY
from tests.clients.test_evidence import PDF

pytestmark = pytest.mark.django_db


@pytest.fixture
def decider() -> User:
    return builders.administrator()


@pytest.fixture(autouse=True)
def table(decider: User) -> TierTable:
    return builders.tier_table(by=decider)


def declared(
    organisation: Organisation,
    income: int | str,
    *,
    year: int = 2025,
    kinds: Sequence[EvidenceKind] = (EvidenceKind.ACCOUNTS,),
    arrived_on: date = date(2026, 11, 3),
    **facts: Any,
) -> IncomeDeclaration:
    files = [Upload(f"{kind}.pdf", PDF, kind) for kind in kinds]
    return declare(
        organisation=organisation, year=year, total_income=Decimal(income), files=files,
        by=builders.administrator(), arrived_on=arrived_on, now=NOW, **facts,
    )  # fmt: skip


def budget(organisation: Organisation, income: int, *, year: int = 2026, **facts: Any) -> IncomeDeclaration:
    kinds = (EvidenceKind.BUDGET, EvidenceKind.FOUNDING)
    return declared(organisation, income, year=year, kinds=kinds, basis="budget", **facts)


def page_of(declaration: IncomeDeclaration, by: User, organisation: Organisation | None = None) -> DecisionPage:
    page = decision_page(declaration, organisation=organisation, by=by)
    assert page is not None
    return page


def decided(
    declaration: IncomeDeclaration, by: User, code: str, organisation: Organisation | None = None, **changed: Any
) -> TierDecision:
    valid_from = changed.get("valid_from", declaration.arrived_on)
    table = TierTable.objects.on(valid_from)
    assert table is not None
    facts: dict[str, Any] = {
        "organisation": organisation or declaration.organisation,
        "declaration": declaration,
        "tier": table.tiers.get(code=code),
        "basis": declaration.basis,
        "valid_from": valid_from,
        "reason": "Regnskapet viser det.",
        "by": by,
        "now": NOW,
    }
    return decide_tier(**(facts | changed))


# --- (a) Who can have a discount


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "professional"},
        {"kind": "company"},
        {"kind": "authority"},
        {"in_voluntary_register": False, "form": "FLI"},
    ],
)
def test_those_who_are_not_eligible_are_proposed_and_given_the_full_price(decider: User, facts: dict[str, Any]) -> None:
    declaration = declared(builders.organisation(**facts), 100_000)
    page = page_of(declaration, decider)
    assert (page.proposed.code, page.proposal.ground) == ("T0", "not_eligible")
    with pytest.raises(decide.NotEligible):
        decided(declaration, decider, "T1")


def test_a_company_that_voluntary_organisations_own_all_of_gets_a_discount(decider: User) -> None:
    shop = builders.organisation("Butikken AS", kind="company", purpose_documented=True, in_voluntary_register=False)
    assert shop in to_settle(TODAY)
    declaration = declared(shop, 100_000)
    assert page_of(declaration, decider).proposed.code == "T1"
    assert decided(declaration, decider, "T1").tier.percent == 70


# --- (b) What was only passed on


def test_money_that_was_only_passed_on_does_not_count(decider: User) -> None:
    """1 200 000 less 250 000 is 950 000: tier 2, not 3."""
    declaration = declared(builders.organisation(), 1_200_000, passed_on=Decimal(250_000))
    assert declaration.counted_income == 950_000
    assert page_of(declaration, decider).proposed.code == "T2"


@pytest.mark.parametrize("passed_on", ["-0.01", "500000.01"])
def test_no_more_is_passed_on_than_came_in(passed_on: str) -> None:
    with pytest.raises(PassedOnTooMuch):
        declared(builders.organisation(), 500_000, passed_on=Decimal(passed_on))
    assert not IncomeDeclaration.objects.exists()


# --- (c) Evidence


def test_a_file_of_another_kind_is_no_evidence(decider: User) -> None:
    declaration = declared(builders.organisation(), 100_000, kinds=[EvidenceKind.OTHER])
    assert not page_of(declaration, decider).can_approve
    with pytest.raises(decide.EvidenceMissing):
        decided(declaration, decider, "T1")


def test_accounts_in_the_register_are_evidence_with_the_organisation_number(decider: User) -> None:
    known = builders.organisation(organisation_number="310000078")
    assert decided(declared(known, 100_000, kinds=[], filed_with_register=True), decider, "T1").evidence == []
    with pytest.raises(NumberMissing):
        declared(builders.organisation(), 100_000, kinds=[], filed_with_register=True)


# --- (f) New organisations


def test_a_budget_gives_a_provisional_decision_of_twelve_months(decider: User) -> None:
    made = decided(budget(builders.organisation(), 80_000), decider, "T1")
    assert (made.basis, made.valid_from, made.valid_to) == ("budget", date(2026, 11, 3), date(2027, 11, 2))


def test_a_budget_without_the_minutes_of_the_founding_shows_nothing(decider: User) -> None:
    declaration = declared(builders.organisation(), 80_000, year=2026, kinds=[EvidenceKind.BUDGET], basis="budget")
    assert not page_of(declaration, decider).can_approve
    with pytest.raises(decide.EvidenceMissing):
        decided(declaration, decider, "T1")


def test_a_budget_is_of_this_year_or_the_next_and_of_who_has_no_accounts() -> None:
    new = builders.organisation()
    for year in (2025, 2028):
        with pytest.raises(NotTheBudgetYear):
            budget(new, 80_000, year=year)
    declared(new, 80_000)
    with pytest.raises(HasAccounts):
        budget(new, 80_000)


def test_a_second_budget_ends_with_the_same_twelve_months(decider: User) -> None:
    new = builders.organisation()
    decided(budget(new, 80_000, arrived_on=date(2026, 3, 2)), decider, "T1")
    again = budget(new, 600_000, year=2027, arrived_on=date(2026, 11, 3))
    assert decided(again, decider, "T2").valid_to == date(2027, 3, 1)
    with pytest.raises(decide.ProvisionalUsedUp):
        decided(again, decider, "T2", valid_from=date(2027, 3, 2))


def test_first_accounts_do_not_reach_back_with_a_smaller_discount(decider: User) -> None:
    """750 000 is exactly half above the limit of tier 1: not more than half."""
    new = builders.organisation()
    decided(budget(new, 80_000, year=2026, arrived_on=date(2026, 3, 2)), decider, "T1")
    accounts = declared(new, 750_000)
    assert not page_of(accounts, decider).exceeds_provisional
    with pytest.raises(decide.NoBackBilling) as refusal:
        decided(accounts, decider, "T2", valid_from=date(2026, 3, 2))
    assert "03.11.2026" in refusal.value.message
    made = decided(accounts, decider, "T2")
    assert not made.exceeded_provisional
    assert made.supersedes is not None
    assert made.supersedes.basis == Basis.BUDGET


def test_first_accounts_more_than_half_above_the_limit_may_reach_back_and_the_decision_says_so(decider: User) -> None:
    new = builders.organisation()
    decided(budget(new, 80_000, year=2026, arrived_on=date(2026, 3, 2)), decider, "T1")
    accounts = declared(new, "750000.01")
    assert page_of(accounts, decider).exceeds_provisional
    assert decided(accounts, decider, "T2", valid_from=date(2026, 3, 2)).exceeded_provisional


def test_first_accounts_with_a_larger_discount_may_reach_back(decider: User) -> None:
    new = builders.organisation()
    decided(budget(new, 600_000, year=2026, arrived_on=date(2026, 3, 2)), decider, "T2")
    assert decided(declared(new, 90_000), decider, "T1", valid_from=date(2026, 3, 2)).valid_from == date(2026, 3, 2)


# --- (g) Branches


def test_a_branch_without_accounts_is_judged_by_those_of_the_body_above(decider: User) -> None:
    body = builders.organisation("Landsforbundet", language="nb")
    region = builders.organisation("Fylkeslaget", parent=body, own_accounts=False)
    branch = builders.organisation("Lokallaget", parent=region, own_accounts=False)
    declaration = declared(body, 1_200_000)
    page = page_of(declaration, decider, branch)
    assert (page.proposed.code, page.judge) == ("T3", body)
    made = decided(declaration, decider, "T3", branch)
    assert (made.organisation, made.declaration) == (branch, declaration)
    letter = OutboundMessage.objects.get(organisation=branch.number)
    assert "Landsforbundet" in letter.body
    assert {one.name for one in to_settle(TODAY)} == {"Landsforbundet", "Fylkeslaget"}
    assert {one.waiting_declaration for one in to_settle(TODAY)} == {declaration.pk}  # type: ignore[attr-defined]


def test_a_branch_with_its_own_accounts_stands_alone(decider: User) -> None:
    body = builders.organisation("Landsforbundet")
    branch = builders.organisation("Lokallaget", parent=body)
    own, theirs = declared(branch, 90_000), declared(body, 1_200_000)
    with pytest.raises(decide.OtherDeclaration):
        decided(theirs, decider, "T3", branch)
    assert decided(own, decider, "T1").tier.percent == 70


# --- (h) Two years in a row


def years(organisation: Organisation, incomes: dict[int, int], decider: User) -> list[str]:
    """The tiers that the rules propose, and that are decided, year by year."""
    codes = []
    for year, income in incomes.items():
        now = datetime(year + 1, 4, 1, 9, tzinfo=UTC)
        declaration = declare(
            organisation=organisation, year=year, total_income=Decimal(income), files=[Upload("r.pdf", PDF)],
            by=decider, arrived_on=now.date(), now=now,
        )  # fmt: skip
        code = page_of(declaration, decider).proposed.code
        decided(declaration, decider, code, now=now)
        codes.append(code)
    return codes


def test_a_smaller_discount_comes_with_the_second_year_above_the_limit(decider: User) -> None:
    builders.tier_table(valid_from=date(2020, 1, 1), by=decider)
    incomes = {2021: 400_000, 2022: 600_000, 2023: 600_000, 2024: 1_500_000, 2025: 300_000}
    assert years(builders.organisation(), incomes, decider) == ["T1", "T1", "T2", "T2", "T1"]


def test_the_page_and_the_reason_say_why_a_discount_is_kept(decider: User) -> None:
    builders.tier_table(valid_from=date(2020, 1, 1), by=decider)
    organisation = builders.organisation()
    years(organisation, {2024: 400_000}, decider)
    page = page_of(declared(organisation, 600_000), decider)
    assert page.proposal.is_kept
    assert grounds.year_before(organisation, page.declaration) is not None
    assert page.chosen.code == "T1"
