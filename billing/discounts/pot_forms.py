"""Forms of the pots: a new one, its frame, what it may pay for, and what is bound for an engagement."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import AmountField, DayField
from advisory.kernel.forms_once import OnceForm
from advisory.kernel.note_field import NoteField
from billing.discounts.models import Pot, PotFunding, Tier
from billing.discounts.naming import tier_with_percent
from engagements.work.models import Engagement, FundingArea

LOWEST = Decimal("0.01")


def _tiers() -> list[tuple[str, str]]:
    """The tiers that give a discount, each once, with the percentage of its newest table."""
    found: dict[str, str] = {}
    for tier in Tier.objects.filter(percent__gt=0).order_by("-table__valid_from", "-percent"):
        found.setdefault(tier.code, capfirst(tier_with_percent(tier.code, tier.percent)))
    return sorted(found.items())


class TermsFields(forms.Form):
    """What a pot may pay for; the terms that `pots.open_pot` and `pots.change_terms` take."""

    funding = forms.ChoiceField(
        label=_("Kind of money"), choices=lambda: [(v, capfirst(n)) for v, n in PotFunding.choices]
    )
    areas = forms.TypedMultipleChoiceField(
        label=_("Pays for work of"),
        coerce=int,
        choices=FundingArea.choices,
        initial=[FundingArea.ADVICE.value],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Money of the base grant cannot pay for area 4."),
    )
    tiers = forms.MultipleChoiceField(
        label=_("Pays for the tiers"),
        choices=_tiers,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: it pays for all of them."),
    )
    for_hardship = forms.BooleanField(
        label=_("Set aside for hardship"),
        required=False,
        help_text=_("Then it pays for discounts given for hardship, and for no others."),
    )
    rank = forms.IntegerField(
        label=_("Order"),
        min_value=1,
        max_value=999,
        initial=100,
        help_text=_("The pot with the lowest number pays first. With the same number: the one that ends first."),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class PotForm(TermsFields):
    """A new pot."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("It stands on the invoices it pays for."))
    funder = forms.CharField(label=_("Who gives the money"), max_length=120)
    purpose = NoteField(label=_("Purpose"), max_length=300)
    amount = AmountField(label=_("Frame"), low=LOWEST)
    starts = DayField(label=_("Pays for work from"))
    ends = DayField(label=_("to and including"))

    field_order = ("name", "funder", "purpose", "funding", "amount", "starts", "ends")

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        starts, ends = written.get("starts"), written.get("ends")
        if starts and ends and ends < starts:
            self.add_error("ends", _("The last day must not be before the first."))
        return written


class TermsForm(TermsFields):
    """Other terms for a pot, and why."""

    reason = NoteField(label=_("Why?"), max_length=300)


class FrameForm(OnceForm):
    """More money in a pot, or money given back."""

    change = forms.ChoiceField(
        label=_("What happens?"),
        choices=[("grant", _("The pot gets more")), ("return", _("Money goes back to the funder"))],
        widget=forms.RadioSelect,
    )
    amount = AmountField(label=_("Amount"), low=LOWEST)
    reason = NoteField(label=_("Why?"), max_length=300)


if TYPE_CHECKING:
    # Generic to the checker alone.
    _EngagementField = forms.ModelChoiceField[Engagement]
else:
    _EngagementField = forms.ModelChoiceField


class EngagementChoice(_EngagementField):
    """An engagement by reference, organisation and title."""

    def label_from_instance(self, obj: Engagement) -> str:
        return f"{obj.reference} · {obj.organisation} · {obj.title}"


class ReserveForm(OnceForm):
    """Money of a pot for an engagement. With `override` there is room for the decision to bind what is free."""

    pot = forms.ModelChoiceField(label=_("Pot"), queryset=Pot.objects.none(), empty_label=_("Choose a pot"))
    engagement = EngagementChoice(
        label=_("Engagement"), queryset=Engagement.objects.none(), empty_label=_("Choose an engagement")
    )
    amount = AmountField(label=_("Amount to bind"), low=LOWEST)
    override_reason = NoteField(
        label=_("Bind what is free all the same"),
        max_length=300,
        required=False,
        help_text=_("Say why. Your name, the reason and the missing sum are kept."),
    )

    def __init__(self, *args: Any, pots: Any, override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pot"].queryset = pots  # type: ignore[attr-defined]
        self.fields["engagement"].queryset = (  # type: ignore[attr-defined]
            Engagement.objects.open().select_related("organisation").order_by("-reference")
        )
        if not override:
            del self.fields["override_reason"]


class ReleaseForm(OnceForm):
    """Bound money that becomes free; `engagements` are those the pot holds something for."""

    engagement = EngagementChoice(
        label=_("Engagement"), queryset=Engagement.objects.none(), empty_label=_("Choose an engagement")
    )
    amount = AmountField(
        label=_("Amount to free"), low=LOWEST, required=False, help_text=_("Empty: all that is bound for it.")
    )
    reason = NoteField(label=_("Why?"), max_length=300)

    def __init__(self, *args: Any, engagements: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engagement"].queryset = engagements  # type: ignore[attr-defined]
