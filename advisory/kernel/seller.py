"""The seller's particulars as dated rows: what every document copies on the day it is issued."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import DomainError
from advisory.kernel.guards import Frozen


class SellerUnknown(DomainError):
    """No particulars are valid on `day`."""

    template = _("No seller's particulars are valid on %(day)s. Add them under Seller before you go on.")


class SellerQuerySet(models.QuerySet["SellerParticulars"]):
    def on(self, day: date) -> SellerParticulars:
        """The particulars valid on `day`; raises `SellerUnknown`."""
        found = self.filter(valid_from__lte=day).order_by("-valid_from").first()
        if found is None:
            raise SellerUnknown(day=day)
        return found


class SellerParticulars(models.Model):
    """Valid from `valid_from` until the next row; never edited (a mistake is corrected by a new row)."""

    valid_from = models.DateField(_("valid from"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("street address"), max_length=200)
    postal_code = models.CharField(_("postal code"), max_length=4)
    city = models.CharField(_("city"), max_length=60)
    organisation_number = models.CharField(_("organisation number"), max_length=9)
    vat_registered = models.BooleanField(_("registered for VAT"), default=False)
    account = models.CharField(_("account number"), max_length=11)
    email = models.EmailField(_("e-mail"))
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    web = models.CharField(_("web site"), max_length=120, blank=True)
    accent = models.CharField(_("colour of the documents"), max_length=6, default="0F4C5C")
    mark = models.BinaryField(_("mark"), null=True, blank=True, editable=True)
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=14)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = SellerQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        constraints = [Frozen(name="seller_frozen")]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from:%Y-%m-%d}"
