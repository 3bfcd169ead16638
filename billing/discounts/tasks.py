"""What the worker does by the clock."""

from __future__ import annotations

from django.utils import timezone

from billing.discounts import renewals


def remind() -> int:
    """The reminders that are due today."""
    return renewals.remind(timezone.now())
