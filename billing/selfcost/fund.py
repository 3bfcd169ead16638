"""The self-cost fund: what the years have left over or lack, in layers by the year it arose.

    result   = sum of gross sold - actual self-cost
    interest = HU((2 * opening + result) / 2 * percent / 100)      half a year's effect of the result
    closing  = opening + result + interest

Pure. The result counts the *gross*: a pot pays the discount, not the other customers. A surplus goes back to
the customers, and a deficit is covered, by the fifth year after it arose (kommuneloven § 15-1,
selvkostforskriften § 8). All layers have one sign, none is zero, and their sum is the balance, always.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from advisory.kernel.money import ZERO, half_up
from billing.pricing.lines import PercentOutOfRange, PricedLine

YEARS_TO_RETURN = 5
LONGEST_SPREAD = 5


class FundError(ValueError):
    """A fund that cannot be: the base of the mistakes below."""


class MixedSigns(FundError):
    """Layers of surplus beside layers of deficit: the one should have eaten the other."""

    def __init__(self) -> None:
        super().__init__("The layers of the fund must all have one sign.")


class InvalidSpread(FundError):
    """A spread outside one to five years."""

    def __init__(self, years: int) -> None:
        super().__init__(f"The fund must be spread over 1 to {LONGEST_SPREAD} years: {years}.")
        self.years = years


@dataclass(frozen=True, slots=True)
class Layer:
    """What is left of one year's surplus (above zero) or deficit (below)."""

    origin: int
    amount: Decimal

    @property
    def due_year(self) -> int:
        """The last year in which the layer may be used up."""
        return self.origin + YEARS_TO_RETURN


def ordered(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """Give the layers oldest first, one for each year, without empty ones. Raises `MixedSigns`."""
    by_origin: dict[int, Decimal] = {}
    for layer in layers:
        by_origin[layer.origin] = by_origin.get(layer.origin, ZERO) + layer.amount
    kept = tuple(Layer(origin, half_up(by_origin[origin])) for origin in sorted(by_origin) if by_origin[origin])
    if len({layer.amount > 0 for layer in kept}) > 1:
        raise MixedSigns
    return kept


def balance(layers: Iterable[Layer]) -> Decimal:
    """Give the sum of the layers."""
    return sum((layer.amount for layer in layers), ZERO)


def due(layers: Iterable[Layer], year: int) -> Decimal:
    """Give the sum of the layers that have to be used in `year` at the latest."""
    return balance(layer for layer in layers if layer.due_year <= year)


def past_due(layers: Iterable[Layer], year: int) -> tuple[Layer, ...]:
    """Give the layers older than the rule allows in `year`: a breach to report, not an impossibility."""
    return tuple(layer for layer in layers if layer.due_year < year)


def use_by_rule(layers: Sequence[Layer], *, year: int, spread_years: int) -> Decimal:
    """Give how much of the fund the rate of `year` uses: HU(due + (balance - due) / spread_years).

    Negative where the fund is a deficit to be covered. Raises `InvalidSpread` outside one to five years.
    """
    if not 1 <= spread_years <= LONGEST_SPREAD:
        raise InvalidSpread(spread_years)
    due_now = due(layers, year)
    return half_up(Fraction(due_now) + Fraction(balance(layers) - due_now) / spread_years)


@dataclass(frozen=True, slots=True)
class AfterCalculation:
    """A closed year: what was sold against what it cost, and what that made of the fund."""

    year: int
    self_cost: Decimal
    gross: Decimal
    discount: Decimal
    invoiced_net: Decimal
    result: Decimal
    interest_percent: Decimal
    interest: Decimal
    opening: Decimal
    closing: Decimal
    layers_before: tuple[Layer, ...]
    layers: tuple[Layer, ...]


def after_calculation(
    *,
    year: int,
    self_cost: Decimal,
    sold: Iterable[PricedLine],
    interest_percent: Decimal,
    layers: Iterable[Layer],
) -> AfterCalculation:
    """Give the result of a year and the fund it leaves.

    `sold` are all lines of the year's work at full price with their discounts, credits negated; `layers` the
    fund on 1 January. Raises `PercentOutOfRange` and `MixedSigns`.
    """
    if not 0 <= interest_percent <= 100:
        raise PercentOutOfRange(interest_percent)
    before = ordered(layers)
    gross = discount = ZERO
    for line in sold:
        gross += line.gross
        discount += line.discount
    result = gross - self_cost
    opening = balance(before)
    interest = half_up(Fraction(2 * opening + result) / 2 * Fraction(interest_percent) / 100)
    return AfterCalculation(
        year=year,
        self_cost=self_cost,
        gross=gross,
        discount=discount,
        invoiced_net=gross - discount,
        result=result,
        interest_percent=interest_percent,
        interest=interest,
        opening=opening,
        closing=opening + result + interest,
        layers_before=before,
        layers=moved(before, year=year, result=result, interest=interest),
    )


def moved(layers: Sequence[Layer], *, year: int, result: Decimal, interest: Decimal) -> tuple[Layer, ...]:
    """Give the layers after a year's interest and result.

    Interest goes on the oldest layer. Where that would empty it or turn its sign, the layer goes and the rest
    joins the result, as all of it does where there is no layer. A result of the opposite sign eats the oldest
    layers first; what is left of it is the layer of its year.
    """
    kept = list(ordered(layers))
    movement = result
    if not kept:
        movement += interest
    else:
        oldest = kept.pop(0)
        with_interest = oldest.amount + interest
        if with_interest * oldest.amount > 0:
            kept.insert(0, Layer(oldest.origin, with_interest))
        else:
            movement += with_interest
    while kept and movement * kept[0].amount < 0:
        oldest = kept.pop(0)
        rest = oldest.amount + movement
        if rest * oldest.amount > 0:
            kept.insert(0, Layer(oldest.origin, rest))
            movement = ZERO
        else:
            movement = rest
    return ordered([*kept, Layer(year, movement)])


@dataclass(frozen=True, slots=True)
class Movement:
    """What a year does to one layer: to be booked as an entry. `is_interest` tells interest from result."""

    origin: int
    amount: Decimal
    is_interest: bool = False


def movements(layers: Sequence[Layer], *, year: int, result: Decimal, interest: Decimal) -> tuple[Movement, ...]:
    """Give the entries that turn `layers` into `moved(layers, ...)`: interest first, then the result by origin.

    The interest is one entry, on the oldest layer or on the year itself where there is none; the others sum to
    the result. Entries of zero are left out. Summed by origin over all years, entries are the layers, always.
    """
    before = ordered(layers)
    by_origin: dict[int, Decimal] = {}
    for layer in moved(before, year=year, result=result, interest=interest):
        by_origin[layer.origin] = layer.amount
    for layer in before:
        by_origin[layer.origin] = by_origin.get(layer.origin, ZERO) - layer.amount
    bearer = before[0].origin if before else year
    by_origin[bearer] = by_origin.get(bearer, ZERO) - interest
    entries = [Movement(bearer, interest, is_interest=True)] if interest else []
    entries += [Movement(origin, by_origin[origin]) for origin in sorted(by_origin) if by_origin[origin]]
    return tuple(entries)
