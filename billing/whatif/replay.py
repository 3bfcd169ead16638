"""A year of real hours priced once more, with other rates, tiers, pots or hours. Pure: values in, values out.

Each piece of work is priced by `price_minutes`, the function that prices real lines, so that with nothing changed every
piece costs what it cost, to the øre. A pot that paid a piece pays the same part of it again as far as its sum reaches;
what is left goes to the pots that may pay, in their order, and what no pot has is told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from advisory.kernel.money import ZERO, half_up_quotient, largest_remainder
from billing.discounts.rules import band_of
from billing.pricing.lines import price_minutes
from billing.pricing.sold import Sold
from billing.pricing.statement import TierBandFact


@dataclass(frozen=True, slots=True)
class Payer:
    """An organisation: its row id, number and name."""

    pk: int
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a piece had its tier: the declared `income` in the `bands` of its table, None where it was something else."""

    code: str = ""
    hardship: bool = False
    income: Decimal | None = None
    bands: tuple[TierBandFact, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Work that was priced as one: `percent` off at `rate` kroner an hour, paid by `paid` = (pot, kroner) in order.

    `issued` False = not invoiced yet, priced by the rate and tier of its day.
    """

    payer: Payer
    first_day: date
    last_day: date
    minutes: int
    rate: Decimal
    percent: Decimal
    area: int
    issued: bool
    ground: Ground
    paid: tuple[tuple[int, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Pot:
    """A pot with the sum it has for this work: granted, less returned and less spent on other work."""

    pk: int
    name: str
    available: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """What is asked for. None, and empty, is as it was."""

    rate: Decimal | None = None
    #: New percent by tier code.
    percents: Mapping[str, Decimal] = field(default_factory=dict)
    #: New lower limit of income by tier code; the others keep theirs.
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    #: By pot: kroner more (or, below zero, less) than it has.
    pots: Mapping[int, Decimal] = field(default_factory=dict)
    #: Percent more (or, below zero, fewer) hours.
    hours: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class OfPayer:
    """One organisation's year: its tiers in the order of the work."""

    payer: Payer
    codes: tuple[str, ...]
    priced: Sold


@dataclass(frozen=True, slots=True)
class OfPot:
    """What a pot pays, for issued work and in all; `dry_on` is the day of the first work it could not pay all of."""

    pot: Pot
    available: Decimal
    used_issued: Decimal
    used: Decimal
    dry_on: date | None

    @property
    def left(self) -> Decimal:
        return self.available - self.used


@dataclass(frozen=True, slots=True)
class Outcome:
    """The year as it would have been. `uncovered` is discount that no pot has money for, from `uncovered_on` on."""

    issued: Sold
    not_issued: Sold
    payers: tuple[OfPayer, ...]
    pots: tuple[OfPot, ...]
    uncovered: Decimal
    uncovered_on: date | None

    @property
    def total(self) -> Sold:
        return self.issued + self.not_issued


#: Which pots may pay a piece in the tier with that code, in the order they are asked.
MayPay = Callable[[Piece, str], Sequence[int]]


def replay(pieces: Sequence[Piece], pots: Sequence[Pot], may_pay: MayPay, change: Change) -> Outcome:
    """Price the pieces once more, in the order of their days, and let the pots pay."""
    available = {pot.pk: pot.available + change.pots.get(pot.pk, ZERO) for pot in pots}
    left = dict(available)
    dry: dict[int, date] = {}
    issued_took: dict[int, Decimal] = defaultdict(lambda: ZERO)
    sums = {True: Sold(), False: Sold()}
    of_payer: dict[Payer, Sold] = defaultdict(Sold)
    codes: dict[Payer, dict[str, None]] = defaultdict(dict)
    uncovered, uncovered_on = ZERO, None
    # Issued work first: what is not invoiced yet takes nothing from what is.
    for piece in sorted(pieces, key=lambda piece: (not piece.issued, piece.last_day)):
        code, percent = tier_of(piece, change)
        minutes = scaled(piece.minutes, change.hours)
        price = price_minutes(minutes, piece.rate if change.rate is None else change.rate, percent)
        priced = Sold(minutes, price.gross, price.discount)
        sums[piece.issued] += priced
        of_payer[piece.payer] += priced
        codes[piece.payer][code] = None
        before = dict(left) if piece.issued else left
        lacking = _pay(piece, code, price.discount, left, dry, may_pay)
        for pot in left:
            issued_took[pot] += before[pot] - left[pot]
        if lacking:
            uncovered += lacking
            uncovered_on = min(uncovered_on or piece.last_day, piece.last_day)
    return Outcome(
        issued=sums[True],
        not_issued=sums[False],
        payers=tuple(OfPayer(payer, tuple(codes[payer]), priced) for payer, priced in of_payer.items()),
        pots=tuple(
            OfPot(pot, available[pot.pk], issued_took[pot.pk], available[pot.pk] - left[pot.pk], dry.get(pot.pk))
            for pot in pots
        ),
        uncovered=uncovered,
        uncovered_on=uncovered_on,
    )


def tier_of(piece: Piece, change: Change) -> tuple[str, Decimal]:
    """The code and percent of the piece: moved where its declared income is on the other side of a new limit."""
    code, percent = piece.ground.code, piece.percent
    income, bands = piece.ground.income, piece.ground.bands
    if income is not None and bands and change.limits:
        was, now = band_of(income, bands), _band_by(income, bands, change.limits)
        if now.code != was.code:
            code, percent = now.code, now.percent
    return code, change.percents.get(code, percent)


def _band_by(income: Decimal, bands: Sequence[TierBandFact], limits: Mapping[str, Decimal]) -> TierBandFact:
    """The band by the new limits; incomes below all of them get the one that starts lowest."""
    rising = sorted(bands, key=lambda band: limits.get(band.code, band.income_from))
    return next((band for band in reversed(rising) if limits.get(band.code, band.income_from) <= income), rising[0])


def scaled(minutes: int, percent: Decimal) -> int:
    """Minutes with so many percent more; half a minute goes away from zero."""
    numerator, denominator = percent.as_integer_ratio()
    return half_up_quotient(minutes * (100 * denominator + numerator), 100 * denominator)


def _pay(
    piece: Piece, code: str, discount: Decimal, left: dict[int, Decimal], dry: dict[int, date], may_pay: MayPay
) -> Decimal:
    """Let the pots pay a discount; gives what none of them has."""
    rest = discount
    # Those that paid it pay the same shares again; then whoever may.
    paid = [(pot, amount) for pot, amount in piece.paid if pot in left and amount]
    if paid and discount:
        shares = largest_remainder(discount, [abs(amount) for _pot, amount in paid])
        for (pot, _amount), share in zip(paid, shares, strict=True):
            rest -= _take(pot, share, piece.last_day, left, dry)
    for pot in may_pay(piece, code):
        if rest and pot in left:
            rest -= _take(pot, rest, piece.last_day, left, dry)
    return rest


def _take(pot: int, wanted: Decimal, on: date, left: dict[int, Decimal], dry: dict[int, date]) -> Decimal:
    part = max(ZERO, min(wanted, left[pot]))
    left[pot] -= part
    if part < wanted:
        dry[pot] = min(dry.get(pot, on), on)
    return part
