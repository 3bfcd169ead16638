"""Issued documents for other systems: members with the role for money their own, administrators all.

Advisors read the list, as on an organisation's page, and go no further. Amounts and minutes of a credit note are
below zero, as they are kept; the price statement has them above zero, as they are printed («Dette krediteres»).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db import models
from django.db.models import Case, Value, When
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request

from advisory.kernel.access import ADMINISTRATORS
from advisory.kernel.api.fields import Day, MoneyField, OneOf, Text, Whole, YesNo, money
from advisory.kernel.api.filters import DayFilter, Filters, OneOfFilter, WholeFilter, YearFilter
from advisory.kernel.api.reading import FileRenderer
from advisory.kernel.api.resource import Resource
from advisory.kernel.api.shapes import Facts, Row
from advisory.kernel.files import download
from advisory.kernel.users import User
from billing.invoicing import register
from billing.invoicing.api.lines import LineRow, VatRow, lines_of
from billing.invoicing.files import pdf_of
from billing.invoicing.models import Invoice, InvoiceLine, InvoiceVat
from clients.access import members, organisations_of
from clients.memberships import Role


class DocumentKind(models.TextChoices):
    """What was issued."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


class DocumentState(models.TextChoices):
    """Whether an invoice stands. Who has paid is not known here."""

    ISSUED = "issued", _("Issued")
    CREDITED = "credited", _("Credited")
    CREDIT_NOTE = "credit_note", _("Credit note")


class MailState(models.TextChoices):
    """How far the mail with the document has come; empty where none was sent."""

    NONE = "", _("Not sent")
    SENT = register.SENT, _("Sent")
    WAITING = register.WAITING, _("Waiting to be sent")
    FAILED = register.FAILED, _("Failed")


_KIND = Case(
    When(credits=None, then=Value(DocumentKind.INVOICE)),
    default=Value(DocumentKind.CREDIT_NOTE),
    output_field=models.CharField(),
)
_STATE = Case(
    When(credits__isnull=False, then=Value(DocumentState.CREDIT_NOTE)),
    When(credit_note__isnull=False, then=Value(DocumentState.CREDITED)),
    default=Value(DocumentState.ISSUED),
    output_field=models.CharField(),
)


class InvoiceRow(Row):
    """An invoice or a credit note in the list. How its mail fared, only staff see."""

    number = Whole()
    kind = OneOf(DocumentKind, source="document_kind")
    status = OneOf(DocumentState, source="document_state")
    # A credit note: the invoice it takes back. An invoice: the credit note that took it back.
    credits = Whole(source="credits_id", allow_null=True)
    credit_note = Whole(source="credit_note.number", allow_null=True)
    organisation = Whole(source="organisation.number")
    organisation_name = Text(source="organisation.name")
    subject = Text()
    issued_on = Day()
    due_on = Day(allow_null=True)
    delivered_from = Day()
    delivered_to = Day()
    payment_reference = Text()
    gross = MoneyField(negative=True)
    discount = MoneyField(negative=True)
    net = MoneyField(negative=True)
    vat = MoneyField(negative=True)
    total = MoneyField(negative=True)
    mail = OneOf(MailState, allow_null=True)

    computed: ClassVar[tuple[str, ...]] = ("mail",)
    staff_only = ("mail",)

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        messages = register.messages_of(rows) if user.is_staff_member else {}
        for number, row in rows.items():
            row["mail"] = register.mail_state(messages.get(number))


class PartyRow(Row):
    """Who issued, as printed."""

    name = Text()
    address = serializers.ListField(child=Text())
    organisation_number = Text()


class SellerRow(PartyRow):
    """Who issued, as printed."""

    vat_registered = YesNo()
    account = Text()
    email = Text()
    phone = Text()


class BuyerRow(PartyRow):
    """Who received, as printed; `reference` is theirs."""

    number = Whole()
    reference = Text()


class DocumentRow(InvoiceRow):
    """An issued document whole, as it is printed, with what each pot pays."""

    language = Text()
    place = Text()
    seller = SellerRow()
    buyer = BuyerRow()
    # Of a credit note: why, and whether the hours may be billed again.
    reason = Text()
    hours_released = YesNo(allow_null=True)
    lines = LineRow(many=True)
    vat_groups = VatRow(many=True)

    computed = ("mail", "seller", "buyer", "lines", "vat_groups")

    @classmethod
    def fill(cls, rows: Mapping[int, Facts], *, user: User) -> None:
        super().fill(rows, user=user)
        for number, seller, buyer in Invoice.objects.filter(pk__in=list(rows)).values_list("pk", "seller", "buyer"):
            row = rows[number]
            row |= {"seller": _printed(SellerRow, seller), "buyer": _printed(BuyerRow, buyer), "vat_groups": []}
            row["lines"] = []
        for number, line in lines_of(InvoiceLine.objects.filter(invoice__in=list(rows)), user=user):
            rows[number]["lines"].append(line)
        groups = InvoiceVat.objects.filter(invoice__in=list(rows)).order_by("invoice", "category", "-percent")
        for number, category, percent, base, vat, reason in groups.values_list(
            "invoice", "category", "percent", "base", "vat", "reason"
        ):
            group = {"category": category, "percent": str(percent), "base": money(base), "vat": money(vat)}
            rows[number]["vat_groups"].append(group | {"reason": reason})


def _printed(row: type[Row], facts: Mapping[str, Any]) -> Facts:
    """Of stored facts those that the row names."""
    return {str(name): facts[str(name)] for name in row().fields}


class InvoiceFilters(Filters):
    organisation = WholeFilter(field_name="organisation__number")
    kind = OneOfFilter(DocumentKind, field_name="document_kind")
    status = OneOfFilter(DocumentState, field_name="document_state")
    year = YearFilter(field_name="issued_on", lookup_expr="year", help_text=_("The year it was issued."))
    issued_from = DayFilter(field_name="issued_on", lookup_expr="gte")
    issued_to = DayFilter(field_name="issued_on", lookup_expr="lte")
    due_from = DayFilter(field_name="due_on", lookup_expr="gte")
    due_to = DayFilter(field_name="due_on", lookup_expr="lte")
    payment_reference = django_filters.CharFilter()
    engagement = django_filters.CharFilter(method="for_engagement", help_text=_("With a line for the engagement."))

    def for_engagement(self, found: models.QuerySet[Invoice], name: str, reference: str) -> models.QuerySet[Invoice]:
        """The lines are asked apart, so that a document comes once."""
        lines = InvoiceLine.objects.filter(engagement__reference=reference)
        return found.filter(pk__in=lines.order_by().values("invoice"))


class Invoices(Resource):
    """Invoices and credit notes."""

    tag = _("Invoices")
    model = Invoice
    readers = members(Role.FINANCE)
    row: ClassVar[type[Row]] = InvoiceRow
    filterset_class = InvoiceFilters
    orderings = {"number": "number", "issued_on": "issued_on"}
    ordering = "-number"
    lookups = {"invoice": "number"}

    def visible(self, user: User) -> models.QuerySet[Invoice]:
        found = Invoice.objects.annotate(document_kind=_KIND, document_state=_STATE)
        if user.is_staff_member:
            return found
        return found.filter(organisation__in=organisations_of(user, Role.FINANCE))


class Documents(Invoices):
    """One invoice or credit note with its lines, and its PDF."""

    says = {"pdf": _("The PDF, the same bytes every time")}
    readers = members(Role.FINANCE, staff=ADMINISTRATORS)
    row = DocumentRow
    answers: ClassVar[Mapping[str, Any]] = {"pdf": {(200, "application/pdf"): OpenApiTypes.BINARY}}

    def pdf(self, request: Request, invoice: int) -> HttpResponse:
        return download(pdf_of(self.find()))


urlpatterns: list[URLPattern] = [
    path("invoices/", Invoices.as_view({"get": "list"}), name="api_invoices"),
    path("invoices/<int:invoice>/", Documents.as_view({"get": "retrieve"}), name="api_invoice"),
    path(
        "invoices/<int:invoice>/pdf/",
        Documents.as_view({"get": "pdf"}, renderer_classes=[FileRenderer]),
        name="api_invoice_pdf",
    ),
]
