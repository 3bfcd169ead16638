"""Norwegian organisation numbers: nine digits, the last a check digit by MOD11.

Pure. The first digit is not looked at: the register may begin to give out others than 8 and 9.
"""

from __future__ import annotations

import re

from stdnum.no import orgnr

_SEPARATORS = re.compile(r"[\s.\u00a0\u2009\u202f]+")
_VAT_FORM = re.compile(r"^(?:NO)?(.*?)(?:MVA)?$", re.IGNORECASE)


class InvalidOrganisationNumber(ValueError):
    """A text that is no organisation number. `code`: `not_digits`, `length` or `check_digit`."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(f"{code}: {text!r}")
        self.text = text
        self.code = code


def clean(text: str) -> str:
    """Give the nine digits. Spaces and points between them, `NO` before and `MVA` after are left out.

    Raises `InvalidOrganisationNumber`. The check digit is MOD11 with the weights 3 2 7 6 5 4 3 2
    (Brønnøysundregistrene, «Organisasjonsnummeret»).
    """
    digits = _VAT_FORM.sub(r"\1", _SEPARATORS.sub("", text))
    if not (digits.isascii() and digits.isdigit()):
        raise InvalidOrganisationNumber(text, "not_digits")
    if len(digits) != 9:
        raise InvalidOrganisationNumber(text, "length")
    if orgnr.checksum(digits) != 0:
        raise InvalidOrganisationNumber(text, "check_digit")
    return digits


def is_valid(text: str) -> bool:
    """Tell whether `clean` would take the text."""
    try:
        clean(text)
    except InvalidOrganisationNumber:
        return False
    return True


def display(number: str) -> str:
    """Give nine digits in groups of three, parted by no-break spaces: 314 551 206.

    Other texts come back as they are.
    """
    if len(number) != 9:
        return number
    return "\u00a0".join((number[:3], number[3:6], number[6:]))
