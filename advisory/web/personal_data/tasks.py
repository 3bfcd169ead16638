"""The job of the night."""

from __future__ import annotations

from django.utils import timezone

from advisory.kernel import retention


def erase_what_is_due() -> None:
    """Erase what has been kept long enough, and keep the report."""
    retention.run(now=timezone.now())
