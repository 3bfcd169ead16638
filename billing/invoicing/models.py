"""Two tables instead of a status: drafts are mutable, have no number and store no price; invoices are issued.

Issued rows (invoice, lines, VAT groups, hours, files) are inserted once and refused every change by the
database. Lines are written before their header: a line whose header exists is turned away. A credit note is
an invoice with `credits`, its amounts negated.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok, ore
from advisory.kernel.files import FileContent
from advisory.kernel.guards import CoveredByParts, Frozen, Sealed
from billing.discounts.models import Pot, TierDecision
from billing.selfcost.models import RateVersion
from clients.organisations import Organisation
from engagements.work.models import Engagement, ServiceType, TimeEntry


def adds_up(name: str, *, whole: str, parts: tuple[str, str], sign: int = 1) -> models.CheckConstraint:
    """CHECK in whole øre: whole = first + sign * second."""
    first, second = parts
    return models.CheckConstraint(
        condition=Q(Exact(ore(whole), ore(first) + ore(second) if sign > 0 else ore(first) - ore(second))),
        name=name,
    )


class InvoiceDraft(models.Model):
    """One organisation's unbilled hours up to a day, held by id (`HourHold.draft`); at most one draft each."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="invoice_draft")
    up_to = models.DateField(_("hours up to"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["organisation__search_name"]

    def __str__(self) -> str:
        return f"{self.organisation} ≤ {self.up_to:%Y-%m-%d}"


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def invoices(self) -> InvoiceQuerySet:
        return self.filter(credits=None)

    def credit_notes(self) -> InvoiceQuerySet:
        return self.exclude(credits=None)

    def of(self, organisation: Organisation) -> InvoiceQuerySet:
        return self.filter(organisation=organisation)

    def uncredited(self) -> InvoiceQuerySet:
        """Invoices that no credit note has taken back."""
        return self.invoices().filter(credit_note=None)


class Invoice(models.Model):
    """An issued invoice or credit note. `number` is `YYYY` + five digits, one unbroken series for both."""

    number = models.PositiveBigIntegerField(primary_key=True)
    credits = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_note")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invoices")
    # The draft it came from: issuing the same draft twice finds this row.
    draft = models.PositiveBigIntegerField(null=True, unique=True)
    language = models.CharField(max_length=2)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    subject = models.CharField(max_length=200)
    delivered_from = models.DateField()
    delivered_to = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    # Printed facts as they were: keys of billing.invoicing.document.Seller and Buyer.
    seller = models.JSONField()
    buyer = models.JSONField()
    gross = NOKField()
    discount = NOKField()
    net = NOKField()
    vat = NOKField()
    total = NOKField()
    payment_reference = models.CharField(max_length=25)
    # Credit notes only: why, and whether the hours may be billed again.
    reason = models.CharField(max_length=500, blank=True)
    hours_released = models.BooleanField(null=True)
    chain_version = models.PositiveSmallIntegerField(default=1)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            in_nok("invoice"),
            bounded("invoice", "gross"),
            bounded("invoice", "total"),
            adds_up("invoice_net_adds_up", whole="net", parts=("gross", "discount"), sign=-1),
            adds_up("invoice_total_adds_up", whole="total", parts=("net", "vat")),
            models.CheckConstraint(
                condition=Q(credits=None, due_on__isnull=False, hours_released=None, reason="")
                | Q(credits__isnull=False, due_on=None, hours_released__isnull=False, draft=None) & ~Q(reason=""),
                name="invoice_or_credit_note",
            ),
            models.CheckConstraint(
                condition=Q(delivered_to__gte=F("delivered_from")), name="invoice_delivery_in_order"
            ),
            CoveredByParts(
                name="invoice_discount_paid_by_pots",
                key="number",
                line=("billing_invoiceline", "discount"),
                line_header="invoice_id",
                part=("billing_potshare", "amount"),
                part_line="line_id",
            ),
            Frozen(name="invoice_frozen"),
        ]
        indexes = [
            models.Index(fields=["organisation", "-number"], name="invoice_by_organisation"),
            models.Index(fields=["due_on"], name="invoice_by_due_date"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_credit_note(self) -> bool:
        return self.credits_id is not None


class InvoiceLine(models.Model):
    """One line with its price statement (a `LineStatement` as JSON), frozen."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    credits_line = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="credited_by"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="invoice_lines")
    engagement_title = models.CharField(max_length=120)
    service_type = models.ForeignKey(ServiceType, on_delete=models.PROTECT, related_name="+")
    funding_area = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    note = models.CharField(max_length=200, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    minutes = models.IntegerField()
    unit_price = NOKField()
    gross = NOKField()
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2)
    discount = NOKField()
    net = NOKField()
    vat_category = models.CharField(max_length=1)
    vat_percent = models.DecimalField(max_digits=5, decimal_places=2)
    rate_version = models.ForeignKey(RateVersion, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(TierDecision, on_delete=models.PROTECT, null=True, related_name="+")
    statement = models.JSONField()

    objects: ClassVar[models.Manager[InvoiceLine]] = models.Manager()

    class Meta:
        ordering = ["invoice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="line_position_once"),
            in_nok("line"),
            bounded("line", "gross"),
            adds_up("line_net_adds_up", whole="net", parts=("gross", "discount"), sign=-1),
            Frozen(name="line_frozen"),
            Sealed(
                name="line_sealed",
                column="invoice_id",
                by_table="billing_invoice",
                by_column="number",
                operations=("INSERT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"


class PotShare(models.Model):
    """What one pot pays of a line's discount. Negative on a credit note.

    The shares of a line sum to its discount: the database refuses the header of a document where they do not.
    """

    line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="pot_shares")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="pot_shares")
    position = models.PositiveSmallIntegerField()
    pot = models.ForeignKey(Pot, on_delete=models.PROTECT, related_name="shares")
    amount = NOKField()

    objects: ClassVar[models.Manager[PotShare]] = models.Manager()

    class Meta:
        ordering = ["line", "position"]
        constraints = [
            models.UniqueConstraint(fields=["line", "pot"], name="pot_share_once_a_line"),
            in_nok("pot_share"),
            bounded("pot_share", "amount"),
            Frozen(name="pot_share_frozen"),
            Sealed(
                name="pot_share_sealed",
                column="invoice_id",
                by_table="billing_invoice",
                by_column="number",
                operations=("INSERT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.pot_id}"


class InvoiceVat(models.Model):
    """VAT of one (category, percent) of an invoice, rounded once."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="vat_groups")
    category = models.CharField(max_length=1)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    base = NOKField()
    vat = NOKField()
    reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[models.Manager[InvoiceVat]] = models.Manager()

    class Meta:
        ordering = ["invoice", "category", "-percent"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "category", "percent"], name="vat_group_once"),
            in_nok("vat_group"),
            bounded("vat_group", "base"),
            Frozen(name="vat_group_frozen"),
            Sealed(
                name="vat_group_sealed",
                column="invoice_id",
                by_table="billing_invoice",
                by_column="number",
                operations=("INSERT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.category} {self.percent}"


class InvoicedHour(models.Model):
    """An hour as it was when billed (bokføringsforskriften § 5-14): the line's specification."""

    line = models.ForeignKey(InvoiceLine, on_delete=models.PROTECT, related_name="hours")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="hours")
    entry = models.ForeignKey(TimeEntry, on_delete=models.PROTECT, related_name="invoiced")
    day = models.DateField()
    minutes = models.IntegerField()
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["invoice", "day", "entry"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "entry"], name="hour_once_an_invoice"),
            Frozen(name="hour_frozen"),
            Sealed(
                name="hour_sealed",
                column="invoice_id",
                by_table="billing_invoice",
                by_column="number",
                operations=("INSERT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.day:%Y-%m-%d} {self.minutes}"


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"


class DocumentFile(FileContent):
    """A rendition of an issued document, made once and kept with its hash."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=FileKind)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invoice", "kind"], name="document_file_once"),
            Frozen(name="document_file_frozen"),
        ]
