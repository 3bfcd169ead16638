"""Answers to writes that carried an idempotency key: the same request again gets the same answer and does nothing.

The answer is stored in the transaction of the write: either both stand or neither does. Only answers to writes that
were done are kept; one that was refused did nothing and may be tried again under the same key.
Source: draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models, transaction

from advisory.kernel.users import User

#: How long an answer is kept.
KEPT = timedelta(hours=24)
#: The status of a row whose request is being answered; nobody else ever sees it.
_UNANSWERED = 0


class IdempotentAnswer(models.Model):
    """What a person's request with `key` was answered; `request` is the SHA-256 of method, path and body."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField(db_index=True)

    objects: ClassVar[models.Manager[IdempotentAnswer]] = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"

    @property
    def is_answered(self) -> bool:
        return self.status != _UNANSWERED


def claim(*, user: User, key: str, request: str, now: datetime) -> IdempotentAnswer:
    """The row of the key, held until the transaction ends: answered by an earlier request, or new and ours to answer.

    A second request with the key waits here until the first has ended. An answered row may be of another `request`:
    the caller compares.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An answer is kept in the transaction of the write it answers.")
    fresh = IdempotentAnswer(user=user, key=key, request=request, status=_UNANSWERED, body="", at=now)
    IdempotentAnswer.objects.bulk_create([fresh], ignore_conflicts=True)
    row = IdempotentAnswer.objects.select_for_update().get(user=user, key=key)
    if row.at <= now - KEPT:
        row.request, row.status, row.body, row.at = request, _UNANSWERED, "", now
    return row


def keep(row: IdempotentAnswer, *, status: int, body: str) -> None:
    """The claimed row with its answer."""
    row.status, row.body = status, body
    row.save()


def forget_old(now: datetime) -> int:
    """Drop the answers that are older than a day; how many."""
    return IdempotentAnswer.objects.filter(at__lte=now - KEPT).delete()[0]
