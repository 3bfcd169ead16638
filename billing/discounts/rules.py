"""Who gets which discount, and how long: rules without a database. Pure.

Source: the discount rules of the house (domain rules 2 a-i): voluntary organisations with approved accounts get the
tier of their total income, less what they only passed on; a new one gets that of its budget for a year; everyone
else pays full self-cost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from billing.pricing.statement import TierBandFact


class Ground(StrEnum):
    """What a tier rests on; the values are those of `Basis`."""

    ACCOUNTS = "accounts"
    BUDGET = "budget"
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


#: Legal forms that need not stand in Frivillighetsregisteret where their purpose is documented (2 a).
ASSOCIATIONS = ("FLI", "STI")
#: Days to complain in, from the day after the letter (three weeks, as forvaltningsloven section 29).
APPEAL = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The tier that the rules give, and what it rests on.

    `is_kept`: the income alone gives a smaller discount, but it was not above the limit the year before too.
    """

    band: TierBandFact
    ground: Ground
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class YearBefore:
    """The tier decided on the accounts of the year before, and the income they showed."""

    code: str
    income: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """A row of a tier table as written: incomes from `income_from` get `percent` off."""

    code: str
    income_from: Decimal
    percent: Decimal


def is_eligible(*, voluntary: bool, company: bool, registered: bool, legal_form: str, documented: bool) -> bool:
    """Tell whether an organisation can have a discount (domain rules 2 a).

    A voluntary one in Frivillighetsregisteret, or an association or foundation with a documented purpose; a company
    where it is documented that voluntary organisations own all of it; nobody else.
    """
    if company:
        return documented
    return voluntary and (registered or (legal_form in ASSOCIATIONS and documented))


def is_evidence(kinds: Collection[str], *, budget: bool, filed: bool) -> bool:
    """Tell whether what was sent shows the income: kinds are those of `EvidenceKind` (domain rules 2 c, f).

    Accounts or minutes, or that the accounts lie in Regnskapsregisteret; of a new organisation both the budget and
    the minutes of its founding.
    """
    if budget:
        return {"budget", "founding"} <= set(kinds)
    return filed or bool({"accounts", "minutes"} & set(kinds))


def propose(
    *,
    income: Decimal,
    bands: Sequence[TierBandFact],
    eligible: bool,
    has_evidence: bool,
    budget: bool = False,
    before: YearBefore | None = None,
) -> Proposal:
    """Give the tier of an income in kroner; the full price for who is not eligible or has shown no evidence.

    A larger discount comes at once, a smaller one only when the income was above the limit the year before as well
    (domain rules 2 h, as in momskompensasjon): the smaller one is then what both years are above.
    """
    if not eligible:
        return Proposal(full_price(bands), Ground.NOT_ELIGIBLE)
    if not has_evidence:
        return Proposal(full_price(bands), Ground.NO_EVIDENCE)
    band = band_of(income, bands)
    if budget:
        return Proposal(band, Ground.BUDGET)
    held = _held(bands, before)
    if held is not None and held.percent > band.percent:
        return Proposal(held, Ground.ACCOUNTS, is_kept=True)
    return Proposal(band, Ground.ACCOUNTS)


def _held(bands: Sequence[TierBandFact], before: YearBefore | None) -> TierBandFact | None:
    """The band that the year before defends: its tier, or where its income already lay above that, its income's."""
    had = next((band for band in bands if before is not None and band.code == before.code), None)
    if had is None or before is None:
        return None
    return min(had, band_of(before.income, bands), key=lambda band: band.percent)


def exceeds_provisional(income: Decimal, provisional: TierBandFact) -> bool:
    """Tell whether first accounts lie more than half above the limit of the provisional tier (domain rules 2 f)."""
    return provisional.income_below is not None and income * 2 > provisional.income_below * 3


def larger(code: str, bands: Sequence[TierBandFact]) -> TierBandFact | None:
    """Give the next larger discount than that of the tier `code`; None for the largest or an unknown one (2 i)."""
    falling = sorted(bands, key=lambda band: band.percent)
    place = next((place for place, band in enumerate(falling) if band.code == code), None)
    return falling[place + 1] if place is not None and place + 1 < len(falling) else None


def year_from(first: date) -> date:
    """Give the last of the twelve months that begin on `first`: a provisional decision holds no longer (2 f)."""
    try:
        return first.replace(year=first.year + 1) - timedelta(days=1)
    except ValueError:
        # From 29 February the year ends on the 28th.
        return date(first.year + 1, 2, 28)


def last_day_to_appeal(told_on: date) -> date:
    """Give the last day on which a decision told of on `told_on` can be complained about: three weeks after."""
    return told_on + APPEAL


def band_of(income: Decimal, bands: Sequence[TierBandFact]) -> TierBandFact:
    """Give the band an income lies in; bands are half-open [from, below), lowest first."""
    return [band for band in bands if band.income_from <= income][-1]


def days_in_force(first: date, last: date, newer: Sequence[tuple[date, date]]) -> list[tuple[date, date]]:
    """Give what is left of a decision's days once `newer` ones (first and last day) have taken theirs (2 e)."""
    left = [(first, last)]
    for start, end in newer:
        parts = [
            part
            for begins, ends in left
            for part in ((begins, min(ends, start - timedelta(days=1))), (max(begins, end + timedelta(days=1)), ends))
        ]
        left = [(begins, ends) for begins, ends in parts if begins <= ends]
    return left


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
