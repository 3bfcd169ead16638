"""What the worker does by the clock."""

from __future__ import annotations

from django.utils import timezone

from billing.discounts import renewals, reservations


def remind() -> int:
    """The reminders that are due today."""
    return renewals.remind(timezone.now())


def free_bound_money() -> int:
    """What pots hold bound and can no longer use."""
    return reservations.release_stale(timezone.now())
