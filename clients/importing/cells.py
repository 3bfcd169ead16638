"""One cell of a file as the fact it says, by the rules of the form that a person would have typed it into."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _

from clients.contacts.forms import ContactForm
from clients.organisations.forms import COUNTIES, LEGAL_FORMS, OrganisationForm
from clients.organisations.models import Kind, Status
from clients.register import icnpo

_YES = ("ja", "yes", "1", "x", "sann", "true")
_NO = ("nei", "no", "0", "usann", "false")
_TICKS = ("in_voluntary_register", "purpose_documented", "own_accounts", "contact_active")
_FIELDS: Mapping[str, forms.Field] = {
    **OrganisationForm.base_fields,
    **{f"contact_{name}": field for name, field in ContactForm.base_fields.items()},
}


class Misread(ValueError):
    """A cell that says nothing we understand; the message says what to write."""


def read(key: str, text: str) -> Any:
    """The value of a cell that is not empty. Raises `Misread`."""
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\r\n" for sign in text):
        raise Misread(_("There are signs here that cannot be written out. Type the text again."))
    if key in _TICKS:
        return _tick(text)
    text = " ".join(text.split())
    if key == "icnpo":
        return _category(text)
    if key in ("kind", "status", "language", "county", "form"):
        return _choice(key, text)
    if key in ("members", "payment_days"):
        text = text.replace(" ", "")
    if key in ("postal_code", "invoice_postal_code") and len(text) == 3:
        # A spreadsheet takes 0150 for a number and leaves the zero out.
        text = f"0{text}"
    try:
        return _FIELDS[key].clean(text)
    except ValidationError as error:
        raise Misread(" ".join(error.messages)) from None


def _category(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and int(text) in icnpo.CATEGORIES:
        return int(text)
    raise Misread(_("Write the number of a category of Frivillighetsregisteret, for example 1200."))


def _tick(text: str) -> bool:
    if text.casefold() in _YES:
        return True
    if text.casefold() in _NO:
        return False
    raise Misread(_("Write one of these: %(words)s.") % {"words": f"{_('yes')}, {_('no')}"})


def _choice(key: str, text: str) -> str:
    known = _choices(key)
    if text.casefold() in known:
        return known[text.casefold()]
    words = [str(label) for _value, label in _pairs(key) if label]
    raise Misread(_("Write one of these: %(words)s.") % {"words": ", ".join(words)})


def _pairs(key: str) -> list[tuple[str, Any]]:
    pairs: dict[str, list[tuple[str, Any]]] = {
        "kind": list(Kind.choices),
        "status": list(Status.choices),
        "language": list(settings.LANGUAGES),
        "county": [(name, name) for name in COUNTIES],
        "form": [(code, code) for code, _label in LEGAL_FORMS if code],
    }
    return pairs[key]


@lru_cache(maxsize=8)
def _choices(key: str) -> dict[str, str]:
    """Each value by its code and by its words in every language."""
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for value, label in _pairs(key):
                known[str(value).casefold()] = known[str(label).casefold()] = str(value)
    return known
