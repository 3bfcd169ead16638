"""What a person fills in about himself."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from advisory.kernel.forms import AddressField


class OwnFactsForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Write your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"), required=False, help_text=_("Pages and mails come in this language.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("As the browser asks for")), *((code, name) for code, name in settings.LANGUAGES)]


class NewAddressForm(forms.Form):
    email = AddressField(
        label=_("New e-mail address"),
        help_text=_("We send a link there. Nothing changes until you have opened it."),
        error_messages={
            "required": _("Write the new address."),
            "invalid": _("Write the address like name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


#: What the library raises on an answer that no passkey gives; to us it is a mistake like any other.
NO_PASSKEY = (AttributeError, KeyError, TypeError, ValueError)


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    """A passkey with a name of at most sixty signs."""

    name = forms.CharField(label=_("Name"), required=False, max_length=60)

    def clean(self) -> Any:
        try:
            return super().clean()
        except NO_PASSKEY:
            raise get_adapter().validation_error("incorrect_code") from None


class _CarefulForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth is untyped
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except NO_PASSKEY:
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeyAtTheDoorForm(_CarefulForm, LoginWebAuthnForm):  # type: ignore[misc]
    """Signs in with nothing but the passkey."""


class PasskeyAfterPasswordForm(_CarefulForm):
    """The second step at the door."""


class PasskeyAgainForm(_CarefulForm, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Shows once more who the person is."""
