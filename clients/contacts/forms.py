"""The form for a contact."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import AddressField
from advisory.kernel.note_field import NoteField
from clients.organisations.fields import PhoneField


class ContactForm(forms.Form):
    """Name, role and how to reach him; no more than is needed."""

    name = forms.CharField(label=_("Name"), max_length=120)
    role = NoteField(
        label=_("Role"), max_length=60, required=False, help_text=_("For example chair, treasurer or secretary.")
    )
    email = AddressField(label=_("E-mail"), required=False, max_length=254)
    phone = PhoneField(label=_("Telephone"), required=False)
