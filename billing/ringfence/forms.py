"""The period a report is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import DayField
from billing.ringfence.report import AREAS

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class PeriodForm(forms.Form):
    """`from` and `to`, both included."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # `from` is a word of the language, so the fields cannot be written as attributes.
        self.fields["from"] = DayField(label=_("From"), first=EARLIEST, last=LATEST)
        self.fields["to"] = DayField(label=_("To"), first=EARLIEST, last=LATEST)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and last < first:
            self.add_error("to", _("The last day cannot be before the first."))
        return cleaned

    @property
    def period(self) -> tuple[date, date]:
        return self.cleaned_data["from"], self.cleaned_data["to"]


class RowsForm(PeriodForm):
    """A period, and which of its rows: an area, a pot, or all."""

    area = forms.TypedChoiceField(coerce=int, choices=[(area, str(area)) for area in AREAS], required=False)
    pot = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
