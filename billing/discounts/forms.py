"""Forms of discounts: the decision and the tier table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.functional import lazystr
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from advisory.kernel import show
from advisory.kernel.errors import DomainError, ReasonMissing
from advisory.kernel.forms import AmountField, DayField
from advisory.kernel.note_field import NoteArea, NoteField
from billing.discounts import rules
from billing.discounts.decide import (
    ChangesInvoices,
    EndsBeforeStart,
    NoBackBilling,
    ProvisionalUsedUp,
    TableNotInForce,
)
from billing.discounts.models import Tier
from billing.discounts.naming import tier_with_percent
from billing.discounts.rules import Step
from billing.discounts.tables import MISTAKES

APPROVE, OTHER, ASK = "approve", "other", "ask"

#: Refusals of the verbs that another first day mends.
ABOUT_THE_DAY = (ChangesInvoices, EndsBeforeStart, NoBackBilling, ProvisionalUsedUp, TableNotInForce)


def show_refusal(form: forms.Form, error: DomainError) -> None:
    """Put a refusal at the field that can mend it: the first day, the reason, or none."""
    field = "valid_from" if isinstance(error, ABOUT_THE_DAY) else "reason" if isinstance(error, ReasonMissing) else None
    form.add_error(field, error.message)


class DecisionForm(forms.Form):
    """Approve the proposal, choose another tier, or ask for more. `tiers` are those of the table in force."""

    choice = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    tier = forms.ModelChoiceField(
        label=_("Other tier"),
        queryset=Tier.objects.none(),
        required=False,
        empty_label=_("Choose tier"),
        help_text=_("Only where you choose another tier"),
        widget=forms.Select(attrs={"class": "medium"}),
    )
    reason = NoteField(
        label=_("Remark"),
        required=False,
        max_length=1500,
        widget=NoteArea(attrs={"rows": 3}),
        help_text=_(
            "The organisation reads this in the letter. It must be filled in for another tier, for an earlier day, "
            "and when you ask for more."
        ),
    )
    valid_from = DayField(
        label=_("Valid from"),
        help_text=_("The day the declaration arrived. An earlier day reaches hours that are not invoiced only."),
    )

    def __init__(self, *args: Any, tiers: list[Tier], arrived_on: date, can_approve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.arrived_on = arrived_on
        choices = [(APPROVE, _("Approve the proposal"))] if can_approve else []
        choices += [
            (OTHER, _choice(_("Choose another tier"), _("a reason must be filled in"))),
            (ASK, _("Ask for more documents")),
        ]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]
        field = self.fields["tier"]
        field.queryset = Tier.objects.filter(pk__in=[tier.pk for tier in tiers])  # type: ignore[attr-defined]
        field.label_from_instance = lambda tier: tier_with_percent(tier.code, tier.percent)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        choice, reason = written.get("choice"), (written.get("reason") or "").strip()
        if choice == OTHER and not written.get("tier") and "tier" not in self.errors:
            self.add_error("tier", _("Choose the tier."))
        if choice == OTHER and not reason:
            self.add_error("reason", _("Say why you choose another tier than the proposal."))
        if choice == ASK and not reason:
            self.add_error("reason", _("Say what the organisation is to send."))
        day = written.get("valid_from")
        if choice == APPROVE and day is not None and day < self.arrived_on and not reason:
            self.add_error("reason", _("Say why the discount starts before the declaration arrived."))
        return written


def _choice(strong: Any, detail: Any) -> Any:
    return lazystr(format_html('{} <span class="hint">{} {}</span>', strong, show.EN_DASH, detail))


class TableForm(forms.Form):
    """The day a new tier table starts, and where it was decided."""

    valid_from = DayField(label=_("Valid from"), help_text=_("Decisions from this day use the new table."))
    note = NoteField(
        label=_("Decided in"), max_length=200, required=False, help_text=_("For example a minute of the board")
    )


class StepForm(forms.Form):
    """One tier of the new table."""

    code = forms.RegexField(
        r"\AT\d{1,3}\Z",
        label=_("Code"),
        max_length=4,
        error_messages={"invalid": _("Write T and a number, for example T2. T0 is the full price.")},
    )
    income_from = AmountField(label=_("Income from"), high=10**9)
    percent = forms.DecimalField(
        label=_("Discount in percent"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(100),
        localize=True,
    )

    def step(self) -> Step:
        """The row as the verb takes it."""
        written = self.cleaned_data
        return Step(written["code"], written["income_from"], written["percent"])


if TYPE_CHECKING:
    # Generic to the checker alone.
    _FormSet = forms.BaseFormSet[StepForm]
else:
    _FormSet = forms.BaseFormSet


class Steps(_FormSet):
    """The rows of the new table; a blank row is no tier, also where one stood."""

    def initial_form_count(self) -> int:
        # Only rows beyond the initial ones may be blank, and each of these may.
        return 0 if self.is_bound else super().initial_form_count()

    def steps(self) -> list[Step]:
        """The rows that are filled in."""
        return [form.step() for form in self.forms if form.cleaned_data]

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        for mistake in rules.table_mistakes(self.steps()):
            self._non_form_errors.append(MISTAKES[mistake])  # type: ignore[attr-defined]


StepFormSet = cast(type[Steps], forms.formset_factory(StepForm, formset=Steps, extra=2, max_num=12))
