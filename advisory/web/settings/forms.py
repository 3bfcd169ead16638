"""Forms of the settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from advisory.kernel import seller
from advisory.kernel.errors import DomainError
from advisory.kernel.forms import AddressField, DayField
from advisory.kernel.seller import SellerFacts, SellerParticulars

#: Which field a refusal is about.
ABOUT: dict[type[DomainError], str] = {
    seller.WrongOrganisationNumber: "organisation_number",
    seller.WrongAccount: "account",
    seller.WrongPostalCode: "postal_code",
    seller.WrongPaymentDays: "payment_days",
    seller.NotAColour: "accent",
    seller.AccentTooPale: "accent",
    seller.MarkRefused: "mark",
    seller.SellerDayTaken: "valid_from",
    seller.SellerReachesBack: "valid_from",
}

#: What a field alone can tell before the verb sees the whole.
CHECKS: dict[str, Callable[[str], object]] = {
    "organisation_number": seller.clean_organisation_number,
    "account": seller.clean_account,
    "postal_code": seller.check_postal_code,
    "accent": seller.check_accent,
}


class SellerForm(forms.Form):
    """New particulars from a day on, filled with those in force. The mark is kept unless another is chosen."""

    valid_from = DayField(label=_("Valid from"), help_text=_("Documents issued on this day and later print these."))
    name = forms.CharField(label=_("Name"), max_length=120)
    organisation_number = forms.CharField(label=_("Organisation number"), max_length=20)
    vat_registered = forms.BooleanField(
        label=_("Registered for VAT"),
        required=False,
        help_text=_("Then «MVA» stands behind the organisation number, and VAT is charged."),
    )
    address = forms.CharField(label=_("Street address"), max_length=200)
    postal_code = forms.CharField(label=_("Postal code"), max_length=4)
    city = forms.CharField(label=_("City"), max_length=60)
    account = forms.CharField(label=_("Account number"), max_length=20)
    payment_days = forms.IntegerField(
        label=_("Days to pay"),
        min_value=1,
        max_value=seller.LONGEST_CREDIT,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )
    email = AddressField(label=_("E-mail"), max_length=254)
    phone = forms.CharField(label=_("Telephone"), max_length=30, required=False)
    web = forms.CharField(label=_("Web site"), max_length=120, required=False)
    accent = forms.CharField(
        label=_("Colour of the documents"), max_length=7, help_text=_("Six signs, for example 0F4C5C; dark on white")
    )
    mark = forms.FileField(
        label=_("Mark"),
        required=False,
        help_text=_("A PNG picture of at most 200 kB. Leave it empty to keep the one there is."),
    )
    remove_mark = forms.BooleanField(label=_("Print no mark"), required=False)

    def clean(self) -> dict[str, Any]:
        """All fields are judged at once, so that nobody mends one mistake to meet the next."""
        given = super().clean() or self.cleaned_data
        for name, check in CHECKS.items():
            if name in given:
                try:
                    check(given[name].lstrip("#"))
                except DomainError as error:
                    self.add_error(name, error.message)
        return given

    @staticmethod
    def initial_of(row: SellerParticulars) -> dict[str, Any]:
        """What an unbound form shows."""
        left_out = {"valid_from", "mark", "remove_mark"}
        shown = [name for name in SellerForm.base_fields if name not in left_out]
        return {name: getattr(row, name) for name in shown}

    def facts(self, current: SellerParticulars | None) -> SellerFacts:
        """The particulars as the verb takes them."""
        written = {**self.cleaned_data}
        del written["valid_from"]
        picture, is_removed = written.pop("mark"), written.pop("remove_mark")
        kept = bytes(current.mark) if current and current.mark else None
        # One byte more than may be: the verb refuses it, and nobody reads a huge file.
        mark = picture.read(seller.LARGEST_MARK + 1) if picture else None if is_removed else kept
        return SellerFacts(**{**written, "accent": written["accent"].lstrip("#")}, mark=mark)

    def refuse(self, error: DomainError) -> None:
        """Show what the verb said beside the field it is about."""
        self.add_error(ABOUT.get(type(error)), error.message)
