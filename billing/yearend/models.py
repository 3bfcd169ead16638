"""The year's accounts, how it was closed, and the ledger of the self-cost fund."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok
from advisory.kernel.files import FileContent
from advisory.kernel.guards import Frozen, RunningBalance, Sealed
from engagements.work.models import SelfcostService


def sealed_by_closing(name: str, *, column: str = "accounting_year_id") -> Sealed:
    """Figures of a year are kept as they are once the year is closed."""
    return Sealed(
        name=name,
        column=column,
        by_table="billing_yearclosing",
        by_column="accounting_year_id",
        operations=("UPDATE", "DELETE") if column == "id" else ("INSERT", "UPDATE", "DELETE"),
    )


class AccountingYear(models.Model):
    """The accounts of a year while they are brought together: a draft until it is submitted, then closed for good.

    One year for all self-cost services: the accounts are the centre's own.
    """

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    board_case = models.CharField(_("case of the board"), max_length=60, blank=True, default="")
    comment = models.TextField(_("comment"), max_length=2000, blank=True, default="")
    # Depreciation and calculated interest stand among the lines; else they are those of the adopted cost base.
    assets_by_hand = models.BooleanField(_("depreciation and interest are written by hand"), default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[AccountingYear]] = models.Manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="accounting_year_sane"),
            sealed_by_closing("accounting_year_closed", column="id"),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Destination(models.TextChoices):
    """Where an account goes: every cost, income and grant to exactly one place.

    Costs: the areas, the two self-cost services of area 3, or shared between all by a key. Incomes: deducted from
    a service's self-cost, a grant to an area, or what is counted elsewhere (invoices, pots). The rest is outside.
    """

    AREA_1 = "area_1", _("area 1, tool catalogue")
    AREA_2 = "area_2", _("area 2, meeting place")
    ADVICE = "advice", _("area 3, advice")
    COURSES = "courses", _("area 3, courses")
    AREA_4 = "area_4", _("area 4, joint projects")
    SHARED_HOURS = "shared_hours", _("shared by recorded hours")
    SHARED_FULL_TIME = "shared_fte", _("shared by full-time equivalents")
    DEDUCT_ADVICE = "deduct_advice", _("income deducted from advice")
    DEDUCT_COURSES = "deduct_courses", _("income deducted from courses")
    BASE_GRANT = "base_grant", _("base grant, areas 1 and 2")
    PROJECT_MONEY = "project", _("project money, area 4")
    POTS = "pots", _("grants to discount pots")
    CUSTOMERS = "customers", _("payment by customers, counted from invoices")
    LOSSES = "losses", _("losses on receivables, never in self-cost")
    OUTSIDE = "outside", _("outside the four areas")


class ActualLine(models.Model):
    """One account or one cost written by hand: kroner, a cost above zero and an income below, as in a trial balance.

    `destination` is empty until somebody has said where it goes; then the year cannot be submitted.
    """

    accounting_year = models.ForeignKey(AccountingYear, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    account = models.CharField(_("account"), max_length=12, blank=True, default="")
    label = models.CharField(_("name"), max_length=160)
    amount = NOKField(_("amount"))
    destination = models.CharField(_("goes to"), max_length=14, choices=Destination, blank=True, default="")
    source = models.CharField(_("source"), max_length=160, blank=True, default="")
    # From the trial balance; a new import takes the place of these rows and leaves the others.
    imported = models.BooleanField(default=False)

    objects: ClassVar[models.Manager[ActualLine]] = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            in_nok("actual_line"),
            bounded("actual_line", "amount"),
            models.CheckConstraint(
                condition=Q(destination__in=["", *Destination.values]), name="actual_line_destination_known"
            ),
            sealed_by_closing("actual_line_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.label}".strip()


class YearKey(models.Model):
    """The actual full-time equivalents of each area, which no time entry tells; hours are counted from the entries."""

    accounting_year = models.OneToOneField(AccountingYear, on_delete=models.PROTECT, related_name="full_time_key")
    catalogue = models.DecimalField(_("area 1"), max_digits=9, decimal_places=2, default=0)
    meeting_place = models.DecimalField(_("area 2"), max_digits=9, decimal_places=2, default=0)
    advice = models.DecimalField(_("area 3, advice"), max_digits=9, decimal_places=2, default=0)
    courses = models.DecimalField(_("area 3, courses"), max_digits=9, decimal_places=2, default=0)
    joint_projects = models.DecimalField(_("area 4"), max_digits=9, decimal_places=2, default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    catalogue__gte=0, meeting_place__gte=0, advice__gte=0, courses__gte=0, joint_projects__gte=0
                ),
                name="year_key_not_below_zero",
            ),
            sealed_by_closing("year_key_closed"),
        ]

    def __str__(self) -> str:
        return str(self.accounting_year)


class SeatSale(models.Model):
    """Course seats sold in the year, at the price per seat: income that no time entry stands behind."""

    accounting_year = models.ForeignKey(AccountingYear, on_delete=models.PROTECT, related_name="seat_sales")
    label = models.CharField(_("course"), max_length=160)
    seats = models.PositiveIntegerField(_("seats"))
    unit_price = NOKField(_("price per seat"))
    discount_percent = models.DecimalField(_("discount in percent"), max_digits=5, decimal_places=2, default=0)
    source = models.CharField(_("source"), max_length=160, blank=True, default="")

    objects: ClassVar[models.Manager[SeatSale]] = models.Manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            in_nok("seat_sale"),
            bounded("seat_sale", "unit_price", low=0),
            models.CheckConstraint(condition=Q(discount_percent__range=(0, 100)), name="seat_sale_discount_0_to_100"),
            sealed_by_closing("seat_sale_closed"),
        ]

    def __str__(self) -> str:
        return self.label


class AccountMapping(models.Model):
    """Where an account went the last time: remembered from year to year."""

    account = models.CharField(max_length=12, unique=True)
    label = models.CharField(max_length=160, blank=True, default="")
    destination = models.CharField(max_length=14, choices=Destination)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[AccountMapping]] = models.Manager()

    class Meta:
        ordering = ["account"]
        constraints = [
            models.CheckConstraint(
                condition=Q(destination__in=Destination.values), name="account_mapping_destination_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.destination}"


class TrialBalance(FileContent):
    """A trial balance as it was uploaded. The one taken in last is what the imported lines are from."""

    accounting_year = models.ForeignKey(AccountingYear, on_delete=models.PROTECT, related_name="trial_balances")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Empty until its accounts have become lines.
    taken_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[TrialBalance]] = models.Manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [sealed_by_closing("trial_balance_closed")]


class YearClosing(models.Model):
    """A second administrator has closed the year: its figures are frozen with it."""

    accounting_year = models.OneToOneField(AccountingYear, on_delete=models.PROTECT, related_name="closing")
    # Minutes by area and service as they were recorded, and all else the report of the year is made of.
    figures = models.JSONField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[YearClosing]] = models.Manager()

    class Meta:
        ordering = ["-accounting_year__year"]
        constraints = [Frozen(name="year_closing_frozen")]

    def __str__(self) -> str:
        return str(self.accounting_year)


class ServiceResult(models.Model):
    """The after-calculation of one self-cost service for a closed year. `figures` is the whole of it as data."""

    closing = models.ForeignKey(YearClosing, on_delete=models.PROTECT, related_name="results")
    service = models.CharField(max_length=10, choices=SelfcostService)
    self_cost = NOKField()
    gross = NOKField()
    discount = NOKField()
    result = NOKField()
    interest_percent = models.DecimalField(max_digits=5, decimal_places=2)
    interest = NOKField()
    opening = NOKField()
    balance = NOKField()
    figures = models.JSONField()

    objects: ClassVar[models.Manager[ServiceResult]] = models.Manager()

    class Meta:
        ordering = ["closing", "service"]
        constraints = [
            models.UniqueConstraint(fields=["closing", "service"], name="service_result_once"),
            in_nok("service_result"),
            bounded("service_result", "self_cost"),
            bounded("service_result", "gross"),
            bounded("service_result", "balance"),
            Frozen(name="service_result_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.closing} {self.service}"


class ClosingFile(FileContent):
    """The board's PDF and the workbook of a closed year, made once and kept with their hash."""

    result = models.ForeignKey(ServiceResult, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=[("pdf", "PDF"), ("xlsx", "XLSX")])
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["result", "kind"], name="closing_file_once"),
            Frozen(name="closing_file_frozen"),
        ]


class FundEntryKind(models.TextChoices):
    OPENING = "opening", _("brought in when the ledger began")
    INTEREST = "interest", _("interest")
    RESULT = "result", _("result of the year")
    CORRECTION = "correction", _("correction after closing")


class FundEntry(models.Model):
    """A movement of a service's self-cost fund and the balance after it. The sum by `origin` is that year's layer.

    `year` is the year it is booked for; `origin` the year whose surplus (above zero) or shortfall it changes.
    """

    service = models.CharField(max_length=10, choices=SelfcostService)
    sequence = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    origin = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=FundEntryKind)
    amount = NOKField()
    balance = NOKField()
    result = models.ForeignKey(ServiceResult, on_delete=models.PROTECT, null=True, related_name="fund_entries")
    reason = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[FundEntry]] = models.Manager()

    class Meta:
        ordering = ["service", "sequence"]
        verbose_name_plural = "fund entries"
        constraints = [
            models.UniqueConstraint(fields=["service", "sequence"], name="fund_entry_in_sequence"),
            models.CheckConstraint(condition=Q(service__in=SelfcostService.values), name="fund_entry_service_known"),
            models.CheckConstraint(
                condition=Q(kind__in=("interest", "result"), result__isnull=False)
                | Q(kind__in=("opening", "correction"), result=None) & ~Q(reason=""),
                name="fund_entry_from_closing_or_reason",
            ),
            in_nok("fund_entry"),
            bounded("fund_entry", "amount"),
            bounded("fund_entry", "balance"),
            RunningBalance(name="fund_entry_balance", table="billing_fundentry", owner="service", may_be_negative=True),
            Frozen(name="fund_entry_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.sequence}: {self.amount}"
