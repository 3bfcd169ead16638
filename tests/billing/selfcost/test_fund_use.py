"""How much of the fund a rate uses: by decision, or by the rule over the ledger's layers, checked at adoption."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from advisory.kernel.users import User
from billing.models import CostBase
from billing.selfcost import adopt, base
from billing.selfcost.base import BaseFacts, FundHasMoved
from billing.selfcost.fund import Layer
from billing.selfcost.fund_use import fund_before
from billing.yearend import fund_ledger
from billing.yearend.fund_ledger import FundMovement
from billing.yearend.models import FundEntryKind
from tests import builders
from tests.billing.selfcost.bottom_up import bottom_up
from tests.builders import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def maker() -> User:
    return builders.administrator()


def brought_in(by: User, *layers: tuple[int, str], service: str = "advice") -> None:
    """The fund of a service as it was on 31 December 2024."""
    with transaction.atomic():
        fund_ledger.book(
            service,
            [FundMovement(FundEntryKind.OPENING, 2024, origin, Decimal(amount), "Inn") for origin, amount in layers],
            by=by,
            now=NOW,
        )


def by_rule(made: CostBase, by: User, *, years: int, expected: str = "0") -> CostBase:
    facts = BaseFacts(billable_hours=Decimal(1000), spread_years=years, expected_result=Decimal(expected))
    return base.change_cost_base(cost_base=made, facts=facts, by=by, now=NOW)


def test_what_is_due_goes_in_whole_and_the_rest_is_spread(maker: User) -> None:
    """2021's 12 000 are due in 2026; (42 000 - 12 000) / 3 = 10 000 of the rest: 22 000."""
    brought_in(maker, (2021, "12000.00"), (2023, "20000.00"), (2024, "10000.00"))
    assert by_rule(bottom_up(maker), maker, years=3).fund_use.amount == Decimal("22000.00")


def test_the_expected_result_is_the_layer_of_the_year_before(maker: User) -> None:
    """18 250 and an expected 6 000 of 2025, spread over two years: 12 125."""
    brought_in(maker, (2024, "18250.00"))
    assert by_rule(bottom_up(maker), maker, years=2, expected="6000.00").fund_use.amount == Decimal("12125.00")
    layers = fund_before("advice", 2026, Decimal(6000)).layers
    assert layers == (Layer(2024, Decimal("18250.00")), Layer(2025, Decimal("6000.00")))


def test_an_expected_shortfall_eats_the_oldest_layer_first(maker: User) -> None:
    """12 000 of 2021 less 5 000 leaves 7 000 due; nothing else."""
    brought_in(maker, (2021, "12000.00"))
    assert by_rule(bottom_up(maker), maker, years=5, expected="-5000.00").fund_use.amount == Decimal("7000.00")


def test_a_shortfall_is_covered_by_a_negative_use(maker: User) -> None:
    brought_in(maker, (2024, "-30076.76"))
    assert by_rule(bottom_up(maker), maker, years=1).fund_use.amount == Decimal("-30076.76")


def test_another_services_fund_is_not_used(maker: User) -> None:
    brought_in(maker, (2024, "9000.00"), service="courses")
    assert by_rule(bottom_up(maker), maker, years=1).fund_use.amount == Decimal("0.00")


def test_the_rate_gives_back_the_fund(maker: User) -> None:
    """2 084 293.79 + 120 000 (no grant here) - 18 250.00 over 1 000 hours: 2 186.04."""
    brought_in(maker, (2024, "18250.00"))
    made = by_rule(bottom_up(maker), maker, years=1)
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    version = adopt.adopt_rate(cost_base=made, valid_from=date(2026, 1, 1), by=builders.administrator(), now=NOW)
    assert (version.fund_use.amount, version.rate.amount) == (Decimal("18250.00"), Decimal("2186.04"))


def test_a_fund_that_has_moved_since_is_not_adopted_and_the_way_out_is_open(maker: User) -> None:
    adopter = builders.administrator()
    made = by_rule(bottom_up(maker), maker, years=2)
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    brought_in(maker, (2024, "10000.00"))
    with pytest.raises(FundHasMoved) as refusal:
        adopt.adopt_rate(cost_base=made, valid_from=date(2026, 1, 1), by=adopter, now=NOW)
    assert "5\u00a0000,00" in refusal.value.message
    base.send_back_cost_base(cost_base=made, reason="Fondet er endret.", by=adopter, now=NOW)
    by_rule(made, maker, years=2)
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    version = adopt.adopt_rate(cost_base=made, valid_from=date(2026, 1, 1), by=adopter, now=NOW)
    assert version.fund_use.amount == Decimal("5000.00")


def test_a_use_decided_in_kroner_stays_when_the_fund_moves(maker: User) -> None:
    made = bottom_up(maker)
    facts = BaseFacts(billable_hours=Decimal(1000), fund_use=Decimal("4000.00"))
    base.change_cost_base(cost_base=made, facts=facts, by=maker, now=NOW)
    base.submit_cost_base(cost_base=made, by=maker, now=NOW)
    brought_in(maker, (2024, "10000.00"))
    version = adopt.adopt_rate(cost_base=made, valid_from=date(2026, 1, 1), by=builders.administrator(), now=NOW)
    assert version.fund_use.amount == Decimal("4000.00")


def test_a_new_year_by_rule_starts_with_the_funds_own_figure(maker: User) -> None:
    brought_in(maker, (2024, "10000.00"))
    made = by_rule(bottom_up(maker), maker, years=2, expected="3000.00")
    following = base.draft_cost_base(year=2027, service="advice", by=maker, now=NOW, copy_from=made)
    assert (following.spread_years, following.expected_result.amount) == (2, Decimal("0.00"))
    assert following.fund_use.amount == Decimal("5000.00")
