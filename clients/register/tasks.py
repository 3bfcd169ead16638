"""What the worker does with the registers by the clock."""

from __future__ import annotations

from django.utils import timezone

from clients.register.client import the_register
from clients.register.refresh import queue_round, refresh


def nightly() -> int:
    """Queue the round of the night."""
    return queue_round(timezone.now())


def refresh_some(numbers: list[str]) -> int:
    """One job of the round."""
    return refresh(numbers, client=the_register(), now=timezone.now())
