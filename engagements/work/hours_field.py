"""Form fields for hours: whole minutes inside, `1,5` `1:30` `90m` outside, mistakes in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from advisory.kernel import show
from engagements.work import hours
from engagements.work.hours import (
    AmbiguousHours,
    BareMinutes,
    HoursError,
    MoreThanADay,
    NegativeHours,
    NoHours,
)


def shown(minutes: int) -> str:
    """Minutes as hours in the page's language, as they are written back into a field: 90 -> "1,5"."""
    return show.hours(minutes, get_language() or "nb")


def shown_with_unit(minutes: int) -> str:
    """The same with its unit: 90 -> "1,5 t", in English "1.5 h"."""
    return _("%(hours)s h") % {"hours": shown(minutes)}


def words_for(mistake: HoursError) -> str:
    """What to tell the person who wrote it (screens.md 3.6)."""
    if isinstance(mistake, AmbiguousHours):
        if mistake.as_clock is None:
            return _("Did you mean %(decimal)s hours? Then write %(decimal)s.") % {"decimal": mistake.as_decimal}
        return _("Did you mean %(clock)s or %(decimal)s hours?") % {
            "clock": mistake.as_clock,
            "decimal": mistake.as_decimal,
        }
    if isinstance(mistake, BareMinutes):
        return _("Did you mean %(minutes)s minutes? Write %(suggestion)s.") % {
            "minutes": mistake.minutes,
            "suggestion": mistake.suggestion,
        }
    if isinstance(mistake, MoreThanADay):
        return _("A day has 24 hours. Check the figure.")
    if isinstance(mistake, NoHours):
        return _("Write more than 0 hours.")
    if isinstance(mistake, NegativeHours):
        return _("Hours cannot be less than 0.")
    return _("Write hours as 1.5, 1:30 or 90m.")


class HoursField(forms.Field):
    """Gives whole minutes, 1 to 1440; None where the field may be empty and is."""

    widget = forms.TextInput

    @staticmethod
    def parse(text: str) -> int:
        return hours.parse_hours(text)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int):
            return value
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return self.parse(text)
        except HoursError as mistake:
            raise ValidationError(words_for(mistake), code=mistake.code) from None

    def prepare_value(self, value: Any) -> Any:
        return shown(value) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off", "class": "num short"}


class AgreedHoursField(HoursField):
    """The same for a frame of hours, where `48` is 48 hours."""

    @staticmethod
    def parse(text: str) -> int:
        return hours.parse_agreed_hours(text)
