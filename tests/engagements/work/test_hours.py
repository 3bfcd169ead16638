"""Hours as people write them, kept as whole minutes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel import show
from engagements.work.hours import (
    AmbiguousHours,
    BareMinutes,
    HoursError,
    MoreThanADay,
    NegativeHours,
    NoHours,
    NotHours,
    parse_hours,
)
from tests.properties import some_examples


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1,5", 90), ("1.5", 90), ("1:30", 90), ("90m", 90), ("90 min", 90), ("1t30", 90), ("1t 30m", 90), ("1t", 60),
        (",5", 30), ("2", 120),
        ("1,25", 75), ("1.75", 105), ("1,00", 60), ("1.50", 90), (".25", 15), ("0,1", 6), ("1,3", 78),
        ("0:05", 5), (":45", 45), ("00:30", 30), ("24", 1440), ("24:00", 1440), ("1440m", 1440),
        ("1 t 30 min", 90), ("1t 30 min.", 90), ("1h30", 90), ("2 timer", 120), ("1 time", 60), ("1,5 timer", 90),
        ("2 timar", 120), ("2 hours", 120), ("90 MIN", 90), ("45 minutter", 45), ("1\u00a0t", 60), ("  2  ", 120),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_write_them(text: str, minutes: int) -> None:
    assert parse_hours(text) == minutes


@pytest.mark.parametrize(
    ("text", "clock", "decimal", "clock_minutes", "decimal_minutes"),
    [
        ("1.30", "1:30", "1,3", 90, 78),
        ("1,30", "1:30", "1,3", 90, 78),
        ("0.05", "0:05", "0,05", 5, 3),
        (",45", "0:45", "0,45", 45, 27),
        ("1,33", "1:33", "1,33", 93, None),
        ("1,80", None, "1,8", None, 108),
    ],
)
def test_two_odd_decimals_are_asked_about(
    text: str, clock: str | None, decimal: str, clock_minutes: int | None, decimal_minutes: int | None
) -> None:
    with pytest.raises(AmbiguousHours) as refused:
        parse_hours(text)
    error = refused.value
    assert (error.as_clock, error.as_decimal) == (clock, decimal)
    assert (error.clock_minutes, error.decimal_minutes) == (clock_minutes, decimal_minutes)
    assert error.code == "ambiguous"


@pytest.mark.parametrize("minutes", [25, 90, 1440])
def test_a_bare_number_above_a_day_is_taken_for_minutes_and_asked_about(minutes: int) -> None:
    with pytest.raises(BareMinutes) as refused:
        parse_hours(str(minutes))
    assert refused.value.minutes == minutes
    assert parse_hours(refused.value.suggestion) == minutes


@pytest.mark.parametrize("text", ["0", "0,0", "0:00", "0m", "0t", ",00"])
def test_no_time_at_all_is_refused(text: str) -> None:
    with pytest.raises(NoHours):
        parse_hours(text)


@pytest.mark.parametrize("text", ["-1", "\u22121,5", "-1:30", "- 90m", "-1,30"])
def test_time_below_zero_is_refused(text: str) -> None:
    with pytest.raises(NegativeHours):
        parse_hours(text)


@pytest.mark.parametrize("text", ["24:01", "25t", "24,25", "1441m", "1441", "2000", "9999"])
def test_more_than_a_day_is_refused(text: str) -> None:
    with pytest.raises(MoreThanADay):
        parse_hours(text)


@pytest.mark.parametrize(
    "text",
    ["", " ", ",", ".", ":", "t", "m", "-", "-x", "en time", "1,333", "1:3", "1:60", "1:300", "1t60", "1,5,5", "1e3",
     "NaN", "Infinity", "１,5", "٣", "½", "1 30", "1+1", "1,5 x", "9" * 400],
)  # fmt: skip
def test_what_is_not_hours_is_refused(text: str) -> None:
    with pytest.raises(NotHours):
        parse_hours(text)


@some_examples
@given(st.integers(1, 96))
def test_quarters_of_an_hour_survive_being_shown_and_typed_again(quarters: int) -> None:
    assert parse_hours(show.hours(quarters * 15)) == quarters * 15


@some_examples
@given(st.integers(1, 1440))
def test_every_minute_can_be_typed_in_three_ways(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    assert parse_hours(f"{hours}:{rest:02}") == minutes
    assert parse_hours(f"{minutes}m") == minutes
    assert parse_hours(f"{hours}t {rest}m") == minutes


@some_examples
@given(st.text(alphabet="0123456789.,:-tm hin", max_size=9))
def test_any_text_is_minutes_of_a_day_or_a_known_mistake(text: str) -> None:
    try:
        minutes = parse_hours(text)
    except HoursError:
        return
    assert 1 <= minutes <= 1440
