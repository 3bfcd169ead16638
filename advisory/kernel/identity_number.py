"""National identity numbers have no place in free text (personopplysningsloven § 12): where they seem to stand.

Fødselsnummer and D-numbers are found by their two check digits and the date they begin with. The synthetic numbers
that are handed out for tests (month + 40 or + 80) are found too, so that an installation can be tried without a real
person's number. An account number is written 4-2-5 and an organisation number has nine digits: neither is taken for
one. Eleven digits of something else can have the right check digits by chance, about one in three hundred.
"""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError
from stdnum.no import fodselsnummer

#: `ddmmyyNNNNN` in one or two groups, or the date with full stops, as people write them.
_ELEVEN = re.compile(r"(?<![0-9])(?:[0-9]{6}|[0-9]{2}\.[0-9]{2}\.[0-9]{2})[ .\u00a0\u202f-]?[0-9]{5}(?![0-9])")


def is_suspected(text: str) -> bool:
    """Whether the text holds eleven digits that look like a fødselsnummer or D-number."""
    return any(_looks_like_one(re.sub(r"[^0-9]", "", found)) for found in _ELEVEN.findall(text))


def _looks_like_one(number: str) -> bool:
    # The register of synthetic people adds 80 to the month; stdnum knows the 40 of others.
    if number[2] in "89" and _is_checked(number):
        try:
            fodselsnummer.get_birth_date(f"{number[:2]}{int(number[2:4]) - 80:02d}{number[4:]}")
        except ValidationError:
            return False
        return True
    return bool(fodselsnummer.is_valid(number))


def _is_checked(number: str) -> bool:
    first, second = fodselsnummer.calc_check_digit1(number), fodselsnummer.calc_check_digit2(number)
    return number[-2] == first and number[-1] == second
