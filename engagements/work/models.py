"""Engagements, the hours worked on them, and what the hours are priced as."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from advisory.kernel.guards import Sealed
from advisory.kernel.users import User
from clients.organisations import Organisation


class FundingArea(models.IntegerChoices):
    """The memo's four areas; every hour, cost and income has exactly one."""

    CATALOGUE = 1, _("1 Tool catalogue")
    MEETING_PLACE = 2, _("2 Meeting place")
    ADVICE = 3, _("3 Advice")
    JOINT_PROJECTS = 4, _("4 Joint projects")


class SelfcostService(models.TextChoices):
    """What has its own cost base and rate."""

    ADVICE = "advice", _("advice")
    COURSES = "courses", _("courses")


class VatCategory(models.TextChoices):
    """EN 16931's letters: standard rate, exempt, seller outside the VAT register."""

    STANDARD = "S", _("VAT is charged")
    EXEMPT = "E", _("exempt from VAT")


class ServiceType(models.Model):
    """A kind of help, with the self-cost service whose rate prices it."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name_nb = models.CharField(_("name in Bokmål"), max_length=80)
    name_nn = models.CharField(_("name in Nynorsk"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    service = models.CharField(_("self-cost service"), max_length=10, choices=SelfcostService)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name_nb"]
        constraints = [
            models.CheckConstraint(condition=Q(service__in=SelfcostService.values), name="service_type_service_known"),
        ]

    def __str__(self) -> str:
        return self.name_in(get_language() or "nb")

    def name_in(self, language: str) -> str:
        """The name in `nb`, `nn` or `en`."""
        return {"nn": self.name_nn, "en": self.name_en}.get(language, self.name_nb)


class VatTreatmentQuerySet(models.QuerySet["VatTreatment"]):
    def on(self, service_type: ServiceType, day: date) -> VatTreatment | None:
        """The treatment of work done on `day`."""
        return self.filter(service_type=service_type, valid_from__lte=day).order_by("-valid_from").first()


class VatTreatment(models.Model):
    """How a service type is taxed from `valid_from` on, and why (merverdiavgiftsloven)."""

    service_type = models.ForeignKey(ServiceType, on_delete=models.PROTECT, related_name="vat_treatments")
    valid_from = models.DateField(_("valid from"))
    category = models.CharField(_("treatment"), max_length=1, choices=VatCategory)
    percent = models.DecimalField(_("percent"), max_digits=5, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=200)

    objects = VatTreatmentQuerySet.as_manager()

    class Meta:
        ordering = ["service_type", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["service_type", "valid_from"], name="vat_treatment_one_a_day"),
            models.CheckConstraint(
                condition=Q(category="S", percent__gt=0, percent__lte=100) | Q(category="E", percent=0),
                name="vat_treatment_percent_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service_type} {self.category} {self.percent}"


class Activity(models.Model):
    """Internal work that no organisation pays for, with its funding area."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    funding_area = models.PositiveSmallIntegerField(_("funding area"), choices=FundingArea)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "activities"
        constraints = [
            models.CheckConstraint(condition=Q(funding_area__in=FundingArea.values), name="activity_area_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Phase(models.TextChoices):
    """requested → agreed → active → completed → closed, or cancelled with a reason."""

    REQUESTED = "requested", _("Requested")
    AGREED = "agreed", _("Agreed")
    ACTIVE = "active", _("Active")
    COMPLETED = "completed", _("Completed")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def open(self) -> EngagementQuerySet:
        """Not closed and not cancelled."""
        return self.exclude(phase__in=(Phase.CLOSED, Phase.CANCELLED))

    def visible_to(self, user: User) -> EngagementQuerySet:
        """Staff see all; the portal asks by organisation instead."""
        return self if user.is_staff_member else self.none()

    def writable_by(self, user: User) -> EngagementQuerySet:
        """Administrators: all. Advisors: those they lead or belong to."""
        if user.is_administrator:
            return self
        if user.is_advisor:
            return self.filter(
                Q(lead=user) | Q(pk__in=Engagement.team.through.objects.filter(user=user).values("engagement"))
            )
        return self.none()

    def mine(self, user: User) -> EngagementQuerySet:
        """Those the person leads or belongs to."""
        return self.filter(
            Q(lead=user) | Q(pk__in=Engagement.team.through.objects.filter(user=user).values("engagement"))
        )


class Engagement(models.Model):
    """A piece of help to one organisation. `reference` (2026-014) is what people say and paths carry."""

    reference = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements")
    # Who is helped when another organisation orders and pays; the price is always that of the one who pays.
    beneficiary = models.ForeignKey(
        Organisation,
        verbose_name=_("carried out for"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements_paid_by_others",
    )
    title = models.CharField(_("title"), max_length=120)
    goal = models.TextField(_("goal"), max_length=2000, blank=True, default="")
    # What was done, in prose: the report's body.
    done = models.TextField(_("what was done"), max_length=8000, blank=True, default="")
    service_type = models.ForeignKey(
        ServiceType, verbose_name=_("service type"), on_delete=models.PROTECT, related_name="engagements"
    )
    funding_area = models.PositiveSmallIntegerField(_("funding area"), choices=FundingArea, default=FundingArea.ADVICE)
    minutes_agreed = models.PositiveIntegerField(_("hours agreed"), null=True, blank=True)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lead"),
        on_delete=models.PROTECT,
        related_name="led_engagements",
    )
    team = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("team"), blank=True, related_name="team_engagements"
    )
    phase = models.CharField(_("phase"), max_length=10, choices=Phase, default=Phase.REQUESTED)
    requested_on = models.DateField(_("requested"))
    started_on = models.DateField(_("started"), null=True, blank=True)
    completed_on = models.DateField(_("completed"), null=True, blank=True)
    cancel_reason = models.TextField(_("reason for cancelling"), blank=True, default="")
    their_reference = models.CharField(_("their reference"), max_length=60, blank=True, default="")
    place = models.CharField(_("place"), max_length=60, blank=True, default="")
    created_at = models.DateTimeField()

    objects = EngagementQuerySet.as_manager()

    class Meta:
        ordering = ["-reference"]
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="engagement_phase_known"),
            models.CheckConstraint(condition=Q(funding_area__in=FundingArea.values), name="engagement_area_known"),
            models.CheckConstraint(
                condition=~Q(phase="cancelled") | ~Q(cancel_reason=""),
                name="engagement_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(beneficiary=models.F("organisation")), name="engagement_for_another_organisation"
            ),
        ]
        indexes = [models.Index(fields=["phase", "-reference"], name="engagement_by_phase")]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class JointOrder(models.Model):
    """Work that several organisations ordered together: one engagement each, and a key that splits every hour.

    `reference` (F2026-003) is what people say and paths carry. Each part is priced at its own organisation's tier
    (domain rules 2 g); the minutes are split by largest remainder, so that the parts always sum to the hour.
    """

    reference = models.CharField(max_length=12, unique=True)
    title = models.CharField(_("title"), max_length=120)
    closed = models.BooleanField(_("closed"), default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[JointOrder]] = models.Manager()

    class Meta:
        ordering = ["-reference"]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class JointShare(models.Model):
    """One organisation's part of a joint order: `part` out of the sum of all parts."""

    joint_order = models.ForeignKey(JointOrder, on_delete=models.PROTECT, related_name="shares")
    engagement = models.OneToOneField(Engagement, on_delete=models.PROTECT, related_name="joint_share")
    part = models.DecimalField(_("part"), max_digits=9, decimal_places=2)

    objects: ClassVar[models.Manager[JointShare]] = models.Manager()

    class Meta:
        ordering = ["joint_order", "engagement__reference"]
        constraints = [models.CheckConstraint(condition=Q(part__gt=0), name="joint_share_above_zero")]

    def __str__(self) -> str:
        return f"{self.joint_order} {self.part}"


class JointHour(models.Model):
    """Minutes one advisor worked one day on a joint order; its `parts` are the time entries that are priced.

    `key` is what split it, as [row id of the engagement, part] in order: a key that changes later leaves it as it was.
    """

    joint_order = models.ForeignKey(JointOrder, on_delete=models.PROTECT, related_name="hours")
    advisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("hours"))
    text = models.CharField(_("what was done"), max_length=500, blank=True, default="")
    key = models.JSONField(default=list)
    billable = models.BooleanField(_("billable"), default=True)
    # Grows with each change: a page sends back the one it saw.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[JointHour]] = models.Manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1440), name="joint_hour_within_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.minutes} min"


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    def billable(self) -> TimeEntryQuerySet:
        return self.filter(billable=True)

    def unbilled(self) -> TimeEntryQuerySet:
        """Held by no draft and no document."""
        return self.filter(hold=None)

    def not_issued(self) -> TimeEntryQuerySet:
        """On no issued document; a proposal may hold them."""
        return self.filter(hold__document=None)

    def up_to(self, day: date) -> TimeEntryQuerySet:
        return self.filter(day__lte=day)

    def of_organisation(self, organisation: Organisation) -> TimeEntryQuerySet:
        return self.filter(engagement__organisation=organisation)


class TimeEntry(models.Model):
    """Minutes one advisor worked one day, on an engagement or an internal activity (bokføringsforskriften § 5-14)."""

    advisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="time_entries")
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("hours"))
    text = models.CharField(_("what was done"), max_length=500, blank=True, default="")
    engagement = models.ForeignKey(
        Engagement, on_delete=models.PROTECT, null=True, blank=True, related_name="time_entries"
    )
    service_type = models.ForeignKey(ServiceType, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="time_entries")
    funding_area = models.PositiveSmallIntegerField(choices=FundingArea)
    # A part of an hour worked for several organisations: changed only through that hour.
    joint_hour = models.ForeignKey(JointHour, on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    billable = models.BooleanField(_("billable"), default=True)
    # Grows with each change: the week page sends back the one it saw.
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        verbose_name_plural = "time entries"
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1440), name="entry_within_a_day"),
            models.CheckConstraint(
                condition=Q(engagement__isnull=False, service_type__isnull=False, activity__isnull=True)
                | Q(engagement__isnull=True, service_type__isnull=True, activity__isnull=False, billable=False),
                name="entry_on_engagement_or_activity",
            ),
            models.CheckConstraint(condition=Q(funding_area__in=FundingArea.values), name="entry_area_known"),
            Sealed(
                name="entry_held",
                column="id",
                by_table="engagements_hourhold",
                by_column="entry_id",
                operations=("UPDATE", "DELETE"),
            ),
        ]
        indexes = [
            models.Index(fields=["advisor", "day"], name="entry_by_advisor_day"),
            models.Index(fields=["engagement", "day"], name="entry_by_engagement_day"),
            models.Index(fields=["day", "id"], name="entry_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.minutes} min"


class ReadyWeek(models.Model):
    """The advisor has said that the week's hours are all there. It locks nothing: a cell is locked, never a week."""

    advisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ready_weeks")
    # The week by its first day.
    monday = models.DateField(_("week from"))
    marked_at = models.DateTimeField()

    objects: ClassVar[models.Manager[ReadyWeek]] = models.Manager()

    class Meta:
        ordering = ["-monday", "advisor"]
        constraints = [models.UniqueConstraint(fields=["advisor", "monday"], name="week_ready_once")]

    def __str__(self) -> str:
        return f"{self.monday:%G-W%V}"


class HourHold(models.Model):
    """An hour is held once: by an invoice draft, then by the document that billed it or wrote it off.

    Billing takes and moves holds by the verbs of `engagements.work.holds`; a held hour cannot be changed.
    `document` is a number of the series (202600123); `written_off` = a credit note decided it is never billed.
    """

    entry = models.OneToOneField(TimeEntry, on_delete=models.PROTECT, related_name="hold")
    draft = models.PositiveBigIntegerField(null=True, db_index=True)
    document = models.PositiveBigIntegerField(null=True, db_index=True)
    written_off = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(draft__isnull=False, document__isnull=True, written_off=False)
                | Q(draft__isnull=True, document__isnull=False),
                name="hold_by_draft_or_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} → {self.document or f'draft {self.draft}'}"
