"""Discounts: the tier table, decisions on who gets which tier, and the pots that pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok
from advisory.kernel.guards import Frozen, RunningBalance
from clients.income import IncomeDeclaration
from clients.organisations import Organisation


class TierTableQuerySet(models.QuerySet["TierTable"]):
    def on(self, day: date) -> TierTable | None:
        """The table in force on `day`."""
        return self.filter(valid_from__lte=day).order_by("-valid_from").first()


class TierTable(models.Model):
    """The steps of the discount from `valid_from` on; never edited, a new table is a new row."""

    valid_from = models.DateField(_("valid from"), unique=True)
    note = models.CharField(_("decided in"), max_length=200, blank=True, default="")
    adopted_at = models.DateTimeField()
    adopted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = TierTableQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from"]
        constraints = [Frozen(name="tier_table_frozen")]

    def __str__(self) -> str:
        return f"{self.valid_from:%Y-%m-%d}"


class Tier(models.Model):
    """Incomes from `income_from` up to, not including, the next tier's get `percent` off.

    Only the start is stored, so a table has neither gaps nor overlaps. The tier without discount is one of them.
    """

    table = models.ForeignKey(TierTable, on_delete=models.PROTECT, related_name="tiers")
    code = models.CharField(_("tier"), max_length=4)
    income_from = NOKField(_("income from"))
    percent = models.DecimalField(_("discount in percent"), max_digits=5, decimal_places=2)

    objects: ClassVar[models.Manager[Tier]] = models.Manager()

    class Meta:
        ordering = ["income_from"]
        constraints = [
            models.UniqueConstraint(fields=["table", "code"], name="tier_code_once"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="tier_percent_0_to_100"),
            in_nok("tier"),
            bounded("tier", "income_from", low=0),
            Frozen(name="tier_frozen"),
        ]

    def __str__(self) -> str:
        return self.code


class Basis(models.TextChoices):
    """What the decision rests on."""

    ACCOUNTS = "accounts", _("approved accounts")
    NOT_ELIGIBLE = "not_eligible", _("not a voluntary organisation")
    NO_EVIDENCE = "no_evidence", _("no evidence")


class TierDecisionQuerySet(models.QuerySet["TierDecision"]):
    def covering(self, day: date) -> TierDecisionQuerySet:
        return self.filter(valid_from__lte=day, valid_to__gte=day)

    def on(self, organisation: Organisation, day: date) -> TierDecision | None:
        """The newest decision that covers `day`; None = full self-cost."""
        return (
            self.covering(day)
            .filter(organisation=organisation)
            .select_related("tier")
            .order_by("-decided_at", "-pk")
            .first()
        )

    def for_many(self, organisations: Iterable[int]) -> TierDecisionQuerySet:
        """All decisions of the organisations (row ids), newest first."""
        return self.filter(organisation__in=list(organisations)).select_related("tier").order_by("-decided_at", "-pk")


class TierDecision(models.Model):
    """Which tier an organisation has from `valid_from` to and including `valid_to`, by whom and why. Append-only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="tier_decisions")
    tier = models.ForeignKey(Tier, on_delete=models.PROTECT, related_name="+")
    declaration = models.ForeignKey(
        IncomeDeclaration, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    basis = models.CharField(_("basis"), max_length=14, choices=Basis)
    income_year = models.PositiveSmallIntegerField(null=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    reason = models.TextField(_("reason"), max_length=2000)
    # Names and SHA-256 of the evidence as it lay before the decider.
    evidence = models.JSONField(default=list)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = TierDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="decision_ends_after_start"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            Frozen(name="decision_frozen"),
        ]
        indexes = [models.Index(fields=["organisation", "valid_from", "valid_to"], name="decision_by_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.tier} {self.valid_from:%Y-%m-%d}–{self.valid_to:%Y-%m-%d}"


class PotQuerySet(models.QuerySet["Pot"]):
    def open_on(self, day: date) -> PotQuerySet:
        """Pots that pay for work done on `day`, the one that ends first leading."""
        return self.filter(starts__lte=day, ends__gte=day).order_by("ends", "pk")


class Pot(models.Model):
    """Money that a funder gave for discounts on work done from `starts` to and including `ends`."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    funder = models.CharField(_("funder"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=300)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PotQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "name"]
        constraints = [models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="pot_ends_after_start")]

    def __str__(self) -> str:
        return self.name


class PotEntryKind(models.TextChoices):
    GRANT = "grant", _("grant")
    DRAW = "draw", _("discount on an invoice")
    REFUND = "refund", _("discount of a credited invoice")
    RETURN = "return", _("returned to the funder")


class PotEntry(models.Model):
    """A movement of the pot and the balance after it; the database refuses a balance below zero or out of step."""

    pot = models.ForeignKey(Pot, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=PotEntryKind)
    amount = NOKField()
    balance = NOKField()
    document = models.PositiveBigIntegerField(null=True, db_index=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar[models.Manager[PotEntry]] = models.Manager()

    class Meta:
        ordering = ["pot", "sequence"]
        verbose_name_plural = "pot entries"
        constraints = [
            models.UniqueConstraint(fields=["pot", "sequence"], name="pot_entry_in_sequence"),
            models.UniqueConstraint(
                fields=["pot", "kind", "document"],
                condition=Q(document__isnull=False),
                name="pot_entry_once_a_document",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("grant", "refund"), amount__gt=0) | Q(kind__in=("draw", "return"), amount__lt=0),
                name="pot_entry_sign_fits",
            ),
            in_nok("pot_entry"),
            bounded("pot_entry", "amount"),
            bounded("pot_entry", "balance", low=0),
            RunningBalance(name="pot_entry_balance", table="billing_potentry", owner="pot_id"),
            Frozen(name="pot_entry_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.pot} {self.sequence}: {self.amount}"
