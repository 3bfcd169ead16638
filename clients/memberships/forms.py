"""Forms for access to the portal; the roles are described where they are chosen."""

from __future__ import annotations

from django import forms
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

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


class RoleForm(forms.Form):
    """What a person may see and do."""

    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect)


class AccessForm(RoleForm):
    """Who gets access; he signs in with a code that is sent to the address."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("A code for signing in is sent here each time."))
    role = forms.ChoiceField(label=_("Role"), choices=ROLES, widget=forms.RadioSelect, initial=Role.FINANCE)
    field_order = ("name", "email", "role")
