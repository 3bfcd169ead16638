"""The payment reference (KID): the document's number and a check digit by MOD10 (Luhn). Pure.

One structure, ten digits: 202600123 -> 2026001236. A KID is 4 to 25 digits (the banks' OCR agreement); ours
is derived from the number, so a payment finds its invoice without a table in between.
"""

from __future__ import annotations

import re

from stdnum import luhn

_SEPARATORS = re.compile(r"[\s\u00a0\u2009\u202f]+")


class InvalidPaymentReference(ValueError):
    """A text that is no payment reference. `code`: `not_digits`, `length` or `check_digit`."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.text = text
        self.code = code


def for_number(number: int) -> str:
    """Give the payment reference of a document number. Raises `ValueError` for one that is not above zero."""
    if number <= 0:
        raise ValueError(f"{number} is not the number of a document.")
    return f"{number}{luhn.calc_check_digit(str(number))}"


def clean(text: str) -> str:
    """Give the digits of a reference, with its check digit proven. Raises `InvalidPaymentReference`."""
    digits = _SEPARATORS.sub("", text)
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidPaymentReference(text, "not_digits")
    if not 4 <= len(digits) <= 25:
        raise InvalidPaymentReference(text, "length")
    if luhn.checksum(digits) != 0:
        raise InvalidPaymentReference(text, "check_digit")
    return digits


def is_valid(text: str) -> bool:
    """Tell whether `clean` would take the text."""
    try:
        clean(text)
    except InvalidPaymentReference:
        return False
    return True


def number_of(reference: str) -> int:
    """Give the document number that a payment reference points to. Raises `InvalidPaymentReference`."""
    return int(clean(reference)[:-1])
