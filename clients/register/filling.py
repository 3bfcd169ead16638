"""A form filled from the registers: what stood empty gets their facts, what a person wrote stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from advisory.kernel.errors import DomainError
from advisory.kernel.users import User
from clients import organisation_number
from clients.organisation_number import InvalidOrganisationNumber
from clients.organisations.fields import OrganisationNumberField
from clients.register.client import the_register
from clients.register.comparing import TOGETHER, offered
from clients.register.look_up import Known, look_up
from clients.register.models import AnswerStatus
from clients.register.warnings import RegisterWarning, warning_in

#: Fields that are filled together or not at all.
_SETS = (*TOGETHER.values(), ("invoice_address", "invoice_postal_code", "invoice_city"))


class NumberUnknown(DomainError):
    """Enhetsregisteret does not know the number, or has removed it."""

    template = gettext_lazy("Enhetsregisteret does not know this number. Check the digits.")


class NumberRemoved(DomainError):
    """Enhetsregisteret once knew it."""

    template = gettext_lazy("Enhetsregisteret has removed this number.")


class NumberNotReadable(DomainError):
    """What was typed is no organisation number; fact `words` says why."""

    template = "%(words)s"


@dataclass(frozen=True, slots=True)
class Filled:
    """`values` for the form; `kept` = there were other words in the form, which stay."""

    values: dict[str, Any]
    known: Known
    kept: bool
    warning: RegisterWarning | None


def may_fetch() -> bool:
    """Whether the registers can be asked here."""
    return bool(settings.REGISTER != "off")


def fill(typed: Mapping[str, Any], *, by: User, now: datetime) -> Filled:
    """The typed values with the registers' facts where nothing stood.

    Raises `NumberNotReadable`, `NumberUnknown`, `NumberRemoved` and `RegisterUnavailable`.
    """
    text = str(typed.get("organisation_number", ""))
    try:
        number = organisation_number.clean(text)
    except InvalidOrganisationNumber as error:
        code = error.code if text.strip() else "not_digits"
        raise NumberNotReadable(words=str(OrganisationNumberField.default_error_messages[code])) from None
    known = look_up(number, client=the_register(), by=by, now=now)
    if not known.is_found:
        raise NumberRemoved if known.entities.status == AnswerStatus.REMOVED else NumberUnknown
    values = {**typed, "organisation_number": organisation_number.display(number)}
    said, kept = offered(known), False
    for names in _SETS:
        new = {name: said[name] for name in names if name in said}
        if not any(str(typed.get(name) or "").strip() for name in names):
            values |= new
        else:
            kept = kept or any(
                str(typed.get(name) or "").casefold() != str(value).casefold() for name, value in new.items()
            )
    return Filled(values, known, kept, warning_in(known.entities))


def source_words(known: Known) -> str:
    """Which register answered, and that it was a recorded answer where it was."""
    if known.entities.is_recorded:
        return _("a recorded answer, not the register itself")
    return _("Enhetsregisteret and Frivillighetsregisteret") if known.voluntary else _("Enhetsregisteret")
