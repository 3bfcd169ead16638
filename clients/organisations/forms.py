"""Forms about organisations: all facts for staff, the list's filters, a note."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict, ErrorList
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.forms import AddressField, DayField
from advisory.kernel.note_field import NoteArea, NoteField
from clients import organisation_number
from clients.organisations.fields import OrganisationField, OrganisationNumberField, PhoneField, PostalCodeField
from clients.organisations.models import Kind, Organisation, Status
from clients.organisations.services import FACTS, OWN_FACTS, fingerprint
from clients.register import icnpo

# The counties of 2024 (kommuneinndelingen from 1 January 2024), and Svalbard.
COUNTIES = (
    "Agder", "Akershus", "Buskerud", "Finnmark", "Innlandet", "Møre og Romsdal", "Nordland", "Oslo", "Rogaland",
    "Svalbard", "Telemark", "Troms", "Trøndelag", "Vestfold", "Vestland", "Østfold",
)  # fmt: skip
# Codes of Enhetsregisteret that our customers have.
LEGAL_FORMS = (
    ("", _("Not known")),
    ("FLI", _("FLI, association")),
    ("STI", _("STI, foundation")),
    ("SA", _("SA, co-operative")),
    ("AS", _("AS, limited company")),
    ("KOMM", _("KOMM, municipality")),
    ("FYLK", _("FYLK, county authority")),
    ("STAT", _("STAT, the state")),
    ("ORGL", _("ORGL, part of a public body")),
    ("KIRK", _("KIRK, Church of Norway")),
    ("ENK", _("ENK, sole proprietor")),
    ("ANNA", _("ANNA, another legal person")),
)


Rows = tuple[str | tuple[str, ...], ...]


def _text(label: StrOrPromise, length: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=False, **kwargs)


class ContactFactsForm(forms.Form):
    """Where the organisation is reached and how it wants its invoices: what it may change itself."""

    email = AddressField(label=_("E-mail"), required=False, max_length=254)
    phone = PhoneField(label=_("Telephone"), required=False)
    address = _text(_("Street address"), 200)
    postal_code = PostalCodeField(label=_("Postal code"), required=False)
    city = _text(_("City"), 60)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("Invoices and e-mails are written in this language."),
    )
    invoice_email = AddressField(
        label=_("E-mail for invoices"),
        required=False,
        max_length=254,
        help_text=_("Empty: invoices go to the e-mail above."),
    )
    invoice_reference = _text(
        _("Your reference"), 60, help_text=_("A name, an order number or whatever your accountant wants to see.")
    )
    invoice_address = _text(_("Invoice address"), 200, help_text=_("Only if it is another than the one above."))
    invoice_postal_code = PostalCodeField(label=_("Postal code of the invoice address"), required=False)
    invoice_city = _text(_("City of the invoice address"), 60)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    FACTS: tuple[str, ...] = OWN_FACTS
    GROUPS: tuple[tuple[StrOrPromise, Rows], ...] = (
        (_("How to reach you"), ("email", "phone", "address", ("postal_code", "city"), "language")),
        (
            _("Invoices"),
            ("invoice_email", "invoice_reference", "invoice_address", ("invoice_postal_code", "invoice_city")),
        ),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        self.organisation = organisation
        if organisation:
            kwargs["initial"] = {key: getattr(organisation, key) for key in self.FACTS}
            kwargs["initial"]["seen"] = fingerprint(organisation)
        super().__init__(*args, **kwargs)

    def facts(self) -> dict[str, Any]:
        """The cleaned facts, for the verb."""
        return {key: self.cleaned_data[key] for key in self.FACTS}

    def look_again(self) -> None:
        """After a conflict: the next save starts from the facts as they stand now."""
        assert self.organisation is not None
        now_there = Organisation.objects.get(pk=self.organisation.pk)
        self.data = {**self.data.dict(), "seen": fingerprint(now_there)}  # type: ignore[attr-defined]

    def groups(self) -> Iterator[tuple[StrOrPromise, list[list[forms.BoundField]]]]:
        """Headings with their rows of fields, for the template."""
        for heading, rows in self.GROUPS:
            yield heading, [[self[name] for name in ((row,) if isinstance(row, str) else row)] for row in rows]


class OrganisationForm(ContactFactsForm):
    """All facts of an organisation, for staff."""

    name = forms.CharField(label=_("Name"), max_length=160)
    organisation_number = OrganisationNumberField(
        label=_("Organisation number"), required=False, help_text=_("Nine digits from Brønnøysundregistrene.")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=Kind,
        help_text=_("Only voluntary organisations, and companies they own all of, can have a discount."),
    )
    form = forms.ChoiceField(label=_("Legal form"), choices=LEGAL_FORMS, required=False)
    in_voluntary_register = forms.BooleanField(label=_("Registered in Frivillighetsregisteret"), required=False)
    icnpo = forms.TypedChoiceField(
        label=_("Category (ICNPO)"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("What it does, by the list of Frivillighetsregisteret."),
    )
    purpose_documented = forms.BooleanField(
        label=_("We have seen that the purpose is voluntary"),
        required=False,
        help_text=_(
            "Statutes of an association or a foundation, or that voluntary organisations own all of a company."
        ),
    )
    without_accounts = forms.BooleanField(
        label=_("Has no accounts of its own"),
        required=False,
        help_text=_("Then the discount follows from the accounts of the organisation it is part of."),
    )
    parent = OrganisationField(
        label=_("Part of"), required=False, help_text=_("The national or regional body: our number or the name.")
    )
    members = forms.IntegerField(
        label=_("Number of members"),
        required=False,
        min_value=0,
        max_value=5_000_000,
        widget=forms.TextInput(attrs={"class": "medium", "inputmode": "numeric"}),
    )
    municipality = _text(_("Municipality"), 60)
    county = forms.ChoiceField(label=_("County"), required=False)
    customer_since = DayField(label=_("Customer since"), required=False, last=timezone.localdate)
    status = forms.ChoiceField(label=_("Status"), choices=Status)
    payment_days = forms.IntegerField(
        label=_("Days to pay"),
        required=False,
        min_value=1,
        max_value=90,
        help_text=_("Empty: 14 days, as for all."),
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
    )

    FACTS: tuple[str, ...] = tuple(key for key in FACTS if key != "own_accounts")
    GROUPS: tuple[tuple[StrOrPromise, Rows], ...] = (
        (
            _("The organisation"),
            (
                "name",
                "organisation_number",
                ("kind", "form"),
                "in_voluntary_register",
                "icnpo",
                "purpose_documented",
                "parent",
                "without_accounts",
                "members",
                "customer_since",
            ),
        ),
        (
            _("Where it is"),
            ("address", ("postal_code", "city"), ("municipality", "county"), "email", "phone", "language"),
        ),
        (
            _("Invoices"),
            (
                "invoice_email",
                "invoice_reference",
                "invoice_address",
                ("invoice_postal_code", "invoice_city"),
                "payment_days",
            ),
        ),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, organisation=organisation, **kwargs)
        known = [*COUNTIES, *([organisation.county] if organisation and organisation.county not in COUNTIES else [])]
        self._field(forms.ChoiceField, "county").choices = [("", _("Not known")), *((c, c) for c in known if c)]
        current = {organisation.icnpo} if organisation and organisation.icnpo else set()
        self._field(forms.TypedChoiceField, "icnpo").choices = [
            ("", _("Not known")),
            *icnpo.choices({*icnpo.CATEGORIES, *current}),
        ]
        self.fields["invoice_reference"].label = _("Their reference")
        self.fields["invoice_reference"].help_text = ""
        if organisation is None:
            # A new organisation is active; asking would only slow the telephone call.
            del self.fields["status"]
            self.FACTS = tuple(key for key in self.FACTS if key != "status")
        else:
            self.initial["without_accounts"] = not organisation.own_accounts
            self.initial["organisation_number"] = organisation_number.display(organisation.organisation_number)
            self.GROUPS = (*self.GROUPS, (_("With us"), ("status",)))

    @classmethod
    def filled(cls, values: Mapping[str, Any], organisation: Organisation | None) -> OrganisationForm:
        """The form with these values as they would have been typed, not yet looked through for mistakes."""
        form = cls(organisation=organisation)
        form.initial = {**dict.fromkeys(form.fields), **values}
        return form

    def refuse_number(self, message: str) -> None:
        """Show a mistake at the organisation number of a form that is only filled, not sent."""
        self._errors = ErrorDict({"organisation_number": ErrorList([message])})

    def facts(self) -> dict[str, Any]:
        # The box asks for the exception: most have accounts of their own.
        return {**super().facts(), "own_accounts": not self.cleaned_data["without_accounts"]}

    def _field(self, kind: type[Any], name: str) -> Any:
        field = self.fields[name]
        assert isinstance(field, kind)
        return field


class ListFilter(forms.Form):
    """What the list is narrowed to. Columns of upper storeys add their own choices (`panels.FactColumn`)."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name, org. no. or contact"), "type": "search"}),
    )
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("Active ones")), ("inactive", _("Inactive ones")), ("all", _("All"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *Kind.choices])
    county = forms.ChoiceField(label=_("County"), required=False)
    icnpo = forms.TypedChoiceField(label=_("Category"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, columns: Any = (), on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        counties = (
            Organisation.objects.exclude(county="").order_by("county").values_list("county", flat=True).distinct()
        )
        county = self.fields["county"]
        assert isinstance(county, forms.ChoiceField)
        county.choices = [("", _("All counties")), *((name, name) for name in counties)]
        category = self.fields["icnpo"]
        assert isinstance(category, forms.ChoiceField)
        category.choices = [("", _("All")), *icnpo.choices()]
        for column in columns:
            if column.choices and column.narrow:
                self.fields[column.key] = forms.ChoiceField(
                    label=column.heading(on), required=False, choices=[("", _("All")), *column.choices(on)]
                )


class NoteForm(forms.Form):
    """A note on an organisation."""

    text = NoteField(label=_("Note"), max_length=2000, widget=NoteArea(attrs={"rows": 3}))
    visible = forms.BooleanField(label=_("Visible to the organisation"), required=False)
