"""Who gets which discount, and how long: rules without a database. Pure.

Source: the discount rules of the house (domain rules 2 a-d): voluntary organisations with approved accounts get the
tier of their total income; everyone else pays full self-cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from billing.pricing.statement import TierBandFact


class Ground(StrEnum):
    """What a tier rests on; the values are those of `Basis`."""

    ACCOUNTS = "accounts"
    NOT_ELIGIBLE = "not_eligible"
    NO_EVIDENCE = "no_evidence"


class TableMistake(StrEnum):
    """What is wrong with a tier table."""

    EMPTY = "empty"
    CODE_TWICE = "code_twice"
    START_TWICE = "start_twice"
    NO_START_AT_ZERO = "no_start_at_zero"
    PERCENT_OUT_OF_RANGE = "percent_out_of_range"
    NOT_FALLING = "not_falling"
    NO_FULL_PRICE = "no_full_price"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The tier that the rules give, and what it rests on."""

    band: TierBandFact
    ground: Ground


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a tier table as written: incomes from `income_from` get `percent` off."""

    code: str
    income_from: Decimal
    percent: Decimal


def propose(*, income: Decimal, bands: Sequence[TierBandFact], voluntary: bool, has_evidence: bool) -> Proposal:
    """Give the tier of an income in kroner; the full price for who is not voluntary or has shown no evidence."""
    if not voluntary:
        return Proposal(full_price(bands), Ground.NOT_ELIGIBLE)
    if not has_evidence:
        return Proposal(full_price(bands), Ground.NO_EVIDENCE)
    return Proposal(band_of(income, bands), Ground.ACCOUNTS)


def band_of(income: Decimal, bands: Sequence[TierBandFact]) -> TierBandFact:
    """Give the band an income lies in; bands are half-open [from, below), lowest first."""
    return [band for band in bands if band.income_from <= income][-1]


def full_price(bands: Sequence[TierBandFact]) -> TierBandFact:
    """Give the band without discount; a sound table has one."""
    return next(band for band in bands if not band.percent)


def last_day(income_year: int) -> date:
    """Give the last day a decision on the accounts of `income_year` holds: 30 June of the second year after it."""
    return date(income_year + 2, 6, 30)


def table_mistakes(steps: Sequence[Step]) -> list[TableMistake]:
    """Tell all that is wrong with a table, in the order a person would mend it; empty for a sound one.

    Sound: codes and starts differ, the lowest start is 0, the discount falls as the income rises, and the highest
    incomes pay the full price.
    """
    if not steps:
        return [TableMistake.EMPTY]
    rising = sorted(steps, key=lambda step: step.income_from)
    percents = [step.percent for step in rising]
    checks = {
        TableMistake.CODE_TWICE: len({step.code.casefold() for step in steps}) < len(steps),
        TableMistake.START_TWICE: len({step.income_from for step in steps}) < len(steps),
        TableMistake.NO_START_AT_ZERO: rising[0].income_from != 0,
        TableMistake.PERCENT_OUT_OF_RANGE: any(not 0 <= percent <= 100 for percent in percents),
        TableMistake.NOT_FALLING: any(after >= before for before, after in pairwise(percents)),
        TableMistake.NO_FULL_PRICE: percents[-1] != 0,
    }
    return [mistake for mistake, found in checks.items() if found]
