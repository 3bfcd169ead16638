"""Forms for those who work here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel import powers
from advisory.kernel.forms import AddressField
from advisory.kernel.users import StaffRole

NAMES = {
    StaffRole.ADVISOR.value: _("Advisor"),
    StaffRole.ADMINISTRATOR.value: _("Administrator"),
}


class StaffInvitationForm(forms.Form):
    """Who is invited to work here, and as what."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = AddressField(
        label=_("E-mail"), max_length=254, help_text=_("The invitation and the codes for signing in go here.")
    )
    role = forms.ChoiceField(
        label=_("Role"),
        widget=forms.RadioSelect,
        initial=StaffRole.ADVISOR.value,
        choices=[
            (StaffRole.ADVISOR.value, _("Advisor – engagements, hours and reports")),
            (StaffRole.ADMINISTRATOR.value, _("Administrator – prices, discounts, invoices and people too")),
        ],
    )


class StaffRoleForm(forms.Form):
    """Another role for somebody who has `current`; each choice says what is gained and lost."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None, *, current: str) -> None:
        super().__init__(data, initial={"role": current})
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = powers.choices(powers.STAFF, NAMES, current)
