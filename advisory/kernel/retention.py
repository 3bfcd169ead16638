"""How long things are kept: each storey says for its own kinds what is due, and a nightly run erases it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RetentionRun(models.Model):
    """One run, or one rehearsal (`is_rehearsal`): what was due by kind, and how many were erased or made anonymous."""

    at = models.DateTimeField()
    is_rehearsal = models.BooleanField()
    findings = models.JSONField()

    objects: ClassVar[models.Manager[RetentionRun]] = models.Manager()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
