"""Bank account numbers. The valid ones are published examples: of a library, and an IBAN of a Peppol sample."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.bank_account import InvalidBankAccount, clean, display, is_valid
from tests.properties import some_examples


@pytest.mark.parametrize("account", ["12345678903", "86011117947", "15031234562"])
def test_published_accounts_are_valid(account: str) -> None:
    assert is_valid(account)


@pytest.mark.parametrize("text", ["1234 56 78903", "1234.56.78903", "1234\u00a056\u00a078903", " 12345678903 "])
def test_an_account_is_read_as_people_write_it(text: str) -> None:
    assert clean(text) == "12345678903"


def test_an_account_is_printed_as_the_bank_prints_it() -> None:
    assert display("12345678903") == "1234\u00a056\u00a078903"
    assert display("123") == "123"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12345678904", "check_digit"),
        ("1234567890", "length"),
        ("123456789030", "length"),
        ("1234567890X", "not_digits"),
        ("", "not_digits"),
        ("１２３４５６７８９０３", "not_digits"),
    ],
)
def test_what_is_no_account_says_why(text: str, code: str) -> None:
    with pytest.raises(InvalidBankAccount) as refused:
        clean(text)
    assert refused.value.code == code
    assert not is_valid(text)


@some_examples
@given(st.from_regex(r"\A[0-9]{10}\Z"))
def test_each_ten_digits_have_one_check_digit_or_none(base: str) -> None:
    # The rule said the other way round: k = (11 - s mod 11) mod 11, and 10 is not given out.
    weighted = sum(int(digit) * weight for digit, weight in zip(base, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    digit = (11 - weighted % 11) % 11
    assert [last for last in range(10) if is_valid(f"{base}{last}")] == ([] if digit == 10 else [digit])
