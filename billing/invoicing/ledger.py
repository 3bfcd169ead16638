"""Walking the chain of issued documents from the first to the last: numbers, sums, hashes, head."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from advisory.kernel.counters import Counter
from billing.invoicing import chain
from billing.invoicing.issue import IN_A_YEAR
from billing.invoicing.models import Invoice

CHUNK = 500
COUNTER = "the counter and the newest document disagree"


@dataclass(frozen=True, slots=True)
class Break:
    """The first document that does not fit, and what is wrong with it."""

    number: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many documents were walked, the newest hash, and the first break if any."""

    documents: int
    head: str
    broken: Break | None


def verify(*, against: str = "") -> Verdict:
    """Walk the whole chain in memory that does not grow with it; `against` is a head kept outside the database."""
    count, previous_number, head = 0, 0, chain.START
    seen_outside = not against or against == chain.START
    for invoice in _in_order():
        broken = _check(invoice, previous_number, head)
        if broken:
            return Verdict(count, head, Break(invoice.number, broken))
        count, previous_number, head = count + 1, invoice.number, invoice.hash
        seen_outside = seen_outside or head == against
    counter = Counter.objects.filter(pk=chain.KEY).first()
    last, kept_head = (counter.last, counter.head or chain.START) if counter else (0, chain.START)
    if (last, kept_head) != (previous_number, head):
        lost = last > previous_number
        return Verdict(count, head, Break(_next(previous_number, last) if lost else previous_number, COUNTER))
    if not seen_outside:
        return Verdict(count, head, Break(previous_number, "the head kept outside is not in the chain"))
    return Verdict(count, head, None)


def _in_order() -> Iterator[Invoice]:
    numbers = Invoice.objects.order_by("number").values_list("number", flat=True).iterator(chunk_size=CHUNK)
    while chunk := list(islice(numbers, CHUNK)):
        yield from (
            Invoice.objects.filter(pk__in=chunk)
            .order_by("number")
            .prefetch_related("lines", "vat_groups", "hours", "pot_shares")
        )


def _next(previous: int, number: int) -> int:
    """What follows `previous` in the year of `number`."""
    return previous + 1 if previous // IN_A_YEAR == number // IN_A_YEAR else number // IN_A_YEAR * IN_A_YEAR + 1


def _check(invoice: Invoice, previous_number: int, head: str) -> str:
    if invoice.number // IN_A_YEAR != invoice.issued_on.year:
        return "its year is not that of its date"
    if invoice.number != _next(previous_number, invoice.number):
        return f"number {_next(previous_number, invoice.number)} is missing"
    if invoice.previous_hash != head:
        return "it does not follow the document before it"
    if invoice.chain_version not in chain.VERSIONS:
        return f"its text has version {invoice.chain_version}, which is not known"
    lines = list(invoice.lines.all())
    text = chain.canonical(invoice, lines, invoice.vat_groups.all(), invoice.hours.all(), invoice.pot_shares.all())
    if chain.digest(text) != invoice.hash:
        return "it is not what was issued"
    return ""
