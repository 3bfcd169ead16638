"""The rules of discounts: bands, proposals, validity, and what makes a table sound."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from billing.discounts import rules
from billing.discounts.rules import Ground, Step, TableMistake, YearBefore
from billing.pricing.statement import TierBandFact

# The default table of the domain rules, section 2.
BANDS = (
    TierBandFact("T1", Decimal(0), Decimal(500_000), Decimal(70)),
    TierBandFact("T2", Decimal(500_000), Decimal(1_000_000), Decimal(50)),
    TierBandFact("T3", Decimal(1_000_000), Decimal(5_000_000), Decimal(25)),
    TierBandFact("T0", Decimal(5_000_000), None, Decimal(0)),
)


@pytest.mark.parametrize(
    ("income", "code"),
    [
        ("0.00", "T1"),
        ("499999.99", "T1"),
        ("500000.00", "T2"),
        ("999999.99", "T2"),
        ("1000000.00", "T3"),
        ("4999999.99", "T3"),
        ("5000000.00", "T0"),
        ("900000000.00", "T0"),
    ],
)
def test_bands_are_half_open(income: str, code: str) -> None:
    assert rules.band_of(Decimal(income), BANDS).code == code


def test_a_voluntary_organisation_with_accounts_gets_the_tier_of_its_income() -> None:
    proposal = rules.propose(income=Decimal(612_000), bands=BANDS, eligible=True, has_evidence=True)
    assert (proposal.band.code, proposal.ground) == ("T2", Ground.ACCOUNTS)


@pytest.mark.parametrize(
    ("eligible", "has_evidence", "ground"),
    [(False, True, Ground.NOT_ELIGIBLE), (False, False, Ground.NOT_ELIGIBLE), (True, False, Ground.NO_EVIDENCE)],
)
def test_everyone_else_pays_the_full_price(eligible: bool, has_evidence: bool, ground: Ground) -> None:
    proposal = rules.propose(income=Decimal(1), bands=BANDS, eligible=eligible, has_evidence=has_evidence)
    assert (proposal.band.code, proposal.ground) == ("T0", ground)


def test_accounts_hold_until_30_june_of_the_second_year_after() -> None:
    assert rules.last_day(2025) == date(2027, 6, 30)


def steps(*rows: tuple[str, int, int]) -> list[Step]:
    return [Step(code, Decimal(start), Decimal(percent)) for code, start, percent in rows]


def test_the_default_table_is_sound_in_any_order() -> None:
    rows = [("T1", 0, 70), ("T2", 500_000, 50), ("T3", 1_000_000, 25), ("T0", 5_000_000, 0)]
    assert rules.table_mistakes(steps(*rows)) == []
    assert rules.table_mistakes(steps(*reversed(rows))) == []


@pytest.mark.parametrize(
    ("rows", "mistake"),
    [
        ([], TableMistake.EMPTY),
        ([("T1", 0, 70), ("t1", 5, 0)], TableMistake.CODE_TWICE),
        ([("T1", 0, 70), ("T2", 0, 50), ("T0", 5, 0)], TableMistake.START_TWICE),
        ([("T1", 1, 70), ("T0", 5, 0)], TableMistake.NO_START_AT_ZERO),
        ([("T1", 0, 101), ("T0", 5, 0)], TableMistake.PERCENT_OUT_OF_RANGE),
        ([("T1", 0, 50), ("T2", 5, 50), ("T0", 9, 0)], TableMistake.NOT_FALLING),
        ([("T1", 0, 70), ("T2", 5, 50)], TableMistake.NO_FULL_PRICE),
    ],
)
def test_an_unsound_table_says_what_is_wrong(rows: list[tuple[str, int, int]], mistake: TableMistake) -> None:
    assert mistake in rules.table_mistakes(steps(*rows))


@pytest.mark.parametrize(
    ("facts", "can"),
    [
        ({"voluntary": True, "registered": True}, True),
        ({"voluntary": True, "legal_form": "FLI", "documented": True}, True),
        ({"voluntary": True, "legal_form": "STI", "documented": True}, True),
        ({"voluntary": True, "legal_form": "SA", "documented": True}, False),
        ({"voluntary": True, "legal_form": "FLI"}, False),
        ({"company": True, "legal_form": "AS", "documented": True}, True),
        ({"company": True, "legal_form": "AS", "registered": True}, False),
        ({"registered": True, "legal_form": "FLI", "documented": True}, False),
    ],
)
def test_who_can_have_a_discount(facts: dict[str, Any], can: bool) -> None:
    """Rule (a); the last row is a public authority or a business body, whatever else it shows."""
    nothing: dict[str, Any] = {
        "voluntary": False,
        "company": False,
        "registered": False,
        "legal_form": "",
        "documented": False,
    }
    assert rules.is_eligible(**(nothing | facts)) is can


@pytest.mark.parametrize(
    ("kinds", "budget", "filed", "shows"),
    [
        (["accounts"], False, False, True),
        (["minutes"], False, False, True),
        (["other"], False, False, False),
        ([], False, False, False),
        ([], False, True, True),
        (["budget"], True, False, False),
        (["founding"], True, False, False),
        (["founding", "budget"], True, False, True),
        (["accounts"], True, True, False),
    ],
)
def test_what_shows_an_income(kinds: list[str], budget: bool, filed: bool, shows: bool) -> None:
    """Rules (c) and (f)."""
    assert rules.is_evidence(kinds, budget=budget, filed=filed) is shows


@pytest.mark.parametrize(
    ("income", "before", "code", "is_kept"),
    [
        # A larger discount at once.
        (400_000, ("T2", 600_000), "T1", False),
        # Above the limit for the first year: kept. Two years in a row: smaller.
        (600_000, ("T1", 400_000), "T1", True),
        (600_000, ("T1", 550_000), "T2", False),
        # Both years are above 500 000, one alone above 1 000 000: so far and no further.
        (1_200_000, ("T1", 600_000), "T2", True),
        (1_200_000, ("T1", 6_000_000), "T3", False),
        # At the limit itself one is above it.
        (500_000, ("T1", 499_999), "T1", True),
        (500_000, ("T1", 500_000), "T2", False),
        (6_000_000, ("T3", 4_000_000), "T3", True),
        (600_000, ("T9", 400_000), "T2", False),
        (600_000, None, "T2", False),
    ],
)
def test_a_discount_falls_only_after_two_years_above_the_limit(
    income: int, before: tuple[str, int] | None, code: str, is_kept: bool
) -> None:
    """Rule (h)."""
    year_before = YearBefore(before[0], Decimal(before[1])) if before else None
    found = rules.propose(income=Decimal(income), bands=BANDS, eligible=True, has_evidence=True, before=year_before)
    assert (found.band.code, found.is_kept) == (code, is_kept)


def test_a_budget_gives_a_provisional_tier() -> None:
    found = rules.propose(income=Decimal(80_000), bands=BANDS, eligible=True, has_evidence=True, budget=True)
    assert (found.band.code, found.ground) == ("T1", Ground.BUDGET)


@pytest.mark.parametrize(
    ("income", "exceeds"), [("750000.00", False), ("750000.01", True), ("400000.00", False), ("1500000.00", True)]
)
def test_more_than_half_above_the_provisional_limit_is_told(income: str, exceeds: bool) -> None:
    """Rule (f): the limit of tier 1 is 500 000, half more is 750 000. Who paid the full price can exceed nothing."""
    assert rules.exceeds_provisional(Decimal(income), BANDS[0]) is exceeds
    assert not rules.exceeds_provisional(Decimal(income), BANDS[3])


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 3), date(2027, 11, 2)),
        (date(2026, 1, 1), date(2026, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 3, 1), date(2028, 2, 29)),
    ],
)
def test_a_provisional_year_is_twelve_months(first: date, last: date) -> None:
    assert rules.year_from(first) == last


def test_the_next_larger_discount_is_one_step() -> None:
    assert [band.code if (band := rules.larger(code, BANDS)) else None for code in ("T0", "T3", "T2", "T1", "X")] == [
        "T3", "T2", "T1", None, None,
    ]  # fmt: skip


def test_three_weeks_to_complain_end_on_the_same_weekday() -> None:
    assert rules.last_day_to_appeal(date(2026, 11, 3)) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("newer", "left"),
    [
        ([], [(1, 30)]),
        ([(1, 30)], []),
        ([(10, 30)], [(1, 9)]),
        ([(10, 40)], [(1, 9)]),
        ([(1, 1)], [(2, 30)]),
        ([(10, 12)], [(1, 9), (13, 30)]),
        ([(10, 12), (5, 20)], [(1, 4), (21, 30)]),
        ([(31, 40)], [(1, 30)]),
    ],
)
def test_newer_decisions_take_their_days_from_an_older_one(
    newer: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    def day(number: int) -> date:
        return date(2026, 11, 1) + timedelta(days=number - 1)

    found = rules.days_in_force(day(1), day(30), [(day(start), day(end)) for start, end in newer])
    assert found == [(day(start), day(end)) for start, end in left]
