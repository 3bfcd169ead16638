"""Half-up to the øre, splits that lose nothing, amounts as people write them."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.money import (
    AmbiguousAmount,
    AmountError,
    AmountTooLarge,
    NotAnAmount,
    TooManyDecimals,
    half_up,
    half_up_quotient,
    kroner,
    largest_remainder,
    ore,
    parse_amount,
)
from tests.properties import many_examples, some_examples


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Decimal("0.125"), "0.13"),
        (Decimal("-0.125"), "-0.13"),
        (Decimal("2579.355"), "2579.36"),
        (Decimal("3684.5625"), "3684.56"),
        (Decimal("371.135"), "371.14"),
        (Decimal("0.1249999999999999999999999999999999999999"), "0.12"),
        (Fraction(1, 3), "0.33"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(5, 1000), "0.01"),
        (7, "7.00"),
        (Decimal("1E+3"), "1000.00"),
    ],
)
def test_a_tie_is_rounded_away_from_zero(value: Decimal | Fraction | int, rounded: str) -> None:
    assert str(half_up(value)) == rounded


@pytest.mark.parametrize("value", [Decimal("-0.001"), Decimal("-0.00"), Decimal("-0"), Fraction(-1, 1000), 0])
def test_zero_has_no_sign_and_two_decimals(value: Decimal | Fraction | int) -> None:
    assert str(half_up(value)) == "0.00"


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_what_is_no_number_is_not_rounded(value: Decimal) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        half_up(value)


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        half_up(0.125)  # type: ignore[arg-type]


def test_digits_beyond_the_usual_precision_are_not_lost() -> None:
    long = Decimal("12345678901234567890123456789012345678.125")
    assert str(half_up(long)) == "12345678901234567890123456789012345678.13"


@many_examples
@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6))
def test_rounding_agrees_with_the_definition(value: Fraction) -> None:
    nearest = math.floor(abs(value) * 100 + Fraction(1, 2))
    assert ore(half_up(value)) == (-nearest if value < 0 else nearest)
    assert half_up_quotient(value.numerator, -value.denominator) == half_up_quotient(
        -value.numerator, value.denominator
    )


@many_examples
@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_kroner_and_ore_are_each_others_opposite(whole_ore: int) -> None:
    assert ore(kroner(whole_ore)) == whole_ore
    assert kroner(whole_ore).as_tuple().exponent == -2


def test_a_part_of_an_ore_is_refused_where_whole_ore_are_needed() -> None:
    with pytest.raises(ValueError, match="part of an øre"):
        ore(Decimal("10.005"))


def _amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_a_hundred_kroner_by_three_leaves_the_odd_ore_to_the_first() -> None:
    assert largest_remainder(Decimal("100.00"), [1, 1, 1]) == _amounts("33.34", "33.33", "33.33")


def test_a_joint_invoice_is_split_two_to_one() -> None:
    assert largest_remainder(Decimal("1234.55"), [2, 1]) == _amounts("823.03", "411.52")


def test_the_largest_remainder_gets_the_ore_before_the_lowest_index() -> None:
    # 0.10 by 1 : 1 : 4 is 1.67, 1.67 and 6.67 øre: all remainders are equal, two øre are left.
    assert largest_remainder(Decimal("0.10"), [1, 1, 4]) == _amounts("0.02", "0.02", "0.06")
    # 0.05 by 1 : 2 : 4 is 0.71, 1.43 and 2.86 øre: the last has the largest remainder, then the first.
    assert largest_remainder(Decimal("0.05"), [1, 2, 4]) == _amounts("0.01", "0.01", "0.03")


def test_a_negative_total_is_split_as_its_positive() -> None:
    assert largest_remainder(Decimal("-100.00"), [1, 1, 1]) == _amounts("-33.34", "-33.33", "-33.33")


def test_a_zero_weight_gets_nothing() -> None:
    assert largest_remainder(Decimal("0.05"), [0, 1, 0]) == _amounts("0.00", "0.05", "0.00")


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_weights_that_split_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        largest_remainder(Decimal("1.00"), weights)


_WEIGHTS = st.lists(st.one_of(st.integers(0, 10**6), st.decimals(0, 10**6, places=3)), min_size=1, max_size=8).filter(
    any
)


@many_examples
@given(st.integers(-(10**11), 10**11), _WEIGHTS)
def test_parts_always_sum_to_the_whole_and_lie_within_an_ore_of_their_share(
    total_ore: int, weights: list[Decimal | int]
) -> None:
    parts = largest_remainder(kroner(total_ore), weights)
    assert sum(parts) == kroner(total_ore)
    whole = sum(map(Fraction, weights))
    for part, weight in zip(parts, weights, strict=True):
        assert abs(ore(part) - total_ore * Fraction(weight) / whole) < 1


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5625", "5625.00"),
        ("5 625,00", "5625.00"),
        ("5\u00a0625,00", "5625.00"),
        ("5\u202f625,5", "5625.50"),
        ("5.625,00", "5625.00"),
        ("1.234.567,89", "1234567.89"),
        ("1.234.567", "1234567.00"),
        ("5,625.00", "5625.00"),
        ("5625.50", "5625.50"),
        ("5625,5", "5625.50"),
        ("kr 5625", "5625.00"),
        ("Kr. 5\u00a0625", "5625.00"),
        ("NOK 5,625.00", "5625.00"),
        ("5 625,00 kr", "5625.00"),
        ("5625,-", "5625.00"),
        ("5.625,-", "5625.00"),
        ("5625,–", "5625.00"),
        (",50", "0.50"),
        ("\u22125625", "-5625.00"),
        ("-5625", "-5625.00"),
        ("\u2212\u00a05\u00a0625,00\u00a0kr", "-5625.00"),
        ("kr -50", "-50.00"),
        ("-kr 50", "-50.00"),
        ("  12  ", "12.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("1000000000", "1000000000.00"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, amount: str) -> None:
    assert str(parse_amount(text)) == amount


@pytest.mark.parametrize(
    ("text", "thousands", "decimals"), [("5.625", "5 625", "5,625"), ("kr 12,345", "12 345", "12,345")]
)
def test_thousands_or_decimals_is_asked_about(text: str, thousands: str, decimals: str) -> None:
    with pytest.raises(AmbiguousAmount) as refused:
        parse_amount(text)
    assert (refused.value.as_thousands, refused.value.as_decimal) == (thousands, decimals)
    assert refused.value.code == "ambiguous"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "kr", "-", ",", "abc", "NaN", "Infinity", "-Infinity", "1e400", "1E5", "５６２５", "٥٦", "5625,",
        "5 62", "56 25,00", "5.62.5", "1,2,3", "--5", "5-", "0x10", "1_000", "5 625.000,00 x", "½",
    ],
)  # fmt: skip
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(text)
    assert refused.value.code == "not_an_amount"
    assert refused.value.text == text


@pytest.mark.parametrize("text", ["0,125", "5625,125", "5 625,001", "0.005", "1,0000"])
def test_parts_of_an_ore_are_refused(text: str) -> None:
    with pytest.raises(TooManyDecimals) as refused:
        parse_amount(text)
    assert refused.value.code == "too_many_decimals"


@pytest.mark.parametrize("text", ["1000000000,01", "-1000000000,01", "9" * 400])
def test_more_than_a_thousand_million_is_refused(text: str) -> None:
    with pytest.raises(AmountTooLarge) as refused:
        parse_amount(text)
    assert refused.value.code == "too_large"


@some_examples
@given(st.integers(-(10**11), 10**11), st.sampled_from(["", " ", "\u00a0", "."]))
def test_an_amount_that_is_shown_can_be_typed_again(whole_ore: int, separator: str) -> None:
    whole, part = divmod(abs(whole_ore), 100)
    sign = "\u2212" if whole_ore < 0 else ""
    shown = f"{sign}{whole:,}".replace(",", separator) + f",{part:02} kr"
    assert parse_amount(shown) == kroner(whole_ore)


@some_examples
@given(st.text(alphabet="0123456789.,- kr\u00a0\u2212NO", max_size=14))
def test_any_text_is_an_amount_in_whole_ore_or_a_known_mistake(text: str) -> None:
    try:
        amount = parse_amount(text)
    except AmountError:
        return
    assert amount.as_tuple().exponent == -2
    assert abs(amount) <= 10**9
