"""A pot in words: what it may pay for, and what happened in its ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from billing.discounts.models import Pot, PotEntry, PotEntryKind
from billing.discounts.reservations import ENGAGEMENT_OVER, POT_OVER
from billing.invoicing.models import Invoice
from billing.invoicing.price_statement import tier_name
from engagements.work.models import Engagement, FundingArea


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the ledger. `used` is above zero for discounts and below for those of credited invoices.

    `given` is a grant, or below zero what went back to the funder. None where the entry does not move it.
    """

    entry: PotEntry
    words: str
    who: str
    reason: str
    bound: Decimal | None
    used: Decimal | None
    given: Decimal | None
    free: Decimal


def pays_for(pot: Pot) -> str:
    """«Område 3, alle rabattrinn», «Område 3, trinn 1 og 2, bare ved særlige behov»."""
    areas = ", ".join(str(FundingArea(area).label) for area in pot.areas)
    tiers = [tier_name(code) for code in pot.tiers]
    said = [_("area %(areas)s") % {"areas": areas}, ", ".join(tiers) if tiers else _("all discount tiers")]
    if pot.for_hardship:
        said.append(_("only discounts given for hardship"))
    return capfirst(", ".join(said))


def events(entries: Iterable[PotEntry]) -> list[Event]:
    """The rows in words, with the organisation each is for; two queries for all."""
    rows = list(entries)
    documents = [entry.document for entry in rows if entry.document]
    names = dict(Invoice.objects.filter(number__in=documents).values_list("number", "organisation__name"))
    work = {
        one.pk: one
        for one in Engagement.objects.filter(pk__in=[entry.engagement_id for entry in rows]).select_related(
            "organisation"
        )
    }
    return [_event(entry, names, work.get(entry.engagement_id or 0)) for entry in rows]


def _event(entry: PotEntry, names: dict[int, str], work: Engagement | None) -> Event:
    kind, amount, change = PotEntryKind(entry.kind), entry.amount.amount, entry.reserved_change.amount
    who = names.get(entry.document or 0, "") or (work.organisation.name if work else "")
    return Event(
        entry=entry,
        words=_words(kind, entry, work),
        who=who,
        reason=_reason(entry.reason),
        bound=change or None,
        used=-amount if kind in (PotEntryKind.DRAW, PotEntryKind.REFUND) else None,
        given=amount if kind in (PotEntryKind.GRANT, PotEntryKind.RETURN) else None,
        free=entry.balance.amount - entry.reserved.amount,
    )


def _words(kind: PotEntryKind, entry: PotEntry, work: Engagement | None) -> str:
    reference = work.reference if work else ""
    return {
        PotEntryKind.DRAW: _("Invoice %(number)s") % {"number": entry.document},
        PotEntryKind.REFUND: _("Credit note %(number)s") % {"number": entry.document},
        PotEntryKind.RESERVE: _("Bound for %(reference)s") % {"reference": reference},
        PotEntryKind.RELEASE: _("Freed from %(reference)s") % {"reference": reference},
    }.get(kind) or capfirst(str(kind.label))


def _reason(reason: str) -> str:
    return {
        ENGAGEMENT_OVER: _("by night: the engagement is over"),
        POT_OVER: _("by night: the pot is over"),
    }.get(reason, reason)
