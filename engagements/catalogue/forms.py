"""What people fill in about a tool of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel.note_field import NoteArea, NoteField
from engagements.catalogue.models import Recommendation
from engagements.catalogue.recommend import NotAWebAddress, is_web_address


class RecommendationForm(forms.Form):
    """A tool as the catalogue shows it, and why it fits or does not."""

    title = forms.CharField(label=_("Name of the tool"), max_length=160)
    catalogue_id = forms.CharField(
        label=_("Identifier in the catalogue"),
        max_length=80,
        help_text=_("The last part of the tool's address in the catalogue."),
    )
    url = forms.CharField(
        label=_("Address in the catalogue"),
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )
    version = forms.CharField(label=_("Version"), max_length=40, required=False)
    advised = forms.TypedChoiceField(
        label=_("Our advice"),
        choices=[("yes", _("Recommended")), ("no", _("Advised against"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = NoteField(
        label=_("Fits because"),
        max_length=1000,
        widget=NoteArea(attrs={"rows": 3}),
        help_text=_("The organisation reads this. Where you advise against it: say why it does not fit."),
    )

    @classmethod
    def of(cls, recommendation: Recommendation | None, data: Any) -> RecommendationForm:
        if recommendation is None:
            return cls(data, initial={"advised": "yes"})
        facts = {name: getattr(recommendation, name) for name in cls.base_fields}
        return cls(data, initial=facts | {"advised": "yes" if recommendation.advised else "no"})

    def clean_url(self) -> str:
        address: str = self.cleaned_data["url"].strip()
        if not is_web_address(address):
            raise forms.ValidationError(NotAWebAddress().message)
        return address
