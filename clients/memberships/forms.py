"""Forms for access to the portal; the roles are described where they are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel import powers
from advisory.kernel.forms import AddressField
from clients.memberships.models import Role


def _explain(name: StrOrPromise, meaning: StrOrPromise) -> SafeString:
    return format_html("<b>{}</b> – {}", name, meaning)


# Translated when it is drawn: the roles are listed before anybody's language is known.
_explained = lazy(_explain, SafeString)

ROLES = (
    (Role.READER, _explained(_("Reader"), _("engagements and reports, nothing about money"))),
    (Role.FINANCE, _explained(_("Finance"), _("invoices, prices and income too"))),
    (Role.OWNER, _explained(_("Owner"), _("all of it, approves agreements and decides who has access"))),
)


#: What each role adds to the one before it.
POWERS: powers.Ladder = {
    Role.READER.value: (_("see engagements and reports"),),
    Role.FINANCE.value: (_("see invoices and prices"), _("declare income")),
    Role.OWNER.value: (_("approve agreements"), _("decide who has access")),
}
NAMES = {Role.READER.value: _("Reader"), Role.FINANCE.value: _("Finance"), Role.OWNER.value: _("Owner")}


class RoleForm(forms.Form):
    """Another role for somebody who has `role`; each choice says what is gained and lost."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, data: Mapping[str, Any] | None, *, current: str) -> None:
        super().__init__(data, initial={"role": current})
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = powers.choices(POWERS, NAMES, current)


class InvitationForm(forms.Form):
    """Who is invited; he signs in with a code that is sent to the address."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = AddressField(
        label=_("E-mail"), max_length=254, help_text=_("The invitation and the codes for signing in go here.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect, initial=Role.FINANCE)
