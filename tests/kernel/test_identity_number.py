"""Which eleven digits are taken for a national identity number, and which are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisory.kernel.bank_account import display
from advisory.kernel.identity_number import is_suspected
from tests.numbers_of_nobody import identity_number

BORN = identity_number("010180")
#: Day + 40 for a D-number; month + 40 and + 80 for the synthetic people of the registers' test systems.
D_NUMBER, SYNTHETIC_40, SYNTHETIC_80 = identity_number("410180"), identity_number("014180"), identity_number("018180")
BOTH = identity_number("418180")


@pytest.mark.parametrize("number", [BORN, D_NUMBER, SYNTHETIC_40, SYNTHETIC_80, BOTH, "15108695088"])
@pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", "{0}-{1}", "{0}.{1}", "{0}\u00a0{1}", "født {0} {1}, leder"])
def test_a_number_is_found_however_it_is_written(number: str, written: str) -> None:
    assert is_suspected(written.format(number[:6], number[6:]))


def test_a_number_is_found_with_its_date_written_out_and_close_to_letters() -> None:
    assert is_suspected(f"{BORN[:2]}.{BORN[2:4]}.{BORN[4:6]} {BORN[6:]}")
    assert is_suspected(f"fnr:{BORN}.")


@pytest.mark.parametrize("date", ["310280", "001380", "018080", "019380"])
def test_a_day_that_does_not_exist_is_no_birthday(date: str) -> None:
    assert not is_suspected(identity_number(date))


@pytest.mark.parametrize(
    "text",
    ["", "Konto 12345678903", "Org.nr. 310 000 078", "310000078", "202600123", "KID 2026001236", "55 12 34 56",
     f"1{BORN}", f"{BORN}1", BORN[:10], f"{BORN[:10]}{(int(BORN[10]) + 1) % 10}"],
)  # fmt: skip
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not is_suspected(text)


@given(st.integers(0, 10**11 - 1))
def test_an_account_number_written_as_accounts_are_is_never_taken_for_one(digits: int) -> None:
    account = f"{digits:011d}"
    assert not is_suspected(display(account))
    assert not is_suspected(f"{account[:4]}.{account[4:6]}.{account[6:]}")


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_suspected(text) in (True, False)
