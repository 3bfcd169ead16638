"""Income declarations with their evidence: what a tier decision is made on."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok, ore
from advisory.kernel.files import FileContent
from clients.organisations.models import Organisation


class DeclarationBasis(models.TextChoices):
    """A new organisation has no closed year: it shows the budget its board approved."""

    ACCOUNTS = "accounts", _("approved accounts")
    BUDGET = "budget", _("budget of a new organisation")


class EvidenceKind(models.TextChoices):
    """What a file shows."""

    ACCOUNTS = "accounts", _("signed accounts")
    MINUTES = "minutes", _("minutes of the annual meeting")
    BUDGET = "budget", _("budget approved by the board")
    FOUNDING = "founding", _("minutes of the founding meeting")
    OTHER = "other", _("other document")


class IncomeDeclaration(models.Model):
    """Total income of `year` in the accounts the annual meeting approved. The newest of a year counts."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="declarations")
    year = models.PositiveSmallIntegerField(_("accounting year"))
    basis = models.CharField(_("based on"), max_length=8, choices=DeclarationBasis, default=DeclarationBasis.ACCOUNTS)
    total_income = NOKField(_("total income"))
    # Money that only passed through to branches, shown in a note to the accounts: not counted.
    passed_on = NOKField(_("passed on to branches"), default=0)
    # The accounts lie in Regnskapsregisteret: then the organisation number is evidence enough.
    filed_with_register = models.BooleanField(_("accounts are filed with Regnskapsregisteret"), default=False)
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
            bounded("declaration", "passed_on", low=0),
            models.CheckConstraint(
                condition=models.Q(LessThanOrEqual(ore("passed_on"), ore("total_income"))),
                name="declaration_passed_on_within_income",
            ),
            models.CheckConstraint(
                condition=models.Q(basis__in=DeclarationBasis.values), name="declaration_basis_known"
            ),
            models.CheckConstraint(condition=models.Q(year__range=(2000, 2100)), name="declaration_year_sane"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"

    @property
    def counted_income(self) -> Decimal:
        """What the tier is found by: the total income less what was only passed on, in kroner."""
        return self.total_income.amount - self.passed_on.amount


class EvidenceFile(FileContent):
    """A file that shows the income (accounts, minutes). Served only to those who may see incomes."""

    declaration = models.ForeignKey(IncomeDeclaration, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("shows"), max_length=8, choices=EvidenceKind, default=EvidenceKind.ACCOUNTS)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
