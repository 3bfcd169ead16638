"""The rules said a second time, in fractions and without a look at the program: what property tests compare with."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor


def hu(value: Fraction) -> Fraction:
    """Half-up to 0.01: the definition by floor, which shares nothing with the program's integer division."""
    nearest = Fraction(floor(abs(value) * 100 + Fraction(1, 2)), 100)
    return -nearest if value < 0 else nearest


def line(quantity: Fraction, price: Fraction, percent: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Gross, discount and net of a line."""
    gross = hu(quantity * price)
    discount = hu(gross * percent / 100)
    return gross, discount, gross - discount


def rate(to_recover: Fraction, hours: Fraction, step: Fraction) -> Fraction:
    """The largest whole number of steps that does not bring in more than is to be recovered."""
    return floor(to_recover / hours / step) * step


def fund_use(layers: Sequence[tuple[int, Fraction]], year: int, spread: int) -> Fraction:
    """What the rule takes out of the fund."""
    due = sum((amount for origin, amount in layers if origin + 5 <= year), Fraction(0))
    rest = sum((amount for origin, amount in layers if origin + 5 > year), Fraction(0))
    return hu(due + rest / spread)


def moved(
    layers: Sequence[tuple[int, Fraction]], year: int, result: Fraction, interest: Fraction
) -> list[tuple[int, Fraction]]:
    """The layers after a movement, by cumulative sums instead of a queue.

    All layers have one sign; turned positive, a movement against them takes from each layer what the older
    ones could not give.
    """
    sign = -1 if any(amount < 0 for _, amount in layers) else 1
    old = [(origin, sign * amount) for origin, amount in layers]
    result, interest = sign * result, sign * interest
    if old:
        origin, amount = old[0]
        if amount + interest > 0:
            old[0] = (origin, amount + interest)
        else:
            old = old[1:]
            result += amount + interest
    else:
        result += interest
    taken = max(Fraction(0), -result)
    after = []
    given = Fraction(0)
    for origin, amount in old:
        left = min(amount, max(Fraction(0), given + amount - taken))
        given += amount
        after.append((origin, left))
    new = result if result > 0 else -max(Fraction(0), taken - given)
    after.append((year, new))
    merged: dict[int, Fraction] = {}
    for origin, amount in after:
        merged[origin] = merged.get(origin, Fraction(0)) + amount
    return [(origin, sign * amount) for origin, amount in sorted(merged.items()) if amount]


def vat_groups(
    lines: Sequence[tuple[str, Fraction, Fraction]],
) -> dict[tuple[str, Fraction], tuple[Fraction, Fraction]]:
    """Base and VAT of each group of (category, percent, net), rounded once for the group."""
    bases: dict[tuple[str, Fraction], Fraction] = {}
    for category, percent, net in lines:
        bases[category, percent] = bases.get((category, percent), Fraction(0)) + net
    return {(category, percent): (base, hu(base * percent / 100)) for (category, percent), base in bases.items()}


def split(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Whole units by largest remainder, said by ranks: who comes before whom, instead of a sorted queue."""
    whole = sum(weights, Fraction(0))
    exact = [abs(total) * weight / whole for weight in weights]
    floors = [floor(part) for part in exact]
    left = abs(total) - sum(floors)
    parts = []
    for index, part in enumerate(exact):
        own = part - floors[index]
        before = sum(
            other - floors[at] > own or (other - floors[at] == own and at < index) for at, other in enumerate(exact)
        )
        parts.append(floors[index] + (before < left))
    return [-part if total < 0 else part for part in parts]
