"""Income declarations with their evidence: what a tier decision is made on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok
from advisory.kernel.files import FileContent
from clients.organisations.models import Organisation


class IncomeDeclaration(models.Model):
    """Total income of `year` in the accounts the annual meeting approved. The newest of a year counts."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="declarations")
    year = models.PositiveSmallIntegerField(_("accounting year"))
    total_income = NOKField(_("total income"))
    comment = models.TextField(_("comment"), blank=True, default="")
    # The day the complete declaration arrived: a discount counts from here.
    arrived_on = models.DateField(_("arrived"))
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[IncomeDeclaration]] = models.Manager()

    class Meta:
        ordering = ["-year", "-submitted_at", "-pk"]
        constraints = [
            in_nok("declaration"),
            bounded("declaration", "total_income", low=0),
            models.CheckConstraint(condition=models.Q(year__range=(2000, 2100)), name="declaration_year_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"


class EvidenceFile(FileContent):
    """A file that shows the income (accounts, minutes). Served only to those who may see incomes."""

    declaration = models.ForeignKey(IncomeDeclaration, on_delete=models.PROTECT, related_name="evidence")
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
