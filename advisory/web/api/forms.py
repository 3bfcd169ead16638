"""What a person fills in about a token."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from advisory.kernel.api_tokens import LONGEST, USUAL, Scope
from advisory.kernel.forms import DayField


def _latest() -> date:
    return timezone.localdate() + LONGEST


class TokenForm(forms.Form):
    """A name, what it may do, and its last day."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("What uses it, so that you know it again: «Accounting, Bergen».")
    )
    scope = forms.ChoiceField(
        label=_("The token may"),
        choices=[(Scope.READ, _("Read")), (Scope.WRITE, _("Read and write"))],
        initial=Scope.READ,
        widget=forms.RadioSelect,
        help_text=_("Never more than you may yourself."),
    )
    last_day = DayField(
        label=_("Last day"),
        first=timezone.localdate,
        last=_latest,
        help_text=_("A year from today at most. After that day you make a new one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("last_day", timezone.localdate() + USUAL)
