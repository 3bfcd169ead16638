"""Discounts: the tier table, decisions on who gets which tier, and the pots that pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from advisory.kernel.fields import NOKField, bounded, in_nok, ore
from advisory.kernel.guards import Frozen, RunningBalance
from clients.income import IncomeDeclaration
from clients.organisations import Organisation
from engagements.work.models import Engagement, FundingArea


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
    BUDGET = "budget", _("budget of a new organisation")
    HARDSHIP = "hardship", _("hardship")
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


class HardshipRequest(models.Model):
    """One administrator asks for the next larger discount; another grants it (then a decision) or refuses.

    Paid by pots that are set aside for hardship (domain rules 2 i).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="hardship_requests")
    tier = models.ForeignKey(Tier, verbose_name=_("tier"), on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"))
    reason = models.TextField(_("reason"), max_length=2000)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    refusal = models.TextField(_("why it is refused"), max_length=2000, blank=True, default="")

    objects: ClassVar[models.Manager[HardshipRequest]] = models.Manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="hardship_ends_after_start"),
            models.CheckConstraint(condition=~Q(reason=""), name="hardship_has_reason"),
            models.CheckConstraint(
                condition=Q(refused_at=None, refused_by=None, refusal="")
                | Q(refused_at__isnull=False, refused_by__isnull=False) & ~Q(refusal=""),
                name="hardship_refused_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.tier}"


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
    # The decision it takes the place of for the days they share, if any.
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    hardship = models.OneToOneField(HardshipRequest, on_delete=models.PROTECT, null=True, related_name="decision")
    # The appeal that it answers: with another tier, or the same one again.
    answers = models.OneToOneField("Appeal", on_delete=models.PROTECT, null=True, related_name="answer")
    # The first accounts of a new organisation were more than half above the limit of its provisional tier (2 f).
    exceeded_provisional = models.BooleanField(default=False)

    objects = TierDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="decision_ends_after_start"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=Q(basis="hardship", hardship__isnull=False) | ~Q(basis="hardship") & Q(hardship=None),
                name="decision_hardship_by_request",
            ),
            Frozen(name="decision_frozen"),
        ]
        indexes = [models.Index(fields=["organisation", "valid_from", "valid_to"], name="decision_by_organisation")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.tier} {self.valid_from:%Y-%m-%d}–{self.valid_to:%Y-%m-%d}"


class Appeal(models.Model):
    """What an organisation says against a decision. Answered by another person with a new decision."""

    decision = models.ForeignKey(TierDecision, on_delete=models.PROTECT, related_name="appeals")
    text = models.TextField(_("what you disagree with"), max_length=4000)
    received_on = models.DateField(_("received"))
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[Appeal]] = models.Manager()

    class Meta:
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="appeal_has_text"),
            Frozen(name="appeal_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.received_on:%Y-%m-%d}"


class PotQuerySet(models.QuerySet["Pot"]):
    def open_on(self, day: date) -> PotQuerySet:
        """Pots that pay for work done on `day`, in the order in which they are spent."""
        return self.filter(starts__lte=day, ends__gte=day).in_order()

    def in_order(self) -> PotQuerySet:
        """By their rank, then the one that ends first, then the oldest."""
        return self.order_by("rank", "ends", "pk")


class PotFunding(models.TextChoices):
    """Where the money of a pot comes from: the ring-fence asks."""

    EARMARKED = "earmarked", _("earmarked grant")
    BASE_GRANT = "base_grant", _("part of the base grant")
    PROJECT = "project", _("project money")
    OWN = "own", _("own money or gift")


def _advice() -> list[int]:
    return [FundingArea.ADVICE.value]


class Pot(models.Model):
    """Money that a funder gave for discounts on work done from `starts` to and including `ends`.

    It pays for work of its `areas`, for organisations in its `tiers` (codes; empty = all), and either for
    hardship decisions or for all the others. Where several may pay, they are spent in the order of their rank.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    funder = models.CharField(_("funder"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=300)
    starts = models.DateField(_("from"))
    ends = models.DateField(_("to"))
    funding = models.CharField(_("kind of money"), max_length=10, choices=PotFunding, default=PotFunding.EARMARKED)
    areas = models.JSONField(_("funding areas it may pay for"), default=_advice)
    tiers = models.JSONField(_("tiers it may pay for"), default=list)
    for_hardship = models.BooleanField(_("set aside for hardship"), default=False)
    rank = models.PositiveSmallIntegerField(_("order"), default=100)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PotQuerySet.as_manager()

    class Meta:
        ordering = ["-starts", "name"]
        constraints = [models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="pot_ends_after_start")]

    def __str__(self) -> str:
        return self.name

    def pays_for(self, day: date, area: int, tier: str, *, hardship: bool) -> bool:
        """Whether it may pay the discount on work done on `day` for `area`, in the tier with the code `tier`.

        `hardship` says whether the tier was given for hardship: pots set aside for that pay for nothing else.
        """
        return (
            self.starts <= day <= self.ends
            and area in self.areas
            and (not self.tiers or tier in self.tiers)
            and self.for_hardship == hardship
        )


class PotEntryKind(models.TextChoices):
    GRANT = "grant", _("grant")
    RESERVE = "reserve", _("bound for an engagement")
    RELEASE = "release", _("bound money freed")
    DRAW = "draw", _("discount on an invoice")
    REFUND = "refund", _("discount of a credited invoice")
    RETURN = "return", _("returned to the funder")


class PotEntry(models.Model):
    """A movement of the pot: of what it holds (`amount`, `balance` after), of what is bound, or of both.

    `reserved_change` moves `reserved`, the part of the balance that is bound for engagements; a draw uses up what
    was bound for its engagement first. What is free is balance - reserved. The database refuses a balance, a bound
    sum or a free sum below zero, and one that does not follow from the entry before.
    """

    pot = models.ForeignKey(Pot, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=PotEntryKind)
    amount = NOKField()
    balance = NOKField()
    reserved_change = NOKField(default=0)
    reserved = NOKField(default=0)
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, null=True, related_name="pot_entries")
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
                condition=Q(document__isnull=False, engagement=None),
                name="pot_entry_once_a_document",
            ),
            models.UniqueConstraint(
                fields=["pot", "kind", "document", "engagement"],
                condition=Q(document__isnull=False, engagement__isnull=False),
                name="pot_entry_once_a_document_and_engagement",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("grant", "refund"), amount__gt=0, reserved_change=0)
                | Q(kind="return", amount__lt=0, reserved_change=0)
                | Q(kind="draw", amount__lt=0, reserved_change__lte=0)
                | Q(kind="reserve", amount=0, reserved_change__gt=0, engagement__isnull=False)
                | Q(kind="release", amount=0, reserved_change__lt=0, engagement__isnull=False),
                name="pot_entry_sign_fits",
            ),
            models.CheckConstraint(
                condition=Q(GreaterThanOrEqual(ore("balance"), ore("reserved"))), name="pot_entry_free_not_below_zero"
            ),
            in_nok("pot_entry"),
            bounded("pot_entry", "amount"),
            bounded("pot_entry", "balance", low=0),
            bounded("pot_entry", "reserved_change"),
            bounded("pot_entry", "reserved", low=0),
            RunningBalance(name="pot_entry_balance", table="billing_potentry", owner="pot_id"),
            RunningBalance(
                name="pot_entry_reserved",
                table="billing_potentry",
                owner="pot_id",
                amount="reserved_change",
                balance="reserved",
            ),
            Frozen(name="pot_entry_frozen"),
        ]

    def __str__(self) -> str:
        return f"{self.pot} {self.sequence}: {self.amount}"
