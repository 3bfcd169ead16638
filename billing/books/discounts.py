"""Checks of the discounts: the pots paid exactly what was given, and their ledgers follow."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from advisory.kernel.fields import kroner, ore, sum_of, sum_ore
from billing.books.finding import KRONER, Disagreement, Finding, finding
from billing.invoicing.models import Invoice, InvoiceLine, PotShare
from billing.models import Pot, PotEntry
from engagements.models import Engagement


def draws() -> Finding:
    """Draws less refunds are the discounts on issued documents, in all, per pot, per document and per line."""
    drawn = {
        (row["pot"], row["document"]): -row["sum"]
        for row in PotEntry.objects.filter(kind__in=("draw", "refund"))
        .order_by()
        .values("pot", "document")
        .annotate(sum=sum_ore("amount"))
    }
    given: dict[tuple[int, int | None], int] = {
        (row["pot"], row["invoice"]): row["sum"]
        for row in PotShare.objects.order_by().values("pot", "invoice").annotate(sum=sum_ore("amount"))
    }
    names = dict(Pot.objects.values_list("pk", "name"))
    rows = [
        Disagreement(
            "pot_document",
            {"pot": names.get(pot, str(pot)), "document": str(document or "")},
            str(kroner(given.get((pot, document), 0))),
            str(kroner(drawn.get((pot, document), 0))),
            KRONER,
        )
        for pot, document in sorted(drawn.keys() | given.keys(), key=lambda key: (key[0], key[1] or 0))
        if drawn.get((pot, document), 0) != given.get((pot, document), 0)
    ]
    rows += [*_lines(), *_headers()]
    discounts = str(sum_of(Invoice.objects.all(), "discount"))
    paid = str(kroner(sum(drawn.values())))
    if paid != discounts:
        rows.insert(0, Disagreement("all_pots", {}, discounts, paid, KRONER))
    facts = {
        "draws": paid,
        "discounts": discounts,
        "documents": str(Invoice.objects.count()),
    }
    return finding("draws", facts, rows)


def _lines() -> list[Disagreement]:
    """Lines whose discount is not the sum of what pots pay of it."""
    shares = PotShare.objects.filter(line=OuterRef("pk")).order_by().values("line").annotate(sum=sum_ore("amount"))
    lines = InvoiceLine.objects.annotate(given=ore("discount"), paid=Coalesce(Subquery(shares.values("sum")), 0))
    return [
        Disagreement(
            "line",
            {"document": str(document), "position": str(position)},
            str(kroner(given)),
            str(kroner(paid)),
            KRONER,
        )
        for document, position, given, paid in lines.values_list("invoice", "position", "given", "paid")
        if given != paid
    ]


def _headers() -> list[Disagreement]:
    """Documents whose discount is not the sum of their lines'."""
    sums = (
        InvoiceLine.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(s=sum_ore("discount"))
    )
    documents = Invoice.objects.annotate(header=ore("discount"), lines_sum=Coalesce(Subquery(sums.values("s")), 0))
    return [
        Disagreement("document", {"document": str(number)}, str(kroner(in_lines)), str(kroner(header)), KRONER)
        for number, header, in_lines in documents.order_by("number").values_list("number", "header", "lines_sum")
        if header != in_lines
    ]


def pots() -> Finding:
    """Every pot's ledger follows, what is bound is the sum by engagement, and what is free is not below zero."""
    names = dict(Pot.objects.values_list("pk", "name"))
    rows: list[Disagreement] = []
    last: dict[int, tuple[int, Decimal, Decimal]] = {}
    bound: dict[tuple[int, int | None], Decimal] = defaultdict(Decimal)
    for entry in PotEntry.objects.order_by("pot", "sequence").iterator():
        sequence, balance, reserved = last.get(entry.pot_id, (0, Decimal(0), Decimal(0)))
        name = {"pot": names[entry.pot_id], "sequence": str(entry.sequence)}
        balance, reserved = balance + entry.amount.amount, reserved + entry.reserved_change.amount
        if entry.sequence != sequence + 1:
            rows.append(Disagreement("pot_sequence", name, str(sequence + 1), str(entry.sequence)))
        if entry.balance.amount != balance:
            rows.append(Disagreement("pot_balance", name, str(balance), str(entry.balance.amount), KRONER))
        if entry.reserved.amount != reserved:
            rows.append(Disagreement("pot_reserved", name, str(reserved), str(entry.reserved.amount), KRONER))
        if entry.balance.amount < entry.reserved.amount or entry.balance.amount < 0:
            rows.append(
                Disagreement("pot_free", name, "0.00", str(entry.balance.amount - entry.reserved.amount), KRONER)
            )
        bound[entry.pot_id, entry.engagement_id] += entry.reserved_change.amount
        # Go on from what stands there: one wrong entry is named once.
        last[entry.pot_id] = (entry.sequence, entry.balance.amount, entry.reserved.amount)
    references = dict(Engagement.objects.filter(pk__in={pk for _pot, pk in bound if pk}).values_list("pk", "reference"))
    for (pot, engagement), amount in bound.items():
        facts = {"pot": names[pot], "engagement": references.get(engagement or 0, "–")}
        if amount < 0 or (engagement is None and amount):
            rows.append(Disagreement("pot_engagement", facts, "0.00", str(amount), KRONER))
    for pot, (_sequence, _balance, reserved) in last.items():
        by_engagement = sum((amount for (own, _pk), amount in bound.items() if own == pot), Decimal(0))
        if by_engagement != reserved:
            rows.append(Disagreement("pot_bound", {"pot": names[pot]}, str(by_engagement), str(reserved), KRONER))
    facts = {
        "pots": str(len(names)),
        "balance": str(sum((balance for _s, balance, _r in last.values()), Decimal("0.00"))),
        "reserved": str(sum((reserved for _s, _b, reserved in last.values()), Decimal("0.00"))),
    }
    return finding("pots", facts, rows)
