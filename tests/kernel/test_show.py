"""Figures and dates as people read them. Forms are those of screens.md 3.8 and of Språkrådet's rules."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moneyed import NOK, Money

from advisory.kernel import show
from advisory.kernel.money import parse_amount
from tests.properties import some_examples

NB = "\u00a0"


@pytest.mark.parametrize(
    ("value", "norwegian", "english"),
    [
        (Decimal("11250"), f"11{NB}250,00{NB}kr", f"NOK{NB}11,250.00"),
        (Decimal("5625.00"), f"5{NB}625,00{NB}kr", f"NOK{NB}5,625.00"),
        (Decimal("-29487.02"), f"\u221229{NB}487,02{NB}kr", f"\u2212NOK{NB}29,487.02"),
        (Decimal("0"), f"0,00{NB}kr", f"NOK{NB}0.00"),
        (Decimal("1234567.5"), f"1{NB}234{NB}567,50{NB}kr", f"NOK{NB}1,234,567.50"),
    ],
)
def test_money_has_its_unit_and_no_break_spaces(value: Decimal, norwegian: str, english: str) -> None:
    assert show.money(value) == norwegian
    assert show.money(value, "nn") == norwegian
    assert show.money(value, "en") == english


def test_money_values_and_whole_numbers_are_shown_alike() -> None:
    assert show.money(Money("959.76", NOK)) == f"959,76{NB}kr"
    assert show.money(400) == f"400,00{NB}kr"


def test_a_float_is_not_a_figure() -> None:
    with pytest.raises(TypeError, match="not float"):
        show.money(9.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not bool"):
        show.money(True)


def test_an_amount_in_a_column_leaves_the_unit_out() -> None:
    assert show.amount(Decimal("20634.84")) == f"20{NB}634,84"
    assert show.amount(Decimal("20634.84"), "en") == "20,634.84"


def test_whole_kroner_round_half_up_for_the_eye() -> None:
    assert show.kroner(Decimal("97685.50")) == f"97{NB}686{NB}kr"
    assert show.kroner(Decimal("-29487.02")) == f"\u221229{NB}487{NB}kr"
    assert show.whole(Decimal("1860000")) == f"1{NB}860{NB}000"
    assert show.kroner(Decimal("97685.50"), "en") == f"NOK{NB}97,686"


def test_kroner_before_rounding_keep_their_decimals_and_their_unit() -> None:
    assert show.exact(Decimal("959.7666")) == f"959,7666{NB}kr"
    assert show.exact(Decimal("-0.0066"), "en") == f"\u2212NOK{NB}0.0066"


def test_the_size_of_a_file_is_in_thousands_of_bytes() -> None:
    assert show.file_size(31_400) == f"31{NB}kB"
    assert show.file_size(12) == f"1{NB}kB"
    assert show.file_size(1_250_000) == f"1,3{NB}MB"
    assert show.file_size(1_250_000, "en") == f"1.3{NB}MB"


def test_an_amount_that_rounds_to_nothing_has_no_minus() -> None:
    assert show.whole(Decimal("-0.40")) == "0"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(1290, "21,5"), (375, "6,25"), (20, "0,33"), (40, "0,67"), (120, "2,0"), (0, "0,0"), (195360, f"3{NB}256,0")],
)
def test_hours_have_one_decimal_or_two_where_they_say_more(minutes: int, text: str) -> None:
    assert show.hours(minutes) == text


def test_hours_in_english_have_a_point() -> None:
    assert show.hours(1290, "en") == "21.5"


def test_percentages_have_no_needless_zeros() -> None:
    assert show.percent(Decimal("50.00")) == f"50{NB}%"
    assert show.percent(Decimal("12.5")) == f"12,5{NB}%"
    assert show.percent(Decimal("33.333")) == f"33,33{NB}%"
    assert show.percent(25, "en") == "25%"


def test_a_difference_shows_its_sign_and_zero_has_none() -> None:
    assert show.signed(show.whole(72000)) == f"+72{NB}000"
    assert show.signed(show.amount(Decimal("-5.27"))) == "\u22125,27"
    assert show.signed(show.amount(Decimal("0"))) == "0,00"


def test_days_in_tables_and_in_prose() -> None:
    day = date(2026, 11, 22)
    assert show.day(day) == "22.11.2026"
    assert show.short_day(date(2026, 3, 1)) == "01.03."
    assert show.long_day(day) == f"22.{NB}november{NB}2026"
    assert show.long_day(day, "en") == f"22{NB}November{NB}2026"
    assert show.weekday(day) == f"søndag 22.{NB}november"
    assert show.weekday(date(2026, 11, 21), "nn") == f"laurdag 21.{NB}november"
    assert show.weekday(day, "en") == f"Sunday 22{NB}November"


def test_the_clock_has_a_full_stop_in_norwegian() -> None:
    at = datetime(2026, 11, 20, 14, 2)  # noqa: DTZ001 - the caller brings local time
    assert show.clock(at) == "14.02"
    assert show.moment(at) == f"20.11.2026 kl.{NB}14.02"
    assert show.moment(at, "en") == f"20.11.2026 at{NB}14:02"


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), f"1.–31.{NB}oktober{NB}2026"),
        (date(2026, 11, 16), date(2026, 12, 4), f"16.{NB}november–4.{NB}desember{NB}2026"),
        (date(2026, 11, 3), date(2027, 6, 30), f"3.{NB}november{NB}2026–30.{NB}juni{NB}2027"),
        (date(2026, 10, 7), date(2026, 10, 7), f"7.{NB}oktober{NB}2026"),
    ],
)
def test_a_period_says_once_what_both_ends_share(first: date, last: date, text: str) -> None:
    assert show.period(first, last) == text


def test_a_period_in_english_has_no_full_stops() -> None:
    assert show.period(date(2026, 10, 1), date(2026, 10, 31), "en") == f"1–31{NB}October{NB}2026"


def test_a_period_in_a_table_leaves_out_the_first_year_only_when_it_is_the_same() -> None:
    assert show.day_period(date(2026, 1, 1), date(2026, 12, 31)) == "01.01.–31.12.2026"
    assert show.day_period(date(2026, 11, 3), date(2027, 6, 30)) == "03.11.2026–30.06.2027"
    assert show.day_period(date(2026, 11, 3), date(2026, 11, 3)) == "03.11.2026"


@pytest.mark.parametrize(
    ("value", "norwegian", "english"),
    [("500000", "500\u00a0000", "500,000.00"), ("959.76", "959,76", "959.76"), ("0", "0", "0.00")],
)
def test_kroner_in_a_field_are_read_as_they_were_written(value: str, norwegian: str, english: str) -> None:
    assert (show.typed(Decimal(value)), show.typed(Decimal(value), "en")) == (norwegian, english)
    assert parse_amount(norwegian) == parse_amount(english) == Decimal(value)


def test_numbers_that_people_read_aloud_are_grouped() -> None:
    assert show.org_number("999014201") == f"999{NB}014{NB}201"
    assert show.account("12345678903") == f"1234{NB}56{NB}78903"
    assert show.kid("2026001236") == f"2026{NB}00123{NB}6"
    assert show.kid("123456789012") == f"1234{NB}5678{NB}9012"


def test_what_is_not_such_a_number_comes_back_as_it_was() -> None:
    assert show.org_number("99901420") == "99901420"
    assert show.account("konto") == "konto"
    assert show.kid("RF18 5390") == "RF18 5390"


@some_examples
@given(st.lists(st.integers(0, 100_000), max_size=8))
def test_hours_of_the_parts_add_up_to_the_hours_of_the_whole(minutes: list[int]) -> None:
    parts = show.hours_that_sum(minutes)
    written = [parse_amount(text) for text in parts]
    assert sum(written) == parse_amount(show.hours(sum(minutes)))
    for part, own in zip(written, minutes, strict=True):
        assert abs(part - parse_amount(show.hours(own))) <= Decimal("0.01")


def test_five_parts_that_round_up_do_not_make_more_than_the_whole() -> None:
    """5 x 10 minutes are 0.1666… each: 0.83 in all, and not 5 x 0.17."""
    assert (show.hours_that_sum([10] * 5), show.hours(50)) == (["0,17", "0,17", "0,17", "0,16", "0,16"], "0,83")
