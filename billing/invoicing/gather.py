"""Making proposals: unbilled billable hours up to a day become one draft per organisation, held by id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from advisory.kernel import audit
from advisory.kernel.users import User
from billing.invoicing.models import InvoiceDraft
from engagements.models import TimeEntry
from engagements.work import holds


@transaction.atomic
def gather(*, up_to: date, by: User, now: datetime, organisations: Iterable[int] | None = None) -> list[InvoiceDraft]:
    """Hold every unbilled billable hour worked up to and including `up_to`; the drafts that then stand.

    An organisation that has a draft gets its new hours added to it. `organisations` (row ids) narrows.
    Running it twice changes nothing.
    """
    unbilled = TimeEntry.objects.billable().unbilled().up_to(up_to)
    if organisations is not None:
        unbilled = unbilled.filter(engagement__organisation__in=list(organisations))
    by_organisation: dict[int, list[int]] = defaultdict(list)
    for entry, organisation in unbilled.values_list("pk", "engagement__organisation").order_by("pk"):
        by_organisation[organisation].append(entry)
    InvoiceDraft.objects.bulk_create(
        [InvoiceDraft(organisation_id=pk, up_to=up_to, made_at=now, made_by=by) for pk in by_organisation],
        ignore_conflicts=True,
    )
    drafts = {
        draft.organisation_id: draft
        for draft in InvoiceDraft.objects.select_for_update().filter(organisation__in=by_organisation).order_by("pk")
    }
    holds.hold({entry: drafts[pk].pk for pk, entries in by_organisation.items() for entry in entries})
    older = [draft.pk for draft in drafts.values() if draft.up_to < up_to]
    InvoiceDraft.objects.filter(pk__in=older).update(up_to=up_to)
    standing = InvoiceDraft.objects.select_related("organisation").order_by("organisation__search_name")
    if organisations is not None:
        standing = standing.filter(organisation__in=list(organisations))
    return list(standing)


@transaction.atomic
def discard(draft: InvoiceDraft, *, by: User, now: datetime) -> None:
    """Drop a proposal; its hours are unbilled again."""
    locked = InvoiceDraft.objects.select_for_update().select_related("organisation").filter(pk=draft.pk).first()
    if locked is None:
        return
    freed = holds.let_go(locked.pk)
    audit.record(
        "draft.discard", locked, by=by, now=now, before={"hours": freed}, organisation=locked.organisation.number
    )
    locked.delete()


@transaction.atomic
def take_out(draft: InvoiceDraft, *, entries: Iterable[int], by: User, now: datetime) -> int:
    """Defer hours: they leave the proposal and stay unbilled. How many left; an emptied proposal is dropped."""
    locked = InvoiceDraft.objects.select_for_update().select_related("organisation").filter(pk=draft.pk).first()
    if locked is None:
        return 0
    chosen = list(entries)
    freed = holds.let_go(locked.pk, chosen)
    audit.record(
        "draft.defer", locked, by=by, now=now, before={"entries": chosen}, organisation=locked.organisation.number
    )
    if not locked_hours(locked):
        locked.delete()
    return freed


def locked_hours(draft: InvoiceDraft) -> int:
    """How many hours (entries) a draft holds."""
    return TimeEntry.objects.filter(hold__draft=draft.pk).count()


def standing() -> list[InvoiceDraft]:
    """All proposals, by the name of the organisation."""
    return list(InvoiceDraft.objects.select_related("organisation").order_by("organisation__search_name", "pk"))
