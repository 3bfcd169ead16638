"""National identity numbers have no place in free text: they are found and refused before they are stored."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _
from stdnum.no import fodselsnummer

from advisory.kernel.errors import DomainError

_ELEVEN = re.compile(r"(?<!\d)\d{6}[ .\u00a0]?\d{5}(?!\d)")


class IdentityNumberInText(DomainError):
    """The text holds a fødselsnummer or D-number."""

    template = _("The text holds a national identity number. Take it out: we do not keep such numbers.")


def refuse_identity_numbers(text: str) -> None:
    """Raise `IdentityNumberInText` where eleven digits are a valid number (personopplysningsloven § 12)."""
    if any(fodselsnummer.is_valid(re.sub(r"\D", "", found)) for found in _ELEVEN.findall(text)):
        raise IdentityNumberInText
