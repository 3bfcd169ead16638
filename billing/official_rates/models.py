"""Rates that others set, as dated tables an administrator keeps: on-costs of salary, levy zones, interest."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok
from advisory.kernel.guards import Frozen


class OnCostsQuerySet(models.QuerySet["OnCosts"]):
    def on(self, day: date) -> OnCosts | None:
        """The table in force on `day`."""
        return self.filter(valid_from__lte=day).order_by("-valid_from").first()


class OnCosts(models.Model):
    """What comes on top of a salary, and the hours of a full year, from `valid_from` on (domain rules 1.3).

    Never edited: a change is a new table from a later day. Days are working days of a year of 260.
    """

    valid_from = models.DateField(_("valid from"), unique=True)
    holiday_percent = models.DecimalField(_("holiday pay by law, percent"), max_digits=5, decimal_places=2)
    holiday_days = models.PositiveSmallIntegerField(_("holiday by law, working days"))
    agreed_holiday_percent = models.DecimalField(
        _("holiday pay with five weeks, percent"), max_digits=5, decimal_places=2
    )
    agreed_holiday_days = models.PositiveSmallIntegerField(_("holiday of five weeks, working days"))
    over_60_percent = models.DecimalField(_("more holiday pay over 60, percent"), max_digits=5, decimal_places=2)
    over_60_days = models.PositiveSmallIntegerField(_("more holiday over 60, working days"))
    # The extra holiday pay over 60 counts salary up to this sum (6 G), the pension up to the other (12 G).
    over_60_ceiling = NOKField(_("extra holiday pay counts salary up to"))
    pension_percent = models.DecimalField(_("pension, percent"), max_digits=5, decimal_places=2)
    pension_ceiling = NOKField(_("pension counts salary up to"))
    gross_hours = models.DecimalField(_("hours of a full year"), max_digits=7, decimal_places=2)
    hours_a_day = models.DecimalField(_("hours a day"), max_digits=4, decimal_places=2)
    public_holiday_hours = models.DecimalField(_("hours of public holidays"), max_digits=6, decimal_places=2)
    absence_percent = models.DecimalField(_("absence, percent"), max_digits=5, decimal_places=2)
    source = models.CharField(_("source"), max_length=200)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = OnCostsQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        verbose_name_plural = "on-costs"
        constraints = [
            in_nok("on_costs"),
            bounded("on_costs", "over_60_ceiling", low=0),
            bounded("on_costs", "pension_ceiling", low=0),
            models.CheckConstraint(
                condition=Q(
                    holiday_percent__range=(0, 100),
                    agreed_holiday_percent__range=(0, 100),
                    over_60_percent__range=(0, 100),
                    pension_percent__range=(0, 100),
                    absence_percent__range=(0, 100),
                ),
                name="on_costs_percent_0_to_100",
            ),
            models.CheckConstraint(condition=Q(gross_hours__gt=0, hours_a_day__gt=0), name="on_costs_hours_above_zero"),
            Frozen(name="on_costs_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d}"


class LevyZone(models.Model):
    """The employer's levy of a zone in a table of on-costs."""

    on_costs = models.ForeignKey(OnCosts, on_delete=models.PROTECT, related_name="zones")
    code = models.CharField(_("zone"), max_length=40)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)

    objects: ClassVar[models.Manager[LevyZone]] = models.Manager()

    class Meta:
        ordering = ["on_costs", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["on_costs", "code"], name="levy_zone_once"),
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="levy_zone_percent_0_to_100"),
            Frozen(name="levy_zone_frozen"),
        ]

    def __str__(self) -> str:
        return self.code


class InterestRate(models.Model):
    """The interest of a year for self-cost (kalkylerente): average five-year swap + 0.5 points."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)
    source = models.CharField(_("source"), max_length=200)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[InterestRate]] = models.Manager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="interest_year_sane"),
            models.CheckConstraint(condition=Q(percent__range=(0, 100)), name="interest_percent_0_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.percent}"
