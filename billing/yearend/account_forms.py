"""Forms of a year's accounts: lines, full-time equivalents, seats, the trial balance and where accounts go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.forms import AmountField
from advisory.kernel.forms_once import OnceForm
from advisory.kernel.money import ZERO
from advisory.kernel.note_field import NoteArea, NoteField
from billing.selfcost.forms import CountField, PercentField
from billing.yearend.account_lines import LineWritten
from billing.yearend.account_page import GROUPS
from billing.yearend.account_seats import SeatWritten
from billing.yearend.accounts import FIRST_YEAR, LAST_YEAR
from billing.yearend.actual_split import Weights
from billing.yearend.models import AccountingYear, ActualLine, SeatSale, YearKey
from billing.yearend.trial_balance import Columns, TrialBalanceRefused, refuse_size

LOWEST = -(10**9)
MOST_FULL_TIME = 9999
MOST_SEATS = 100_000


def destination_choices(empty: StrOrPromise) -> list[tuple[StrOrPromise, Any]]:
    """All destinations in their groups, with `empty` for none."""
    groups = [(label, [(each.value, each.label) for each in destinations]) for label, destinations in GROUPS]
    return [("", empty), *groups]


class OpenForm(forms.Form):
    """The year whose accounts are to be opened."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a year from 2000 to 2100, for example 2026.")
        ),
    )


class LineForm(OnceForm):
    """A line written by hand."""

    label = forms.CharField(label=_("Name"), max_length=160)
    amount = AmountField(
        label=_("Amount"), low=LOWEST, help_text=_("A cost without a sign, an income with a minus in front")
    )
    destination = forms.ChoiceField(label=_("Goes to"), required=False)
    account = forms.CharField(
        label=_("Account"),
        max_length=12,
        required=False,
        validators=[RegexValidator(r"^[0-9]{3,8}\Z", _("Write the account number with three to eight digits."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
    )
    source = NoteField(
        label=_("Source"),
        max_length=160,
        required=False,
        help_text=_("Where the figure comes from, for example a voucher"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["destination"].choices = destination_choices(_("Not placed yet"))  # type: ignore[attr-defined]

    @staticmethod
    def initial_of(line: ActualLine) -> dict[str, Any]:
        """What an unbound form shows."""
        return {
            "label": line.label,
            "amount": line.amount.amount,
            "destination": line.destination,
            "account": line.account,
            "source": line.source,
        }

    def written(self) -> LineWritten:
        """The line as the verb takes it."""
        return LineWritten(**self.content)


class FullTimeForm(forms.Form):
    """The full-time equivalents of each area."""

    catalogue = CountField(label=_("Area 1, tool catalogue"), high=MOST_FULL_TIME, suffix="", required=False)
    meeting_place = CountField(label=_("Area 2, meeting place"), high=MOST_FULL_TIME, suffix="", required=False)
    advice = CountField(label=_("Area 3, advice"), high=MOST_FULL_TIME, suffix="", required=False)
    courses = CountField(label=_("Area 3, courses"), high=MOST_FULL_TIME, suffix="", required=False)
    joint_projects = CountField(label=_("Area 4, joint projects"), high=MOST_FULL_TIME, suffix="", required=False)

    @staticmethod
    def initial_of(key: YearKey | None) -> dict[str, Any]:
        """What an unbound form shows."""
        return {name: getattr(key, name) for name in FullTimeForm.base_fields} if key else {}

    def weights(self) -> Weights:
        """The key as the verb takes it; what is left empty is zero."""
        return Weights(**{name: self.cleaned_data[name] or ZERO for name in self.fields})


class SeatForm(OnceForm):
    """Seats sold at a price per seat."""

    label = forms.CharField(label=_("Course"), max_length=160)
    seats = forms.IntegerField(
        label=_("Seats"),
        min_value=1,
        max_value=MOST_SEATS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Write the number of seats, for example 18."),
            "min_value": _("Write the number of seats, for example 18."),
        },
    )
    unit_price = AmountField(label=_("Price per seat"), high=10**6, help_text=_("Before discount, without VAT"))
    discount_percent = PercentField(label=_("Discount in percent"), required=False)
    source = NoteField(label=_("Source"), max_length=160, required=False)

    @staticmethod
    def initial_of(sale: SeatSale) -> dict[str, Any]:
        """What an unbound form shows."""
        return {
            "label": sale.label,
            "seats": sale.seats,
            "unit_price": sale.unit_price.amount,
            "discount_percent": sale.discount_percent,
            "source": sale.source,
        }

    def written(self) -> SeatWritten:
        """The sale as the verb takes it."""
        facts = self.content
        return SeatWritten(**{**facts, "discount_percent": facts["discount_percent"] or Decimal(0)})


class DescribeForm(forms.Form):
    """The case of the board, a comment, and whose the figures of equipment are."""

    board_case = forms.CharField(label=_("Case of the board"), max_length=60, required=False)
    comment = NoteField(label=_("Comment"), max_length=2000, required=False, widget=NoteArea(attrs={"rows": 4}))
    assets_by_hand = forms.BooleanField(
        label=_("Depreciation and interest stand among the lines"),
        required=False,
        help_text=_("Otherwise they are those of the adopted cost base"),
    )

    @staticmethod
    def initial_of(accounts: AccountingYear) -> dict[str, Any]:
        """What an unbound form shows."""
        return {name: getattr(accounts, name) for name in DescribeForm.base_fields}


class UploadForm(forms.Form):
    """The file of a trial balance."""

    file = forms.FileField(
        label=_("Trial balance"),
        allow_empty_file=True,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text=_("CSV or XLSX with account number, name and balance, all accounts of the year, at most 5 MB"),
        error_messages={"required": _("Choose the file with the trial balance.")},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            refuse_size(file.name or "", file.size or 0)
        except TrialBalanceRefused as error:
            raise ValidationError(error.message) from None
        return file


class ColumnsForm(forms.Form):
    """Which column holds what: one amount, or debit and credit."""

    account = forms.TypedChoiceField(label=_("Account number"), coerce=int)
    name = forms.TypedChoiceField(label=_("Name"), coerce=int, empty_value=None, required=False)
    amount = forms.TypedChoiceField(label=_("Balance"), coerce=int, empty_value=None, required=False)
    debit = forms.TypedChoiceField(label=_("Debit"), coerce=int, empty_value=None, required=False)
    credit = forms.TypedChoiceField(label=_("Credit"), coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, columns: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.choices = [("", _("Choose a column")), *columns]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        has_sides = written.get("debit") is not None and written.get("credit") is not None
        if written.get("amount") is None and not has_sides and not self.errors:
            self.add_error("amount", _("Choose the column of the balance, or those of debit and credit."))
        return written

    def columns(self) -> Columns:
        """The choice as the verb takes it."""
        return Columns(**self.cleaned_data)


class MappingForm(forms.Form):
    """One list of destinations for each of many accounts; `rows` are (key, label, destination)."""

    def __init__(self, *args: Any, rows: Sequence[tuple[str, str, str]], empty: StrOrPromise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = destination_choices(empty)
        for key, label, destination in rows:
            self.fields[f"to-{key}"] = forms.ChoiceField(
                label=_("Where %(account)s goes") % {"account": label},
                choices=choices,
                initial=destination,
                required=False,
            )

    def destinations(self) -> Mapping[str, str]:
        """The choice for each key that came with the form."""
        return {name.removeprefix("to-"): value for name, value in self.cleaned_data.items() if name in self.data}
