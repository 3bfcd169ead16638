"""Form fields for money and days as people write them, with words that say what to do.

Reading is `kernel.money.parse_amount` and `kernel.days.parse_day`; only the sentences live here. Fields of one
storey (organisation numbers, hours) live in that storey.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from moneyed import Money

from advisory.kernel import show
from advisory.kernel.days import DayError, parse_day
from advisory.kernel.money import AmbiguousAmount, AmountError, parse_amount
from advisory.kernel.users import LONGEST_ADDRESS, email_key


class AddressField(forms.EmailField):
    """An e-mail address that has room in its table, as it was typed and as it is looked up.

    The compatible form of a sign can be many signs long, and PostgreSQL refuses what SQLite would store.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"max_length": LONGEST_ADDRESS} | kwargs))

    def clean(self, value: Any) -> str:
        address: str = super().clean(value)
        if len(email_key(address)) > LONGEST_ADDRESS:
            raise ValidationError(self.error_messages.get("invalid", validate_email.message), code="invalid")
        return address


class AmountField(forms.CharField):
    """Kroner as `Decimal` with two decimals; None where nothing was written and nothing had to be.

    `low` and `high` are inclusive kroner. Negative amounts are refused unless `low` allows them.
    """

    default_error_messages = {
        "not_an_amount": _("Write the amount in kroner, for example 412 000 or 412 000,50."),
        "ambiguous": _(
            "Write %(as_thousands)s if you mean thousands. If not, write the amount with at most two decimals."
        ),
        "too_many_decimals": _("Write the amount with at most two decimals, for example 412 000,50."),
        "too_large": _("The amount is too large. Check the number of zeros."),
        "too_low": _("The amount must be at least %(low)s."),
        "too_high": _("The amount can be at most %(high)s."),
        "negative": _("Write the amount without a minus sign."),
    }

    def __init__(
        self, *, low: Decimal | int = 0, high: Decimal | int | None = None, suffix: str = "kr", **kwargs: Any
    ) -> None:
        self.low, self.high = Decimal(low), None if high is None else Decimal(high)
        self.suffix = suffix
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "class": "medium"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Money):
            value = value.amount
        return show.amount(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            amount = parse_amount(text)
        except AmbiguousAmount as error:
            raise self._mistake(error.code, as_thousands=error.as_thousands) from None
        except AmountError as error:
            raise self._mistake(error.code) from None
        if amount < self.low:
            raise self._mistake("negative" if not self.low else "too_low", low=show.money(self.low))
        if self.high is not None and amount > self.high:
            raise self._mistake("too_high", high=show.money(self.high))
        return amount

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            written = self.to_python(data)
        except ValidationError:
            return True
        before = initial.amount if isinstance(initial, Money) else initial
        return bool(written != before)

    def _mistake(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


class DayField(forms.CharField):
    """A day as `date`: `22.11.2026`, `22.11`, «i går» and the other ways of `kernel.days`.

    `first` and `last` are inclusive, or functions that give the day when the form is read.
    """

    default_error_messages = {
        "not_a_day": _("Write the date as day.month.year, for example 22.11.2026."),
        "no_such_day": _("There is no such date. Check the day and the month."),
        "too_early": _("The date must be %(first)s or later."),
        "too_late": _("The date can be no later than %(last)s."),
    }

    def __init__(self, *, first: Any = None, last: Any = None, **kwargs: Any) -> None:
        self.first, self.last = first, last
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "autocomplete": "off", "class": "medium"}

    def prepare_value(self, value: Any) -> Any:
        return show.day(value) if isinstance(value, date) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, date):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            day = parse_day(text, timezone.localdate())
        except DayError as error:
            raise self._mistake(error.code) from None
        first, last = (bound() if callable(bound) else bound for bound in (self.first, self.last))
        if first is not None and day < first:
            raise self._mistake("too_early", first=show.day(first))
        if last is not None and day > last:
            raise self._mistake("too_late", last=show.day(last))
        return day

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True

    def _mistake(self, code: str, **params: Any) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)
