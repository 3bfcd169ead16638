"""What the engagement was for, how it went, and what the organisation does next."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from engagements.work.models import Engagement


class OutcomeStatus(models.TextChoices):
    PLANNED = "planned", _("Planned")
    ACHIEVED = "achieved", _("Achieved")
    PARTLY = "partly", _("Partly achieved")
    NOT_ACHIEVED = "not_achieved", _("Not achieved")
    ABANDONED = "abandoned", _("Abandoned")
    UNKNOWN = "unknown", _("Not known")


class Evidence(models.TextChoices):
    """How well the result is known."""

    ADVISOR = "E0", _("the advisor's view")
    ORGANISATION = "E1", _("the organisation says so")
    DOCUMENT = "E2", _("a document was seen")
    VERIFIED = "E3", _("verified in a system or by a third party")


class Outcome(models.Model):
    """One goal of the engagement, its measure before and after, and its result."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="outcomes")
    goal = models.CharField(_("goal"), max_length=300)
    unit = models.CharField(_("unit"), max_length=40, blank=True, default="")
    before = models.DecimalField(_("before"), max_digits=12, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2, null=True, blank=True)
    after = models.DecimalField(_("after"), max_digits=12, decimal_places=2, null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=OutcomeStatus, default=OutcomeStatus.PLANNED)
    evidence = models.CharField(_("evidence"), max_length=2, choices=Evidence, default=Evidence.ADVISOR)
    result = models.TextField(_("result"), max_length=2000, blank=True, default="")
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=OutcomeStatus.values), name="outcome_status_known"),
            models.CheckConstraint(condition=models.Q(evidence__in=Evidence.values), name="outcome_evidence_known"),
        ]

    def __str__(self) -> str:
        return self.goal


class NextStep(models.Model):
    """What the organisation does next; printed in the report."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="next_steps")
    text = models.CharField(_("next step"), max_length=300)
    due = models.DateField(_("by"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text
