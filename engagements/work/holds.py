"""Holding hours for billing: the one mutable link between an hour and the documents that bill it.

Billing calls these verbs inside its own transactions; a held hour cannot be changed (the database refuses),
and one hour is held once (unique). So no hour is lost between sum and issue, and none is billed twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import BigIntegerField, Case, Value, When
from django.utils.translation import gettext_lazy as _

from advisory.kernel.errors import Conflict
from engagements.work.models import HourHold


class HoursMoved(Conflict):
    """Somebody else took or freed some of the hours at the same moment."""

    template = _("The hours were changed by somebody else at the same moment. Nothing was done. Look again.")


def hold(entries: Mapping[int, int]) -> int:
    """Hold hours for drafts, as {entry id: draft id}; hours already held are left alone. How many are held."""
    HourHold.objects.bulk_create(
        [HourHold(entry_id=entry, draft=draft) for entry, draft in entries.items()], ignore_conflicts=True
    )
    return HourHold.objects.filter(entry__in=list(entries), draft__isnull=False).count()


def let_go(draft: int, entries: Iterable[int] | None = None) -> int:
    """Free the hours that a draft holds (all, or only `entries`). How many were freed."""
    held = HourHold.objects.filter(draft=draft)
    if entries is not None:
        held = held.filter(entry__in=list(entries))
    return held.delete()[0]


def bill(documents: Mapping[int, int], *, hours: int) -> None:
    """Hand the hours of drafts over to documents, as {draft id: document number}.

    `hours` is how many were priced; raises `HoursMoved` when it is not how many the drafts hold.
    """
    moved = HourHold.objects.filter(draft__in=list(documents)).update(
        document=Case(
            *(When(draft=draft, then=Value(number)) for draft, number in documents.items()),
            output_field=BigIntegerField(),
        ),
        draft=None,
    )
    if moved != hours:
        raise HoursMoved


def release(document: int) -> int:
    """Free the hours of a credited invoice so that they can be billed again. How many were freed."""
    return HourHold.objects.filter(document=document).delete()[0]


def write_off(document: int, *, by_document: int) -> int:
    """Keep the hours of a credited invoice from ever being billed; `by_document` is the credit note. How many."""
    return HourHold.objects.filter(document=document).update(document=by_document, written_off=True)
