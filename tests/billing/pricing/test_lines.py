"""The price of a line. Figures are the worked examples of the domain rules or worked by hand beside them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import kroner
from billing.pricing.lines import NegativePrice, PercentOutOfRange, PricedLine, price_minutes, price_quantity
from tests.billing import oracle
from tests.properties import many_examples


def priced(gross: str, discount: str, net: str) -> PricedLine:
    return PricedLine(Decimal(gross), Decimal(discount), Decimal(net))


@pytest.mark.parametrize(
    ("minutes", "rate", "percent", "line"),
    [
        # The memo's invoice at 959.76, tier T2.
        (750, "959.76", "50", priced("11997.00", "5998.50", "5998.50")),
        (435, "959.76", "50", priced("6958.26", "3479.13", "3479.13")),
        (105, "959.76", "50.00", priced("1679.58", "839.79", "839.79")),
        # The mixed invoice at 1 052.05, tier T1.
        (165, "1052.05", "70", priced("2893.14", "2025.20", "867.94")),
        (15, "1052.05", "70", priced("263.01", "184.11", "78.90")),
        (30, "1052.05", "70", priced("526.03", "368.22", "157.81")),
        # Twenty minutes are a third of an hour: 959.76 / 3 = 319.92; as 0.33 hours it would be 316.72.
        (20, "959.76", "0", priced("319.92", "0.00", "319.92")),
        # One minute: 959.76 / 60 = 15.996.
        (1, "959.76", "100", priced("16.00", "16.00", "0.00")),
        # A credited line is the negated one.
        (-435, "959.76", "50", priced("-6958.26", "-3479.13", "-3479.13")),
        (0, "959.76", "50", priced("0.00", "0.00", "0.00")),
    ],
)
def test_a_line_of_minutes(minutes: int, rate: str, percent: str, line: PricedLine) -> None:
    assert price_minutes(minutes, Decimal(rate), Decimal(percent)) == line


def test_a_line_of_course_seats() -> None:
    assert price_quantity(Decimal(3), Decimal("1190.97"), Decimal(70)) == priced("3572.91", "2501.04", "1071.87")


def test_a_percentage_may_have_decimals() -> None:
    # 742.50 * 33.33 / 100 = 247.47525
    assert price_quantity(Decimal("0.75"), Decimal("990"), Decimal("33.33")) == priced("742.50", "247.48", "495.02")


def test_amounts_always_have_two_decimals() -> None:
    line = price_minutes(60, Decimal(1000), Decimal(0))
    assert [str(line.gross), str(line.discount), str(line.net)] == ["1000.00", "0.00", "1000.00"]


@pytest.mark.parametrize("percent", ["-0.01", "100.01"])
def test_a_percentage_outside_zero_to_a_hundred_is_refused(percent: str) -> None:
    with pytest.raises(PercentOutOfRange) as refused:
        price_minutes(60, Decimal("959.76"), Decimal(percent))
    assert refused.value.percent == Decimal(percent)


def test_a_negative_price_is_refused() -> None:
    with pytest.raises(NegativePrice) as refused:
        price_quantity(Decimal(1), Decimal("-0.01"), Decimal(0))
    assert refused.value.price == Decimal("-0.01")


def in_fractions(line: PricedLine) -> tuple[Fraction, Fraction, Fraction]:
    return Fraction(line.gross), Fraction(line.discount), Fraction(line.net)


_PRICES = st.integers(0, 10**7).map(kroner)
_PERCENTS = st.integers(0, 10_000).map(kroner)


@many_examples
@given(st.integers(-(10**5), 10**5), _PRICES, _PERCENTS)
def test_minutes_are_priced_as_the_rule_in_fractions_says(minutes: int, rate: Decimal, percent: Decimal) -> None:
    line = price_minutes(minutes, rate, percent)
    expected = oracle.line(Fraction(minutes, 60), Fraction(rate), Fraction(percent))
    assert in_fractions(line) == expected


@many_examples
@given(st.decimals(-(10**4), 10**4, places=3), _PRICES, st.decimals(0, 100, places=4))
def test_quantities_are_priced_as_the_rule_in_fractions_says(
    quantity: Decimal, price: Decimal, percent: Decimal
) -> None:
    line = price_quantity(quantity, price, percent)
    assert in_fractions(line) == oracle.line(Fraction(quantity), Fraction(price), Fraction(percent))


@many_examples
@given(st.integers(-(10**5), 10**5), _PRICES, _PERCENTS)
def test_a_discount_never_exceeds_the_price_and_leaves_the_net(minutes: int, rate: Decimal, percent: Decimal) -> None:
    line = price_minutes(minutes, rate, percent)
    assert line.net + line.discount == line.gross
    assert abs(line.discount) <= abs(line.gross)
    assert line.net * line.gross >= 0


@many_examples
@given(st.integers(0, 10**5), _PRICES, _PERCENTS)
def test_a_credited_line_takes_back_exactly_what_was_charged(minutes: int, rate: Decimal, percent: Decimal) -> None:
    charged, credited = price_minutes(minutes, rate, percent), price_minutes(-minutes, rate, percent)
    assert charged.gross + credited.gross == 0
    assert charged.discount + credited.discount == 0
