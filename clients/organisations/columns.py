"""The columns of a file of organisations and contacts: what the lists' files hold and what the import reads back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.list_file import ListColumn
from advisory.kernel.spreadsheet import Show
from clients.organisations.models import Organisation

#: Our own number: names an organisation that is here, and is never given by a file.
NUMBER = "number"


@dataclass(frozen=True, slots=True)
class FactColumn:
    """A fact by the name of its field. `words` are other headings it is known by, whatever the language."""

    key: str
    heading: StrOrPromise
    words: tuple[str, ...] = ()
    show: Show = Show.TEXT
    value: Callable[[Organisation], Any] | None = None

    def of(self, organisation: Organisation) -> Any:
        """What stands in the organisation's cell."""
        return self.value(organisation) if self.value else getattr(organisation, self.key)


def _parent(organisation: Organisation) -> str:
    parent = organisation.parent
    return f"{parent.number} {parent.name}" if parent else ""


FACTS: tuple[FactColumn, ...] = (
    FactColumn(NUMBER, _("Our number"), ("nummer", "number", "kundenummer", "kundenr", "customer number"), Show.NUMBER),
    FactColumn("name", _("Name"), ("organisasjon", "organisation", "organization", "organisasjonsnavn", "lag", "navn")),
    FactColumn(
        "organisation_number",
        _("Organisation number"),
        ("orgnr", "org.nr.", "org nr", "org. no.", "organization number", "organisasjonsnr"),
    ),
    FactColumn("kind", _("Kind"), ("type", "slag"), value=lambda one: one.get_kind_display()),
    FactColumn("form", _("Legal form"), ("organisasjonsform", "orgform", "form")),
    FactColumn("in_voluntary_register", _("Registered in Frivillighetsregisteret"), ("frivillighetsregisteret",)),
    FactColumn("purpose_documented", _("We have seen that the purpose is voluntary"), ("formål dokumentert",)),
    FactColumn("own_accounts", _("Has its own accounts"), ("own accounts", "eget regnskap")),
    FactColumn("parent", _("Part of"), ("overordnet", "parent", "moderorganisasjon"), value=_parent),
    # The number says it in every language: 1200 is sports.
    FactColumn("icnpo", _("Category (ICNPO)"), ("icnpo", "kategori"), Show.NUMBER),
    FactColumn("members", _("Number of members"), ("medlemmer", "members", "medlemstal", "medlemstall"), Show.NUMBER),
    FactColumn("address", _("Street address"), ("adresse", "address", "gateadresse", "postadresse")),
    FactColumn("postal_code", _("Postal code"), ("postnr", "postnummer", "zip", "postcode")),
    FactColumn("city", _("City"), ("poststed", "sted", "by", "town", "stad")),
    FactColumn("municipality", _("Municipality"), ("kommune",)),
    FactColumn("county", _("County"), ("fylke",)),
    FactColumn("email", _("E-mail"), ("epost", "e-post", "email", "mail", "e-postadresse")),
    FactColumn("phone", _("Telephone"), ("telefon", "tlf", "phone", "mobil")),
    FactColumn("language", _("Language"), ("språk", "målform"), value=lambda one: one.get_language_display()),
    FactColumn("invoice_email", _("E-mail for invoices"), ("fakturaepost", "faktura e-post", "invoice email")),
    FactColumn("invoice_reference", _("Their reference"), ("referanse", "deres ref", "reference", "your reference")),
    FactColumn("invoice_address", _("Invoice address"), ("fakturaadresse",)),
    FactColumn("invoice_postal_code", _("Postal code of the invoice address"), ("faktura postnr",)),
    FactColumn("invoice_city", _("City of the invoice address"), ("faktura poststed",)),
    FactColumn("payment_days", _("Days to pay"), ("betalingsfrist", "forfallsdager", "payment terms"), Show.NUMBER),
    FactColumn("customer_since", _("Customer since"), ("kunde siden", "kunde sidan", "since"), Show.DAY),
    FactColumn("status", _("Status"), (), value=lambda one: one.get_status_display()),
)


@dataclass(frozen=True, slots=True)
class ContactColumn:
    """A fact about a contact; `key` is the field's name behind `contact_`."""

    key: str
    heading: StrOrPromise
    words: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The field of `Contact`."""
        return self.key.removeprefix("contact_")


CONTACT_FACTS: tuple[ContactColumn, ...] = (
    ContactColumn("contact_name", _("Contact"), ("kontaktperson", "contact person", "contact name")),
    ContactColumn("contact_role", _("Contact's role"), ("rolle", "role", "verv")),
    ContactColumn("contact_email", _("Contact's e-mail"), ("contact email", "kontakt e-post")),
    ContactColumn("contact_phone", _("Contact's telephone"), ("contact phone", "kontakt telefon")),
    ContactColumn("contact_active", _("Contact in use"), ("aktiv", "active")),
)


#: All columns that the import knows.
ALL: tuple[FactColumn | ContactColumn, ...] = (*FACTS, *CONTACT_FACTS)


def organisation_columns() -> list[ListColumn]:
    """The facts of an organisation as the list's file holds them. No incomes: they are not among the facts."""
    return [ListColumn(fact.heading, fact.of, fact.show) for fact in FACTS]


def contact_columns() -> list[ListColumn]:
    """The contacts' columns, behind those that say whose they are, so that the import finds the organisation."""
    whose = {fact.key: fact for fact in FACTS}
    return [
        *(
            ListColumn(whose[key].heading, lambda row, fact=whose[key]: fact.of(row.organisation), whose[key].show)  # type: ignore[misc]
            for key in (NUMBER, "name", "organisation_number")
        ),
        *(
            ListColumn(fact.heading, lambda row, field=fact.field: getattr(row, field))  # type: ignore[misc]
            for fact in CONTACT_FACTS
        ),
    ]
