"""Forms of what is argued about: hardship, and complaints."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import DayField
from advisory.kernel.note_field import NoteArea, NoteField
from billing.discounts.models import Tier
from billing.discounts.naming import tier_with_percent


def _text(label: Any, *, rows: int = 4, length: int = 1500, **kwargs: Any) -> NoteField:
    return NoteField(label=label, max_length=length, widget=NoteArea(attrs={"rows": rows}), **kwargs)


class HardshipForm(forms.Form):
    """The next larger discount for a time, and why."""

    valid_from = DayField(label=_("Valid from"), help_text=_("Hours that are not invoiced can be reached back to."))
    valid_to = DayField(label=_("to and including"), help_text=_("No longer than the ordinary decision holds."))
    reason = _text(_("Why"), help_text=_("The organisation reads this in the letter if it is granted."))

    def clean(self) -> dict[str, Any]:
        written = super().clean() or {}
        first, last = written.get("valid_from"), written.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day must not be before the first."))
        return written


class RefusalForm(forms.Form):
    """Why a request is refused."""

    reason = _text(
        _("Why it is refused"),
        required=False,
        help_text=_("Only for a refusal. The organisation reads it in the letter."),
    )


class AppealForm(forms.Form):
    """What the organisation disagrees with, in its own words."""

    text = _text(_("What do you disagree with?"), rows=6, length=4000)


class StaffAppealForm(forms.Form):
    """A complaint that came by letter, e-mail or telephone."""

    received_on = DayField(label=_("Received"), last=timezone.localdate)
    text = _text(_("What they disagree with"), rows=6, length=4000)
    why_late = NoteField(
        label=_("Why it is taken although it is late"),
        required=False,
        max_length=300,
        help_text=_("Only where it came after the last day to complain."),
    )


class AnswerForm(forms.Form):
    """The tier that the answer gives, from when, and why. `tiers` are those of the table in force."""

    tier = forms.ModelChoiceField(
        label=_("Tier"), queryset=Tier.objects.none(), empty_label=None, widget=forms.Select(attrs={"class": "medium"})
    )
    valid_from = DayField(label=_("Valid from"), help_text=_("Hours that are not invoiced can be reached back to."))
    reason = _text(_("Why"), help_text=_("The organisation reads this in the letter."))

    def __init__(self, *args: Any, tiers: list[Tier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tier"]
        field.queryset = Tier.objects.filter(pk__in=[tier.pk for tier in tiers])  # type: ignore[attr-defined]
        field.label_from_instance = lambda tier: tier_with_percent(tier.code, tier.percent)  # type: ignore[attr-defined]
