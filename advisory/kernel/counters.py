"""Numbers people say aloud, given in order: the counter row moves in the transaction that uses the number.

A crash gives the number back. `select_for_update` holds the row on PostgreSQL; on SQLite the immediate
transaction already holds the only write lock.
"""

from __future__ import annotations

from django.db import models, transaction


class Counter(models.Model):
    """The last number given under `key`; `head` is the newest hash of the chain that the numbers carry, if any."""

    key = models.CharField(max_length=40, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.key}: {self.last}"


def locked(key: str) -> Counter:
    """The counter row, held until the transaction ends; made on first use."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A counter is only moved inside the transaction that uses the number.")
    Counter.objects.bulk_create([Counter(key=key)], ignore_conflicts=True)
    return Counter.objects.select_for_update().get(pk=key)


def next_number(key: str, *, first: int = 1) -> int:
    """The next number under `key`, starting at `first`."""
    counter = locked(key)
    counter.last = max(counter.last + 1, first)
    counter.save(update_fields=["last"])
    return counter.last
