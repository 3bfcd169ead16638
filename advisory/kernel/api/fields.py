"""Fields of the API where JSON has no type of its own: kroner, text, and days as they are read and written."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from advisory.kernel.money import LARGEST

_AMOUNT = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,2})?")


@extend_schema_field({"type": "string", "format": "decimal", "pattern": r"^-?[0-9]{1,10}(\.[0-9]{1,2})?$"})
class MoneyField(serializers.Field[Any, Any, Any, Any]):
    """Kroner as a string with two decimals, `"959.76"`. A JSON number is refused: it may already have lost an øre."""

    default_error_messages = {
        "not_text": _('Write the amount as a string, for example "959.76".'),
        "not_an_amount": _('Write kroner with a point and at most two decimals, for example "959.76".'),
        "too_large": _("The amount is too large."),
        "negative": _("The amount cannot be below zero."),
    }

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        self.negative = negative
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str):
            self.fail("not_text")
        if not _AMOUNT.fullmatch(data):
            self.fail("not_an_amount")
        amount = Decimal(data)
        if abs(amount) > LARGEST:
            self.fail("too_large")
        if amount < 0 and not self.negative:
            self.fail("negative")
        return amount or Decimal(0)

    def to_representation(self, value: Any) -> str:
        return money(value)


class Text(serializers.CharField):
    """Text; a number is not turned into one. Spaces around it are taken away."""

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

    def __init__(self, choices: type[models.TextChoices] | type[models.IntegerChoices], **kwargs: Any) -> None:
        super().__init__(choices=choices.choices, **kwargs)

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


def money(value: Any) -> str:
    """Kroner (a Decimal or Money) as a string with two decimals."""
    return f"{getattr(value, 'amount', value):.2f}"


def moment(value: datetime) -> str:
    """A moment in UTC, `2026-11-20T09:00:00Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


#: How a value of the database is written, by the class of its field; what is not here is JSON already.
WRITTEN: dict[type[serializers.Field[Any, Any, Any, Any]], Callable[[Any], Any]] = {
    MoneyField: money,
    serializers.DateField: date.isoformat,
    serializers.DateTimeField: moment,
    serializers.DecimalField: str,
}
