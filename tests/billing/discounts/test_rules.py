"""The rules of discounts: bands, proposals, validity, and what makes a table sound."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from billing.discounts import rules
from billing.discounts.rules import Ground, Step, TableMistake
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
    proposal = rules.propose(income=Decimal(612_000), bands=BANDS, voluntary=True, has_evidence=True)
    assert (proposal.band.code, proposal.ground) == ("T2", Ground.ACCOUNTS)


@pytest.mark.parametrize(
    ("voluntary", "has_evidence", "ground"),
    [(False, True, Ground.NOT_ELIGIBLE), (False, False, Ground.NOT_ELIGIBLE), (True, False, Ground.NO_EVIDENCE)],
)
def test_everyone_else_pays_the_full_price(voluntary: bool, has_evidence: bool, ground: Ground) -> None:
    proposal = rules.propose(income=Decimal(1), bands=BANDS, voluntary=voluntary, has_evidence=has_evidence)
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
