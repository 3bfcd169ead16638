"""Nightly work of the floor."""

from __future__ import annotations

from django.utils import timezone

from advisory.kernel import idempotency


def forget_old_answers() -> None:
    """Drop the answers to writes that are older than a day."""
    idempotency.forget_old(timezone.now())
