"""The worker's pulse: a job each minute writes a row, and whoever watches from outside reads its age."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

STALE = timedelta(minutes=3)
WORKER = "worker"


class Heartbeat(models.Model):
    """When `name` was last heard of."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


def beat() -> None:
    """Say that the worker lives."""
    Heartbeat.objects.update_or_create(name=WORKER, defaults={"at": timezone.now()})


def worker_is_alive() -> bool:
    """Whether the worker was heard of within three minutes."""
    return Heartbeat.objects.filter(name=WORKER, at__gte=timezone.now() - STALE).exists()
