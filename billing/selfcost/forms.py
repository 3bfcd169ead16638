"""Forms of the cost base: the figures beside the rows, and the review before a rate is adopted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from advisory.kernel import show
from advisory.kernel.forms import AmountField, DayField
from advisory.kernel.money import ZERO, half_up
from advisory.kernel.note_field import NoteArea, NoteField
from billing.selfcost.facts import BaseFacts
from billing.selfcost.models import CostBase, Unit
from billing.selfcost.sheet import STEPS

#: A deficit is covered by a negative use of the fund.
LOWEST = -(10**9)


class CountField(AmountField):
    """Hours or full-time equivalents: a number with at most two decimals, shown without needless ones."""

    default_error_messages = {
        "not_an_amount": _("Write a number, for example 800 or 2 279,8."),
        "ambiguous": _("Write %(as_thousands)s if you mean thousands. If not, write at most two decimals."),
        "too_many_decimals": _("Write the number with at most two decimals."),
        "too_large": _("The number is too large. Check the zeros."),
        "too_low": _("The number must be above zero."),
        "too_high": _("The number can be at most %(high)s."),
        "negative": _("Write the number without a minus sign."),
    }

    def _mistake(self, code: str, **params: Any) -> forms.ValidationError:
        if "high" in params and self.high is not None:
            params["high"] = show.plain(self.high)  # No kroner.
        return super()._mistake(code, **params)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        decimals = next(
            count for count in (0, 1, 2) if count == 2 or value == value.quantize(Decimal(1).scaleb(-count))
        )
        return show.number(value, decimals=decimals)


class PercentField(CountField):
    """A percentage from 0 to 100."""

    default_error_messages = {
        "not_an_amount": _("Write a percentage, for example 80 or 12,5."),
        "too_high": _("The percentage can be at most 100."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(high=100, **{"suffix": "%", **kwargs})


#: How the use of the fund is found: decided in kroner, or spread over so many years.
SPREADS = [
    ("", _("decided in kroner")),
    *(
        (str(years), ngettext_lazy("%(years)s year", "%(years)s years", years) % {"years": years})
        for years in range(1, 6)
    ),
]


class BaseForm(forms.Form):
    """The figures beside the rows. `seen` is the fingerprint of what the page showed."""

    unit = forms.ChoiceField(label=_("The price is per"), choices=Unit.choices, widget=forms.Select, required=False)
    billable_hours = CountField(label=_("Billable hours"), low=Decimal("0.01"), suffix="t", required=False)
    income_deducted = AmountField(
        label=_("Income deducted"), required=False, help_text=_("Grants and refunds that belong to these costs")
    )
    income_source = NoteField(label=_("Source of the income"), max_length=160, required=False)
    spread_years = forms.TypedChoiceField(
        label=_("Use of the fund"),
        choices=SPREADS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.Select,
        help_text=_("By rule: what is due goes in whole, the rest in equal parts over the years"),
    )
    fund_use = AmountField(
        label=_("Decided use in kroner"),
        required=False,
        low=LOWEST,
        help_text=_("Lowers the rate. With a minus in front it covers a shortfall."),
    )
    expected_result = AmountField(
        label=_("Expected result of the year before"),
        required=False,
        low=LOWEST,
        help_text=_("Surplus, or shortfall with a minus"),
    )
    rate_step = forms.ChoiceField(
        label=_("The rate is rounded down to the"), choices=STEPS, widget=forms.Select, initial="0.01"
    )
    comment = NoteField(
        label=_("Why does the rate change?"),
        required=False,
        max_length=2000,
        widget=NoteArea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(base: CostBase, seen: str) -> dict[str, Any]:
        """What an unbound form shows."""
        return {
            "unit": base.unit,
            "billable_hours": base.billable_hours,
            "income_deducted": base.income_deducted.amount,
            "income_source": base.income_source,
            "spread_years": "" if base.spread_years is None else str(base.spread_years),
            "fund_use": base.fund_use.amount,
            "expected_result": base.expected_result.amount,
            "rate_step": f"{base.rate_step.normalize():f}",
            "comment": base.comment,
            "seen": seen,
        }

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        seats = written.get("billable_hours")
        if written.get("unit") == Unit.SEATS and seats is not None and seats != seats.to_integral_value():
            self.add_error("billable_hours", _("Write the seats as a whole number."))
        return written

    def facts(self) -> BaseFacts:
        """The figures as the verb takes them; those that could not be read are left out."""
        written = self.cleaned_data
        return BaseFacts(
            unit=written.get("unit") or None,
            billable_hours=written.get("billable_hours"),
            rate_step=half_up(Decimal(written.get("rate_step") or "0.01")),
            spread_years=written.get("spread_years"),
            fund_use=written.get("fund_use") or ZERO,
            expected_result=written.get("expected_result") or ZERO,
            income_deducted=written.get("income_deducted") or ZERO,
            income_source=written.get("income_source", ""),
            comment=written.get("comment", ""),
        )


class SendBackForm(forms.Form):
    """Why a base goes back to the one who made it."""

    reason = NoteField(label=_("What must be changed?"), max_length=1000, widget=NoteArea(attrs={"rows": 3}))


class AdoptForm(forms.Form):
    """The last look: from which day, and what was seen."""

    valid_from = DayField(label=_("Valid from"), help_text=_("The rate prices work done on this day and later."))
    seen = forms.CharField(widget=forms.HiddenInput)
    # The `fingerprint` of the effect that the page showed.
    effect = forms.CharField(widget=forms.HiddenInput, required=False)
