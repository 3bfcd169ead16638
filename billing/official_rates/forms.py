"""Forms of the dated tables. Percentages are written as on the official page: 14,1 is 14.1 %."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.errors import DomainError
from advisory.kernel.forms import AmountField, DayField
from advisory.kernel.note_field import NoteField
from billing.official_rates import tables
from billing.official_rates.models import OnCosts
from billing.official_rates.tables import FIRST_YEAR, LAST_YEAR, OnCostsFacts

#: Which field a refusal is about.
ABOUT: dict[type[DomainError], str] = {
    tables.TableStartTaken: "valid_from",
    tables.NoHoursLeft: "gross_hours",
    tables.YearOutOfRange: "year",
}
MOST_ZONES = 20


class NumberField(AmountField):
    """Hours or percent: a number with at most two decimals, shown without needless ones."""

    default_error_messages = {
        "not_an_amount": _("Write a number, for example 37,5."),
        "ambiguous": _("Write the number with at most two decimals."),
        "too_many_decimals": _("Write the number with at most two decimals."),
        "too_large": _("The number is too large. Check the zeros."),
        "too_high": _("The number can be at most %(high)s."),
        "negative": _("Write the number without a minus sign."),
    }

    def prepare_value(self, value: Any) -> Any:
        return show.plain(value) if isinstance(value, Decimal) else value

    def _mistake(self, code: str, **params: Any) -> forms.ValidationError:
        if "high" in params and self.high is not None:
            params["high"] = show.plain(self.high)  # No kroner.
        return super()._mistake(code, **params)


class PercentField(NumberField):
    """From 0 to 100, with at most two decimals."""

    default_error_messages = {
        "not_an_amount": _("Write the percentage as a number, for example 14,1."),
        "too_high": _("A percentage is from 0 to 100."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(high=100, suffix="%", **kwargs)


def _days(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=260,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )


class OnCostsForm(forms.Form):
    """A new table from a day on, filled with the newest one."""

    valid_from = DayField(label=_("Valid from"), help_text=_("Usually 1 January."))
    source = NoteField(
        label=_("Source"), max_length=200, help_text=_("Where the figures are from, and the day you read them.")
    )
    holiday_percent = PercentField(label=_("Holiday pay, percent"))
    holiday_days = _days(_("Working days"))
    agreed_holiday_percent = PercentField(label=_("Holiday pay, percent"))
    agreed_holiday_days = _days(_("Working days"))
    over_60_percent = PercentField(label=_("Holiday pay, percent"))
    over_60_days = _days(_("Working days"))
    over_60_ceiling = AmountField(label=_("Of salary up to"))
    pension_percent = PercentField(label=_("Percent of salary"))
    pension_ceiling = AmountField(label=_("Of salary up to"))
    gross_hours = NumberField(label=_("Of a full year"), suffix="t", high=8784)
    hours_a_day = NumberField(label=_("A day"), suffix="t", high=24)
    public_holiday_hours = NumberField(label=_("Public holidays"), suffix="t", high=8784)
    absence_percent = PercentField(label=_("Absence, percent"))

    GROUPS = (
        (_("Holiday by law"), "", ("holiday_percent", "holiday_days")),
        (_("Five weeks by agreement"), "", ("agreed_holiday_percent", "agreed_holiday_days")),
        (
            _("In addition over 60 years"),
            _("The law limits the extra holiday pay to six times the basic amount of national insurance (6 G)."),
            ("over_60_percent", "over_60_days", "over_60_ceiling"),
        ),
        (
            _("Pension"),
            _("The employer's part of occupational pension; the law counts salary up to 12 G."),
            ("pension_percent", "pension_ceiling"),
        ),
        (
            _("Hours"),
            _("A full year is the hours of a week times 52. Absence is taken of what is left after holidays."),
            ("gross_hours", "hours_a_day", "public_holiday_hours", "absence_percent"),
        ),
    )

    @staticmethod
    def initial_of(table: OnCosts) -> dict[str, Any]:
        """The figures of `table`, to change what is new; day and source are always new."""
        return {name: getattr(table, name) for _heading, _hint, names in OnCostsForm.GROUPS for name in names}

    def groups(self) -> list[tuple[Any, Any, list[forms.BoundField]]]:
        """Heading, hint and fields of what belongs together."""
        return [(heading, hint, [self[name] for name in names]) for heading, hint, names in self.GROUPS]

    def day_and_source(self) -> list[forms.BoundField]:
        """What stands above the groups."""
        return [self["valid_from"], self["source"]]

    def clean_gross_hours(self) -> Decimal:
        return self._above_zero("gross_hours")

    def clean_hours_a_day(self) -> Decimal:
        return self._above_zero("hours_a_day")

    def facts(self) -> OnCostsFacts:
        """The figures as the verb takes them."""
        written = {name: value for name, value in self.cleaned_data.items() if name != "valid_from"}
        return OnCostsFacts(**written)

    def refuse(self, error: DomainError) -> None:
        """Show the verb's refusal at the field it is about."""
        self.add_error(ABOUT.get(type(error)), error.message)

    def _above_zero(self, name: str) -> Decimal:
        written: Decimal = self.cleaned_data[name]
        if written == 0:
            raise forms.ValidationError(_("The number must be above zero."))
        return written


class ZoneForm(forms.Form):
    """One zone. A blank row is none."""

    code = forms.CharField(label=_("Zone"), max_length=40)
    percent = PercentField(label=_("Percent"))


if TYPE_CHECKING:
    # Generic to the checker alone.
    _FormSet = forms.BaseFormSet[ZoneForm]
else:
    _FormSet = forms.BaseFormSet


class Zones(_FormSet):
    """The rows of the levy; a blank row is no zone, also where one stood."""

    def initial_form_count(self) -> int:
        # Only rows beyond the initial ones may be blank, and each of these may.
        return 0 if self.is_bound else super().initial_form_count()

    def zones(self) -> list[tuple[str, Decimal]]:
        """The rows that are filled in."""
        return [(form.cleaned_data["code"], form.cleaned_data["percent"]) for form in self.forms if form.cleaned_data]

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        if not self.zones():
            self._non_form_errors.append(tables.NoZone().message)  # type: ignore[attr-defined]
        seen: set[str] = set()
        for form in self.forms:
            code = form.cleaned_data.get("code", "")
            if code.casefold() in seen:
                form.add_error("code", tables.ZoneTwice(code=code).message)
            if code:
                seen.add(code.casefold())


ZoneFormSet = cast(type[Zones], forms.formset_factory(ZoneForm, formset=Zones, extra=3, max_num=MOST_ZONES))


class InterestForm(forms.Form):
    """The interest of a year."""

    year = forms.IntegerField(
        label=_("Year"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a year from 2000 to 2100, for example 2026.")
        ),
    )
    percent = PercentField(label=_("Interest"), help_text=_("With at most two decimals"))
    source = NoteField(
        label=_("Source"), max_length=200, help_text=_("Where the figure is from, and the day you read it.")
    )

    def refuse(self, error: DomainError) -> None:
        """Show the verb's refusal at the field it is about."""
        self.add_error(ABOUT.get(type(error)), error.message)
