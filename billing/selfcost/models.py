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
from billing.official_rates.models import LevyZone, OnCosts
from engagements.work.models import FundingArea, SelfcostService


class Unit(models.TextChoices):
    """What the rate is the price of."""

    HOURS = "hours", _("hour")
    SEATS = "seats", _("seat")


class CostKind(models.TextChoices):
    """What sort of cost; the sensitivity beside the rate asks for salaries."""

    SALARY = "salary", _("salary")
    PREMISES = "premises", _("premises")
    ICT = "ict", _("ICT and software")
    TRAVEL = "travel", _("travel and meetings")
    SUPPORT = "support", _("support functions")
    OTHER = "other", _("other")


class KeyKind(models.TextChoices):
    """What shares a cost between the areas."""

    HOURS = "hours", _("hours")
    FULL_TIME = "full_time", _("full-time equivalents")


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
    # Hours or course seats; the planned number of them stands in `billable_hours`.
    unit = models.CharField(_("priced by"), max_length=5, choices=Unit, default=Unit.HOURS)
    rate_step = models.DecimalField(_("rate step"), max_digits=6, decimal_places=2, default="0.01")
    # None: the use of the fund is decided in kroner; else it follows from the fund spread over so many years.
    spread_years = models.PositiveSmallIntegerField(_("spread the fund over"), null=True, blank=True)
    # What the year that is not closed yet is expected to add to the fund.
    expected_result = NOKField(_("expected result of the year before"), default=0)
    fund_use = NOKField(_("use of the self-cost fund"), default=0)
    income_deducted = NOKField(_("income deducted"), default=0)
    income_source = models.CharField(_("source of the income"), max_length=160, blank=True, default="")
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
            models.CheckConstraint(
                condition=Q(spread_years=None) | Q(spread_years__range=(1, 5)), name="cost_base_spread_1_to_5"
            ),
            models.CheckConstraint(condition=Q(unit__in=Unit.values), name="cost_base_unit_known"),
            in_nok("cost_base"),
            bounded("cost_base", "expected_result"),
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


def sealed_by_the_rate(name: str) -> Sealed:
    """Rows of a cost base are kept as they are once a rate has been adopted from it."""
    return Sealed(
        name=name,
        column="cost_base_id",
        by_table="billing_rateversion",
        by_column="cost_base_id",
        operations=("INSERT", "UPDATE", "DELETE"),
    )


def key_within_whole(name: str) -> models.CheckConstraint:
    """0 <= part <= whole, or no key."""
    return models.CheckConstraint(
        condition=Q(key_part=None, key_whole=None)
        | Q(key_part__gte=0, key_whole__gt=0, key_part__lte=models.F("key_whole")),
        name=name,
    )


class AllocationKey(models.Model):
    """How many planned hours, or full-time equivalents, each area has: what shared costs are split by.

    Area 3 holds two self-cost services. The service's part is its own number out of the sum of the five; the
    øre of a split go by largest remainder, the service against the rest first, so that its part is the formula's.
    """

    cost_base = models.ForeignKey(CostBase, on_delete=models.PROTECT, related_name="keys")
    kind = models.CharField(_("shared by"), max_length=9, choices=KeyKind)
    catalogue = models.DecimalField(_("area 1"), max_digits=9, decimal_places=2, default=0)
    meeting_place = models.DecimalField(_("area 2"), max_digits=9, decimal_places=2, default=0)
    advice = models.DecimalField(_("area 3, advice"), max_digits=9, decimal_places=2, default=0)
    courses = models.DecimalField(_("area 3, courses"), max_digits=9, decimal_places=2, default=0)
    joint_projects = models.DecimalField(_("area 4"), max_digits=9, decimal_places=2, default=0)

    objects: ClassVar[models.Manager[AllocationKey]] = models.Manager()

    class Meta:
        ordering = ["cost_base", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["cost_base", "kind"], name="allocation_key_once"),
            models.CheckConstraint(condition=Q(kind__in=KeyKind.values), name="allocation_key_kind_known"),
            models.CheckConstraint(
                condition=Q(
                    catalogue__gte=0, meeting_place__gte=0, advice__gte=0, courses__gte=0, joint_projects__gte=0
                ),
                name="allocation_key_not_below_zero",
            ),
            sealed_by_the_rate("allocation_key_adopted"),
        ]

    def __str__(self) -> str:
        return f"{self.cost_base} {self.kind}"


class CostLine(models.Model):
    """One cost of the base. With a key, part / whole of the amount belongs to the service.

    `key` names the sheet's key that part and whole are copied from; without it they are the line's own.
    """

    cost_base = models.ForeignKey(CostBase, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("cost"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=CostKind, default=CostKind.OTHER)
    funding_area = models.PositiveSmallIntegerField(_("funding area"), choices=FundingArea, default=FundingArea.ADVICE)
    amount = NOKField(_("amount"))
    key = models.CharField(_("key"), max_length=9, choices=KeyKind, blank=True, default="")
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
            key_within_whole("cost_line_key_whole"),
            models.CheckConstraint(condition=Q(funding_area__in=FundingArea.values), name="cost_line_area_known"),
            models.CheckConstraint(condition=Q(kind__in=CostKind.values), name="cost_line_kind_known"),
            sealed_by_the_rate("cost_line_adopted"),
        ]

    def __str__(self) -> str:
        return self.label


class SalaryLine(models.Model):
    """What one person costs in the year: salary with holiday pay, pension and employer's levy (domain rules 1.3).

    `label` is a role, not a name. The percentages are those of `on_costs`, which the database keeps as it is.
    """

    cost_base = models.ForeignKey(CostBase, on_delete=models.PROTECT, related_name="salaries")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("role"), max_length=120)
    annual_salary = NOKField(_("annual salary for full time"))
    full_time_equivalents = models.DecimalField(_("full-time equivalents"), max_digits=5, decimal_places=2)
    on_costs = models.ForeignKey(OnCosts, verbose_name=_("on-costs"), on_delete=models.PROTECT, related_name="+")
    levy_zone = models.ForeignKey(
        LevyZone, verbose_name=_("zone of the employer's levy"), on_delete=models.PROTECT, related_name="+"
    )
    agreed_holiday = models.BooleanField(_("five weeks of holiday by agreement"), default=True)
    over_60 = models.BooleanField(_("over 60 years"), default=False)
    # The part of the productive hours that is expected to be sold.
    billable_percent = models.DecimalField(_("billable share in percent"), max_digits=5, decimal_places=2, default=0)
    key = models.CharField(_("key"), max_length=9, choices=KeyKind, blank=True, default="")
    key_part = models.DecimalField(_("share of"), max_digits=12, decimal_places=2, null=True, blank=True)
    key_whole = models.DecimalField(_("out of"), max_digits=12, decimal_places=2, null=True, blank=True)

    objects: ClassVar[models.Manager[SalaryLine]] = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            in_nok("salary_line"),
            bounded("salary_line", "annual_salary", low=0),
            models.CheckConstraint(
                condition=Q(full_time_equivalents__gt=0, full_time_equivalents__lte=100),
                name="salary_line_full_time_above_zero",
            ),
            models.CheckConstraint(
                condition=Q(billable_percent__gte=0, billable_percent__lte=100), name="salary_line_billable_0_to_100"
            ),
            key_within_whole("salary_line_key_whole"),
            sealed_by_the_rate("salary_line_adopted"),
        ]

    def __str__(self) -> str:
        return self.label


class AssetLine(models.Model):
    """Something bought for several years: its depreciation, and interest on the average residual value."""

    cost_base = models.ForeignKey(CostBase, on_delete=models.PROTECT, related_name="assets")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(_("asset"), max_length=120)
    acquisition = NOKField(_("acquisition cost"))
    years = models.PositiveSmallIntegerField(_("years in use"))
    opening_value = NOKField(_("value on 1 January"))
    interest_percent = models.DecimalField(_("interest in percent"), max_digits=5, decimal_places=2)
    source = models.CharField(_("source"), max_length=160, blank=True, default="")

    objects: ClassVar[models.Manager[AssetLine]] = models.Manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            in_nok("asset_line"),
            bounded("asset_line", "acquisition", low=0),
            bounded("asset_line", "opening_value", low=0),
            models.CheckConstraint(condition=Q(years__range=(1, 100)), name="asset_line_years_sane"),
            models.CheckConstraint(
                condition=Q(interest_percent__gte=0, interest_percent__lte=100), name="asset_line_interest_0_to_100"
            ),
            sealed_by_the_rate("asset_line_adopted"),
        ]

    def __str__(self) -> str:
        return self.label


class RateVersionQuerySet(models.QuerySet["RateVersion"]):
    def on(self, service: str, day: date) -> RateVersion | None:
        """The hourly rate of `service` for work done on `day`; None where what is in force prices seats."""
        found = self.in_force(service, day)
        return found if found is not None and found.prices_hours else None

    def in_force(self, service: str, day: date) -> RateVersion | None:
        """The rate of `service` in force on `day`, whatever its unit."""
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
    unit = models.CharField(max_length=5, choices=Unit, default=Unit.HOURS)
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

    @property
    def prices_hours(self) -> bool:
        """Whether the rate is the price of an hour; a price per seat prices no hours."""
        return self.unit == Unit.HOURS
