"""Money as exact numbers: half-up to the øre, splits that lose nothing, and amounts as people write them.

Pure: no Django, no language. Amounts are `Decimal` kroner; inside, sums are whole øre as `int`. Nothing here
ever meets a float, and nothing calls `round()`, which rounds to even and would lose øre.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

ZERO = Decimal("0.00")
ORE = Decimal("0.01")
# The largest amount a person can type and the database can hold in one column.
LARGEST = Decimal(1_000_000_000)
# The usual context keeps 28 digits, which rounds long products silently; this one never has to.
_EXACT = Context(prec=200, rounding=ROUND_HALF_UP)


def half_up_quotient(numerator: int, denominator: int) -> int:
    """Give the whole number nearest to numerator / denominator; a tie goes away from zero."""
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    if numerator < 0:
        return -((2 * -numerator + denominator) // (2 * denominator))
    return (2 * numerator + denominator) // (2 * denominator)


def half_up(value: Decimal | Fraction | int) -> Decimal:
    """Give the amount in kroner with two decimals; ties go away from zero, and zero has no sign.

    A product of `Decimal`s may already have lost digits before it comes here: pass a `Fraction` where
    it matters. Raises `TypeError` for a float and `ValueError` for NaN and Infinity.
    """
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise ValueError(f"{value} is not an amount.")
        # What rounds to zero keeps its minus sign, unless it is taken away.
        return value.quantize(ORE, context=_EXACT) or ZERO
    if isinstance(value, (Fraction, int)):
        return kroner(half_up_quotient(value.numerator * 100, value.denominator))
    raise TypeError(f"An amount is a Decimal, a Fraction or an int, not {type(value).__name__}.")


def ore(amount: Decimal) -> int:
    """Give an amount of kroner in whole øre. Raises `ValueError` where it has a part of an øre."""
    numerator, denominator = amount.as_integer_ratio()
    whole, rest = divmod(numerator * 100, denominator)
    if rest:
        raise ValueError(f"{amount} has a part of an øre.")
    return whole


def kroner(whole_ore: int) -> Decimal:
    """Give whole øre as kroner with two decimals."""
    return _EXACT.scaleb(Decimal(whole_ore), -2)


def split(total: int, weights: Sequence[Decimal | int]) -> list[int]:
    """Split a whole number (øre, minutes) by `weights`, by largest remainder: the parts always sum to the whole.

    Each part is first rounded toward zero; the units that are left go to the largest remainders, ties to the
    lowest index. Works for a negative total. Raises `ValueError` where a weight is negative or all are zero.
    """
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares, Fraction(0))
    if whole <= 0 or min(shares) < 0:
        raise ValueError("The weights must not be negative, and one must be above zero.")
    sign = -1 if total < 0 else 1
    exact = [abs(total) * share / whole for share in shares]
    parts = [part.numerator // part.denominator for part in exact]
    left = abs(total) - sum(parts)
    # sorted() is stable, so equal remainders stay in the order of the weights.
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for index in by_remainder[:left]:
        parts[index] += 1
    return [sign * part for part in parts]


def largest_remainder(total: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """Split kroner by `weights` so that the parts always sum to the whole, to the øre: `split` on whole øre.

    Raises `ValueError` where the total has a part of an øre, a weight is negative or all are zero.
    """
    return [kroner(part) for part in split(ore(total), weights)]


class AmountError(ValueError):
    """A text that is not one amount. `code` says which mistake, for the form that words it."""

    code = "not_an_amount"

    def __init__(self, text: str) -> None:
        super().__init__(f"{self.code}: {text!r}")
        self.text = text


class NotAnAmount(AmountError):
    """Neither digits nor a known way of writing kroner."""


class AmbiguousAmount(AmountError):
    """`5.625` is 5 625 kroner to some and five kroner and a bit to others; both readings are carried."""

    code = "ambiguous"

    def __init__(self, text: str, *, as_thousands: str, as_decimal: str) -> None:
        super().__init__(text)
        self.as_thousands = as_thousands
        self.as_decimal = as_decimal


class TooManyDecimals(AmountError):
    """More than two decimals: there is nothing smaller than an øre."""

    code = "too_many_decimals"


class AmountTooLarge(AmountError):
    """Beyond one thousand million kroner, either way."""

    code = "too_large"


_SPACES = "[ \u00a0\u2009\u202f]"
_CURRENCY = re.compile(rf"^(?:kr\.?|NOK){_SPACES}*|{_SPACES}*(?:kr\.?|NOK|kroner)$", re.IGNORECASE)
_SIGN = re.compile(rf"^([-\u2212]){_SPACES}*")
_NO_ORE = re.compile(r",[-\u2013\u2014\u2212]$")
# Whole kroner, then the decimals; the separator of thousands is never the separator of decimals.
_FORMS = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(\d+)(?:[.,](\d+))?",
        rf"(\d{{1,3}}(?:{_SPACES}\d{{3}})+)(?:[.,](\d+))?",
        r"(\d{1,3}(?:\.\d{3})+),(\d+)",
        r"(\d{1,3}(?:,\d{3})+)\.(\d+)",
        r"(\d{1,3}(?:\.\d{3}){2,})()",
        r"(\d{1,3}(?:,\d{3}){2,})()",
        r"()[.,](\d+)",
    )
)
_THOUSANDS_OR_DECIMALS = re.compile(r"([1-9]\d{0,2})[.,](\d{3})", re.ASCII)


def parse_amount(text: str) -> Decimal:
    """Give the amount a person wrote, in kroner with two decimals.

    Takes `5625`, `5 625,00` (with any kind of space), `5.625,00`, `5,625.00`, `kr 5625`, `5625 kr`,
    `5625,-` and a leading minus, also U+2212. Raises a subclass of `AmountError`: `AmbiguousAmount` for
    `5.625`, `TooManyDecimals`, `AmountTooLarge` beyond a thousand million, `NotAnAmount` for the rest.
    """
    # Both "kr -50" and "-kr 50" are written.
    unnamed = _CURRENCY.sub("", text.strip())
    unsigned = _SIGN.sub("", unnamed)
    negative = unsigned != unnamed
    rest = _NO_ORE.sub(",00", _CURRENCY.sub("", unsigned))
    if ambiguous := _THOUSANDS_OR_DECIMALS.fullmatch(rest):
        whole, part = ambiguous.groups()
        raise AmbiguousAmount(text, as_thousands=f"{whole} {part}", as_decimal=f"{whole},{part}")
    for form in _FORMS:
        if found := form.fullmatch(rest):
            whole, decimals = re.sub(r"\D", "", found[1]), found[2] or ""
            break
    else:
        raise NotAnAmount(text)
    if len(decimals) > 2:
        raise TooManyDecimals(text)
    amount = Decimal(f"{whole or '0'}.{decimals.ljust(2, '0')}")
    if amount > LARGEST:
        raise AmountTooLarge(text)
    return -amount if negative and amount else amount
