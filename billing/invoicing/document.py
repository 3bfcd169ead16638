"""The issued document as one value: what the PDF, the portal page and the e-mail render.

Pure: a renderer gets this and nothing else, so the three can never tell different stories. An invoice and
a credit note have the same shape; on a credit note `credits` names the invoice and every amount and
quantity here is positive («Dette krediteres»); the stored rows are the negated ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.pricing.statement import LineStatement
from billing.pricing.vat import VatGroup as VatGroup


@dataclass(frozen=True, slots=True)
class Seller:
    """Who issues, as printed: `account` 11 digits, `organisation_number` 9; `phone`, `web` may be empty."""

    name: str
    address: tuple[str, ...]
    organisation_number: str
    vat_registered: bool
    account: str
    email: str
    phone: str
    web: str = ""
    # The accent colour of the documents, "0F4C5C"; the mark as PNG bytes, or None for the drawn one.
    accent: str = "0F4C5C"
    mark: bytes | None = None


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who receives, as printed. `number` is ours (1042), `reference` theirs.

    `organisation_number` may be empty.
    """

    number: int
    name: str
    address: tuple[str, ...]
    organisation_number: str
    reference: str


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line. `text` is what was done, `note` the small line below.

    The dates are the first and the last day of the work.
    """

    position: int
    engagement: str
    engagement_title: str
    text: str
    note: str
    first_day: date
    last_day: date
    minutes: int
    unit_price: Decimal
    gross: Decimal
    discount_percent: Decimal
    discount: Decimal
    net: Decimal
    vat_category: str
    vat_percent: Decimal
    statement: LineStatement


@dataclass(frozen=True, slots=True)
class Credited:
    """On a credit note: which invoice it corrects, why, what is left to pay, and what became of the hours."""

    number: int
    issued_on: date
    total: Decimal
    left_to_pay: Decimal
    reason: str
    hours_released: bool


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or a credit note. `number` None = a draft's preview: «Utkast – ikke faktura»."""

    number: int | None
    language: str
    issued_on: date
    due_on: date | None
    subject: str
    delivered_from: date
    delivered_to: date
    place: str
    seller: Seller
    buyer: Buyer
    lines: tuple[DocumentLine, ...]
    vat_groups: tuple[VatGroup, ...]
    gross: Decimal
    discount: Decimal
    net: Decimal
    vat: Decimal
    total: Decimal
    payment_reference: str
    credits: Credited | None = None
