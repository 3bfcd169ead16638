"""VAT of issued documents by term: what a return is filled in from.

The ordinary term is two calendar months, and a document belongs to the term it is dated in; credit notes count
against it (merverdiavgiftsloven ch. 15). Sums are of the groups as printed, rounded once a document, never again.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from advisory.kernel.fields import kroner, sum_ore
from billing.invoicing.models import Invoice, InvoiceVat

#: The letters of EN 16931 that documents here carry.
CATEGORIES: dict[str, StrOrPromise] = {
    "S": _("VAT is charged"),
    "E": _("exempt from VAT"),
    "O": _("the seller is not registered"),
}


@dataclass(frozen=True, slots=True)
class TermSum:
    """One kind of VAT in a term: `base` and `vat` in kroner, and how many documents bear it."""

    first: date
    last: date
    category: str
    percent: Decimal
    base: Decimal
    vat: Decimal
    documents: int

    @property
    def word(self) -> StrOrPromise:
        return CATEGORIES[self.category]


@dataclass(frozen=True, slots=True)
class Term:
    """Two months of a year; without sums where nothing was issued."""

    first: date
    last: date
    sums: tuple[TermSum, ...]

    @property
    def vat(self) -> Decimal:
        return sum((found.vat for found in self.sums), Decimal("0.00"))


def terms_of(year: int) -> tuple[Term, ...]:
    """The six terms of a year, in one query."""
    found: dict[int, dict[tuple[str, Decimal], list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    rows = (
        InvoiceVat.objects.filter(invoice__issued_on__range=(date(year, 1, 1), date(year, 12, 31)))
        .order_by()
        .values_list("invoice__issued_on__month", "category", "percent")
        .annotate(base=sum_ore("base"), tax=sum_ore("vat"), documents=Count("pk"))
    )
    for month, category, percent, *figures in rows:
        sums = found[(month - 1) // 2][category, percent]
        for position, figure in enumerate(figures):
            sums[position] += figure
    return tuple(_term(year, number, found.get(number, {})) for number in range(6))


def years_issued() -> list[int]:
    """The years that have issued documents, the newest first."""
    return [day.year for day in Invoice.objects.order_by().dates("issued_on", "year", order="DESC")]


def _term(year: int, number: int, found: dict[tuple[str, Decimal], list[int]]) -> Term:
    first = date(year, 2 * number + 1, 1)
    last = date(year + number // 5, (2 * number + 2) % 12 + 1, 1) - timedelta(days=1)
    order = list(CATEGORIES)
    sums = tuple(
        TermSum(first, last, category, percent, kroner(base), kroner(tax), documents)
        for (category, percent), (base, tax, documents) in sorted(
            found.items(), key=lambda item: (order.index(item[0][0]), -item[0][1])
        )
    )
    return Term(first, last, sums)
