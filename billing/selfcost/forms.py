"""Forms of the cost base: the sheet with its rows, and the review before a rate is adopted."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.forms import AmountField, DayField
from advisory.kernel.money import ZERO, half_up
from billing.selfcost.base import AreaNotInRate, BaseFacts, LineFacts
from billing.selfcost.models import CostBase, CostLine
from billing.selfcost.sheet import STEPS
from engagements.work.models import FundingArea

#: A deficit is covered by a negative use of the fund.
LOWEST = -(10**9)


class CountField(AmountField):
    """Hours or full-time equivalents: a number with at most two decimals, shown without needless ones."""

    default_error_messages = {
        "not_an_amount": _("Write a number, for example 800 or 2 279,8."),
        "too_many_decimals": _("Write the number with at most two decimals."),
        "too_large": _("The number is too large. Check the zeros."),
        "too_low": _("The number must be above zero."),
        "negative": _("Write the number without a minus sign."),
    }

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Decimal):
            return value
        decimals = next(
            count for count in (0, 1, 2) if count == 2 or value == value.quantize(Decimal(1).scaleb(-count))
        )
        return show.number(value, decimals=decimals)


class BaseForm(forms.Form):
    """The figures beside the rows. `seen` is the fingerprint of what the page showed."""

    billable_hours = CountField(
        label=_("Billable hours"),
        low=Decimal("0.01"),
        suffix="t",
        required=False,
        help_text=_("The hours we expect to sell; must be filled in before the control"),
    )
    income_deducted = AmountField(
        label=_("Income deducted"), required=False, help_text=_("Grants and refunds that belong to these costs")
    )
    fund_use = AmountField(
        label=_("Use of the self-cost fund"),
        required=False,
        low=LOWEST,
        help_text=_("Lowers the rate. With a minus in front it covers a shortfall."),
    )
    rate_step = forms.ChoiceField(
        label=_("The rate is rounded down to the"), choices=STEPS, widget=forms.Select, initial="0.01"
    )
    comment = forms.CharField(
        label=_("Why does the rate change?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    @staticmethod
    def initial_of(base: CostBase, seen: str) -> dict[str, Any]:
        """What an unbound form shows."""
        return {
            "billable_hours": base.billable_hours,
            "income_deducted": base.income_deducted.amount,
            "fund_use": base.fund_use.amount,
            "rate_step": f"{base.rate_step.normalize():f}",
            "comment": base.comment,
            "seen": seen,
        }

    def facts(self) -> BaseFacts:
        """The figures as the verb takes them."""
        written = self.cleaned_data
        return BaseFacts(
            billable_hours=written["billable_hours"],
            rate_step=half_up(Decimal(written["rate_step"])),
            fund_use=written["fund_use"] or ZERO,
            income_deducted=written["income_deducted"] or ZERO,
            comment=written["comment"],
        )


class LineForm(forms.Form):
    """One cost. A row where nothing is written is no cost."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Cost"), max_length=120)
    source = forms.CharField(label=_("Source"), max_length=160, required=False)
    funding_area = forms.TypedChoiceField(
        label=_("Area"), choices=FundingArea.choices, coerce=int, initial=FundingArea.ADVICE
    )
    amount = AmountField(label=_("Amount"))
    key_part = CountField(label=_("The service's part"), required=False, suffix="")
    key_whole = CountField(label=_("of in all"), low=Decimal("0.01"), required=False, suffix="")
    key_label = forms.CharField(label=_("shared by"), max_length=60, required=False)

    @staticmethod
    def initial_of(line: CostLine) -> dict[str, Any]:
        """What an unbound row shows."""
        return {
            "pk": line.pk,
            "label": line.label,
            "source": line.source,
            "funding_area": line.funding_area,
            "amount": line.amount.amount,
            "key_part": line.key_part,
            "key_whole": line.key_whole,
            "key_label": line.key_label,
        }

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        part, whole = written.get("key_part"), written.get("key_whole")
        if (part is None) != (whole is None) and not {"key_part", "key_whole"} & set(self.errors):
            self.add_error("key_whole" if whole is None else "key_part", _("Write both numbers of the share, or none."))
        elif part is not None and whole is not None and part > whole:
            self.add_error("key_part", _("The part cannot be more than the whole."))
        area = written.get("funding_area")
        if area is not None and area != FundingArea.ADVICE:
            self.add_error("funding_area", AreaNotInRate(label=written.get("label", ""), area=area).message)
        return written

    def facts(self) -> LineFacts:
        """The cost as the verb takes it."""
        written = self.cleaned_data
        return LineFacts(
            label=written["label"],
            amount=written["amount"],
            funding_area=written["funding_area"],
            key_part=written["key_part"],
            key_whole=written["key_whole"],
            key_label=written["key_label"],
            source=written["source"],
        )


if TYPE_CHECKING:
    # Generic to the checker alone.
    _FormSet = forms.BaseFormSet[LineForm]
else:
    _FormSet = forms.BaseFormSet


class Rows(_FormSet):
    """The rows of the sheet; two blank ones at the end."""

    def changes(self) -> list[tuple[int | None, LineFacts | None]]:
        """What the verb is to do: see `write_cost_base`."""
        found: list[tuple[int | None, LineFacts | None]] = []
        for form in self.forms:
            if not form.has_changed() and not form.initial.get("pk"):
                continue
            pk = form.cleaned_data.get("pk")
            if form.cleaned_data.get("DELETE"):
                if pk is not None:
                    found.append((pk, None))
            else:
                found.append((pk, form.facts()))
        return found


LineFormSet = cast(type[Rows], forms.formset_factory(LineForm, formset=Rows, extra=2, can_delete=True, max_num=200))


class SendBackForm(forms.Form):
    """Why a base goes back to the one who made it."""

    reason = forms.CharField(
        label=_("What must be changed?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AdoptForm(forms.Form):
    """The last look: from which day, and what was seen."""

    valid_from = DayField(label=_("Valid from"), help_text=_("The rate prices work done on this day and later."))
    seen = forms.CharField(widget=forms.HiddenInput)
