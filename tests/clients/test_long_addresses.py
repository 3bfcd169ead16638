"""An e-mail address longer than its column is a mistake in the form, not an error of the database (PostgreSQL)."""

from __future__ import annotations

import pytest
from django import forms
from django.apps import apps
from django.db import models

from advisory.web.settings.forms import SellerForm
from advisory.web.settings.user_forms import StaffInvitationForm
from clients.contacts.forms import ContactForm
from clients.memberships.forms import InvitationForm
from clients.organisations.forms import OrganisationForm

LONG = f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 20}.no"


@pytest.mark.parametrize("form", [ContactForm, OrganisationForm, InvitationForm, StaffInvitationForm, SellerForm])
def test_no_form_takes_a_longer_address_than_the_tables_hold(form: type[forms.Form]) -> None:
    columns = [
        field.max_length
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.EmailField)
    ]
    longest = min(length for length in columns if length)
    assert len(LONG) > longest
    fields = [field for field in form.base_fields.values() if isinstance(field, forms.EmailField)]
    assert fields
    for field in fields:
        with pytest.raises(forms.ValidationError):
            field.clean(LONG)
