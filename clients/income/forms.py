"""Forms for declaring income: one for the organisation itself, one for staff who got it by letter or e-mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from advisory.kernel.forms import AmountField, DayField
from advisory.kernel.note_field import NoteArea, NoteField
from clients.income.declare import (
    ArrivedLater,
    ImpossibleIncome,
    NotTheBudgetYear,
    NumberMissing,
    PassedOnTooMuch,
    YearNotClosed,
)
from clients.income.evidence import MOST_FILES, EvidenceRefused, TooManyFiles, Upload, refuse_size
from clients.income.models import DeclarationBasis, EvidenceKind

LARGEST_INCOME = Decimal("999999999.99")
ACCEPT = ".pdf,.png,.jpg,.jpeg,.xlsx,.ods,application/pdf,image/png,image/jpeg"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Up to five files as `Upload`s that show `kind`. Sizes are looked at before anything is read."""

    widget = FilesInput(attrs={"multiple": True, "accept": ACCEPT})

    def __init__(self, *, kind: EvidenceKind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        sent: Sequence[UploadedFile[bytes]] = [
            one for one in (data if isinstance(data, list | tuple) else [data]) if one
        ]
        try:
            if len(sent) > MOST_FILES:
                raise TooManyFiles
            for one in sent:
                refuse_size(one.name or "", one.size or 0)
        except EvidenceRefused as error:
            raise ValidationError(error.message, code="refused") from None
        return [Upload(one.name or "", one.read(), self.kind) for one in sent]


FILES = _("PDF, picture (PNG or JPEG) or spreadsheet (XLSX or ODS). At most five files of 10 MB each.")


class DeclarationForm(forms.Form):
    """The portal's questions. The year comes from the page, so that the question can name it.

    `facts` are what the verb takes. A mistake of the verb is shown at the field that `show` finds for it.
    """

    BASIS = DeclarationBasis.ACCOUNTS

    total_income = AmountField(
        label=_("Total income"),
        high=LARGEST_INCOME,
        help_text=_("The sum of all income in the accounts, in whole kroner if you like."),
    )
    passed_on = AmountField(
        label=_("Money that was only passed on to local branches"),
        required=False,
        high=LARGEST_INCOME,
        help_text=_("Only what a note in the accounts shows. It is taken off the total income."),
    )
    evidence = EvidenceField(label=_("Signed accounts"), kind=EvidenceKind.ACCOUNTS, help_text=FILES)
    minutes = EvidenceField(
        label=_("Minutes of the annual meeting"),
        kind=EvidenceKind.MINUTES,
        help_text=_("Accounts or minutes are enough."),
    )
    filed_with_register = forms.BooleanField(
        label=_("The accounts are filed with Regnskapsregisteret"),
        required=False,
        help_text=_("Then we find them by your organisation number, and you need not send any file."),
    )
    comment = NoteField(
        label=_("Anything we should know?"), required=False, max_length=1000, widget=NoteArea(attrs={"rows": 3})
    )
    confirmed = forms.BooleanField(label=_("I confirm that the information is correct"))

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        total, passed_on = written.get("total_income"), written.get("passed_on")
        if total is not None and passed_on is not None and passed_on > total:
            self.add_error("passed_on", PassedOnTooMuch.template)
        return written

    def facts(self) -> dict[str, Any]:
        """What was written, for the verb `declare`."""
        written = self.cleaned_data
        facts = {key: written[key] for key in ("total_income", "comment", "year", "arrived_on") if key in written}
        return facts | {
            "basis": self.BASIS,
            "passed_on": written.get("passed_on") or Decimal(0),
            "filed_with_register": written.get("filed_with_register", False),
            "files": [
                file
                for name, field in self.fields.items()
                if isinstance(field, EvidenceField)
                for file in written[name]
            ],
        }

    def show(self, error: DomainError) -> None:
        """Put a refusal of the verb at the field it is about."""
        places = {
            EvidenceRefused: "evidence" if "evidence" in self.fields else "budget",
            YearNotClosed: "year",
            NotTheBudgetYear: "year",
            NumberMissing: "filed_with_register",
            PassedOnTooMuch: "passed_on",
            ImpossibleIncome: "total_income",
            ArrivedLater: "arrived_on",
        }
        field = next((name for kind, name in places.items() if isinstance(error, kind) and name in self.fields), None)
        self.add_error(field, error.message)


class BudgetForm(DeclarationForm):
    """For a new organisation: the budget its board approved, and that it was founded (domain rules 2 f)."""

    BASIS = DeclarationBasis.BUDGET

    total_income = AmountField(
        label=_("Total income in the budget"),
        high=LARGEST_INCOME,
        help_text=_("The sum of all income in the budget that the board approved."),
    )
    passed_on = None  # type: ignore[assignment]
    evidence = None  # type: ignore[assignment]
    minutes = None  # type: ignore[assignment]
    filed_with_register = None  # type: ignore[assignment]
    budget = EvidenceField(label=_("Budget approved by the board"), kind=EvidenceKind.BUDGET, help_text=FILES)
    founding = EvidenceField(label=_("Minutes of the founding meeting"), kind=EvidenceKind.FOUNDING, help_text=FILES)
    field_order: tuple[str, ...] = ("total_income", "budget", "founding", "comment", "confirmed")


class _ByStaff(DeclarationForm):
    """What staff says besides, about a declaration that came by letter or e-mail; who registers it vouches for it."""

    year = forms.TypedChoiceField(
        label=_("Accounting year"), coerce=int, widget=forms.Select(attrs={"class": "medium"})
    )
    arrived_on = DayField(
        label=_("Arrived"),
        last=timezone.localdate,
        help_text=_("The day the complete declaration came. A discount counts from here."),
    )
    comment = NoteField(label=_("Comment"), required=False, max_length=1000, widget=NoteArea(attrs={"rows": 3}))
    confirmed = None  # type: ignore[assignment]


class StaffDeclarationForm(_ByStaff):
    """The same, with the year and the day it arrived."""

    field_order = (
        "year", "total_income", "passed_on", "arrived_on", "evidence", "minutes", "filed_with_register", "comment",
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, range(on.year - 1, on.year - 5, -1))


class StaffBudgetForm(_ByStaff, BudgetForm):
    """The same for a new organisation: the budget of this year or the next."""

    # What asks for accounts comes back with what staff says besides: it is left out once more.
    passed_on = None
    evidence = None
    minutes = None
    filed_with_register = None

    field_order = ("year", "total_income", "arrived_on", "budget", "founding", "comment")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].label = _("Budget year")
        _offer(self, (on.year, on.year + 1))


def _offer(form: forms.Form, years: Iterable[int]) -> None:
    year = form.fields["year"]
    assert isinstance(year, forms.TypedChoiceField)
    year.choices = [(y, str(y)) for y in years]
