"""Organisations: who they are, where they are, how they want their invoices."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.register import icnpo

FIRST_NUMBER = 1001


class Kind(models.TextChoices):
    """What sort of organisation; only voluntary ones, and companies they own whole, can have a discount."""

    VOLUNTARY = "voluntary", _("voluntary organisation")
    AUTHORITY = "authority", _("public authority")
    COMPANY = "company", _("company")
    PROFESSIONAL = "professional", _("business or professional body")
    OTHER = "other", _("other")


class Status(models.TextChoices):
    ACTIVE = "active", _("active")
    INACTIVE = "inactive", _("inactive")


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def active(self) -> OrganisationQuerySet:
        return self.filter(status=Status.ACTIVE)

    def voluntary(self) -> OrganisationQuerySet:
        """Those a discount is meant for: see `Organisation.is_voluntary`."""
        return self.filter(models.Q(kind=Kind.VOLUNTARY) | models.Q(kind=Kind.COMPANY, purpose_documented=True))

    def matching(self, text: str) -> OrganisationQuerySet:
        """By part of the name, our number, organisation number, or a contact's name or e-mail."""
        text = text.strip()
        digits = "".join(text.split())
        found = models.Q(name__icontains=text) | models.Q(search_name__contains=text.casefold())
        if digits.isascii() and digits.isdigit():
            found |= models.Q(organisation_number__startswith=digits)
            if len(digits) <= 6:
                found |= models.Q(number=int(digits))
        found |= models.Q(
            pk__in=self.model._meta.apps.get_model("clients", "Contact")
            .objects.filter(models.Q(name__icontains=text) | models.Q(email__icontains=text))
            .values("organisation")
        )
        return self.filter(found)


class Organisation(models.Model):
    """`number` is what people say (1042) and what paths carry; the row id is never shown."""

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(_("name"), max_length=160)
    search_name = models.CharField(max_length=200, editable=False, default="", db_index=True)
    organisation_number = models.CharField(_("organisation number"), max_length=9, blank=True, default="")
    form = models.CharField(_("legal form"), max_length=10, blank=True, default="")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.VOLUNTARY)
    in_voluntary_register = models.BooleanField(_("in Frivillighetsregisteret"), default=False)
    # Seen by us: statutes that show a voluntary purpose, or for a company that voluntary organisations own all of it.
    purpose_documented = models.BooleanField(_("voluntary purpose is documented"), default=False)
    # Without accounts of its own, a branch is judged by those of what it is part of.
    own_accounts = models.BooleanField(_("has its own accounts"), default=True)
    address = models.CharField(_("street address"), max_length=200, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=4, blank=True, default="")
    city = models.CharField(_("city"), max_length=60, blank=True, default="")
    municipality = models.CharField(_("municipality"), max_length=60, blank=True, default="")
    county = models.CharField(_("county"), max_length=40, blank=True, default="")
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
    )
    # The first category of Frivillighetsregisteret (ICNPO), as a number: 1200 is sports.
    icnpo = models.PositiveIntegerField(_("category (ICNPO)"), null=True, blank=True)
    members = models.PositiveIntegerField(_("number of members"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="nb")
    email = models.EmailField(_("e-mail"), blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=30, blank=True, default="")
    # Where invoices go; empty = the organisation's own e-mail and address.
    invoice_email = models.EmailField(_("e-mail for invoices"), blank=True, default="")
    invoice_address = models.CharField(_("invoice address"), max_length=200, blank=True, default="")
    invoice_postal_code = models.CharField(
        _("postal code of the invoice address"), max_length=4, blank=True, default=""
    )
    invoice_city = models.CharField(_("city of the invoice address"), max_length=60, blank=True, default="")
    invoice_reference = models.CharField(_("their reference"), max_length=60, blank=True, default="")
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), null=True, blank=True)
    customer_since = models.DateField(_("customer since"), null=True, blank=True)
    created_at = models.DateTimeField()

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["search_name", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_number"],
                condition=~models.Q(organisation_number=""),
                name="organisation_number_once",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="organisation_kind_known"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="organisation_status_known"),
            models.CheckConstraint(condition=~models.Q(pk=models.F("parent")), name="organisation_not_own_parent"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_voluntary(self) -> bool:
        """Whether a discount is meant for them: a voluntary organisation, or a company that such own all of.

        What they must have shown us besides is the rule of the decision (`billing.discounts.rules`).
        """
        return self.kind == Kind.VOLUNTARY or (self.kind == Kind.COMPANY and self.purpose_documented)

    @property
    def category(self) -> str:
        """What it does, by the list of Frivillighetsregisteret; empty where nobody knows."""
        return icnpo.name(self.icnpo)

    @property
    def judged_by(self) -> Organisation:
        """Whose accounts show its income: its own, or those of the nearest body above that keeps some."""
        judge, seen = self, {self.pk}
        while not judge.own_accounts and judge.parent is not None and judge.parent.pk not in seen:
            judge = judge.parent
            seen.add(judge.pk)
        return judge

    @property
    def mail_address(self) -> str:
        """Where invoices are mailed; empty when nobody has told us."""
        return self.invoice_email or self.email

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The invoice address, else the street address, as it is printed."""
        street, code, city = (
            (self.invoice_address, self.invoice_postal_code, self.invoice_city)
            if self.invoice_address
            else (self.address, self.postal_code, self.city)
        )
        return tuple(line for line in (street, f"{code} {city}".strip()) if line)
