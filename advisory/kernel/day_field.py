"""The form field for a day: takes all the ways people write one, and says what went wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.days import DayError, NoSuchDay, parse_day


class DayField(forms.Field):
    """Gives a date from `22.11.2026`, `22.11`, `221126`, «i dag», «man» … (see `kernel.days`); None where empty."""

    widget = forms.TextInput
    default_error_messages = {
        "not_a_day": _("Write the day as 22.11.2026, 22.11 or today."),
        "no_such_day": _("The calendar has no such day. Check the date."),
    }

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return parse_day(text, timezone.localdate())
        except NoSuchDay as mistake:
            raise ValidationError(self.error_messages["no_such_day"], code=mistake.code) from None
        except DayError as mistake:
            raise ValidationError(self.error_messages["not_a_day"], code=mistake.code) from None

    def prepare_value(self, value: Any) -> Any:
        return show.day(value) if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"autocomplete": "off"}
