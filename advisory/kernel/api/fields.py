"""Fields of the API where JSON has no type of its own: kroner, text, and days as they are read and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from advisory.kernel.identity_number import is_suspected
from advisory.kernel.money import LARGEST

_FIGURE = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,2})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Days that anything here happens on.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,10}(\.[0-9]{1,2})?$"})
class FigureField(serializers.Field[Any, Any, Any, Any]):
    """A figure as a string with two decimals, `"12.50"`. A JSON number is refused: it may have been a float."""

    default_error_messages = {
        "not_text": _('Write the figure as a string, for example "959.76".'),
        "not_a_figure": _('Write the figure with a point and at most two decimals, for example "959.76".'),
        "too_large": _("The amount is too large."),
        "negative": _("The amount cannot be below zero."),
    }
    largest = Decimal("9999999999.99")

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        self.negative = negative
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            self.fail("not_text")
        if not _FIGURE.fullmatch(data):
            self.fail("not_a_figure")
        amount = Decimal(data)
        if abs(amount) > self.largest:
            self.fail("too_large")
        if amount < 0 and not self.negative:
            self.fail("negative")
        return amount or Decimal(0)

    def to_representation(self, value: Any) -> str:
        return money(value)


class MoneyField(FigureField):
    """Kroner as a string with two decimals, `"959.76"`; Norwegian kroner always."""

    largest = LARGEST


class Text(serializers.CharField):
    """Text; a number is not turned into one. Spaces around it are taken away."""

    def __init__(self, **kwargs: Any) -> None:
        if "max_length" in kwargs and not kwargs.get("allow_blank"):
            # Said in the description too; what is only read has no length.
            kwargs.setdefault("min_length", 1)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Whole(serializers.IntegerField):
    """A whole number; a text is not turned into one."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("invalid")
        return int(super().to_internal_value(data))


class YesNo(serializers.BooleanField):
    """`true` or `false`; not `"yes"` or 1."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class OneOf(serializers.ChoiceField):
    """One value of a fixed list, as it is."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices=getattr(choices, "choices", choices), **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if not any(type(data) is type(value) and data == value for value in self.choices):
            self.fail("invalid_choice", input=data)
        return data


class Ref(serializers.SlugRelatedField[Any]):
    """Another thing by what people call it: a number, a reference, a code. One that may not be seen is none."""

    default_error_messages = {
        "does_not_exist": _("There is no {slug_name} «{value}» here."),
        "invalid": _("Not valid."),
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, (str, int)) or isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class Checked(Text):
    """Text that a field of our forms looks through, so that both doors ask the same."""

    def __init__(self, form_field: forms.Field, **kwargs: Any) -> None:
        self.form_field = form_field
        longest = getattr(form_field, "max_length", None)
        super().__init__(allow_blank=not form_field.required, max_length=longest, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        try:
            return self.form_field.clean(text)
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages, error.error_list[0].code or "invalid") from None


class Note(Text):
    """Free text. Digits that look like a national identity number are refused, unless the body says they are none."""

    default_error_messages = {
        "identity_number": _(
            "This looks like a national identity number. We do not keep such numbers: take it out. "
            "If the digits are something else, send no_identity_number: true."
        ),
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        sent = getattr(self.root, "initial_data", None)
        if is_suspected(text) and not (isinstance(sent, dict) and sent.get("no_identity_number") is True):
            self.fail("identity_number")
        return text


class Day(serializers.DateField):
    """A day as `2026-11-20`; with `not_after_today` one that has been."""

    default_error_messages = {
        "invalid": _("Write the day as year-month-day, for example 2026-11-20."),
        "too_early": _("The day is too early."),
        "too_late": _("The day is too late."),
    }

    def __init__(self, *, not_after_today: bool = False, **kwargs: Any) -> None:
        self.not_after_today = not_after_today
        super().__init__(**kwargs)

    def to_internal_value(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            self.fail("invalid")
        day: date = super().to_internal_value(value)
        if day < _FIRST_DAY:
            self.fail("too_early")
        if day > (timezone.localdate() if self.not_after_today else _LAST_DAY):
            self.fail("too_late")
        return day


def money(value: Any) -> str:
    """Kroner (a Decimal or Money) as a string with two decimals."""
    return f"{getattr(value, 'amount', value):.2f}"


def moment(value: datetime) -> str:
    """A moment in UTC, `2026-11-20T09:00:00Z`."""
    # The database gives UTC already; converting anyway would be half the time of a long page.
    text = (value if value.tzinfo is UTC else value.astimezone(UTC)).isoformat()
    return f"{text[:-6]}Z"


#: How a value of the database is written, by the class of its field; what is not here is JSON already.
WRITTEN: dict[type[serializers.Field[Any, Any, Any, Any]], Callable[[Any], Any]] = {
    MoneyField: money,
    FigureField: money,
    Day: date.isoformat,
    serializers.DateTimeField: moment,
    serializers.DecimalField: str,
}
