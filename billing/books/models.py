"""What the nightly check of the books found, for `/healthz` and the day page."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class BooksCheck(models.Model):
    """One run over all the books: whether everything agreed, and each check with what it found."""

    checked_at = models.DateTimeField()
    agrees = models.BooleanField()
    findings = models.JSONField()

    objects: ClassVar[models.Manager[BooksCheck]] = models.Manager()

    class Meta:
        ordering = ["-checked_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.checked_at:%Y-%m-%d %H:%M}"
