"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.days import NoSuchDay, NotADay, parse_day
from tests.properties import some_examples

WEDNESDAY = date(2026, 11, 25)
SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "22.11.2026", "22.11.26", "22.11", "22.11.", "22/11", "22/11/2026", "22-11-2026", "2026-11-22", "221126",
        " 22. 11. 2026 ", "22.11 ", "søn", "Søndag", "sun", "sundag", "sunday", "son", "søn.",
    ],
)  # fmt: skip
def test_one_day_in_all_its_forms(text: str) -> None:
    assert parse_day(text, WEDNESDAY) == SUNDAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("i dag", 25), ("I dag", 25), ("idag", 25), ("today", 25),
        ("i går", 24), ("I GÅR", 24), ("i ga\u030ar", 24), ("i gar", 24), ("yesterday", 24),
        ("i morgen", 26), ("i morgon", 26), ("tomorrow", 26),
    ],
)  # fmt: skip
def test_days_named_from_today(text: str, day: int) -> None:
    assert parse_day(text, WEDNESDAY) == date(2026, 11, day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("man", 23), ("måndag", 23), ("mon", 23),
        ("tir", 24), ("tys", 24), ("tysdag", 24), ("tue", 24),
        ("ons", 25), ("onsdag", 25), ("wed", 25),
        ("tor", 19), ("thu", 19), ("torsdag", 19),
        ("fre", 20), ("fri", 20),
        ("lør", 21), ("lau", 21), ("laurdag", 21), ("lor", 21), ("sat", 21),
        ("søn", 22),
    ],
)  # fmt: skip
def test_a_weekday_is_the_most_recent_one_and_today_counts(text: str, day: int) -> None:
    assert parse_day(text, WEDNESDAY) == date(2026, 11, day)


@pytest.mark.parametrize(
    "text", ["31.11.2026", "29.2.2026", "2026-13-01", "320126", "0.1.2026", "1.1.1899", "1.1.2200"]
)
def test_a_day_that_the_calendar_lacks_is_told_apart(text: str) -> None:
    with pytest.raises(NoSuchDay) as refused:
        parse_day(text, WEDNESDAY)
    assert refused.value.code == "no_such_day"
    assert refused.value.text == text


@pytest.mark.parametrize(
    "text",
    ["", "tull", "22", "22.", "2026", "22.11.2", "22.11.026", "22112026", "1.2.3.4", "２２.11", "i", "-1", "22,11"],
)
def test_what_is_not_a_day_is_refused(text: str) -> None:
    with pytest.raises(NotADay) as refused:
        parse_day(text, WEDNESDAY)
    assert refused.value.code == "not_a_day"


def test_a_leap_day_without_a_year_needs_a_leap_year() -> None:
    assert parse_day("29.2", date(2028, 1, 1)) == date(2028, 2, 29)
    with pytest.raises(NoSuchDay):
        parse_day("29.2", date(2026, 1, 1))


@some_examples
@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_full_form_gives_back_its_day_whatever_today_is(day: date, today: date) -> None:
    for form in ("%d.%m.%Y", "%d.%m.%y", "%Y-%m-%d", "%d%m%y", "%d/%m/%Y"):
        assert parse_day(day.strftime(form), today) == day
