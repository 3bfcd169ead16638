"""Norwegian bank account numbers: eleven digits, the last a check digit by MOD11. Pure."""

from __future__ import annotations

import re

_SEPARATORS = re.compile(r"[\s.\u00a0\u2009\u202f-]+")
# The check digit counts once; a number whose check digit would have to be 10 is not given out.
_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


class InvalidBankAccount(ValueError):
    """A text that is no account number. `code`: `not_digits`, `length` or `check_digit`."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.text = text
        self.code = code


def clean(text: str) -> str:
    """Give the eleven digits, without the spaces, points and hyphens people write.

    Raises `InvalidBankAccount`. The check digit is MOD11 with the weights 5 4 3 2 7 6 5 4 3 2.
    """
    digits = _SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidBankAccount(text, "not_digits")
    if len(digits) != 11:
        raise InvalidBankAccount(text, "length")
    if sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11 != 0:
        raise InvalidBankAccount(text, "check_digit")
    return digits


def is_valid(text: str) -> bool:
    """Tell whether `clean` would take the text."""
    try:
        clean(text)
    except InvalidBankAccount:
        return False
    return True


def display(account: str) -> str:
    """Give eleven digits as a bank prints them, with no-break spaces: 1234 56 78903.

    Other texts come back as they are.
    """
    if len(account) != 11:
        return account
    return "\u00a0".join((account[:4], account[4:6], account[6:]))
