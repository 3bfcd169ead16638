"""Forms for declaring income: one for the organisation itself, one for staff who got it by letter or e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import AmountField, DayField
from clients.income.evidence import MOST_FILES, EvidenceRefused, TooManyFiles, Upload, refuse_size

LARGEST_INCOME = Decimal("999999999.99")
ACCEPT = ".pdf,.png,.jpg,.jpeg,.xlsx,.ods,application/pdf,image/png,image/jpeg"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Up to five files as `Upload`s. Sizes are looked at before anything is read."""

    widget = FilesInput(attrs={"multiple": True, "accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        sent: Sequence[UploadedFile[bytes]] = [
            one for one in (data if isinstance(data, list | tuple) else [data]) if one
        ]
        if not sent:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        try:
            if len(sent) > MOST_FILES:
                raise TooManyFiles
            for one in sent:
                refuse_size(one.name or "", one.size or 0)
        except EvidenceRefused as error:
            raise ValidationError(error.message, code="refused") from None
        return [Upload(one.name or "", one.read()) for one in sent]


class DeclarationForm(forms.Form):
    """The portal's questions. The year comes from the page, so that the question can name it."""

    total_income = AmountField(
        label=_("Total income"),
        high=LARGEST_INCOME,
        help_text=_("The sum of all income in the accounts, in whole kroner if you like."),
    )
    evidence = EvidenceField(
        label=_("Accounts or minutes"),
        required=False,
        help_text=_("PDF, picture (PNG or JPEG) or spreadsheet (XLSX or ODS). At most five files of 10 MB each."),
    )
    comment = forms.CharField(
        label=_("Anything we should know?"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    confirmed = forms.BooleanField(label=_("I confirm that the information is correct"))


class StaffDeclarationForm(DeclarationForm):
    """The same, with the year and the day it arrived; who registers it vouches for it."""

    year = forms.TypedChoiceField(
        label=_("Accounting year"), coerce=int, widget=forms.Select(attrs={"class": "medium"})
    )
    arrived_on = DayField(
        label=_("Arrived"),
        last=timezone.localdate,
        help_text=_("The day the complete declaration came. A discount counts from here."),
    )
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    confirmed = None  # type: ignore[assignment]
    field_order = ("year", "total_income", "arrived_on", "evidence", "comment")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = self.fields["year"]
        assert isinstance(year, forms.TypedChoiceField)
        year.choices = [(y, str(y)) for y in range(on.year - 1, on.year - 5, -1)]
