"""The ministry's report of a closed year: figures and files as they were when it was closed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from advisory.kernel.files import FileContent
from advisory.kernel.guards import Frozen
from billing.yearend.models import YearClosing


class FundingReport(models.Model):
    """What each area cost and who paid, from `first` to and including `last`, as it stood at `made_at`."""

    closing = models.OneToOneField(YearClosing, on_delete=models.PROTECT, related_name="funding_report")
    first = models.DateField()
    last = models.DateField()
    figures = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager[FundingReport]] = models.Manager()

    class Meta:
        ordering = ["-last"]
        constraints = [Frozen(name="funding_report_frozen")]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m-%d}–{self.last:%Y-%m-%d}"


class FundingReportFile(FileContent):
    """The report as PDF or workbook, made once and kept with its hash."""

    report = models.ForeignKey(FundingReport, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=4, choices=[("pdf", "PDF"), ("xlsx", "XLSX")])
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind"], name="funding_report_file_once"),
            Frozen(name="funding_report_file_frozen"),
        ]
