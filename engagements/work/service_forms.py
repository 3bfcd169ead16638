"""What administrators fill in about service types and activities."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import DayField
from advisory.kernel.note_field import NoteField
from engagements.work.models import FundingArea, SelfcostService, ServiceType, VatCategory


def vat_choices() -> list[tuple[str, str]]:
    """The treatments, each beginning a line."""
    return [(code, capfirst(str(label))) for code, label in VatCategory.choices]


class NamesForm(forms.Form):
    """The names of a service type, and whether it is in use."""

    name_nb = forms.CharField(label=_("Name in Bokmål"), max_length=80)
    name_nn = forms.CharField(label=_("Name in Nynorsk"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    @classmethod
    def of(cls, kind: ServiceType, data: Any) -> NamesForm:
        names = ("name_nb", "name_nn", "name_en", "active")
        return cls(data, initial={name: getattr(kind, name) for name in names})


class TreatmentForm(forms.Form):
    """A VAT treatment from a day on, with its reason."""

    valid_from = DayField(label=_("Valid from"))
    category = forms.ChoiceField(label=_("VAT"), choices=vat_choices, widget=forms.RadioSelect)
    percent = forms.DecimalField(
        label=_("Percent"),
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=Decimal(100),
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "num short"}),
        help_text=_("0 where the work is exempt."),
    )
    reason = NoteField(
        label=_("Reason"), max_length=200, help_text=_("For instance: teaching, merverdiavgiftsloven § 3-5.")
    )


class NewServiceTypeForm(TreatmentForm):
    """A service type with its first VAT treatment."""

    field_order = ("name_nb", "name_nn", "name_en", "code", "service", "valid_from", "category", "percent", "reason")

    name_nb = forms.CharField(label=_("Name in Bokmål"), max_length=80)
    name_nn = forms.CharField(label=_("Name in Nynorsk"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80)
    code = forms.SlugField(
        label=_("Code"), max_length=30, help_text=_("Letters, digits and hyphens; cannot be changed later.")
    )
    service = forms.ChoiceField(
        label=_("Self-cost service"), choices=SelfcostService.choices, help_text=_("Whose rate prices the hours.")
    )


class ActivityForm(forms.Form):
    """An internal activity; its funding area is settled when it is made."""

    name = forms.CharField(label=_("Name"), max_length=80)
    funding_area = forms.TypedChoiceField(
        label=_("Funding area"),
        choices=FundingArea.choices,
        coerce=int,
        help_text=_("Which money carries these hours. Cannot be changed later."),
    )
    active = forms.BooleanField(label=_("In use"), required=False, initial=True)
