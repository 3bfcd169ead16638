"""The forms of invoicing: a cut-off day, the register's filters, a credit note's reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import DayField
from advisory.kernel.note_field import NoteArea, NoteField
from billing.invoicing.register import MAIL_STATES, STATES


def last_of_last_month(today: date) -> date:
    """The usual cut-off: the last day of the month before `today`."""
    return today.replace(day=1) - timedelta(days=1)


class GatherForm(forms.Form):
    """Up to which day hours are gathered into proposals."""

    up_to = DayField(label=_("Hours up to"), last=timezone.localdate)


class RegisterFilters(forms.Form):
    """The line above the list of invoices; every field may be empty."""

    q = forms.CharField(
        label=_("Search for number, KID or organisation"), required=False, max_length=80, widget=forms.SearchInput
    )
    state = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("All")), *STATES])
    mail = forms.ChoiceField(label=_("E-mail"), required=False, choices=[("", _("All")), *MAIL_STATES])


class CreditNoteForm(forms.Form):
    """Why an invoice is credited, and what becomes of its hours."""

    reason = NoteField(
        label=_("Why do you credit it?"),
        help_text=_("Must be filled in. The organisation reads it on the credit note."),
        error_messages={"required": _("Write why you credit the invoice. The receiver reads it on the credit note.")},
        max_length=500,
        widget=NoteArea(attrs={"rows": 3}),
    )
    release_hours = forms.TypedChoiceField(
        label=_("Shall the hours be open for new billing?"),
        choices=[
            ("yes", _("Yes, I will bill them again")),
            ("no", _("No, the hours shall not be billed")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Answer whether the hours shall be open for new billing.")},
        coerce=lambda value: value == "yes",
        # False is an answer, so what is empty must be something else.
        empty_value=None,
    )

    def clean_reason(self) -> Any:
        return " ".join(self.cleaned_data["reason"].split())
