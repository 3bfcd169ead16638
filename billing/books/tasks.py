"""The job of the night."""

from __future__ import annotations

from django.utils import timezone

from billing.books.check import run


def check_books() -> None:
    """Check the books and keep the verdict."""
    run(timezone.now())
