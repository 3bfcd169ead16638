"""Forms of the year's closing, what is carried into the price, and the fund's opening and corrections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import AmountField
from advisory.kernel.forms_once import OnceForm
from advisory.kernel.note_field import NoteArea, NoteField
from billing.selfcost.fund import LONGEST_SPREAD, Layer

FIRST_YEAR, LAST_YEAR = 2000, 2100
#: A fund has layers of at most so many years, and one that is past its time.
MOST_LAYERS = 6
LIMIT = Decimal(1_000_000_000)
MORE, LESS = "more", "less"
WRONG_YEAR = dict.fromkeys(
    ("invalid", "min_value", "max_value"), _("Write a year from 2000 to 2100, for example 2026.")
)


class CloseForm(forms.Form):
    """Which figures were looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)


class CarryOverForm(forms.Form):
    """Into which year's cost base, and over how many years."""

    service = forms.CharField(widget=forms.HiddenInput)
    into = forms.TypedChoiceField(label=_("Cost base for"), coerce=int)
    spread_years = forms.TypedChoiceField(label=_("Spread over"), coerce=int)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [(each, str(each)) for each in (year + 1, year + 2)]  # type: ignore[attr-defined]
        self.fields["spread_years"].choices = [  # type: ignore[attr-defined]
            (each, _("%(count)s years") % {"count": each} if each > 1 else _("one year"))
            for each in range(1, LONGEST_SPREAD + 1)
        ]


class OpeningForm(forms.Form):
    """The fund as it stood on 31 December of a year, by the years it came from."""

    as_of = forms.IntegerField(
        label=_("As of 31 December"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.NumberInput(attrs={"class": "short"}),
        help_text=_("The year before the first one you close here"),
        error_messages=WRONG_YEAR,
    )
    reason = NoteField(
        label=_("Where the figures come from"),
        max_length=300,
        help_text=_("For example the accounts or the minute of the board"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_LAYERS + 1):
            self.fields[f"origin_{number}"] = forms.IntegerField(
                label=_("Year"),
                min_value=FIRST_YEAR,
                max_value=LAST_YEAR,
                required=False,
                widget=forms.NumberInput(attrs={"class": "short"}),
                error_messages=WRONG_YEAR,
            )
            self.fields[f"amount_{number}"] = AmountField(label=_("Amount"), low=-LIMIT, high=LIMIT, required=False)

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"origin_{number}"], self[f"amount_{number}"]) for number in range(1, MOST_LAYERS + 1)]

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        origins: set[int] = set()
        for number in range(1, MOST_LAYERS + 1):
            year, amount = f"origin_{number}", f"amount_{number}"
            if year in self.errors or amount in self.errors:
                continue
            if written.get(year) is None and written.get(amount) is not None:
                self.add_error(year, _("Write the year that the amount came from."))
            elif written.get(year) is not None and not written.get(amount):
                self.add_error(amount, _("Write an amount above or below zero."))
            elif written.get(year) in origins:
                self.add_error(year, _("The year is there already. Write one row for each year."))
            elif written.get(year) is not None:
                origins.add(written[year])
        if not origins and not any(name.startswith(("origin", "amount")) for name in self.errors):
            self.add_error("origin_1", _("Write at least one year and its amount."))
        return written

    def layers(self) -> list[Layer]:
        """The rows that are filled in."""
        written = self.cleaned_data
        return [
            Layer(written[f"origin_{number}"], written[f"amount_{number}"])
            for number in range(1, MOST_LAYERS + 1)
            if written.get(f"origin_{number}") is not None
        ]


class CorrectionForm(OnceForm):
    """A closed year, which way it was wrong, by how much, and why."""

    origin = forms.TypedChoiceField(label=_("Year to correct"), coerce=int)
    direction = forms.ChoiceField(
        label=_("What was wrong?"),
        widget=forms.RadioSelect,
        choices=[
            (MORE, _("The customers have paid too much: they get it back")),
            (LESS, _("The customers have got too much back: the fund is lowered")),
        ],
    )
    amount = AmountField(label=_("Amount"), low=Decimal("0.01"), high=LIMIT)
    reason = NoteField(
        label=_("Reason"),
        max_length=300,
        widget=NoteArea(attrs={"rows": 3}),
        help_text=_("It stands in the ledger for good"),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["origin"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]

    @property
    def signed(self) -> Decimal:
        """Above zero where the customers get more back."""
        amount: Decimal = self.cleaned_data["amount"]
        return amount if self.cleaned_data["direction"] == MORE else -amount
