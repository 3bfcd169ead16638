"""Answers of the registers, kept as they came with their day."""

from __future__ import annotations

from django.db import models
from django.db.models import OuterRef, Q, Subquery


class Register(models.TextChoices):
    ENTITIES = "entities", "Enhetsregisteret"
    VOLUNTARY = "voluntary", "Frivillighetsregisteret"


class AnswerStatus(models.TextChoices):
    """FOUND has data; the others say that the register does not know the number, or no longer."""

    FOUND = "found"
    UNKNOWN = "unknown"
    REMOVED = "removed"


class RegisterAnswerQuerySet(models.QuerySet["RegisterAnswer"]):
    def newest(self, register: Register) -> RegisterAnswerQuerySet:
        """Of each number the last answer of that register."""
        last = RegisterAnswer.objects.filter(organisation_number=OuterRef("organisation_number"), register=register)
        return self.filter(register=register, pk=Subquery(last.values("pk")[:1]))


class RegisterAnswer(models.Model):
    """What one register answered about one number. `is_recorded` = from the files shipped for use without a network."""

    organisation_number = models.CharField(max_length=9)
    register = models.CharField(max_length=9, choices=Register)
    status = models.CharField(max_length=7, choices=AnswerStatus)
    data = models.JSONField(default=dict)
    fetched_at = models.DateTimeField()
    is_recorded = models.BooleanField(default=False)

    objects = RegisterAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-fetched_at", "-pk"]
        indexes = [
            models.Index(fields=["organisation_number", "register", "-fetched_at"], name="register_answer_newest")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(register__in=Register.values), name="register_known"),
            models.CheckConstraint(condition=Q(status__in=AnswerStatus.values), name="register_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_number} {self.register} {self.fetched_at:%Y-%m-%d}"
