"""Organisation numbers. 123456785 is the register's own worked example; 974760673 is the register itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.organisation_number import InvalidOrganisationNumber, clean, display, is_valid
from tests.properties import some_examples


@pytest.mark.parametrize("number", ["123456785", "974760673", "923609016", "312345676", "310000078"])
def test_numbers_that_are_valid_whatever_their_first_digit(number: str) -> None:
    assert is_valid(number)


@pytest.mark.parametrize(
    "text",
    ["974 760 673", "974\u00a0760\u00a0673", "974.760.673", "NO974760673MVA", " 974760673 ", "no 974 760 673 mva"],
)
def test_a_number_is_read_as_people_write_it(text: str) -> None:
    assert clean(text) == "974760673"


def test_a_number_is_shown_in_groups_of_three() -> None:
    assert display("314551206") == "314\u00a0551\u00a0206"
    assert display("31455") == "31455"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("112233445", "check_digit"),
        ("97476067", "length"),
        ("9747606731", "length"),
        ("97476O673", "not_digits"),
        ("", "not_digits"),
        ("MVA", "not_digits"),
        ("９７４７６０６７３", "not_digits"),
    ],
)
def test_what_is_no_organisation_number_says_why(text: str, code: str) -> None:
    with pytest.raises(InvalidOrganisationNumber) as refused:
        clean(text)
    assert refused.value.code == code
    assert not is_valid(text)


def test_a_base_whose_check_digit_would_be_ten_has_no_number() -> None:
    assert not any(is_valid(f"91000011{digit}") for digit in range(10))


@some_examples
@given(st.from_regex(r"\A[0-9]{8}\Z"))
def test_each_eight_digits_have_one_check_digit_or_none(base: str) -> None:
    weighted = sum(int(digit) * weight for digit, weight in zip(base, (3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    digit = (11 - weighted % 11) % 11
    assert [last for last in range(10) if is_valid(f"{base}{last}")] == ([] if digit == 10 else [digit])
