"""The check of the hours: every billable hour is in exactly one place, and documents hold the hours they bill."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, Sum

from billing.books.finding import MINUTES, Disagreement, Finding, finding
from billing.invoicing.accounting import HoursProven, hours_proven
from billing.invoicing.models import Invoice, InvoicedHour
from engagements.models import HourHold, JointHour


def hours(on: date) -> Finding:
    """Hours in = billed + written off + in proposals, ready or blocked, + deferred + open."""
    proven = hours_proven(on)
    rows = []
    if not proven.agrees:
        rows.append(Disagreement("hours_sum", {}, str(proven.total), str(proven.parts), MINUTES))
    rows += [*_documents(), *_not_billable(), *_lost(proven), *_joint_hours()]
    facts = {
        name: str(getattr(proven, name))
        for name in ("total", "billed", "written_off", "ready", "blocked", "deferred", "open")
    }
    return finding("hours", facts, rows)


def _documents() -> list[Disagreement]:
    """Documents that hold other hours than they say they bill; a credited one that freed its hours holds none."""
    notes = dict(Invoice.objects.credit_notes().values_list("credits", "pk"))
    written_off = dict(Invoice.objects.credit_notes().filter(hours_released=False).values_list("credits", "pk"))
    expected: dict[int, int] = {}
    for number, minutes in (
        InvoicedHour.objects.filter(invoice__credits=None)
        .order_by()
        .values_list("invoice")
        .annotate(minutes=Sum("minutes"))
    ):
        if number in written_off:
            expected[written_off[number]] = minutes
        elif number not in notes:
            expected[number] = minutes
    held = dict(
        HourHold.objects.filter(document__isnull=False)
        .order_by()
        .values_list("document")
        .annotate(minutes=Sum("entry__minutes"))
    )
    return [
        Disagreement(
            "document_hours", {"document": str(number)}, str(expected.get(number, 0)), str(held.get(number, 0)), MINUTES
        )
        for number in sorted(expected.keys() | held.keys())
        if expected.get(number, 0) != held.get(number, 0)
    ]


def _not_billable() -> list[Disagreement]:
    """Hours nobody is to pay for that a proposal or document holds all the same."""
    held = HourHold.objects.filter(~Q(entry__billable=True)).select_related("entry__engagement", "entry__activity")
    return [
        Disagreement(
            "not_billable",
            {"entry": str(hold.entry_id), "day": hold.entry.day.isoformat()},
            "0",
            str(hold.entry.minutes),
            MINUTES,
        )
        for hold in held
    ]


def _lost(proven: HoursProven) -> list[Disagreement]:
    """Hours held by a proposal that is not there: nobody would ever bill them."""
    return [
        Disagreement("lost_proposal", {"proposal": str(draft)}, "0", str(minutes), MINUTES)
        for draft, minutes in proven.lost.items()
    ]


def _joint_hours() -> list[Disagreement]:
    """Hours of joint orders whose parts are not the whole."""
    found = JointHour.objects.annotate(in_parts=Sum("parts__minutes", default=0)).exclude(in_parts=F("minutes"))
    return [
        Disagreement(
            "joint_hour",
            {"order": order, "day": day.isoformat()},
            str(minutes),
            str(in_parts),
            MINUTES,
        )
        for order, day, minutes, in_parts in found.order_by("pk").values_list(
            "joint_order__reference", "day", "minutes", "in_parts"
        )
    ]
