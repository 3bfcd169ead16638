"""The cost base of a year and service, and the rate that was adopted from it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok
from advisory.kernel.guards import Frozen, Sealed
from engagements.work.models import FundingArea, SelfcostService


class CostBase(models.Model):
    """A draft until a rate version is adopted from it; then it and its lines are kept as they are.

    Several versions per (year, service): a changed price is a new base. `submitted_at` = ready for control.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    service = models.CharField(_("service"), max_length=10, choices=SelfcostService)
    version = models.PositiveSmallIntegerField()
    billable_hours = models.DecimalField(
        _("planned billable hours"), max_digits=9, decimal_places=2, null=True, blank=True
    )
    rate_step = models.DecimalField(_("rate step"), max_digits=6, decimal_places=2, default="0.01")
    fund_use = NOKField(_("use of the self-cost fund"), default=0)
    income_deducted = NOKField(_("income deducted"), default=0)
    comment = models.TextField(_("comment"), max_length=2000, blank=True, default="")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[models.Manager[CostBase]] = models.Manager()

    class Meta:
        ordering = ["-year", "service", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["year", "service", "version"], name="cost_base_version_once"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="cost_base_year_sane"),
            models.CheckConstraint(
                condition=Q(billable_hours__gt=0) | Q(billable_hours=None), name="cost_base_hours_above_zero"
            ),
            models.CheckConstraint(condition=Q(rate_step__gt=0), name="cost_base_step_above_zero"),
            in_nok("cost_base"),
            bounded("cost_base", "fund_use"),
            bounded("cost_base", "income_deducted", low=0),
            Sealed(
                name="cost_base_adopted",
                column="id",
                by_table="billing_rateversion",
                by_column="cost_base_id",
                operations=("UPDATE", "DELETE"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_service_display()} {self.version}"


class CostLine(models.Model):
    """One cost of the base. With a key, part / whole of the amount belongs to the service."""

    cost_base = models.ForeignKey(CostBase, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("cost"), max_length=120)
    funding_area = models.PositiveSmallIntegerField(_("funding area"), choices=FundingArea, default=FundingArea.ADVICE)
    amount = NOKField(_("amount"))
    key_part = models.DecimalField(_("share of"), max_digits=12, decimal_places=2, null=True, blank=True)
    key_whole = models.DecimalField(_("out of"), max_digits=12, decimal_places=2, null=True, blank=True)
    key_label = models.CharField(_("shared by"), max_length=60, blank=True, default="")
    source = models.CharField(_("source"), max_length=160, blank=True, default="")

    objects: ClassVar[models.Manager[CostLine]] = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            in_nok("cost_line"),
            bounded("cost_line", "amount", low=0),
            models.CheckConstraint(
                condition=Q(key_part=None, key_whole=None)
                | Q(key_part__gte=0, key_whole__gt=0, key_part__lte=models.F("key_whole")),
                name="cost_line_key_whole",
            ),
            models.CheckConstraint(condition=Q(funding_area__in=FundingArea.values), name="cost_line_area_known"),
            Sealed(
                name="cost_line_adopted",
                column="cost_base_id",
                by_table="billing_rateversion",
                by_column="cost_base_id",
                operations=("INSERT", "UPDATE", "DELETE"),
            ),
        ]

    def __str__(self) -> str:
        return self.label


class RateVersionQuerySet(models.QuerySet["RateVersion"]):
    def on(self, service: str, day: date) -> RateVersion | None:
        """The rate of `service` for work done on `day`."""
        return self.filter(service=service, valid_from__lte=day).order_by("-valid_from").first()


class RateVersion(models.Model):
    """An adopted rate: valid from a day until the next one, never edited. `calculation` is its arithmetic as data."""

    service = models.CharField(max_length=10, choices=SelfcostService)
    year = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField(_("valid from"))
    rate = NOKField()
    self_cost = NOKField()
    fund_use = NOKField()
    billable_hours = models.DecimalField(max_digits=9, decimal_places=2)
    rate_step = models.DecimalField(max_digits=6, decimal_places=2)
    # The `RateFact` of billing.pricing.statement as JSON: what every line priced by this rate repeats.
    calculation = models.JSONField()
    cost_base = models.OneToOneField(CostBase, on_delete=models.PROTECT, related_name="rate_version")
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = RateVersionQuerySet.as_manager()

    class Meta:
        ordering = ["service", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["service", "valid_from"], name="rate_one_a_day"),
            in_nok("rate"),
            bounded("rate", "rate", low=0),
            bounded("rate", "self_cost"),
            Frozen(name="rate_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} {self.rate} {self.valid_from:%Y-%m-%d}"
