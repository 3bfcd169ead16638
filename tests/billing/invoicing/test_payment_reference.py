"""The payment reference. Vectors are published ones for KID by MOD10."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.invoicing.payment_reference import (
    InvalidPaymentReference,
    clean,
    for_number,
    is_valid,
    number_of,
)
from tests.properties import some_examples


@pytest.mark.parametrize(
    ("number", "reference"),
    [(202600123, "2026001236"), (1234, "12344"), (60224, "602243"), (234567, "2345676")],
)
def test_the_reference_of_a_number(number: int, reference: str) -> None:
    assert for_number(number) == reference
    assert number_of(reference) == number


@pytest.mark.parametrize(("text", "valid"), [("0044555258", True), ("2345674", False), ("0044555251", False)])
def test_published_references(text: str, valid: bool) -> None:
    assert is_valid(text) is valid


def test_a_reference_with_spaces_is_read() -> None:
    assert clean(" 2026 0012\u00a036 ") == "2026001236"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026001235", "check_digit"),
        ("202", "length"),
        ("0" * 26, "length"),
        ("2026-00123-6", "not_digits"),
        ("", "not_digits"),
        ("２０２６００１２３６", "not_digits"),
    ],
)
def test_what_is_no_reference_says_why(text: str, code: str) -> None:
    with pytest.raises(InvalidPaymentReference) as refused:
        clean(text)
    assert refused.value.code == code


@pytest.mark.parametrize("number", [0, -1])
def test_a_document_without_a_number_has_no_reference(number: int) -> None:
    with pytest.raises(ValueError, match="not the number of a document"):
        for_number(number)


@some_examples
@given(st.integers(200000000, 299999999), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number: int, place: int, change: int) -> None:
    reference = for_number(number)
    wrong = str((int(reference[place]) + change) % 10)
    assert is_valid(reference)
    assert not is_valid(reference[:place] + wrong + reference[place + 1 :])
