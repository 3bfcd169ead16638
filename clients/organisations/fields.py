"""Form fields for what organisations are known by: the organisation number, telephone, postal code, and themselves."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients import organisation_number
from clients.organisation_number import InvalidOrganisationNumber
from clients.organisations.models import Organisation


class OrganisationNumberField(forms.CharField):
    """Nine digits with a right check digit; takes spaces, `NO` before and `MVA` after."""

    default_error_messages = {
        "not_digits": _("Write the organisation number as nine digits, for example 974 760 673."),
        "length": _("An organisation number has nine digits. Check that none is missing or too many."),
        "check_digit": _("This is not a valid organisation number. Check the digits."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off", "class": "medium"}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return organisation_number.clean(text)
        except InvalidOrganisationNumber as error:
            raise ValidationError(self.error_messages[error.code], code=error.code) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class PhoneField(forms.CharField):
    """Eight digits or an international number, kept as it was written."""

    default_error_messages = {"not_a_phone": _("Write the telephone number with digits, for example 55 12 34 56.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "tel", "autocomplete": "off", "class": "medium"}

    def to_python(self, value: Any) -> Any:
        text = " ".join((super().to_python(value) or "").split())
        if text and not re.fullmatch(r"\+?[\d ()-]+", text, re.ASCII):
            raise ValidationError(self.error_messages["not_a_phone"], code="not_a_phone")
        if text and not 5 <= len(re.sub(r"\D", "", text)) <= 15:
            raise ValidationError(self.error_messages["not_a_phone"], code="not_a_phone")
        return text


class PostalCodeField(forms.CharField):
    """Four digits."""

    default_error_messages = {"not_four": _("Write the postal code as four digits.")}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "numeric", "autocomplete": "off", "class": "short"}

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text and not re.fullmatch(r"\d{4}", text, re.ASCII):
            raise ValidationError(self.error_messages["not_four"], code="not_four")
        return text


class OrganisationField(forms.CharField):
    """An organisation by our number, its organisation number or its name: «1042», «974 760 673», «Bygdekor Vest».

    Gives the `Organisation`, or None where nothing was written.
    """

    default_error_messages = {
        "unknown": _("No organisation is called «%(text)s». Write its name or number."),
        "several": _("Several organisations fit «%(text)s»: %(names)s. Write the number of the one you mean."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Organisation):
            return f"{value.number} {value.name}"
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Organisation):
            return value
        text = super().to_python(value)
        if not text:
            return None
        found = self._found(text)
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"{organisation.name} ({organisation.number})" for organisation in found)
            raise ValidationError(self.error_messages["several"], "several", {"text": text, "names": names})
        raise ValidationError(self.error_messages["unknown"], "unknown", {"text": text})

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

    @staticmethod
    def _found(text: str) -> list[Organisation]:
        """By number first, also in front of the name as this field shows it; then the exact name; then a part of it."""
        named = re.fullmatch(r"(\d{1,6})(?:\s+\D.*)?", text, re.ASCII | re.DOTALL)
        if named and (one := Organisation.objects.filter(number=int(named[1])).first()):
            return [one]
        digits = "".join(text.split())
        if len(digits) == 9 and digits.isdigit():
            return list(Organisation.objects.filter(organisation_number=digits))
        exact = list(Organisation.objects.filter(search_name=text.casefold())[:6])
        return exact or list(Organisation.objects.filter(search_name__contains=text.casefold())[:6])
